"""When a desk is open, as a policy writes it: hours by weekday, closed days, extra open days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time

Intervals = tuple[tuple[time, time], ...]

MIDNIGHT = time(0)  #: as an end it means 24:00
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(r"(?:([a-z]{3})(?:-([a-z]{3}))? )?([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_WEEK = 7 * 1440


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a desk is open.

    An interval whose end is not after its begin ends on the next day, and belongs to the day on which it begins:
    a night shift goes on into a holiday, and does not begin on one.
    """

    zone: str
    hours: tuple[Intervals, ...]  #: Monday to Sunday
    closed: frozenset[date] = frozenset()  #: holidays and extra closed days
    opened: tuple[tuple[date, Intervals], ...] = ()  #: extra open days; they win over *closed*
    holidays: tuple[tuple[date, str], ...] = field(default=(), compare=False)  #: the names of those in *closed*


def parse_hours(text: str) -> tuple[Intervals, ...]:
    """Opening hours by weekday, Monday first, from "mon-fri 09:00-12:00, 13:00-17:00, sat 22:00-06:00".

    A part without days means the days of the part before it. ValueError where it cannot be read, and where the
    same time is named twice.
    """
    week: list[list[tuple[time, time]]] = [[] for _ in _NAMES]
    parts = [part.strip() for part in text.casefold().split(",")]
    taken: dict[int, int] = {}
    days: tuple[int, ...] = ()
    for number, part in enumerate(parts):
        days, opens, closes = _part(part, days)
        for day in days:
            week[day].append((opens, closes))
            for minute in _minutes(day, opens, closes):
                if taken.setdefault(minute, number) != number:
                    raise ValueError(f'"{part}" overlaps "{parts[taken[minute]]}"; name every hour once')
    return tuple(tuple(sorted(day)) for day in week)


def _part(part: str, before: tuple[int, ...]) -> tuple[tuple[int, ...], time, time]:
    match = _PART.fullmatch(part)
    first, last = (match.group(1), match.group(2) or match.group(1)) if match else (None, None)
    if match is None or (first is None and not before) or {first, last} - {*_NAMES, None}:
        raise ValueError(f'"{part}" is no opening time; write "mon-fri 09:00-17:00"')
    try:
        opens = time(int(match.group(3)), int(match.group(4)))
        whole = (match.group(5), match.group(6)) == ("24", "00")
        closes = MIDNIGHT if whole else time(int(match.group(5)), int(match.group(6)))
    except ValueError as error:
        raise ValueError(f'"{part}" names no time of day; write 00:00 to 24:00') from error
    if closes == opens and not whole:
        raise ValueError(f'"{part}" closes when it opens; write "00:00-24:00" for a whole day')
    if first is None or last is None:
        return before, opens, closes
    since, until = _NAMES.index(first), _NAMES.index(last)
    return tuple(day % 7 for day in range(since, (until if until >= since else until + 7) + 1)), opens, closes


def _minutes(day: int, opens: time, closes: time) -> Iterator[int]:
    """The minutes of the week from *opens* to *closes*, round its end."""
    begin, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    for minute in range(begin, end if end > begin else end + 1440):
        yield (day * 1440 + minute) % _WEEK
