"""The mails of the past in the order of time: a list of where they lie and when they were written, no more."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from mailbot.core.mail import Mail
from mailbot.errors import MailbotError
from mailbot.simulate.files import HEAD_BYTES, Source, find_sources, read
from mailbot.wire.parse import parse

A_DAY = timedelta(days=1)
ADDRESSED = ("delivered-to", "x-original-to", "envelope-to")


@dataclass(frozen=True, slots=True)
class Dated:
    """A mail that can be replayed."""

    at: datetime  #: aware UTC
    source: Source


@dataclass(frozen=True, slots=True)
class Listing:
    """All mails that were named, and those that cannot be replayed."""

    mails: tuple[Dated, ...]  #: in the order of time
    left_out: tuple[tuple[str, str], ...]  #: (where, why)
    addressed: Counter[tuple[str, str]]  #: how many mails were sent by whom to which address, lower case

    @property
    def years(self) -> range:
        """The years that the mails and what follows from them lie in."""
        return range(self.mails[0].at.year - 1, self.mails[-1].at.year + 3)


def list_mails(paths: Iterable[Path], seen: Callable[[], None] = lambda: None) -> Listing:
    """Reads the head of every mail at *paths*; *seen* is called for each. Raises MailbotError where none is usable."""
    named = tuple(paths)
    mails: list[Dated] = []
    left_out: list[tuple[str, str]] = []
    addressed: Counter[tuple[str, str]] = Counter()
    for source in (source for path in named for source in find_sources(path)):
        mail = parse_head(source)
        at = written_at(mail)
        if at is None:
            left_out.append((str(source), "no date that can be read" if is_mail(mail) else "not a mail"))
        else:
            mails.append(Dated(at, source))
            sender = mail.from_.identity if mail.from_ is not None else ""
            addressed.update((sender, address) for address in addresses(mail))
        seen()
    if not mails:
        where = ", ".join(str(p) for p in named)
        reasons = sorted({why for _, why in left_out})
        raise MailbotError(f"{where}: no mail to replay ({', '.join(reasons) or 'nothing is there'})")
    return Listing(tuple(sorted(mails, key=lambda dated: dated.at)), tuple(left_out), addressed)


def parse_head(source: Source) -> Mail:
    """The mail without its text."""
    raw = read(source, HEAD_BYTES)
    ends = [end for end in (raw.find(b"\n\n"), raw.find(b"\n\r\n")) if end >= 0]
    return parse(raw[: min(ends) + 1] + b"\r\n" if ends else raw)


def is_mail(mail: Mail) -> bool:
    return mail.from_ is not None or bool(mail.message_id or mail.header("received"))


def written_at(mail: Mail) -> datetime | None:
    """Its Date; the newest Received where there is none, or where it says that the writer's clock was wrong."""
    received = _received_at(mail)
    if mail.date is None or received is None:
        return mail.date or received
    return mail.date if abs(received - mail.date) <= A_DAY else received


def _received_at(mail: Mail) -> datetime | None:
    stamp = mail.header("received").rpartition(";")[2].strip()
    try:
        found = parsedate_to_datetime(stamp)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def addresses(mail: Mail) -> frozenset[str]:
    """Whom the mail was sent to, lower case."""
    headed = {word.strip("<> ,").casefold() for name in ADDRESSED for word in mail.all_headers(name)}
    return frozenset(a.identity for a in (*mail.to, *mail.cc)) | {word for word in headed if "@" in word}
