"""No mail to anybody but its agent shows the private address by which that agent answers (G11)."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection

from mailbot.core.mail import Mail
from mailbot.pipeline.office import TOKEN_LENGTH, Office
from mailbot.store import people
from mailbot.wire.parts import extract

SHOWN = "it shows the private address of an agent"
_WORD = rf"[a-z2-7]{{{TOKEN_LENGTH}}}(?![a-z2-7])"
_NAME = r"[a-z2-7]{16,24}"  #: the local part of a Message-ID of ours
_SEPARATORS = {"+": r"(?:\+|%2b|&#43;|&#x2b;|&plus;|=2b)", "-": r"(?:-|%2d|&#45;|&#x2d;|=2d)"}


def mail_shows_private(conn: Connection, office: Office, mail: Mail, raw: bytes) -> bool:
    """Whether the words of *mail*, or what is attached to it, show a private address."""
    if shows_private(conn, office, (mail.new_text,)):
        return True
    files = extract(raw, [a.index for a in mail.attachments]) if mail.attachments else {}
    return shows_private(conn, office, files.values())


def shows_private(conn: Connection, office: Office, shown: Iterable[str | bytes]) -> bool:
    """Whether anything *shown* holds an address of ours with the token of an agent, however it is spelt."""
    pattern = _pattern(office)
    if pattern is None:
        return False
    for text in shown:
        plain = text.casefold() if isinstance(text, str) else text.decode("latin-1").casefold()
        if any(people.find_token(conn, token) is not None for token in _tokens(pattern, plain)):
            return True
    return False


def without_private(conn: Connection, office: Office, text: str, reader: str) -> str:
    """*text* as *reader*, one of the staff, may see it: the tokens of other agents are left out."""
    pattern = _pattern(office)
    foreign = set()
    for token in _tokens(pattern, text.casefold()) if pattern is not None else ():
        known = people.find_token(conn, token)
        if known is not None and known.agent != reader:
            foreign.add(token)
    for token in sorted(foreign):
        text = re.sub(token, "…", text, flags=re.IGNORECASE)
    return text


def _pattern(office: Office) -> re.Pattern[str] | None:
    """Finds the tokens behind any address of the desks, and in Message-IDs of those that have no subaddresses."""
    found = set()
    for desk in office.settings.desks:
        for own in (desk.address, *desk.aliases):
            local, _, domain = own.casefold().rpartition("@")
            if desk.subaddress in _SEPARATORS:
                found.add(f"(?<={re.escape(local)}){_SEPARATORS[desk.subaddress]}({_WORD})")
            else:
                found.add(f"(?<![a-z2-7])({_NAME})(?:@|%40|&#64;|=40){re.escape(domain)}")
    return re.compile("|".join(sorted(found))) if found else None


def _tokens(pattern: re.Pattern[str], plain: str) -> set[str]:
    """Everything in *plain*, which is lower case, that may be a token."""
    return {token for match in pattern.finditer(plain) for token in match.groups() if token}
