"""Moments, calendars and durations for the properties of working time."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from mailbot.core.worktime import Calendar, Clock, Span, parse_hours
from tests.core import oracle

OFFICE = [
    Calendar("Europe/Moscow", parse_hours("mon-thu 09:00-18:00"), frozenset({date(2027, 1, 4)})),
    Calendar("Europe/Berlin", parse_hours("mon-fri 09:00-12:00, 13:00-17:00, sat 10:00-14:00")),
    Calendar("Europe/Warsaw", parse_hours("mon-sun 00:00-24:00")),
    Calendar("America/New_York", parse_hours("mon-fri 22:00-06:00")),
    Calendar("Australia/Lord_Howe", parse_hours("fri-sun 18:00-03:00")),
]
RANDOM = [
    (oracle.random_calendar(random.Random(f"{n} {zone} {first}"), zone, first), first)
    for zone, first in oracle.WEEKS
    for n in range(3)
]
SCENES = [(c, first) for c in OFFICE for _, first in oracle.WEEKS] + [(c, first) for c, first in RANDOM if any(c.hours)]
SECONDS_AWAY = st.integers(-20 * 86400, 60 * 86400)
HOURS_AWAY = st.builds(lambda hours, seconds: hours * 3600 + seconds, st.integers(-480, 1440), st.integers(-1, 1))
many = settings(max_examples=200, deadline=None)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[datetime, Calendar]:
    """A moment, often at or beside a full hour, near a change of the clocks or of the year, and a calendar."""
    calendar, first = draw(st.sampled_from(SCENES))
    away = draw(SECONDS_AWAY | HOURS_AWAY)
    return datetime.combine(first, time(0), UTC) + timedelta(seconds=away), calendar


def local_date(at: datetime, calendar: Calendar) -> date:
    return at.astimezone(ZoneInfo(calendar.zone)).date()


def spans(*clocks: Clock) -> st.SearchStrategy[Span]:
    return st.builds(
        lambda n, clock: Span(1 if "end" in clock else n, clock, ""), st.integers(1, 60), st.sampled_from(clocks)
    )


HOURS = (Clock.WORKING_HOURS, Clock.HOURS_ON_WORKING_DAYS)
ADDABLE = (Clock.HOURS, Clock.DAYS, *HOURS, Clock.WORKING_DAYS)
IN_OPEN_TIME = (Clock.WORKING_HOURS, Clock.WORKING_DAYS, Clock.END_OF_NEXT_WORKING_DAY)
WAITS = (st.integers(0, 12 * 86400) | st.integers(0, 3) | HOURS_AWAY.map(abs)).map(lambda s: timedelta(seconds=s))
