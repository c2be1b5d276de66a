"""`mailbot simulate`: reads the options, replays, and shows what happened."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mailbot.cli.simulate_text import compared, promised, timeline
from mailbot.config import load_policy
from mailbot.core.policy import Policy
from mailbot.errors import MailbotError
from mailbot.simulate import (
    STATES,
    Figures,
    Happening,
    Listing,
    Past,
    Replayed,
    differences,
    figures,
    list_mails,
    replay,
    settings_for,
)
from mailbot.wire.language import load_accurate


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    config: Path | None
    policy: str
    mails: tuple[Path, ...]
    compare: str = ""
    until: str = ""
    desk: str = ""
    agents: tuple[str, ...] = ()
    tag: str = ""
    summary: bool = False
    as_json: bool = False


def run(wanted: Wanted) -> int:
    """Replays and prints; 0."""
    tag = _tag(wanted.tag)
    for name in filter(None, (wanted.policy, wanted.compare)):
        load_policy(name, wanted.config)  # what is wrong with it is said before anything is read
    with _progress("reading", None) as went_on:
        listing = list_mails(wanted.mails, went_on)
    policy = load_policy(wanted.policy, wanted.config, listing.years)
    past = Past(settings_for(wanted.config, policy, listing.addressed, wanted.desk, wanted.agents), tag)
    until = _until(wanted.until, policy)
    load_accurate(at_once=False)  # as a running daemon reads
    here = _replayed(past, policy, listing, until, wanted.policy)
    if not wanted.compare:
        _show(wanted, past, listing, here)
        return 0
    other = load_policy(wanted.compare, wanted.config, listing.years)
    there = _replayed(past, other, listing, until, wanted.compare)
    _show_both(wanted, past, listing, here, there)
    return 0


def _tag(text: str) -> re.Pattern[str] | None:
    try:
        tag = re.compile(text, re.IGNORECASE) if text else None
    except re.error as error:
        raise typer.BadParameter(f"not a regular expression: {error}", param_hint="--tag") from error
    if tag is not None and tag.groups < 1:
        raise typer.BadParameter(r"group 1 must be the reference, as in '#(\d+)'", param_hint="--tag")
    return tag


def _until(text: str, policy: Policy) -> datetime | None:
    """A day means its end; without an offset it is the policy's own time."""
    if not text:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("write 2026-03-31 or 2026-03-31T17:00", param_hint="--until") from error
    if len(text) <= len("2026-03-31"):
        given += timedelta(days=1)
    zoned = given.replace(tzinfo=ZoneInfo(policy.calendar.zone)) if given.tzinfo is None else given
    return zoned.astimezone(UTC)


def _replayed(past: Past, policy: Policy, listing: Listing, until: datetime | None, name: str) -> Replayed:
    if until is not None and until < listing.mails[0].at:
        raise MailbotError(f"--until {until.isoformat()} is before the first mail, {listing.mails[0].at.isoformat()}")
    with _progress(f"replaying under {name}", len(listing.mails)) as went_on:
        return replay(past, policy, listing, until, went_on)


@contextmanager
def _progress(what: str, total: int | None) -> Iterator[Callable[[], None]]:
    """A bar on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


def _show(wanted: Wanted, past: Past, listing: Listing, here: Replayed) -> None:
    counted = figures(here.cases, here.ended)
    if wanted.as_json:
        if not wanted.summary:
            _lines(_row(h) for h in here.happenings)
        _lines([{"summary": _summary(past, listing, here, counted)}])
        return
    if not wanted.summary:
        timeline(here, {c.reference: c for c in here.cases})
    promised(past, listing, here, counted)


def _show_both(wanted: Wanted, past: Past, listing: Listing, here: Replayed, there: Replayed) -> None:
    ours, theirs = figures(here.cases, here.ended), figures(there.cases, there.ended)
    apart = tuple(differences(here.cases, there.cases, here.ended, there.ended))
    if not wanted.as_json:
        names = (here.policy.id, there.policy.id)
        names = (wanted.policy, wanted.compare) if names[0] == names[1] else names
        compared(names, (ours, theirs), apart, here.policy.calendar.zone)
        return
    _lines(
        {
            "at": d.at.isoformat(),
            "case": d.case,
            "event": "differs",
            "promise": d.promise,
            "state": d.state,
            "other": d.other,
            "actor": d.customer,
        }
        for d in apart
    )
    both = {"summary": _summary(past, listing, here, ours), "compared": _summary(past, listing, there, theirs)}
    _lines([both | {"differ": len({d.case for d in apart})}])


def _lines(rows: Sequence[dict[str, object]] | Iterator[dict[str, object]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _row(h: Happening) -> dict[str, object]:
    row: dict[str, object] = {"at": h.at.isoformat(), "case": h.case, "event": h.event}
    if h.due is not None:
        row["due"] = h.due.isoformat()
    rest = {name: getattr(h, name) for name in ("mail", "to", "template", "promise", "state", "rule", "actor")}
    return row | {name: value for name, value in rest.items() if value}


def _summary(past: Past, listing: Listing, here: Replayed, counted: Figures) -> dict[str, object]:
    return {
        "policy": here.policy.id,
        "desks": [d.address for d in past.settings.desks],
        "from": here.began.isoformat(),
        "until": here.ended.isoformat(),
        "mails": len(listing.mails),
        "outcomes": dict(here.outcomes),
        "aside": {str(why): number for why, number in here.aside.items()},
        "left_out": [{"mail": where, "why": why} for where, why in listing.left_out],
        "cases": counted.cases,
        "open_cases": counted.open,
        "promises": {id: {state: states[state] for state in STATES} for id, states in counted.promises.items()},
        "later_mails": {id: {state: states[state] for state in STATES} for id, states in counted.later.items()},
        "kept_by_automatic_mail": dict(counted.unwritten),
        "kept_on_original_date": dict(counted.originally),
        "seconds_to_answer": {
            "cases": len(counted.answers),
            "median": counted.median.total_seconds() if counted.median is not None else None,
            "p90": counted.ninetieth.total_seconds() if counted.ninetieth is not None else None,
        },
    }
