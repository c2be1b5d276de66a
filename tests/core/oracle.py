"""Working time by brute force: every minute of some weeks is looked at, one after the other.

It shares nothing with the code under test but the calendar values. The clocks of a zone are read minute by minute, and
what counts is the latest wall time that they have shown: a skipped time has come with the jump, a repeated one with
its first coming.
"""

import random
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import compress, groupby
from zoneinfo import ZoneInfo

from mailbot.core.worktime import Calendar, Clock, Intervals

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

#: zone and the first day of a month in which something happens to its clocks, or to its year
WEEKS = (
    ("Europe/Berlin", date(2026, 3, 14)),
    ("Europe/Berlin", date(2026, 10, 10)),
    ("Europe/Berlin", date(2027, 3, 13)),
    ("Europe/Warsaw", date(2027, 10, 16)),
    ("Europe/Warsaw", date(2026, 12, 15)),
    ("Europe/Moscow", date(2026, 12, 20)),
    ("Europe/Moscow", date(2014, 10, 10)),  # for good from UTC+4 to UTC+3
    ("America/New_York", date(2026, 2, 22)),
    ("America/New_York", date(2026, 10, 18)),
    ("America/New_York", date(2026, 12, 17)),
    ("America/St_Johns", date(2010, 10, 24)),  # at one minute past midnight back into the day before
    ("America/Santiago", date(2026, 8, 22)),  # midnight is skipped
    ("America/Havana", date(2026, 10, 18)),  # midnight comes twice
    ("Australia/Lord_Howe", date(2026, 3, 21)),  # half an hour back
    ("Australia/Lord_Howe", date(2026, 9, 19)),
    ("Africa/Casablanca", date(2026, 2, 1)),  # back for Ramadan
    ("Africa/Casablanca", date(2026, 3, 8)),
    ("Pacific/Apia", date(2011, 12, 15)),  # 30 December 2011 never came
    ("Pacific/Chatham", date(2026, 9, 12)),
    ("Asia/Kathmandu", date(2026, 12, 20)),
    ("UTC", date(2028, 2, 15)),
)
LENGTH = 28  #: days of a film


@dataclass(frozen=True)
class Film:
    """Minute by minute: which day it is, whether a calendar is open, and which day's hours these are."""

    begins: datetime
    dates: tuple[date, ...]
    open: bytes
    marks: dict[Clock, list[int]]  #: the minutes in which a clock runs
    shifts: dict[date, tuple[int, int]]  #: the first minute of a day's hours and the one after the last

    def at(self, index: int) -> datetime:
        return self.begins + index * MINUTE


@lru_cache(maxsize=64)
def walls(zone: str, first: date) -> tuple[datetime, tuple[date, ...], tuple[int, ...]]:
    """From UTC midnight on, for each minute: the date and the minute of the day that the walls show."""
    begins = datetime.combine(first, time(0), UTC)
    latest, dates, minutes = datetime.combine(first - 7 * DAY, time(0)), [], []
    for minute in range(LENGTH * 1440):
        latest = max(latest, (begins + minute * MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None))
        dates.append(latest.date())
        minutes.append(latest.hour * 60 + latest.minute)
    return begins, tuple(dates), tuple(minutes)


def film(calendar: Calendar, first: date) -> Film:
    begins, dates, minutes = walls(calendar.zone, first)
    flags = bytearray(len(dates))
    shifts: dict[date, tuple[int, int]] = {}
    for today, shown in groupby(range(len(dates)), dates.__getitem__):
        indexes = list(shown)
        for day, past in ((today - DAY, 1440), (today, 0)):
            hours = minutes_of(day, calendar)
            mine = [index for index in indexes if hours[minutes[index] + past]] if any(hours) else []
            for index in mine:
                flags[index] = 1
            if mine:
                shifts[day] = (shifts[day][0] if day in shifts else mine[0], mine[-1] + 1)
    marks = {
        Clock.WORKING_HOURS: list(compress(range(len(flags)), flags)),
        Clock.HOURS_ON_WORKING_DAYS: [n for n, day in enumerate(dates) if day in shifts and dates[0] < day < dates[-1]],
    }
    for day, (
        opens,
        closes,
    ) in shifts.items():  # where a night shift reaches into the next day's hours, these are its end
        if day + DAY in shifts:
            shifts[day] = opens, min(closes, shifts[day + DAY][0])
    whole = {day: shift for day, shift in shifts.items() if dates[0] < day < dates[-1] - DAY}
    return Film(begins, dates, bytes(flags), marks, whole)


@lru_cache(maxsize=4096)
def minutes_of(day: date, calendar: Calendar) -> bytes:
    """Which minutes of *day* and of the next one belong to its hours."""
    found = bytearray(2880)
    extra = dict(calendar.opened)
    usual = () if day in calendar.closed else calendar.hours[day.weekday()]
    for opens, closes in extra.get(day, usual):
        begin, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
        for minute in range(begin, end if end > begin else end + 1440):
            found[minute] = 1
    return bytes(found)


def run(marks: list[int], start: int, amount: int, paused: range = range(0)) -> int | None:
    """The minute after the *amount*-th in which the clock runs, from *start* on; None where the film ends before."""
    counted = marks[bisect_left(marks, start) :]
    if paused:
        counted = counted[: bisect_left(counted, paused.start)] + counted[bisect_left(counted, paused.stop) :]
    return counted[amount - 1] + 1 if len(counted) >= amount else None


def run_back(marks: list[int], due: int, amount: int) -> int | None:
    counted = marks[: bisect_left(marks, due)]
    return counted[-amount] if len(counted) >= amount else None


def working_days(film: Film, start: int, amount: int) -> int | None:
    """The closing minute of the *amount*-th working day after the day of receipt."""
    receipt = film.dates[start]
    earlier = max((day for day in film.shifts if day < receipt), default=None)
    if earlier is not None and film.shifts[earlier][1] >= start:
        receipt = earlier
    later = sorted(day for day in film.shifts if day > receipt)
    return film.shifts[later[amount - 1]][1] if len(later) >= amount else None


def end_of_next(film: Film, start: int) -> int | None:
    found = sorted((opens, closes) for opens, closes in film.shifts.values() if opens > start)
    return found[0][1] if found else None


def random_calendar(rng: random.Random, zone: str, first: date) -> Calendar:
    days = [first + n * DAY for n in range(LENGTH)]
    closed = frozenset(rng.sample(days, rng.choice((0, 0, 2, 6))))
    opened = tuple(
        (day, random_hours(rng) or ((time(9), time(17)),)) for day in sorted(rng.sample(days, rng.choice((0, 0, 2))))
    )
    return Calendar(zone, tuple(random_hours(rng) for _ in range(7)), closed, opened)


def random_hours(rng: random.Random) -> Intervals:
    """Up to three intervals, often at night and at odd minutes; the last one may go on into the next day."""
    if rng.random() < 0.25:
        return ()
    grid = rng.choice((range(1441), range(0, 1441, 30), range(0, 301, 15), (0, 1440), (0, 60, 120, 150, 180, 1440)))
    cuts = sorted(rng.sample(grid, min(len(grid) // 2 * 2, 2 * rng.randint(1, 3))))
    found = [(clock(a), clock(b)) for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
    if rng.random() < 0.2:
        found[-1] = found[-1][0], clock(rng.randint(0, cuts[-2]))
    return tuple(found)


def clock(minute: int) -> time:
    return time(minute % 1440 // 60, minute % 60)
