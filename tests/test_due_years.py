"""Twelve years of every policy's calendar, day after day, against plain counting of dates on the wall.

Opening hours of the shipped policies never meet a change of the clocks, so the wall is enough for working time; this
counting knows of dates, holidays and opening hours, and nothing of UTC until the very end.
"""

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest

from mailbot.calendars import calendar
from mailbot.core.worktime import due_at, parse_span, working_time_between

POLICIES = sorted((Path(__file__).parent.parent / "config" / "policies").glob("*.toml"))
FIRST, LAST = date(2020, 1, 1), date(2031, 12, 31)
DAY = timedelta(days=1)
Works = Callable[[date], bool]


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_no_due_moment_of_twelve_years_differs_from_counting_dates(path: Path) -> None:
    table = tomllib.loads(path.read_text())["calendar"]
    built = calendar(table, range(2026, 2028))
    zone, works, opens, closes = wall(table)
    spans = {text: parse_span(text) for text in ("1 working day", "7 working days", "30 working days")}
    nine, next_day = parse_span("9 working hours"), parse_span("end of next working day")

    for n in range((LAST - FIRST).days):
        day = FIRST + n * DAY
        at = time(n * 37 % 24, n * 53 % 60)  # every time of day comes in turn
        start = datetime.combine(day, at, zone).astimezone(UTC)
        if start.astimezone(zone).replace(tzinfo=None) != datetime.combine(day, at):
            continue
        for text, span in spans.items():
            expected = nth(day, int(text.split()[0]), works)
            assert due_at(start, span, built) == datetime.combine(expected, closes, zone), (day, at, text)
        following = day if works(day) and at < opens else nth(day, 1, works)
        assert due_at(start, next_day, built) == datetime.combine(following, closes, zone), (day, at)
        assert due_at(start, nine, built) == add(day, at, timedelta(hours=9), works, opens, closes).replace(
            tzinfo=zone
        ), (day, at)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_twelve_years_have_as_much_working_time_as_their_working_days(path: Path) -> None:
    table = tomllib.loads(path.read_text())["calendar"]
    zone, works, opens, closes = wall(table)
    days = sum(works(FIRST + n * DAY) for n in range((LAST - FIRST).days))
    begin, end = (datetime.combine(day, time(0), zone).astimezone(UTC) for day in (FIRST, LAST))

    found = working_time_between(begin, end, calendar(table, range(2026, 2028)))

    assert found == days * (datetime.combine(FIRST, closes) - datetime.combine(FIRST, opens))


def wall(table: dict[str, str]) -> tuple[ZoneInfo, Works, time, time]:
    days, _, hours = table["open"].partition(" ")
    opens, closes = (time.fromisoformat(text) for text in hours.split("-"))
    last = {"mon-thu": 3, "mon-fri": 4}[days]
    country, _, region = table["holidays"].partition("-")
    off = holidays.country_holidays(country, subdiv=region or None, years=range(FIRST.year, LAST.year + 2))
    return ZoneInfo(table["zone"]), lambda day: day.weekday() <= last and day not in off, opens, closes


def nth(day: date, amount: int, works: Works) -> date:
    while amount:
        day += DAY
        amount -= works(day)
    return day


def add(day: date, at: time, left: timedelta, works: Works, opens: time, closes: time) -> datetime:
    begun = datetime.combine(day, max(at, opens))
    while True:
        rest = datetime.combine(day, closes) - begun
        if works(day) and rest >= left:
            return begun + left
        left -= max(rest, timedelta(0)) if works(day) else timedelta(0)
        day += DAY
        begun = datetime.combine(day, opens)
