"""The clocks of support policies: when is a promise due? All arithmetic is in UTC; the zone only names the walls."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

Intervals = tuple[tuple[time, time], ...]

MIDNIGHT = time(0)  #: as an end it means 24:00
HORIZON = 3700  #: days searched before a calendar is said never to open


class Clock(StrEnum):
    HOURS = "hours"  #: runs always
    DAYS = "days"  #: of 24 hours, always
    HOURS_ON_WORKING_DAYS = "hours on working days"  #: all 24 hours of a working day count
    WORKING_HOURS = "working hours"  #: only opening hours count
    WORKING_DAYS = "working days"  #: the day of receipt does not count; due at closing time
    END_OF_NEXT_WORKING_DAY = "end of next working day"


@dataclass(frozen=True, slots=True)
class Span:
    """A duration on one of the clocks, as a person wrote it."""

    amount: float
    clock: Clock
    text: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a desk is open."""

    zone: str
    hours: tuple[Intervals, ...]  #: Monday to Sunday
    closed: frozenset[date] = frozenset()  #: holidays and extra closed days
    opened: tuple[tuple[date, Intervals], ...] = ()  #: extra open days; they win over *closed*


_SPAN = re.compile(
    r"(\d+)\s+(minutes?|hours? on working days|working hours?|hours?|working days?|business days?|days?|weeks?)"
)
_UNITS = {
    "minute": (1 / 60, Clock.HOURS),
    "hour": (1, Clock.HOURS),
    "hours on working day": (1, Clock.HOURS_ON_WORKING_DAYS),
    "hour on working day": (1, Clock.HOURS_ON_WORKING_DAYS),
    "working hour": (1, Clock.WORKING_HOURS),
    "working day": (1, Clock.WORKING_DAYS),
    "business day": (1, Clock.WORKING_DAYS),
    "day": (1, Clock.DAYS),
    "week": (7, Clock.DAYS),
}


def parse_span(text: str) -> Span:
    """The duration that *text* says; ValueError names the ways to write one."""
    plain = " ".join(text.casefold().split())
    if plain == Clock.END_OF_NEXT_WORKING_DAY:
        return Span(1, Clock.END_OF_NEXT_WORKING_DAY, plain)
    match = _SPAN.fullmatch(plain)
    if match is None or int(match.group(1)) == 0:
        raise ValueError(
            'not a duration; write "24 hours", "24 hours on working days", "9 working hours", "7 working days", '
            '"14 days" or "end of next working day"'
        )
    factor, clock = _UNITS[match.group(2).removesuffix("s")]
    return Span(int(match.group(1)) * factor, clock, plain)


def parse_hours(text: str) -> tuple[Intervals, ...]:
    """Opening hours by weekday, Monday first, from "mon-fri 09:00-17:00, sat 10:00-12:00"."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    week: list[list[tuple[time, time]]] = [[] for _ in names]
    for part in text.casefold().split(","):
        match = re.fullmatch(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)", part.strip())
        if match is None or match.group(1) not in names or (match.group(2) or "mon") not in names:
            raise ValueError(f'"{part.strip()}" is no opening time; write "mon-fri 09:00-17:00"')
        first, last = names.index(match.group(1)), names.index(match.group(2) or match.group(1))
        opens = time(int(match.group(3)), int(match.group(4)))
        closes = MIDNIGHT if match.group(5) == "24" else time(int(match.group(5)), int(match.group(6)))
        if closes != MIDNIGHT and closes <= opens:
            raise ValueError(f'"{part.strip()}" closes before it opens')
        for day in range(first, (last if last >= first else last + 7) + 1):
            week[day % 7].append((opens, closes))
    return tuple(tuple(sorted(day)) for day in week)


def due_at(start: datetime, span: Span, calendar: Calendar) -> datetime:
    """The moment at which *span* has run since *start*.

    Both moments are aware UTC. Raises ValueError on a calendar that never opens.
    """
    match span.clock:
        case Clock.HOURS:
            return start + timedelta(hours=span.amount)
        case Clock.DAYS:
            return start + timedelta(days=span.amount)
        case Clock.WORKING_HOURS:
            return _run(timedelta(hours=span.amount), _forward(start, calendar, whole_days=False))
        case Clock.HOURS_ON_WORKING_DAYS:
            return _run(timedelta(hours=span.amount), _forward(start, calendar, whole_days=True))
        case Clock.WORKING_DAYS:
            return _closing_after(start, int(span.amount), calendar)
        case Clock.END_OF_NEXT_WORKING_DAY:
            opening = next(o for o, _ in _windows(_local(start, calendar), calendar, 1) if o > start)
            return _closing(_local(opening, calendar), calendar)


def before(due: datetime, span: Span, calendar: Calendar) -> datetime:
    """The moment from which *span* has yet to run until *due*: when to warn. Aware UTC."""
    match span.clock:
        case Clock.HOURS:
            return due - timedelta(hours=span.amount)
        case Clock.DAYS:
            return due - timedelta(days=span.amount)
        case Clock.WORKING_HOURS:
            return _run_back(timedelta(hours=span.amount), _backward(due, calendar, whole_days=False))
        case Clock.HOURS_ON_WORKING_DAYS:
            return _run_back(timedelta(hours=span.amount), _backward(due, calendar, whole_days=True))
        case Clock.WORKING_DAYS | Clock.END_OF_NEXT_WORKING_DAY:
            day = _local(due, calendar)
            for _ in range(int(span.amount)):
                day = _working_day(day, calendar, -1)
            local = due.astimezone(ZoneInfo(calendar.zone)).timetz().replace(tzinfo=None)
            return min(_utc(day, local, calendar), _closing(day, calendar))


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Whether *at* (aware UTC) is inside opening hours; the closing moment is not."""
    return any(opens <= at < closes for opens, closes in _day_windows(_local(at, calendar), calendar))


def closing(day: date, calendar: Calendar) -> datetime:
    """When *day* closes, aware UTC. Raises ValueError where it never opens."""
    windows = _day_windows(day, calendar)
    if not windows:
        raise ValueError(f"{day} is no working day")
    return windows[-1][1]


def is_working_day(day: date, calendar: Calendar) -> bool:
    return bool(_hours(day, calendar))


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """*at* itself where it is open, else the first opening after it. Aware UTC."""
    return next(max(at, opens) for opens, closes in _windows(_local(at, calendar), calendar, 1) if closes > at)


def resumed(due: datetime, span: Span, paused_at: datetime, resumed_at: datetime, calendar: Calendar) -> datetime:
    """The due moment after a pause during which the clock of *span* stood still. All moments are aware UTC."""
    if resumed_at <= paused_at or due <= paused_at:
        return due
    if span.clock in (Clock.HOURS, Clock.DAYS):
        return due + (resumed_at - paused_at)
    left = Span(working_time_between(paused_at, due, calendar) / timedelta(hours=1), Clock.WORKING_HOURS, "")
    return due_at(resumed_at, left, calendar)


def working_time_between(a: datetime, b: datetime, calendar: Calendar) -> timedelta:
    """The opening time between two moments (aware UTC), zero where *b* is not after *a*."""
    total = timedelta(0)
    day = _local(a, calendar)
    while day <= _local(b, calendar):
        for opens, closes in _day_windows(day, calendar):
            total += max(timedelta(0), min(b, closes) - max(a, opens))
        day += timedelta(days=1)
    return total


def _run(left: timedelta, windows: Iterator[tuple[datetime, datetime]]) -> datetime:
    for opens, closes in windows:
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise ValueError("the calendar never opens")


def _run_back(left: timedelta, windows: Iterator[tuple[datetime, datetime]]) -> datetime:
    for opens, closes in windows:
        if closes - opens >= left:
            return closes - left
        left -= closes - opens
    raise ValueError("the calendar never opens")


def _forward(start: datetime, calendar: Calendar, *, whole_days: bool) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in _windows(_local(start, calendar), calendar, 1, whole_days=whole_days):
        if closes > start:
            yield max(opens, start), closes


def _backward(due: datetime, calendar: Calendar, *, whole_days: bool) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in _windows(_local(due, calendar), calendar, -1, whole_days=whole_days):
        if opens < due:
            yield opens, min(closes, due)


def _windows(
    day: date, calendar: Calendar, step: int, *, whole_days: bool = False
) -> Iterator[tuple[datetime, datetime]]:
    """The open windows from *day* on, forwards or backwards; ValueError where none comes for ten years."""
    idle = 0
    while idle < HORIZON:
        found = _day_windows(day, calendar)
        idle = 0 if found else idle + 1
        if found and whole_days:
            found = ((_utc(day, MIDNIGHT, calendar), _utc(day + timedelta(days=1), MIDNIGHT, calendar)),)
        yield from found[::step]
        day += timedelta(days=step)
    raise ValueError("the calendar never opens")


@lru_cache(maxsize=4096)
def _day_windows(day: date, calendar: Calendar) -> tuple[tuple[datetime, datetime], ...]:
    """The open windows of one local day, in UTC. A wall time that the clocks skip opens at the jump."""
    found = []
    for opens, closes in _hours(day, calendar):
        end = day + timedelta(days=1) if closes == MIDNIGHT else day
        window = _utc(day, opens, calendar), _utc(end, closes, calendar)
        if window[1] > window[0]:
            found.append(window)
    return tuple(found)


def _hours(day: date, calendar: Calendar) -> Intervals:
    extra = next((hours for opened, hours in calendar.opened if opened == day), None)
    if extra is not None:
        return extra
    return () if day in calendar.closed else calendar.hours[day.weekday()]


def _closing_after(start: datetime, days: int, calendar: Calendar) -> datetime:
    day = _local(start, calendar)
    for _ in range(days):
        day = _working_day(day, calendar, 1)
    return _closing(day, calendar)


def _working_day(day: date, calendar: Calendar, step: int) -> date:
    for _ in range(HORIZON):
        day += timedelta(days=step)
        if is_working_day(day, calendar):
            return day
    raise ValueError("the calendar never opens")


def _closing(day: date, calendar: Calendar) -> datetime:
    return _day_windows(day, calendar)[-1][1]


def _local(at: datetime, calendar: Calendar) -> date:
    return at.astimezone(ZoneInfo(calendar.zone)).date()


def _utc(day: date, wall: time, calendar: Calendar) -> datetime:
    return datetime.combine(day, wall, ZoneInfo(calendar.zone)).astimezone(UTC)
