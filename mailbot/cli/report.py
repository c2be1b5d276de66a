"""`mailbot report`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from mailbot.cli.inside import open_inside
from mailbot.cli.output import clean, print_json
from mailbot.config import Desk, Settings, data_dir, load
from mailbot.core.period import Period, last_full
from mailbot.report.figures import Figures, figures
from mailbot.report.plain import as_json as plain
from mailbot.report.words import context
from mailbot.wire.render import MARKERS, Renderer


def report(config: Path | None, first: str, last: str, desk: str, language: str, *, as_json: bool) -> None:
    """Prints the figures of one desk, or of all, from *first* to *last*; by default those of the last full month."""
    days = _day("--from", first), _day("--to", last)
    settings, now = load(config, secrets=False), datetime.now(UTC)
    desks = _desks(settings, desk)
    periods = [_period(*days, wanted.policy.calendar.zone, now) for wanted in desks]
    found = open_inside(config).read(
        lambda conn: [
            (wanted, figures(conn, wanted.address, wanted.policy, period, now))
            for wanted, period in zip(desks, periods, strict=True)
        ]
    )
    if as_json:
        print_json([plain([(wanted.name, its) for wanted, its in found])])
    else:
        _show(settings, found, language)


def _desks(settings: Settings, address: str) -> list[Desk]:
    found = [d for d in settings.desks if address.casefold() in ("", d.address, *d.aliases)]
    if not found:
        known = ", ".join(d.address for d in settings.desks)
        raise typer.BadParameter(f"{address}: no such desk; there are {known}", param_hint="--desk")
    return found


def _day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text}: not a day; write 2026-03-31", param_hint=option) from error


def _period(first: date | None, last: date | None, zone: str, now: datetime) -> Period:
    """The last full month; from *first* to today; the month of *last* up to it; or what both say."""
    if first is None and last is None:
        return last_full("month", now, zone)
    last = last or now.astimezone(ZoneInfo(zone)).date()
    first = first or last.replace(day=1)
    if last < first:
        raise typer.BadParameter(f"{last}: before the first day, {first}", param_hint="--to")
    return Period(first, last + timedelta(days=1), zone)


def _show(settings: Settings, found: Sequence[tuple[Desk, Figures]], language: str) -> None:
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    folders = (settings.templates,) if settings.templates else ()
    renderer = Renderer((*folders, data_dir() / "templates"))
    names = {agent.address: agent.name for agent in settings.agents}
    for number, (desk, its) in enumerate(found):
        said = renderer.render("report", language, context(its, desk.name, desk.policy, names, language))
        console.print(("\n" if number else "") + clean(said.subject), style="bold")
        console.print("\n" + clean(said.text.removeprefix(MARKERS[language]).strip()))
