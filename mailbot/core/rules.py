"""What wrote a mail: an ordered chain of rules, the first that matches decides."""

import re
from collections.abc import Callable

from mailbot.core.away import may_sound_away, opens_as_away, sounds_away
from mailbot.core.machine import (
    copies_report,
    is_forwarded,
    is_gateway,
    is_mail_system,
    lists_recipient,
    opens_as_report,
    sounds_failed,
)
from mailbot.core.mail import Envelope, Kind, Mail, Verdict
from mailbot.core.reference import find

MAY_BE_AWAY = "may be an automatic reply"  #: words alone say so: a person's mail, that is not answered
Predicate = Callable[[Mail, Envelope, frozenset[str]], bool]
_NOREPLY = re.compile(
    r"(?:.{1,60}[-_.+=])?(?:(?:no|do[-_.]?not|don-?t|auto)[-_.]?reply|auto[-_.]?responder|(?:nicht|keine?)[-_.]?antwort(?:en)?|nie[-_.]?odpowiad(?:aj|ac)"
    r"|bez[-_.]?odpowiedzi|ne[-_.]?otve(?:chaj|chai|chay|chat)(?:te)?|не[-_.]?отвеча(?:й|йте|ть))\d{0,4}(?:[-_.+].{1,60})?"
    r"|mailer-daemon|.{1,60}-(?:request|bounces)|bounces?(?:[-+=].{1,250})?",
    re.IGNORECASE,
)
#: of machines, and of the few people who read or write as one
_ACCOUNT = re.compile(r"root|cron|daemon|nobody|www-data", re.IGNORECASE)
_AUTO_REPLY_FIELDS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-autoreply-from", "x-mail-autoreply"),
    *("x-fc-machinegenerated", "x-otrs-loop"),
)
#: programs write them, but some also into what people say or send on
_MACHINE_FIELDS = ("x-ms-exchange-generated-message-source", "x-rt-loop-prevention")
#: the subject that RFC 7489 7.2.1.1 gives to aggregate reports
_AGGREGATE = re.compile(r"report domain:\s?\S{1,255}\s{1,3}submitter:\s?\S{1,255}\s{1,3}report-id:", re.IGNORECASE)
_POST = re.compile(r"<mailto:([^<>?\s]{1,320})")


def is_loop(mail: Mail, _: Envelope, own: frozenset[str]) -> bool:
    """Our own address wrote it, or our own mark is on it."""
    return bool(mail.header("x-mailbot-loop")) or (
        mail.from_ is not None and mail.from_.identity in {a.casefold() for a in own}
    )


def is_delivery_report(mail: Mail, envelope: Envelope, own: frozenset[str]) -> bool:
    """A delivery report by form or by a mail system's name; what only sounds like one needs a machine's sign, too."""
    kind = dict(mail.content_params).get("report-type", "").casefold()
    shown = mail.content_type != "multipart/report" and is_forwarded(mail)  # a person shows us its parts
    reports = bool(mail.reports) and not shown
    if reports or kind == "delivery-status" or mail.header("x-failed-recipients") or is_mail_system(mail):
        return True
    sounds, opens = sounds_failed(mail.subject), opens_as_report(mail)
    if is_gateway(mail) or is_null_path(mail, envelope, own) or is_auto_submitted(mail, envelope, own):
        return sounds or opens
    return sounds and opens and (is_bulk(mail, envelope, own) or lists_recipient(mail))


def is_report(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """A read receipt (RFC 8098), a feedback report (RFC 5965) or an aggregate report (RFC 7489)."""
    types = {a.content_type for a in mail.attachments}
    parts = bool(types & {"message/disposition-notification", "message/feedback-report"}) and not is_forwarded(mail)
    return mail.content_type == "multipart/report" or parts or bool(_AGGREGATE.match(mail.subject[:900]))


def is_auto_submitted(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """RFC 3834: any Auto-Submitted but "no", comments and parameters aside."""
    return any(_uncommented(v).casefold() not in ("", "no") for v in mail.all_headers("auto-submitted"))


def is_auto_reply(mail: Mail, envelope: Envelope, own: frozenset[str]) -> bool:
    """Fields of automatic replies, or a subject like theirs on an answer to a mail of ours."""
    if any(mail.header(n) for n in _AUTO_REPLY_FIELDS) or "auto_reply" in _precedence(mail):
        return True
    if "autoresponder" in mail.header("x-post-messageclass").casefold():
        return True
    if sounds_away(mail.subject):
        machine = bool(mail.header("x-auto-response-suppress")) or is_null_path(mail, envelope, own)
        return machine or is_bulk(mail, envelope, own) or _names_our_mail(mail)
    return may_sound_away(mail.subject) and _names_our_mail(mail) and opens_as_away(mail)


def _names_our_mail(mail: Mail) -> bool:
    """An answer with our subject, reference and all: people write "Re:" before it, or a subject of their own."""
    return bool((mail.in_reply_to or mail.references) and find(mail.subject))


def is_list(mail: Mail, _: Envelope, own: frozenset[str]) -> bool:
    """A mailing list's fields, and the list is not the one by which people write to us."""
    fields = any(name.startswith("list-") or name == "mailing-list" for name, _value in mail.headers)
    return fields and not _is_own_list(mail, own)


def is_bulk(mail: Mail, _: Envelope, own: frozenset[str]) -> bool:
    """Precedence of bulk mail."""
    precedence = _precedence(mail)
    return bool(precedence & {"bulk", "junk"}) or ("list" in precedence and not _is_own_list(mail, own))


def _precedence(mail: Mail) -> set[str]:
    """The words of all Precedence fields, comments aside."""
    fields = (*mail.all_headers("precedence"), *mail.all_headers("x-precedence"))
    return {_uncommented(value).casefold() for value in fields}


def _uncommented(value: str) -> str:
    return re.sub(r"\([^()]*\)", "", value).partition(";")[0].strip()


def _is_own_list(mail: Mail, own: frozenset[str]) -> bool:
    """An address of ours is itself a group whose members are the people of the desk."""
    posts = {post.casefold() for post in _POST.findall(mail.header("list-post")[:2000])}
    return bool(posts & {address.casefold() for address in own})


def is_noreply(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """A sender that takes no answers."""
    return mail.from_ is not None and bool(_NOREPLY.fullmatch(mail.from_.local_part.strip('"')))


def is_null_path(mail: Mail, envelope: Envelope, _: frozenset[str]) -> bool:
    """The null reverse-path."""
    return "".join(mail.header("return-path").split()) == "<>" or (
        envelope.via in ("smtp", "lmtp") and envelope.mail_from == ""
    )


def is_spam(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """The border called it spam, in the words of SpamAssassin, of rspamd or of Exchange (7 and above: surely)."""
    says = (mail.header(name).casefold() for name in ("x-spam-flag", "x-spam-status", "x-spam"))
    level = mail.header("x-ms-exchange-organization-scl").strip()
    return any(re.match(r"yes\b", said) for said in says) or level in ("7", "8", "9")


def _may_be_delivery_report(mail: Mail) -> bool:
    return copies_report(mail.subject) or is_gateway(mail) or opens_as_report(mail)


def _may_be_auto_reply(mail: Mail) -> bool:
    answers = bool(mail.in_reply_to or mail.references)
    return sounds_away(mail.subject) or (answers and may_sound_away(mail.subject) and opens_as_away(mail))


def _may_be_machine(mail: Mail) -> bool:
    account = mail.from_ is not None and bool(_ACCOUNT.fullmatch(mail.from_.local_part.strip('"')))
    return account or any(mail.header(name) for name in _MACHINE_FIELDS)


def _wants_no_answer(mail: Mail) -> bool:
    wishes = {w.strip().casefold() for w in mail.header("x-auto-response-suppress").split(",")}
    return bool(wishes & {"all", "autoreply"})


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
#: words alone never lose a person's mail: where only they speak for a machine, there is a case and no answer
DOUBTS: tuple[tuple[str, Callable[[Mail], bool]], ...] = (
    ("no usable From", lambda mail: mail.from_ is None or mail.from_is_ambiguous),
    ("may be a delivery report", _may_be_delivery_report),
    (MAY_BE_AWAY, _may_be_auto_reply),
    ("may be a machine's mail", _may_be_machine),
    ("asks for no automatic reply", _wants_no_answer),
)


def judge(mail: Mail, envelope: Envelope, own: frozenset[str]) -> Verdict:
    """The verdict of the first rule of CHAIN that matches, else a person's mail, answered where there is no doubt."""
    for name, matches, kind in CHAIN:
        if matches(mail, envelope, own):
            return Verdict(kind, answerable=False, rule=name)
    doubt = next((name for name, doubts in DOUBTS if doubts(mail)), "")
    return Verdict(Kind.HUMAN, answerable=not doubt, rule=doubt or "human")
