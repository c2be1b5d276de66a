"""Which days a report is about, and when it is due."""

from datetime import UTC, date, datetime

from mailbot.core.period import Period, ended_at, ends, last_full
from mailbot.core.worktime import Calendar, parse_hours

OFFICE = Calendar("Europe/Warsaw", parse_hours("mon-fri 08:00-16:00"))


def test_the_last_full_month_is_that_of_the_desks_zone_and_knows_summer_time() -> None:
    still_march = last_full("month", datetime(2026, 3, 31, 21, 59, tzinfo=UTC), "Europe/Warsaw")
    april = last_full("month", datetime(2026, 3, 31, 22, 0, tzinfo=UTC), "Europe/Warsaw")

    assert (still_march.first, still_march.after) == (date(2026, 2, 1), date(2026, 3, 1))
    assert april == Period(date(2026, 3, 1), date(2026, 4, 1), "Europe/Warsaw")
    assert april.begin == datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
    assert april.end == datetime(2026, 3, 31, 22, 0, tzinfo=UTC)


def test_a_week_goes_from_monday_to_sunday_and_a_month_over_the_turn_of_the_year() -> None:
    week = last_full("week", datetime(2026, 3, 4, 12, 0, tzinfo=UTC), "UTC")
    month = ended_at("month", date(2026, 1, 1), "UTC")

    assert (week.first, week.after) == (date(2026, 2, 23), date(2026, 3, 2))
    assert (month.first, month.after) == (date(2025, 12, 1), date(2026, 1, 1))


def test_a_report_is_due_at_the_first_opening_on_or_after_its_day() -> None:
    sunday_the_first = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    monday = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    (*_, month) = ends("month", OFFICE, sunday_the_first)
    (*_, newest, ahead) = ends("month", OFFICE, monday)

    assert month == (date(2026, 3, 1), monday)
    assert newest == (date(2026, 3, 1), monday)
    assert ahead == (date(2026, 4, 1), datetime(2026, 4, 1, 6, 0, tzinfo=UTC))


def test_after_a_closed_week_both_reports_are_due_at_the_same_opening() -> None:
    closed = frozenset(date(2025, 12, day) for day in range(29, 32)) | {date(2026, 1, 1), date(2026, 1, 2)}
    calendar = Calendar("Europe/Warsaw", OFFICE.hours, closed)
    back = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
    found = dict(ends("week", calendar, back))

    assert found[date(2025, 12, 29)] == found[date(2026, 1, 5)] == back
