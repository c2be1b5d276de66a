"""A month of old mail, written by hand, as any client or archive holds it."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
DESK, ANNA = "support@example.org", "anna@example.org"

POLICY = """
title = "Answered in time"
languages = ["en", "de"]
close_after = "14 days"
reopen_for = "60 days"
[calendar]
zone = "Europe/Berlin"
open = "mon-fri 09:00-17:00"
holidays = "DE"
[[promise]]
id = "answer"
within = "{within}"
[footer]
en = "Example Ltd"
de = "Example GmbH"
"""


def policy(folder: Path, within: str = "48 hours", name: str = "answered") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(POLICY.replace("{within}", within))
    return path


def mail(
    day: str,
    from_: str,
    to: str,
    subject: str,
    *,
    id: str,
    answers: str = "",
    text: str = "Good morning, please help me with this.",
    headers: tuple[str, ...] = (),
) -> bytes:
    """A mail written on *day*, as "2 10:30" of March 2026 in Berlin, "" without a Date; *answers* is another's *id*."""
    head = [f"From: {from_}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{id}@mail.test>"]
    if day:
        head.append(f"Date: {format_datetime(moment(day))}")
    if answers:
        head.append(f"In-Reply-To: <{answers}@mail.test>")
    head += [*headers, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
    return ("\n".join(head) + f"\n\n{text}\n").encode()


def moment(day: str) -> datetime:
    number, _, time = day.partition(" ")
    hour, _, minute = time.partition(":")
    return datetime(2026, 3, int(number), int(hour), int(minute), tzinfo=BERLIN)


#: answered after 25 hours, and the later mail after 24; after 72; never; after 30
MONTH = (
    mail("2 09:00", "Kasia <kasia@example.net>", DESK, "Inverter stops", id="k1"),
    mail("3 10:00", ANNA, "kasia@example.net", "Re: Inverter stops", id="a1", answers="k1", text="Please restart it."),
    mail("3 11:00", "Kasia <kasia@example.net>", ANNA, "Re: Inverter stops", id="k2", answers="a1", text="It did not help."),
    mail("4 11:00", ANNA, "kasia@example.net", "Re: Inverter stops", id="a2", answers="k2", text="We send a new one."),
    mail("2 12:00", "ben@example.net", DESK, "Bill", id="b1"),
    mail("5 12:00", ANNA, "ben@example.net", "Re: Bill", id="a3", answers="b1", text="Here is the bill."),
    mail("6 15:00", "carl@example.net", DESK, "Question", id="c1"),
    mail("9 08:00", "dora@example.net", DESK, "Manual", id="d1"),
    mail("10 14:00", ANNA, "dora@example.net", "Re: Manual", id="a4", answers="d1", text="Here is the manual."),
)  # fmt: skip


def mbox(path: Path, mails: Iterable[bytes] = MONTH) -> Path:
    """As Unix keeps them: separated by "From " lines, such lines of the text quoted."""
    quoted = (one.replace(b"\nFrom ", b"\n>From ") for one in mails)
    path.write_bytes(b"".join(b"From x@y Mon Mar  2 09:00:00 2026\n" + one + b"\n" for one in quoted))
    return path


def maildir(path: Path, mails: Iterable[bytes] = MONTH) -> Path:
    """The newest mail is unread; the answers lie in the folder of what was sent."""
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new"):
        (path / folder).mkdir(parents=True)
    for number, one in enumerate(mails):
        sent = one.startswith(f"From: {ANNA}".encode())
        (path / (".Sent/cur" if sent else "cur") / f"{number}.x.y:2,S").write_bytes(one)
    (path / "tmp" / "half").write_bytes(b"From: half")
    return path


def eml_folder(path: Path, mails: Iterable[bytes] = MONTH) -> Path:
    """Saved one by one, named without any order, among other things."""
    (path / "more").mkdir(parents=True)
    for number, one in enumerate(mails):
        (path / ("more" if number % 2 else ".") / f"{9 - number}.EML").write_bytes(one.replace(b"\n", b"\r\n"))
    (path / "notes.txt").write_text("not a mail")
    return path
