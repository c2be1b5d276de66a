"""A calendar worked out in UTC, a year at a time: its days, and the windows in which time counts.

A wall time that the clocks skip means the jump; one that comes twice means its first coming.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from mailbot.core.opening import MIDNIGHT, Calendar, Intervals

Window = tuple[datetime, datetime]

IDLE_YEARS = 11  #: without a working day, and a calendar is said never to open
_DAY = timedelta(days=1)
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar's zone. All moments are UTC."""

    date: date
    midnight: datetime  #: its first moment
    ends: datetime  #: the first moment of the next day
    receives: datetime  #: from here on it is the day of receipt: a closing moment still belongs to the day that closes
    opens: datetime  #: the same as *closes* on a day without work
    closes: datetime

    @property
    def works(self) -> bool:
        return self.closes > self.opens


@dataclass(frozen=True, slots=True)
class Track:
    """The windows in which a clock runs: disjoint, in order, none of them empty."""

    opens: tuple[datetime, ...]
    closes: tuple[datetime, ...]
    before: tuple[timedelta, ...]  #: running time of all earlier windows
    after: tuple[timedelta, ...]  #: the same, this window included
    total: timedelta

    def run_until(self, at: datetime) -> timedelta:
        """How much of the running time has passed at *at*."""
        index = bisect_right(self.opens, at) - 1
        return self.before[index] + min(at, self.closes[index]) - self.opens[index] if index >= 0 else _ZERO


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the zone: from its first moment to that of the next."""

    number: int
    begins: datetime
    ends: datetime
    days: tuple[Day, ...]
    working: tuple[Day, ...]
    receives: tuple[datetime, ...]  #: of the working days
    hours: Track  #: opening hours
    whole_days: Track  #: all hours of working days


@lru_cache(maxsize=512)
def year_of(calendar: Calendar, number: int) -> Year:
    """The year *number* of the calendar, its last night shift cut at its end."""
    zone = ZoneInfo(calendar.zone)
    eve = date(number, 1, 1) - _DAY
    dates = [eve + n * _DAY for n in range((date(number + 1, 1, 1) - eve).days + 1)]
    opened = dict(calendar.opened)
    windows = [_windows(day, _intervals(day, calendar, opened), zone) for day in dates]
    days = _days(dates, windows, zone)
    begins, ends = days[0].midnight, days[-1].ends
    working = tuple(day for day in days if day.works)
    return Year(
        number,
        begins,
        ends,
        days,
        working,
        tuple(day.receives for day in working),
        _track((max(opens, begins), min(closes, ends)) for found in windows for opens, closes in found),
        _track((day.midnight, day.ends) for day in working),
    )


def _days(dates: list[date], windows: list[list[Window]], zone: ZoneInfo) -> tuple[Day, ...]:
    """The days without the first and the last one; where night shift and next day overlap, the next day's is the hour."""
    midnights = [first_moment(day, MIDNIGHT, zone) for day in dates]
    closing = midnights[0] - _DAY
    found: list[Day] = []
    for day, midnight, ends, mine, following in zip(
        dates, midnights, midnights[1:], windows, windows[1:], strict=False
    ):
        receives = midnight if closing < midnight else closing + datetime.resolution
        if mine:
            closing = min([max(closes for _, closes in mine), *(opens for opens, _ in following[:1])])
        found.append(
            Day(day, midnight, ends, receives, mine[0][0] if mine else midnight, closing if mine else midnight)
        )
    return tuple(found[1:])


def year_at(at: datetime, calendar: Calendar) -> Year:
    """The year of the calendar's zone in which *at* (aware UTC) lies."""
    year = year_of(calendar, at.year)
    if at < year.begins:
        return year_of(calendar, at.year - 1)
    return year if at < year.ends else year_of(calendar, at.year + 1)


def years_from(year: Year, calendar: Calendar, step: int) -> Iterator[Year]:
    """*year* and those after it, or with a *step* of -1 before it; ValueError when the calendar stays closed."""
    idle = 0
    while idle < IDLE_YEARS:
        idle = 0 if year.working else idle + 1
        yield year
        year = year_of(calendar, year.number + step)
    raise ValueError("the calendar never opens")


def working_day(year: Year, index: int, calendar: Calendar) -> Day:
    """The working day *index* places after the first one of *year*, or before it where negative."""
    years = years_from(year, calendar, 1 if index >= 0 else -1)
    if index < 0:
        next(years)
        for earlier in years:
            index += len(earlier.working)
            if index >= 0:
                return earlier.working[index]
    for later in years:
        if index < len(later.working):
            return later.working[index]
        index -= len(later.working)
    raise ValueError("the calendar never opens")


def days_from(at: datetime, calendar: Calendar) -> Iterator[Day]:
    """The days of the zone, from one or two before *at* on; a day that the zone skipped is none."""
    since = at - 2 * _DAY
    year = year_at(since, calendar)
    index = bisect_right(year.days, since, key=lambda day: day.midnight) - 1
    while True:
        yield from (day for day in year.days[index:] if day.ends > day.midnight)
        year, index = year_of(calendar, year.number + 1), 0


def first_moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) at which the clocks of *zone* show this time or a later one."""
    named = datetime.combine(day, wall.replace(fold=0))
    earlier = named.replace(tzinfo=zone).astimezone(UTC)
    if earlier.astimezone(zone).replace(tzinfo=None) == named:
        return earlier
    later = named.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return next(at for at, _ in clock_changes(later, earlier, zone))


def in_utc(at: datetime) -> datetime:
    """The same moment in UTC; ValueError where it has no zone."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone; every moment is aware")
    return at.astimezone(UTC)


def clock_changes(begins: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """The moments (UTC) at which the clocks of *zone* are put forward or back after *begins*, until *ends*."""
    while begins < ends:
        until = min(ends, begins + _DAY)
        moved = _offset(until, zone) - _offset(begins, zone)
        if moved:
            yield _bisect(begins, until, zone), moved
        begins = until


def _bisect(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The whole second at which the offset of *before* ends."""
    offset, span = _offset(before, zone), int((after - before).total_seconds())
    low, high = 0, span
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(before + timedelta(seconds=middle), zone) == offset else (low, middle)
    return before + timedelta(seconds=high)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or _ZERO


def _intervals(day: date, calendar: Calendar, opened: dict[date, Intervals]) -> Intervals:
    if day in opened:
        return opened[day]
    return () if day in calendar.closed else calendar.hours[day.weekday()]


def _windows(day: date, intervals: Intervals, zone: ZoneInfo) -> list[Window]:
    """The windows of one day; those that the clocks skip whole are none."""
    found = []
    for opens, closes in intervals:
        end = day if closes > opens else day + _DAY
        window = first_moment(day, opens, zone), first_moment(end, closes, zone)
        if window[0] < window[1]:
            found.append(window)
    return sorted(found)


def _track(windows: Iterable[Window]) -> Track:
    merged: list[Window] = []
    for opens, closes in sorted(w for w in windows if w[0] < w[1]):
        if merged and opens < merged[-1][1]:
            merged[-1] = merged[-1][0], max(closes, merged[-1][1])
        else:
            merged.append((opens, closes))
    after: list[timedelta] = []
    for opens, closes in merged:
        after.append((after[-1] if after else _ZERO) + (closes - opens))
    total = after[-1] if after else _ZERO
    return Track(
        tuple(w[0] for w in merged),
        tuple(w[1] for w in merged),
        (_ZERO, *after[:-1]) if after else (),
        tuple(after),
        total,
    )
