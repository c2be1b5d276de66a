"""The clocks of support policies: when is a promise due? All arithmetic is in UTC; the zone only names the walls.

Every moment that goes in is aware; every moment that comes out is UTC. Functions that need working time raise
ValueError on a calendar that does not open for ten years. Costs grow with the years of a span, not with its days.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from mailbot.core.opening import MIDNIGHT, Calendar, Intervals, parse_hours
from mailbot.core.span import Clock, Span, parse_span
from mailbot.core.timetable import Day, Track, Year, first_moment, in_utc, working_day, year_at, year_of, years_from

__all__ = [
    "MIDNIGHT",
    "Calendar",
    "Clock",
    "Intervals",
    "Span",
    "before",
    "closing",
    "due_at",
    "is_open",
    "is_working_day",
    "last_open_at_or_before",
    "next_opening",
    "parse_hours",
    "parse_span",
    "resumed",
    "track_of",
    "working_days_between",
    "working_time_between",
]

_ZERO = timedelta(0)
_SECOND = timedelta(seconds=1)


def due_at(start: datetime, span: Span, calendar: Calendar) -> datetime:
    """The moment at which *span* has run since *start*.

    A span that ends with a window is due at its end (closing time, midnight), not at the next opening. The day of
    receipt is the working day in whose hours *start* lies, else the day of the zone.
    """
    start = in_utc(start)
    match span.clock:
        case Clock.HOURS | Clock.DAYS:
            return start + span.length
        case Clock.WORKING_HOURS | Clock.HOURS_ON_WORKING_DAYS:
            return _run(start, span.length, calendar, track_of(span.clock))
        case Clock.WORKING_DAYS:
            year, index = _day_of_receipt(start, calendar)
            return working_day(year, index + int(span.amount), calendar).closes
        case Clock.END_OF_NEXT_WORKING_DAY:
            return _first_opening_after(start, calendar).closes
        case _:
            assert_never(span.clock)


def before(due: datetime, span: Span, calendar: Calendar) -> datetime:
    """The latest moment from which *span* has yet to run until *due*: when to warn.

    In working days: the same time of day so many working days earlier, at closing time at the latest; what is due
    after closing time or on a closed day counts as due at the closing time before it.
    """
    due = in_utc(due)
    match span.clock:
        case Clock.HOURS | Clock.DAYS:
            return due - span.length
        case Clock.WORKING_HOURS | Clock.HOURS_ON_WORKING_DAYS:
            return _run_back(due, span.length, calendar, track_of(span.clock))
        case Clock.WORKING_DAYS | Clock.END_OF_NEXT_WORKING_DAY:
            return _days_before(due, int(span.amount), calendar)
        case _:
            assert_never(span.clock)


def resumed(due: datetime, span: Span, paused_at: datetime, resumed_at: datetime, calendar: Calendar) -> datetime:
    """The due moment after a pause during which the clock of *span* stood still; never earlier than *due*.

    Clocks of hours get back the running time that the pause took. Clocks of days go on as if the mail had come at
    *resumed_at*, with the days that were left at *paused_at*; where only the rest of the due day was left, it is due
    at the first closing time after *resumed_at*. So nothing is due later than if it were promised anew.
    """
    due, paused_at, resumed_at = in_utc(due), in_utc(paused_at), in_utc(resumed_at)
    if due <= paused_at or resumed_at <= paused_at:
        return due
    match span.clock:
        case Clock.HOURS | Clock.DAYS:
            return due + (resumed_at - paused_at)
        case Clock.WORKING_HOURS | Clock.HOURS_ON_WORKING_DAYS:
            track = track_of(span.clock)
            lost = _between(paused_at, resumed_at, calendar, track)
            return _run(due, lost, calendar, track) if lost else due
        case Clock.WORKING_DAYS | Clock.END_OF_NEXT_WORKING_DAY:
            return max(due, _days_resumed(due, span.clock, paused_at, resumed_at, calendar))
        case _:
            assert_never(span.clock)


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Whether *at* is inside opening hours; the closing moment is not."""
    at = in_utc(at)
    hours = year_at(at, calendar).hours
    index = bisect_right(hours.opens, at) - 1
    return index >= 0 and at < hours.closes[index]


def closing(day: date, calendar: Calendar) -> datetime:
    """When *day* closes; of a night shift on the next day. Raises ValueError where it does not open."""
    found = _day(day, calendar)
    if not found.works:
        raise ValueError(f"{day} is no working day")
    return found.closes


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether the desk opens on *day*."""
    return _day(day, calendar).works


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """*at* itself where it is open, else the first opening after it."""
    at = in_utc(at)
    for year in years_from(year_at(at, calendar), calendar, 1):
        index = bisect_right(year.hours.closes, at)
        if index < len(year.hours.opens):
            return max(at, year.hours.opens[index])
    raise ValueError("the calendar never opens")


def last_open_at_or_before(at: datetime, calendar: Calendar) -> datetime:
    """*at* itself where it is open, else the last open moment before it: one second before closing time."""
    at = in_utc(at)
    for year in years_from(year_at(at, calendar), calendar, -1):
        index = bisect_right(year.hours.opens, at) - 1
        if index >= 0:
            opens, closes = year.hours.opens[index], year.hours.closes[index]
            return at if at < closes else max(opens, closes - _SECOND)
    raise ValueError("the calendar never opens")


def working_time_between(a: datetime, b: datetime, calendar: Calendar) -> timedelta:
    """The opening time between two moments, zero where *b* is not after *a*."""
    return _between(in_utc(a), in_utc(b), calendar, track_of(Clock.WORKING_HOURS))


def track_of(clock: Clock) -> Callable[[Year], Track]:
    """The windows in which a clock of working hours, or of hours on working days, runs."""
    return _opening_hours if clock is Clock.WORKING_HOURS else _whole_days


def _opening_hours(year: Year) -> Track:
    return year.hours


def _whole_days(year: Year) -> Track:
    return year.whole_days


def _run(start: datetime, left: timedelta, calendar: Calendar, track_in: Callable[[Year], Track]) -> datetime:
    for year in years_from(year_at(start, calendar), calendar, 1):
        track = track_in(year)
        target = track.run_until(start) + left
        if target <= track.total:
            index = bisect_left(track.after, target)
            return track.closes[index] - (track.after[index] - target)
        left = target - track.total
    raise ValueError("the calendar never opens")


def _run_back(due: datetime, left: timedelta, calendar: Calendar, track_in: Callable[[Year], Track]) -> datetime:
    for year in years_from(year_at(due, calendar), calendar, -1):
        track = track_in(year)
        target = track.run_until(due) - left
        if target >= _ZERO:
            index = bisect_right(track.before, target) - 1
            return track.opens[index] + (target - track.before[index])
        left = -target
    raise ValueError("the calendar never opens")


def _between(a: datetime, b: datetime, calendar: Calendar, track_in: Callable[[Year], Track]) -> timedelta:
    if b <= a:
        return _ZERO
    first, last = year_at(a, calendar), year_at(b, calendar)
    whole = sum((track_in(year_of(calendar, n)).total for n in range(first.number, last.number)), _ZERO)
    return whole + track_in(last).run_until(b) - track_in(first).run_until(a)


def _day(day: date, calendar: Calendar) -> Day:
    year = year_of(calendar, day.year)
    return year.days[(day - year.days[0].date).days]


def _day_of_receipt(at: datetime, calendar: Calendar) -> tuple[Year, int]:
    """The working day of receipt as its place in a year; of a day without work the working day before it."""
    year = year_at(at, calendar)
    return year, bisect_right(year.receives, at) - 1


def _first_opening_after(at: datetime, calendar: Calendar) -> Day:
    year = year_at(at, calendar)
    return working_day(year, bisect_right(year.working, at, key=lambda day: day.opens), calendar)


def _days_before(due: datetime, days: int, calendar: Calendar) -> datetime:
    year, index = _day_of_receipt(due, calendar)
    last, day = working_day(year, index, calendar), working_day(year, index - days, calendar)
    zone = ZoneInfo(calendar.zone)
    local = min(due, last.closes).astimezone(zone)
    overnight = max(_ZERO, local.date() - last.date)
    return max(day.receives, min(day.closes, first_moment(day.date + overnight, local.time(), zone)))


def _days_resumed(
    due: datetime, clock: Clock, paused_at: datetime, resumed_at: datetime, calendar: Calendar
) -> datetime:
    year, index = _day_of_receipt(due, calendar)
    last = working_day(year, index, calendar)
    if paused_at >= (last.receives if clock is Clock.WORKING_DAYS else last.opens):
        return _closing_after(resumed_at, calendar)
    if clock is Clock.END_OF_NEXT_WORKING_DAY:
        return _first_opening_after(resumed_at, calendar).closes
    lost = working_days_between(paused_at, resumed_at, calendar)
    return working_day(year, index + lost, calendar).closes if lost else due


def _closing_after(at: datetime, calendar: Calendar) -> datetime:
    year, index = _day_of_receipt(at, calendar)
    today = working_day(year, index, calendar).closes
    return today if today > at else working_day(year, index + 1, calendar).closes


def working_days_between(a: datetime, b: datetime, calendar: Calendar) -> int:
    """How many working days begin after *a* and until *b*."""
    a, b = in_utc(a), in_utc(b)
    first, last = year_at(a, calendar), year_at(b, calendar)
    whole = sum(len(year_of(calendar, n).working) for n in range(first.number, last.number))
    return whole + bisect_right(last.receives, b) - bisect_right(first.receives, a)
