"""What wrote a mail: an ordered chain of rules, the first that matches decides."""

import re
from collections.abc import Callable

from mailbot.core.away import may_sound_away, opens_as_away, sounds_away
from mailbot.core.machine import (
    copies_report,
    is_forwarded,
    is_gateway,
    is_mail_system,
    opens_as_report,
    sounds_failed,
)
from mailbot.core.mail import Envelope, Kind, Mail, Verdict

Predicate = Callable[[Mail, Envelope, frozenset[str]], bool]
_NOREPLY = re.compile(
    r"(?:.{1,60}[-_.+])?(?:(?:no|do[-_.]?not|don-?t)[-_.]?reply|(?:nicht|keine?)[-_.]?antwort(?:en)?|nie[-_.]?odpowiad(?:aj|ac)"
    r"|bez[-_.]?odpowiedzi|ne[-_.]?otve(?:chaj|chai|chay|chat)(?:te)?|не[-_.]?отвеча(?:й|йте|ть))(?:[-_.+].{1,60})?"
    r"|mailer-daemon|.{1,60}-(?:request|bounces)|bounces?(?:[-+=].{1,250})?",
    re.IGNORECASE,
)
#: the subject that RFC 7489 7.2.1.1 gives to aggregate reports
_AGGREGATE = re.compile(r"report domain:\s?\S{1,255}\s{1,3}submitter:\s?\S{1,255}\s{1,3}report-id:", re.IGNORECASE)
_POST = re.compile(r"<mailto:([^<>?\s]{1,320})")


def is_loop(mail: Mail, _: Envelope, own: frozenset[str]) -> bool:
    """Our own address wrote it, or our own mark is on it."""
    return bool(mail.header("x-mailbot-loop")) or (
        mail.from_ is not None and mail.from_.identity in {a.casefold() for a in own}
    )


def is_delivery_report(mail: Mail, envelope: Envelope, own: frozenset[str]) -> bool:
    """A delivery report by form or by a mail system's name; what only sounds like one needs a second sign."""
    kind = dict(mail.content_params).get("report-type", "").casefold()
    shown = mail.content_type != "multipart/report" and is_forwarded(mail)  # a person shows us its parts
    reports = bool(mail.reports) and not shown
    if reports or kind == "delivery-status" or mail.header("x-failed-recipients") or is_mail_system(mail):
        return True
    signs = (is_gateway(mail), opens_as_report(mail), sounds_failed(mail.subject))
    machine = is_null_path(mail, envelope, own) or is_auto_submitted(mail, envelope, own)
    return sum(signs) >= 2 or (machine and (signs[1] or signs[2]))


def is_report(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """A read receipt (RFC 8098), a feedback report (RFC 5965) or an aggregate report (RFC 7489)."""
    types = {a.content_type for a in mail.attachments}
    parts = bool(types & {"message/disposition-notification", "message/feedback-report"}) and not is_forwarded(mail)
    return mail.content_type == "multipart/report" or parts or bool(_AGGREGATE.match(mail.subject[:900]))


def is_auto_submitted(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """RFC 3834: any Auto-Submitted but "no", comments and parameters aside."""
    values = (
        re.sub(r"\([^()]*\)", "", v).partition(";")[0].strip().casefold() for v in mail.all_headers("auto-submitted")
    )
    return any(value not in ("", "no") for value in values)


def is_auto_reply(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """Fields of automatic replies, or a subject like theirs and a second sign."""
    names = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-otrs-loop")
    if any(mail.header(n) for n in names) or mail.header("precedence").casefold() == "auto_reply":
        return True
    answers = bool(mail.in_reply_to or mail.references or mail.header("x-auto-response-suppress"))
    if sounds_away(mail.subject):
        return answers or opens_as_away(mail)
    return may_sound_away(mail.subject) and answers and opens_as_away(mail)


def is_list(mail: Mail, _: Envelope, own: frozenset[str]) -> bool:
    """A mailing list's fields, and the list is not the one by which people write to us."""
    fields = any(name.startswith("list-") or name == "mailing-list" for name, _value in mail.headers)
    return fields and not _is_own_list(mail, own)


def is_bulk(mail: Mail, _: Envelope, own: frozenset[str]) -> bool:
    """Precedence of bulk mail."""
    precedence = mail.header("precedence").casefold()
    return precedence in ("bulk", "junk") or (precedence == "list" and not _is_own_list(mail, own))


def _is_own_list(mail: Mail, own: frozenset[str]) -> bool:
    """An address of ours is itself a group whose members are the people of the desk."""
    posts = {post.casefold() for post in _POST.findall(mail.header("list-post")[:2000])}
    return bool(posts & {address.casefold() for address in own})


def is_noreply(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """A sender that takes no answers."""
    return mail.from_ is not None and bool(_NOREPLY.fullmatch(mail.from_.local_part))


def is_null_path(mail: Mail, envelope: Envelope, _: frozenset[str]) -> bool:
    """The null reverse-path."""
    return mail.header("return-path") == "<>" or (envelope.via in ("smtp", "lmtp") and envelope.mail_from == "")


def is_spam(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """The border called it spam, in the words of SpamAssassin, of rspamd or of Exchange (7 and above: surely)."""
    says = (mail.header(name).casefold() for name in ("x-spam-flag", "x-spam-status", "x-spam"))
    level = mail.header("x-ms-exchange-organization-scl").strip()
    return any(re.match(r"yes\b", said) for said in says) or level in ("7", "8", "9")


CHAIN: tuple[tuple[str, Predicate, Kind], ...] = (
    ("loop", is_loop, Kind.LOOP),
    ("delivery report", is_delivery_report, Kind.BOUNCE),
    ("report", is_report, Kind.REPORT),
    ("auto-reply field", is_auto_reply, Kind.AUTO_REPLY),
    ("auto-submitted", is_auto_submitted, Kind.AUTO_REPLY),
    ("list", is_list, Kind.LIST),
    ("precedence", is_bulk, Kind.BULK),
    ("noreply sender", is_noreply, Kind.BULK),
    ("null reverse-path", is_null_path, Kind.AUTO_REPLY),
    ("spam flag", is_spam, Kind.BULK),
)


def judge(mail: Mail, envelope: Envelope, own: frozenset[str]) -> Verdict:
    """The verdict of the first rule of CHAIN that matches, else a person's mail."""
    for name, matches, kind in CHAIN:
        if matches(mail, envelope, own):
            return Verdict(kind, answerable=False, rule=name)
    if mail.from_ is None or mail.from_is_ambiguous:
        return Verdict(Kind.HUMAN, answerable=False, rule="no usable From")
    if copies_report(mail.subject) or is_gateway(mail) or opens_as_report(mail):
        return Verdict(Kind.HUMAN, answerable=False, rule="may be a delivery report")
    if sounds_away(mail.subject):
        return Verdict(Kind.HUMAN, answerable=False, rule="may be an automatic reply")
    wishes = {w.strip().casefold() for w in mail.header("x-auto-response-suppress").split(",")}
    if wishes & {"all", "autoreply"}:
        return Verdict(Kind.HUMAN, answerable=False, rule="asks for no automatic reply")
    return Verdict(Kind.HUMAN, answerable=True, rule="human")
