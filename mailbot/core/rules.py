"""What wrote a mail: an ordered chain of rules, the first that matches decides."""

import re
from collections.abc import Callable

from mailbot.core.mail import Envelope, Kind, Mail, Verdict

Predicate = Callable[[Mail, Envelope, frozenset[str]], bool]
_DAEMON = re.compile(r"mailer[-_]?daemon|mdaemon|postmaster|mail.?delivery", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|delivery (?:status|fail|problem|error|delay|has)|mail delivery|returned mail|failure notice|non-?delivery"
    r"|not delivered|unzustellbar|nicht zugestellt|nie dostarczon|niedostarczon|не доставлен|недоставлен|failed mail|mail failed",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"out of (?:the )?office|auto(?:matic|mated)?[- _]?(?:reply|response)|autoreply|abwesen|automatische antwort|autoodpowied"
    r"|automatyczna odpowied|odpowiedź automatyczna|nieobecno|poza biurem|автоответ|автоматический ответ|отсутств",
    re.IGNORECASE,
)
_NOREPLY = re.compile(
    r"(?:no|do[-_.]?not)[-_.]?reply|mailer-daemon|owner-.*|.*-(?:owner|request|bounces)|bounces?\b.*|postmaster",
    re.IGNORECASE,
)


def _sender(mail: Mail) -> str:
    return f"{mail.from_.display_name} {mail.from_.local_part}" if mail.from_ else mail.header("from")


def is_loop(mail: Mail, _: Envelope, own: frozenset[str]) -> bool:
    """Our own address wrote it, or our own mark is on it."""
    return bool(mail.header("x-mailbot-loop")) or (
        mail.from_ is not None and mail.from_.identity in {a.casefold() for a in own}
    )


def is_delivery_report(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """A delivery report by form, or by a mail system's name and words."""
    kind = dict(mail.content_params).get("report-type", "").casefold()
    if mail.reports or kind == "delivery-status" or mail.header("x-failed-recipients"):
        return True
    daemon, failed = bool(_DAEMON.search(_sender(mail))), bool(_FAILED.search(mail.subject))
    return daemon or (failed and not mail.in_reply_to)


def is_report(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """A read receipt (RFC 8098) or a feedback report (RFC 5965)."""
    types = {a.content_type for a in mail.attachments}
    return mail.content_type == "multipart/report" or bool(
        types & {"message/disposition-notification", "message/feedback-report"}
    )


def is_auto_submitted(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """RFC 3834: any Auto-Submitted but "no", comments and parameters aside."""
    values = (
        re.sub(r"\([^()]*\)", "", v).partition(";")[0].strip().casefold() for v in mail.all_headers("auto-submitted")
    )
    return any(value not in ("", "no") for value in values)


def is_auto_reply(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """Fields or subjects of automatic replies."""
    names = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-loop")
    return (
        any(mail.header(n) for n in names)
        or mail.header("precedence").casefold() == "auto_reply"
        or bool(_AWAY.search(mail.subject))
    )


def is_list(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """A mailing list's fields."""
    return any(name.startswith("list-") or name == "mailing-list" for name, _value in mail.headers)


def is_bulk(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """Precedence of bulk mail."""
    return mail.header("precedence").casefold() in ("bulk", "list", "junk")


def is_noreply(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """A sender that takes no answers."""
    return mail.from_ is not None and bool(_NOREPLY.fullmatch(mail.from_.local_part))


def is_null_path(mail: Mail, envelope: Envelope, _: frozenset[str]) -> bool:
    """The null reverse-path."""
    return mail.header("return-path") == "<>" or (envelope.via in ("smtp", "lmtp") and envelope.mail_from == "")


def is_spam(mail: Mail, _: Envelope, __: frozenset[str]) -> bool:
    """The border called it spam."""
    return mail.header("x-spam-flag").casefold() == "yes"


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
    wishes = {w.strip().casefold() for w in mail.header("x-auto-response-suppress").split(",")}
    if wishes & {"all", "autoreply"}:
        return Verdict(Kind.HUMAN, answerable=False, rule="asks for no automatic reply")
    return Verdict(Kind.HUMAN, answerable=True, rule="human")
