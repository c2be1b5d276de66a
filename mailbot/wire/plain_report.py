"""Delivery reports without a report part: what qmail, Exim, Exchange, web mailers and their like write in plain words."""

import re

from mailbot.core.mail import DeliveryReport, Mail

CHARACTERS, RECIPIENTS = 8000, 20  #: that are looked at, and named, at most
_ADDRESS = r"(?<![\w.+-])[^\s<>()\[\]\"',;:@=*]{1,64}@[^\s<>()\[\]\"',;:@/\\]{1,253}[^\s<>()\[\]\"',;:@/\\.!?]"
_ANY_ADDRESS = re.compile(_ADDRESS)
_AT_START = re.compile(rf"^[ \t]{{0,20}}(?:[-*+>|]{{1,3}}[ \t]{{0,5}})?[\"'<\[]{{0,2}}({_ADDRESS})", re.MULTILINE)
_NAMED = re.compile(
    rf"(?:recipients?|address(?:es)?|user(?:id)?|to|for|for delivery|mailbox(?: is)? full|попыток|адрес\w*|an|do|à|a)[\w ]{{0,20}}"
    rf"(?:\(s\))?[:=]?\s{{0,6}}[\"'<\[]{{0,2}}(?:SMTP:)?({_ADDRESS})",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^(?:[ \t>*|]{0,5}[-_=]{2,80}[^\n]{0,60}(?:original|below this line|copy of|returned|unsent|undelivered|message header"
    r"|message follows|body of|оригинал|исходн|копия|附件)"
    r"|[ \t]{0,5}(?:original message follows|your message reads|(?:the )?(?:headers? of the )?original message"
    r"|a copy of (?:the|your) (?:original )?message|old message|----- ?transcript|return-path:|received: from))",
    re.IGNORECASE | re.MULTILINE,
)
_LATER = re.compile(
    r"has not yet been|not yet delivered|\bdelayed\b|postponed|warning message only|do not need to resend|will (?:be|keep|continue)[\w ]{0,20}(?:tr|attempt)"
    r"|still being|temporary|zustellung verzögert|noch nicht zugestellt|opóźnion|ещё не|задерж",
    re.IGNORECASE,
)
_FOR_GOOD = re.compile(
    r"permanent|given up|giving up|fatal|removed from the (?:mail )?queue|\b5\d\d[ -]|\b5\.\d{1,3}\.\d{1,3}\b|unknown user"
    r"|no (?:such user|mailbox here)|has failed|endgültig",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_CODE = re.compile(r"(?<![\d.\w-])([45])\d\d(?= |: |-\D|-\d\.\d)")
_MESSAGE_ID = re.compile(r"^[ \t>|]{0,5}message-id:\s{0,5}(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE)
_ECHOED = re.compile(
    r"^[ \t>]{0,8}(?:to|cc|from|sender|subject|sent|reply-to):[^\n]{0,2000}$", re.IGNORECASE | re.MULTILINE
)
_NOBODY = re.compile(
    r"(?:postmaster|mailer-daemon|mail-daemon|hostmaster|abuse|webmaster|support|help)\b", re.IGNORECASE
)


def plain_reports(mail: Mail) -> tuple[DeliveryReport, ...]:
    """One report for each recipient that *mail*, known to be a delivery report, names; at least one, with what is known.

    The action is "delayed" where the words say so and nothing says that it was for good; else "failed".
    """
    text = mail.text[: CHARACTERS * 4]
    copy = _COPY.search(text)
    told = text[: copy.start() if copy else len(text)][:CHARACTERS]
    head = f"{mail.subject}\n{told}"
    later = bool(_LATER.search(head)) and not _FOR_GOOD.search(head)
    code = _STATUS.search(told) or _CODE.search(told)
    status = "" if code is None else code[0] if "." in code[0] else f"{code[1]}.0.0"
    line = "" if code is None else told[told.rfind("\n", 0, code.start()) + 1 :].partition("\n")[0].strip()[:300]
    original = _MESSAGE_ID.search(text)
    action, message_id = "delayed" if later else "failed", original[1] if original else ""
    return tuple(DeliveryReport(action, status, who, message_id, line) for who in _recipients(mail, told) or ("",))


def _recipients(mail: Mail, told: str) -> tuple[str, ...]:
    """The addresses that failed: as the mail system says it in a field, else at a line's beginning, else after a word for them."""
    own_words = _ECHOED.sub("", told)  # without the fields of the mail that failed
    own = {a.identity for a in (*mail.to, *mail.cc, *filter(None, [mail.from_]))}
    for found in (
        _ANY_ADDRESS.findall(mail.header("x-failed-recipients")),
        _AT_START.findall(own_words),
        _NAMED.findall(own_words),
        _ANY_ADDRESS.findall(own_words),
        _ANY_ADDRESS.findall(told),
        _ANY_ADDRESS.findall(mail.subject),
    ):
        good = (a for a in found if a.casefold() not in own and not _NOBODY.match(a))
        if kept := tuple(dict.fromkeys(good)):
            return kept[:RECIPIENTS]
    return ()
