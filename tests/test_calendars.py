"""Opening hours, holidays and extra days, from the words of a policy file."""

from datetime import UTC, date, datetime, time

import pytest

from mailbot.calendars import calendar, holiday_dates, holiday_names, undecreed_years
from mailbot.core.worktime import MIDNIGHT, due_at, is_open, is_working_day, parse_hours, parse_span
from mailbot.errors import ConfigError

YEARS = range(2025, 2030)
BERLIN = {"zone": "Europe/Berlin", "open": "mon-fri 09:00-17:00", "holidays": "DE-BE"}


def test_holidays_are_known_for_a_generation_after_the_years_in_use() -> None:
    berlin = calendar(BERLIN, YEARS)

    for year in (1999, 2008, 2024, 2030, 2045, 2058):
        assert not is_working_day(date(year, 1, 1), berlin)
        assert not is_working_day(date(year, 5, 1), berlin)
    # Thursday, 30 April 2043: Friday is May Day, so Monday 4 is the next working day
    late = datetime(2043, 4, 30, 10, tzinfo=UTC)
    assert due_at(late, parse_span("1 working day"), berlin) == datetime(2043, 5, 4, 15, tzinfo=UTC)


def test_the_longest_promise_made_in_the_last_year_in_use_ends_among_known_holidays() -> None:
    made = datetime(YEARS[-1], 12, 31, 12, tzinfo=UTC)
    due = due_at(made, parse_span("3660 working days"), calendar(BERLIN, YEARS))

    assert due.year < YEARS[-1] + 30


def test_a_holiday_of_the_country_and_of_the_region_closes() -> None:
    bavaria = calendar({**BERLIN, "holidays": "DE-BY"}, YEARS)

    assert not is_working_day(date(2026, 1, 6), bavaria)
    assert is_working_day(date(2026, 1, 6), calendar(BERLIN, YEARS))
    assert is_working_day(date(2026, 1, 1), calendar({**BERLIN, "holidays": ""}, YEARS))


def test_holidays_have_names_that_change_no_calendar() -> None:
    berlin = calendar(BERLIN, YEARS)
    names = dict(berlin.holidays)

    assert names[date(2026, 4, 6)]
    assert set(names) == set(berlin.closed)
    assert holiday_dates("DE-BE", range(2026, 2027)) == set(dict(holiday_names("DE-BE", range(2026, 2027))))


def test_a_day_off_that_was_transferred_closes_and_the_day_worked_for_it_opens_nothing() -> None:
    moscow = {"zone": "Europe/Moscow", "open": "mon-fri 09:00-18:00", "holidays": "RU"}
    six_days = calendar({**moscow, "open": "mon-sat 09:00-18:00"}, YEARS)
    monday, saturday = date(2027, 2, 22), date(2027, 2, 20)

    assert not is_working_day(monday, calendar(moscow, YEARS))
    assert not is_working_day(saturday, calendar(moscow, YEARS))
    assert not is_working_day(monday, six_days)
    assert is_working_day(saturday, six_days)


def test_transfers_that_are_not_decreed_yet_are_named_by_year() -> None:
    assert undecreed_years("RU", range(2024, 2028)) == ()
    assert undecreed_years("RU", (2027, 2090, 2091)) == (2090, 2091)
    assert undecreed_years("RU", range(1998, 2005)) == ()
    for code in ("", "DE", "DE-BE", "PL"):
        assert undecreed_years(code, range(2020, 2100)) == ()


def test_extra_days_close_and_open() -> None:
    table = {**BERLIN, "closed": ["2026-12-24", date(2026, 12, 31)], "opened": ["2026-12-19", "2026-12-25"]}
    berlin = calendar(table, YEARS)

    assert not is_working_day(date(2026, 12, 24), berlin)
    assert not is_working_day(date(2026, 12, 31), berlin)
    assert is_open(datetime(2026, 12, 19, 8, tzinfo=UTC), berlin)  # a Saturday, with the week's usual hours
    assert is_working_day(date(2026, 12, 25), berlin)
    assert date(2026, 12, 24) not in dict(berlin.holidays)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("zone", "Europe/Nowhere"),
        ("zone", ""),
        ("open", "9 to 5"),
        ("holidays", "XX"),
        ("holidays", "DE-XX"),
        ("holidays", "de"),
        ("holidays", "HolidayBase"),
        ("holidays", "utils"),
        ("closed", "2026-12-24"),
        ("closed", ["24.12.2026"]),
        ("closed", [datetime(2026, 12, 24, tzinfo=UTC)]),
        ("opened", ["2026-02-30"]),
        ("hollidays", "DE"),
    ],
)
def test_what_is_wrong_names_its_key_and_a_remedy(key: str, value: object) -> None:
    with pytest.raises(ConfigError) as caught:
        calendar({**BERLIN, key: value}, YEARS)

    assert caught.value.key == f"calendar.{key}"
    assert caught.value.hint


NINE_TO_FIVE = ((time(9), time(17)),)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("mon-fri 09:00-17:00", [NINE_TO_FIVE] * 5 + [(), ()]),
        ("fri-mon 09:00-17:00", [NINE_TO_FIVE, (), (), ()] + [NINE_TO_FIVE] * 3),
        ("Tue 09:00-17:00", [(), NINE_TO_FIVE] + [()] * 5),
        ("sat 00:00-24:00", [()] * 5 + [((MIDNIGHT, MIDNIGHT),), ()]),
        ("sun 18:00-00:00", [()] * 6 + [((time(18), MIDNIGHT),)]),
        ("mon 22:00-06:00", [((time(22), time(6)),)] + [()] * 6),
        ("mon 13:00-17:00, mon 09:00-12:00", [((time(9), time(12)), (time(13), time(17)))] + [()] * 6),
        ("mon-tue 09:00-12:00, 13:00-17:00", [((time(9), time(12)), (time(13), time(17)))] * 2 + [()] * 5),
        ("mon-sun 00:00-12:00, 12:00-24:00", [((MIDNIGHT, time(12)), (time(12), MIDNIGHT))] * 7),
    ],
)
def test_opening_hours_are_read(text: str, week: list[object]) -> None:
    assert list(parse_hours(text)) == week


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "is no opening time"),
        ("09:00-17:00", "is no opening time"),
        ("mon-fri 9-17", "is no opening time"),
        ("mo-fr 09:00-17:00", "is no opening time"),
        ("mon-fry 09:00-17:00", "is no opening time"),
        ("mon-fri 09:00-17:00,", "is no opening time"),
        ("mon-fri 09:00-24:30", "names no time of day"),
        ("mon-fri 09:60-17:00", "names no time of day"),
        ("mon-fri 24:00-08:00", "names no time of day"),
        ("mon-fri 09:00-09:00", "closes when it opens"),
        ("mon-fri 00:00-00:00", "closes when it opens"),
        ("mon-fri 09:00-17:00, fri 09:00-14:00", "overlaps"),
        ("mon-tue 22:00-06:00, tue 05:00-07:00", "overlaps"),
        ("mon 00:00-02:00, sun 22:00-06:00", "overlaps"),
        ("mon 09:00-17:00, mon 09:00-17:00", "overlaps"),
    ],
)
def test_opening_hours_that_say_nothing_clear_are_refused(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        parse_hours(text)
