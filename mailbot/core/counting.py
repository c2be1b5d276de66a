"""How a due moment is counted: every stretch of time from the start to the due moment, and why it counts or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mailbot.core.opening import Calendar
from mailbot.core.span import Clock, Span
from mailbot.core.timetable import Day, days_from, in_utc, year_at, years_from
from mailbot.core.worktime import due_at, track_of

_ZERO = timedelta(0)


class Why(StrEnum):
    COUNTS = "counts"
    RECEIPT = "day of receipt"  #: a working day that had begun when the mail came
    SHUT = "outside opening hours"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSED = "closed"  #: a weekday without opening hours, or an extra closed day


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of time. Both moments are UTC; each step begins where the one before it ends."""

    begins: datetime
    ends: datetime
    why: Why
    counted: timedelta = _ZERO  #: running time, on the clocks of hours
    number: int = 0  #: which working day this is, on the clocks of days; 0 where it does not count
    name: str = ""  #: of the holiday


def steps(start: datetime, span: Span, calendar: Calendar) -> tuple[Step, ...]:
    """The steps from *start* to `due_at(start, span, calendar)`, without a gap. All moments are UTC.

    Their counted times add up to the span; on the clocks of days the last one has the number of the span's days.
    """
    start = in_utc(start)
    match span.clock:
        case Clock.HOURS | Clock.DAYS:
            return (Step(start, start + span.length, Why.COUNTS, span.length),)
        case Clock.WORKING_HOURS | Clock.HOURS_ON_WORKING_DAYS:
            return tuple(_of_hours(start, span, calendar))
        case Clock.WORKING_DAYS | Clock.END_OF_NEXT_WORKING_DAY:
            return tuple(_of_days(start, due_at(start, span, calendar), span, calendar))


def _of_hours(start: datetime, span: Span, calendar: Calendar) -> Iterator[Step]:
    at, left = start, span.length
    for opens, closes in _windows_from(start, span.clock, calendar):
        if at < opens:
            yield from _idle(at, opens, calendar)
        at = min(closes, opens + left)
        left -= at - opens
        yield Step(opens, at, Why.COUNTS, at - opens)
        if not left:
            return


def _windows_from(start: datetime, clock: Clock, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    for year in years_from(year_at(start, calendar), calendar, 1):
        track = track_of(clock)(year)
        yield from ((max(start, o), c) for o, c in zip(track.opens, track.closes, strict=True) if c > start)


def _idle(begins: datetime, ends: datetime, calendar: Calendar) -> Iterator[Step]:
    """The time between two windows, day by day."""
    names = dict(calendar.holidays)
    for day in days_from(begins, calendar):
        if day.midnight >= ends:
            return
        if day.ends > begins:
            why = Why.SHUT if day.works else _reason(day, calendar, names)
            yield Step(max(begins, day.midnight), min(ends, day.ends), why, name=_name(day, why, names))


def _of_days(start: datetime, due: datetime, span: Span, calendar: Calendar) -> Iterator[Step]:
    """A step for each day: it lasts until the next one begins, or until its own night shift ends."""
    names = dict(calendar.holidays)
    number, at = 0, start
    for day in days_from(start, calendar):
        ends = min(due, max(day.ends, day.closes))
        if ends <= at:
            continue
        begun = day.receives if span.clock is Clock.WORKING_DAYS else day.opens
        counts = day.works and begun > start
        why = Why.COUNTS if counts else Why.RECEIPT if day.works else _reason(day, calendar, names)
        number += counts
        yield Step(at, ends, why, number=number if counts else 0, name=_name(day, why, names))
        at = ends
        if at == due:
            return


def _reason(day: Day, calendar: Calendar, names: dict[date, str]) -> Why:
    """Why there is no work on *day*; a day of the week without hours needs no other reason."""
    if not calendar.hours[day.date.weekday()]:
        return Why.WEEKEND if day.date.weekday() >= 5 else Why.CLOSED
    return Why.HOLIDAY if day.date in names else Why.CLOSED


def _name(day: Day, why: Why, names: dict[date, str]) -> str:
    return names.get(day.date, "") if why is Why.HOLIDAY else ""
