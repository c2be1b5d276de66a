"""A replay for people: the timeline, the promises, and where two policies part."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mailbot.cli.output import clean
from mailbot.core.case import Case
from mailbot.simulate import (
    LATER_MAIL,
    STATES,
    Aside,
    Difference,
    Figures,
    Happening,
    Listing,
    Past,
    Replayed,
    most_addressed,
)
from mailbot.wire.words import exact_duration

STYLES = {
    "kept": "green",
    "late": "yellow",
    "overdue": "red",
    "missed": "bold red",
    "replaced": "yellow",
    "open": "cyan",
}
SHOWN = 5  #: mails that were left out are named, so many of them


def timeline(here: Replayed, cases: Mapping[str, Case]) -> None:
    """One line for everything that happened."""
    zone = ZoneInfo(here.policy.calendar.zone)
    console = _console()
    for h in here.happenings:
        case = cases.get(h.case)
        text, style = _words(h, case, zone)
        line = f"{_when(h.at, zone)}  {h.case or '-':11}  {clean(text)}"
        if console.is_terminal:
            console.print(Text(line, style), no_wrap=True, overflow="ellipsis")
        else:
            print(line)


def promised(past: Past, listing: Listing, here: Replayed, counted: Figures) -> None:
    """The table of the promises, and what has to be known to read it."""
    zone = ZoneInfo(here.policy.calendar.zone)
    desks = ", ".join(d.address for d in past.settings.desks)
    title = {str(k): v for k, v in here.policy.title.items()}.get("en", here.policy.id)
    print(f"\n{clean(title)}: {_many(len(listing.mails), 'mail')} to {clean(desks)}")
    print(f"{_when(here.began, zone)} to {_when(here.ended, zone)} ({zone.key}). Nothing was sent.\n")
    rows = [
        (id, *(_number(states[s]) for s in STATES), _share(counted.originally.get(id)))
        for id, states in counted.promises.items()
    ]
    rows += [
        (f"{id} ({LATER_MAIL})", *(_number(states[s]) for s in STATES), "") for id, states in counted.later.items()
    ]
    if rows:
        _table(("promise", *STATES, "on first date"), rows)
    print("" if rows else "No promise was made.")
    for note in _notes(past, listing, here, counted):
        print(clean(note))


def compared(
    names: tuple[str, str], counted: tuple[Figures, Figures], apart: Sequence[Difference], zone_name: str
) -> None:
    """The promises of both policies side by side, then every case that ends otherwise."""
    zone = ZoneInfo(zone_name)
    ids = dict.fromkeys(id for f in counted for id in f.promises)
    rows = []
    for id in ids:
        of_both = [f.promises.get(id) for f in counted]
        for state in STATES:
            numbers = [states[state] if states is not None else None for states in of_both]
            if any(numbers):
                rows.append((id, state, *("-" if n is None else str(n) for n in numbers)))  # -: not promised at all
        rows.append((id, "on first date", *(_share(f.originally.get(id)) for f in counted)))
    _table(("promise", "state", *names), rows)
    print(f"\n{_many(len({d.case for d in apart}), 'case')} ended otherwise under {names[1]}.")
    if apart:
        print()
        _table(
            ("case", "opened", "promise", *names, "customer, subject"),
            [(d.case, _day(d.at, zone), d.promise, d.state, d.other, f"{d.customer}, {d.subject}") for d in apart],
        )


def _words(h: Happening, case: Case | None, zone: ZoneInfo) -> tuple[str, str]:
    """What happened, in words, and the colour of the line."""
    due = _when(h.due, zone) if h.due is not None else ""
    match h.event:
        case "received":
            subject = case.subject if case is not None else ""
            why = "" if h.state == "applied" else f" ({h.state}: {h.rule})"
            return f"from {h.actor or 'nobody'}{why}" + (f": {subject}" if subject else ""), "bold"
        case "sent":
            return f"to {h.to}: {h.template}", ""
        case "promise" if h.state == "open":
            return f"promised: {h.promise} by {due}" + (f" ({LATER_MAIL})" if h.rule == LATER_MAIL else ""), "cyan"
        case "promise":
            why = f" ({h.rule})" if h.rule and h.rule != "solved" else ""
            was = f", was due {due}" if h.state in ("late", "replaced", "missed") else ""
            return f"{h.state}: {h.promise}{was}{why}", STYLES.get(h.state, "")
        case "assigned":
            return (f"given to {h.to}" if h.to else "given back"), "dim"
    return " ".join(filter(None, (h.event, h.state, h.to))), "dim"


def _notes(past: Past, listing: Listing, here: Replayed, counted: Figures) -> list[str]:
    notes = [f"{_many(counted.cases, 'case')}."]
    if counted.open:
        notes = [
            f"{_many(counted.cases, 'case')}, {counted.open} of them without an end: mail does not tell how the old system"
            " closed a case, so they stay open, and what they were promised beyond an answer ends as missed."
        ]
    if counted.median is not None and counted.ninetieth is not None:
        half, most = _span(counted.median), _span(counted.ninetieth)
        notes.append(
            f"A person's first answer to {_many(len(counted.answers), 'case')}: half within {half}; 90% within {most}."
        )
    notes += [f"No person wrote {number} of the mails that kept {id}." for id, number in counted.unwritten.items()]
    outcomes = ", ".join(f"{number} {outcome}" for outcome, number in here.outcomes.items())
    notes.append(f"Mails taken in: {outcomes or 'none'}.")
    notes += [
        f"Not taken in: {number}, {why}{_remedy(past, listing) if why is Aside.NO_DESK else ''}."
        for why, number in here.aside.items()
    ]
    if listing.left_out:
        named = ", ".join(f"{where} ({why})" for where, why in listing.left_out[:SHOWN])
        notes.append(f"Left out: {len(listing.left_out)}: {named}{', …' if len(listing.left_out) > SHOWN else ''}")
    notes += [
        f"On known threads {number} mails are from {who}: if a person wrote them, add --agent {who}"
        for who, number in here.unsigned.most_common(SHOWN)
    ]
    if here.headless:
        notes.append(f"{_many(here.headless, 'case')} began with an answer to a mail that is not among these.")
    return notes


def _remedy(past: Past, listing: Listing) -> str:
    """How the mails of the address that most went to, and that is no desk, are taken in."""
    wanted = most_addressed(
        listing.addressed, {a for pair in listing.addressed for a in pair if past.settings.is_ours(a)}
    )
    return f" (to try the policy on those to {wanted}: --desk {wanted})" if wanted else ""


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Aligned columns, the numbers to the right; on a terminal that is too narrow the last column is cut."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for n, column in enumerate(columns):
        numeric = all(row[n][:1].isdigit() or row[n] in ("", "-") for row in rows)
        width = None if column == columns[-1] else max(len(cell) for cell in (column, *(row[n] for row in rows)))
        table.add_column(column, justify="right" if numeric else "left", no_wrap=True, min_width=width)
    for row in rows:
        table.add_row(*(Text(clean(cell), STYLES.get(cell, "")) for cell in row))
    console = _console()
    if console.is_terminal:
        console.print(table)
        return
    wide = Console(width=1000, color_system=None)
    with wide.capture() as shown:
        wide.print(table)
    for line in shown.get().splitlines():
        print(line.rstrip())


def _console() -> Console:
    return Console(markup=False, highlight=False, emoji=False)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d")


def _when(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _number(number: int) -> str:
    return str(number) if number else "-"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _span(span: timedelta) -> str:
    return exact_duration(span, "en")
