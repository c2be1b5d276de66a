"""`mailbot demo`: one complaint from first mail to rating, on the real parts with a moved clock."""

import asyncio
import smtplib
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from mailbot import log
from mailbot.cli.look import brief
from mailbot.clock import MovedClock
from mailbot.config import load
from mailbot.core.case import Case
from mailbot.core.mail import Envelope
from mailbot.daemon import Daemon, seeded_chance
from mailbot.store import cases
from mailbot.transport.smtp_in import Listener, listen
from mailbot.wire.parse import parse

START = datetime(2026, 4, 9, 10, 12, tzinfo=ZoneInfo("Europe/Warsaw"))
DESK, CUSTOMER = "serwis@example.org", "kasia@example.net"
ANNA, MAREK, LEAD = "anna@example.org", "marek@example.org", "lead@example.org"
NAMES = {CUSTOMER: "Kasia (customer)", ANNA: "Anna (agent)", MAREK: "Marek (reviewer)", LEAD: "the manager"}

CONFIG = """
[store]
url = "sqlite:///demo.db"
[listen]
smtp = "127.0.0.1:0"
[relay]
host = "127.0.0.1"
port = {port}
security = "none"
[[desk]]
address = "serwis@example.org"
name = "Serwis Example"
policy = "complaints-working-days"
manager = "lead@example.org"
[[agent]]
address = "anna@example.org"
name = "Anna"
teams = ["service"]
languages = ["en"]
hours = "mon-fri 08:00-16:00"
[[agent]]
address = "marek@example.org"
name = "Marek"
teams = ["technical"]
languages = ["en"]
hours = "mon-fri 08:00-16:00"
senior = true
reviewer = true
"""


@dataclass(slots=True)
class Stage:
    """The demo's world: the daemon, the world's mailboxes, the clock and the screen."""

    clock: MovedClock
    console: Console
    pause_seconds: float
    received: list[tuple[str, bytes]] = field(default_factory=list)
    shown: int = 0
    daemon: Daemon | None = None

    async def arrived(self, envelope: Envelope, raw: bytes) -> None:
        self.received.extend((address, raw) for address in envelope.rcpt_to)

    def last_to(self, address: str) -> bytes:
        return next(raw for to, raw in reversed(self.received) if to == address)


def play(*, pause_seconds: float) -> int:
    """Plays the demo; 0 when the case ended as it should."""
    log.configure(json=False, level="error")
    with tempfile.TemporaryDirectory(prefix="mailbot-demo-") as folder:
        return asyncio.run(_play(Path(folder), pause_seconds))


async def _play(folder: Path, pause_seconds: float) -> int:
    stage = Stage(MovedClock(START), Console(highlight=False, markup=False, emoji=False), pause_seconds)
    world = await listen(accept=stage.arrived, owns=lambda _: True, host="127.0.0.1", port=0, hostname="demo")
    path = folder / "mailbot.toml"
    path.write_text(CONFIG.format(port=world.port), encoding="utf-8")
    daemon = stage.daemon = Daemon(load(path), clock=stage.clock, bell=stage.clock, chance=seeded_chance(2026))
    await daemon.start()
    try:
        await _story(stage)
        return await _ending(stage)
    finally:
        await daemon.stop()
        await world.close(1.0)


async def _story(stage: Stage) -> None:
    await _say(
        stage, "A customer in Poland writes to a company whose policy promises an acknowledgement, reports and a date."
    )
    text = "Dzień dobry,\n\nmój falownik SX-5 wyłącza się codziennie około południa. Proszę o pomoc.\n\nKasia Nowak"
    await _write(stage, CUSTOMER, DESK, "Falownik się wyłącza", text)
    await _say(
        stage, "Anna reads the notification in her own mail client, and simply replies. Her reply goes to the customer."
    )
    await _move(stage, hours=3)
    await _reply(stage, ANNA, "/take\n\nDzień dobry, czy pojawia się kod błędu na wyświetlaczu?\n\nAnna")
    await _move(stage, days=1)
    await _reply(stage, CUSTOMER, "Tak, jest kod E-031.")
    await _say(
        stage,
        "Then nobody does anything. The daemon keeps the policy by itself: reports, warnings, a new date in time.",
    )
    await _move(stage, days=45)
    await _say(stage, "Anna wakes up. A resolution states its outcome; hers goes out, and the case is resolved.")
    await _reply(
        stage,
        ANNA,
        "/resolve\n\nWynik: Falownik działa zgodnie ze specyfikacją.\nDziałania: Sprawdziliśmy logi urządzenia.",
    )
    await _say(stage, "The customer is not happy, and says so. Somebody who took no part must decide: that is Marek.")
    await _move(stage, hours=20)
    await _reply(stage, CUSTOMER, "Eskalacja: kod E-031 nadal się pojawia, nikt tego nie wyjaśnił.")
    await _move(stage, hours=4)
    await _reply(
        stage,
        MAREK,
        "/verdict\n\nMa Pani rację: E-031 to wadliwy czujnik. Wysyłamy nowy falownik na nasz koszt.\n\nMarek",
    )
    await _move(stage, hours=2)
    await _reply(stage, CUSTOMER, "5")
    await _move(stage, days=20)


async def _say(stage: Stage, text: str) -> None:
    stage.console.print()
    stage.console.print(Text(text, style="bold"))
    await asyncio.sleep(stage.pause_seconds)


async def _write(stage: Stage, from_: str, to: str, subject: str, text: str, parent: str = "") -> None:
    """A person's client sends a mail, by SMTP."""
    number = len(stage.received)
    lines = [
        f"From: {from_}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <demo-{number}@{from_.partition('@')[2]}>",
    ]
    lines += [f"Date: {stage.clock():%a, %d %b %Y %H:%M:%S +0000}", "MIME-Version: 1.0"]
    lines += [f"In-Reply-To: {parent}"] if parent else []
    lines += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text, ""]
    raw = "\r\n".join(lines).replace("\n", "\r\n").replace("\r\r\n", "\r\n").encode()
    _panel(stage, f"{NAMES[from_]} writes", subject, text, "green")
    await asyncio.to_thread(_send, _port(stage), from_, to, raw)
    await _settle(stage)


def _send(port: int, from_: str, to: str, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.sendmail(from_, [to], raw)


def _port(stage: Stage) -> int:
    assert stage.daemon is not None
    listener: Listener = stage.daemon.listeners[0]
    return listener.port


async def _reply(stage: Stage, from_: str, text: str) -> None:
    """Answers the newest mail that this person got, as any client does."""
    message = message_from_bytes(stage.last_to(from_))
    to = str(message["Reply-To"] or DESK)
    subject = str(make_header(decode_header(str(message["Subject"]))))
    subject = subject if subject.startswith("Re:") else f"Re: {subject}"
    await _write(stage, from_, to.strip("<>"), subject, text, str(message["Message-ID"]))


async def _move(stage: Stage, *, hours: int = 0, days: int = 0) -> None:
    """Moves the clock to *hours* and *days* from now, stopping at every moment on the way."""
    daemon = stage.daemon
    assert daemon is not None
    until = stage.clock() + timedelta(hours=hours, days=days)
    while True:
        due = await asyncio.to_thread(daemon.next_moment)
        if due is None or due > until:
            break
        stage.clock.move_to(due)
        await _settle(stage)
    stage.clock.move_to(until)
    await _settle(stage)


async def _settle(stage: Stage) -> None:
    assert stage.daemon is not None
    await stage.daemon.settle()
    for to, raw in stage.received[stage.shown :]:
        mail = parse(raw)
        _panel(
            stage,
            f"mailbot writes to {NAMES.get(to, to)}",
            mail.subject,
            mail.text,
            "cyan" if to == CUSTOMER else "yellow",
        )
        await asyncio.sleep(stage.pause_seconds)
    stage.shown = len(stage.received)


def _panel(stage: Stage, who: str, subject: str, text: str, colour: str) -> None:
    at = stage.clock().astimezone(START.tzinfo).strftime("%a %d %b %Y %H:%M")
    if not stage.console.is_terminal:
        stage.console.print(f"\n--- {at}  {who}\nSubject: {subject}\n")
        stage.console.print(text.strip(), soft_wrap=True)
        return
    body = Text(text.strip())
    title = Text(f"{at}  {who}", style=f"bold {colour}")
    stage.console.print(
        Panel(
            body,
            title=title,
            subtitle=Text(subject, style="dim"),
            border_style=colour,
            width=min(stage.console.width, 88),
        )
    )


async def _ending(stage: Stage) -> int:
    """The case's journal and its promises; what the ledger says, nothing else."""
    daemon = stage.daemon
    assert daemon is not None
    case: Case = daemon.store.read(lambda conn: cases.listing(conn, open_only=False, limit=1, order="opened"))[0]
    journal = daemon.store.read(lambda conn: cases.journal(conn, case.reference))
    await _say(stage, f"The journal of case {case.reference} ({case.stage}, rated {case.rating} of 5)")
    for entry in journal:
        line = f"{entry.seq:4} {entry.at:%d %b %H:%M} {entry.actor:<22.22} {entry.kind:<16} {brief(entry.kind, entry.detail)}"
        stage.console.print(line, soft_wrap=True)
    await _say(stage, "Every promise that was made, and what became of it")
    for p in case.promises:
        line = f"{p.number:4} {p.id:<16} within {p.clock:<18} due {p.due_at:%d %b %Y %H:%M}  {p.state:<9} {p.reason}"
        stage.console.print(line, soft_wrap=True)
    stage.console.print("\nNow your own: `mailbot run`, then write to support@localhost on 127.0.0.1:8025.")
    return 0 if case.stage == "closed" and case.rating == 5 else 1
