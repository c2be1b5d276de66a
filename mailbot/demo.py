"""`mailbot demo`: one complaint from first mail to rating, on the real parts with a moved clock."""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from mailbot import log
from mailbot.cli.cases import brief
from mailbot.wire.parse import parse
from mailbot.world import World

START = datetime(2026, 4, 9, 10, 12, tzinfo=ZoneInfo("Europe/Warsaw"))
DESK, CUSTOMER = "serwis@example.org", "kasia@example.net"
ANNA, MAREK, LEAD = "anna@example.org", "marek@example.org", "lead@example.org"
NAMES = {CUSTOMER: "Kasia (customer)", ANNA: "Anna (agent)", MAREK: "Marek (reviewer)", LEAD: "the manager"}

CONFIG = """
digest = false
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
teams = ["technical"]
languages = ["en"]
hours = "mon-fri 08:00-16:00"
[[agent]]
address = "marek@example.org"
name = "Marek"
teams = ["service"]
languages = ["en"]
hours = "mon-fri 08:00-16:00"
senior = true
reviewer = true
"""


@dataclass(frozen=True, slots=True)
class Play:
    """The world and the screen it is shown on."""

    world: World
    console: Console
    pause_seconds: float


def play(*, pause_seconds: float) -> int:
    """Plays the demo; 0 when the case ended as it should."""
    log.configure(json=False, level="error")
    with tempfile.TemporaryDirectory(prefix="mailbot-demo-") as folder:
        return asyncio.run(_play(Path(folder), pause_seconds))


async def _play(folder: Path, pause_seconds: float) -> int:
    console = Console(highlight=False, markup=False, emoji=False)
    here = Play(World(folder, START.astimezone(UTC)), console, pause_seconds)
    here.world.seen = lambda to, raw: _show_mail(here, to, raw)
    await here.world.start(CONFIG, seed=2026)
    try:
        await _story(here)
        return await _ending(here)
    finally:
        await here.world.stop()


async def _story(here: Play) -> None:
    await _say(
        here, "A customer in Poland writes to a company whose policy promises an acknowledgement, reports and a date."
    )
    text = "Dzień dobry,\n\nmój falownik SX-5 wyłącza się codziennie około południa. Proszę o pomoc.\n\nKasia Nowak"
    await _write(here, CUSTOMER, DESK, "Falownik się wyłącza", text)
    await _say(
        here, "Anna reads the notification in her own mail client, and simply replies. Her reply goes to the customer."
    )
    await here.world.move(hours=3)
    await _reply(here, ANNA, "/take\n\nDzień dobry, czy pojawia się kod błędu na wyświetlaczu?\n\nAnna")
    await here.world.move(days=1)
    await _reply(here, CUSTOMER, "Tak, jest kod E-031.")
    await _say(
        here,
        "Then nobody does anything. The daemon keeps the policy by itself: reports, warnings, a new date in time.",
    )
    await here.world.move(days=45)
    await _say(here, "Anna wakes up. A resolution states its outcome; hers goes out, and the case is resolved.")
    await _reply(
        here,
        ANNA,
        "/resolve\n\nWynik: Falownik działa zgodnie ze specyfikacją.\nDziałania: Sprawdziliśmy logi urządzenia.",
    )
    await _say(here, "The customer is not happy, and says so. Somebody who took no part must decide: that is Marek.")
    await here.world.move(hours=20)
    await _reply(here, CUSTOMER, "Eskalacja: kod E-031 nadal się pojawia, nikt tego nie wyjaśnił.")
    await here.world.move(hours=4)
    await _reply(
        here,
        MAREK,
        "/verdict\n\nMa Pani rację: E-031 to wadliwy czujnik. Wysyłamy nowy falownik na nasz koszt.\n\nMarek",
    )
    await here.world.move(hours=2)
    await _reply(here, CUSTOMER, "5")
    await here.world.move(days=20)


async def _say(here: Play, text: str) -> None:
    here.console.print()
    here.console.print(Text(text, style="bold"))
    await asyncio.sleep(here.pause_seconds)


async def _write(here: Play, from_: str, to: str, subject: str, text: str) -> None:
    _panel(here, f"{NAMES[from_]} writes", subject, text, "green")
    await here.world.write(from_, to, subject, text)


async def _reply(here: Play, from_: str, text: str) -> None:
    _panel(here, f"{NAMES[from_]} answers", "", text, "green")
    await here.world.reply(from_, DESK, text)


def _show_mail(here: Play, to: str, raw: bytes) -> None:
    mail = parse(raw)
    _panel(
        here, f"mailbot writes to {NAMES.get(to, to)}", mail.subject, mail.text, "cyan" if to == CUSTOMER else "yellow"
    )


def _panel(here: Play, who: str, subject: str, text: str, colour: str) -> None:
    at = here.world.clock().astimezone(START.tzinfo).strftime("%a %d %b %Y %H:%M")
    if not here.console.is_terminal:
        here.console.print(f"\n--- {at}  {who}" + (f"\nSubject: {subject}" if subject else "") + "\n", soft_wrap=True)
        here.console.print(text.strip(), soft_wrap=True)
        return
    title = Text(f"{at}  {who}", style=f"bold {colour}")
    subtitle = Text(subject, style="dim") if subject else None
    width = min(here.console.width, 88)
    here.console.print(Panel(Text(text.strip()), title=title, subtitle=subtitle, border_style=colour, width=width))


async def _ending(here: Play) -> int:
    """The case's journal and its promises; what the ledger says, nothing else."""
    case = here.world.cases()[0]
    journal = here.world.journal(case.reference)
    await _say(here, f"The journal of case {case.reference} ({case.stage}, rated {case.rating} of 5; moments in UTC)")
    for entry in journal:
        line = f"{entry.seq:4} {entry.at:%d %b %H:%M} {entry.actor:<22.22} {entry.kind:<16} {brief(entry.kind, entry.detail)}"
        here.console.print(line, soft_wrap=True)
    await _say(here, "Every promise that was made, and what became of it (moments in UTC)")
    for p in case.promises:
        line = f"{p.number:4} {p.id:<16} within {p.clock:<18} due {p.due_at:%d %b %Y %H:%M}  {p.state:<9} {p.reason}"
        here.console.print(line, soft_wrap=True)
    here.console.print("\nNow your own: `mailbot run`, then write to support@localhost on 127.0.0.1:8025.")
    return 0 if case.stage == "closed" and case.rating == 5 else 1
