"""The clocks of the policies, against tables worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.calendars import holiday_dates
from mailbot.core.worktime import Calendar, before, due_at, is_open, next_opening, parse_hours, parse_span

MOSCOW = Calendar("Europe/Moscow", parse_hours("mon-thu 09:00-18:00"))
BERLIN = Calendar("Europe/Berlin", parse_hours("mon-fri 09:00-17:00"))
WARSAW = Calendar("Europe/Warsaw", parse_hours("mon-fri 08:00-16:00"), holiday_dates("PL", range(2026, 2028)))
NIGHT = Calendar("Europe/Berlin", parse_hours("sat-sun 00:00-24:00"))

TABLE = [
    (MOSCOW, "2026-03-05T17:00", "24 hours", "2026-03-06T17:00"),
    (MOSCOW, "2026-03-05T17:00", "24 hours on working days", "2026-03-09T17:00"),
    (MOSCOW, "2026-03-05T17:00", "9 working hours", "2026-03-09T17:00"),
    (MOSCOW, "2026-03-05T17:00", "7 working days", "2026-03-18T18:00"),
    (MOSCOW, "2026-03-07T12:00", "end of next working day", "2026-03-09T18:00"),
    (MOSCOW, "2026-03-09T07:00", "end of next working day", "2026-03-09T18:00"),
    (MOSCOW, "2026-03-09T10:00", "end of next working day", "2026-03-10T18:00"),
    # Easter Monday 2026-04-06; 2026-05-01 is a Friday, 05-03 a Sunday
    (WARSAW, "2026-04-02T10:00", "1 working day", "2026-04-03T16:00"),
    (WARSAW, "2026-04-02T10:00", "2 working days", "2026-04-07T16:00"),
    (WARSAW, "2026-04-30T10:00", "1 working day", "2026-05-04T16:00"),
    # the clocks change on 2026-03-29 and 2026-10-25, 2027-03-28 and 2027-10-31
    (BERLIN, "2026-03-27T16:00", "2 working hours", "2026-03-30T10:00"),
    (BERLIN, "2026-10-23T16:00", "2 working hours", "2026-10-26T10:00"),
    (NIGHT, "2026-03-29T00:00", "3 working hours", "2026-03-29T04:00"),
    (NIGHT, "2026-10-25T00:00", "4 working hours", "2026-10-25T03:00"),
    (NIGHT, "2027-03-28T00:00", "3 working hours", "2027-03-28T04:00"),
    (NIGHT, "2027-10-31T00:00", "4 working hours", "2027-10-31T03:00"),
    (BERLIN, "2026-12-31T16:30", "1 working hour", "2027-01-01T09:30"),
]


@pytest.mark.parametrize(("calendar", "start", "span", "due"), TABLE)
def test_due_moments_worked_out_by_hand(calendar: Calendar, start: str, span: str, due: str) -> None:
    zone = ZoneInfo(calendar.zone)
    begun = datetime.fromisoformat(start).replace(tzinfo=zone).astimezone(UTC)

    found = due_at(begun, parse_span(span), calendar)

    assert found.tzinfo is UTC
    assert found == datetime.fromisoformat(due).replace(tzinfo=zone).astimezone(UTC)


MOMENTS = st.integers(0, 2 * 365 * 1440).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
CALENDARS = st.sampled_from([MOSCOW, BERLIN, WARSAW])


@given(MOMENTS, st.integers(1, 60), st.integers(1, 60), CALENDARS)
def test_adding_a_then_b_is_adding_both(start: datetime, a: int, b: int, calendar: Calendar) -> None:
    first = due_at(start, parse_span(f"{a} working hours"), calendar)

    assert due_at(first, parse_span(f"{b} working hours"), calendar) == due_at(
        start, parse_span(f"{a + b} working hours"), calendar
    )


@given(
    MOMENTS,
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.sampled_from(["9 working hours", "3 working days", "24 hours on working days"]),
    CALENDARS,
)
def test_later_mail_is_never_due_earlier(start: datetime, more: timedelta, span: str, calendar: Calendar) -> None:
    assert due_at(start, parse_span(span), calendar) <= due_at(start + more, parse_span(span), calendar)


@given(MOMENTS, st.integers(1, 40), CALENDARS)
def test_no_due_moment_in_closed_time(start: datetime, amount: int, calendar: Calendar) -> None:
    for unit in ("working hours", "working days"):
        due = due_at(start, parse_span(f"{amount} {unit}"), calendar)

        assert is_open(due - timedelta(seconds=1), calendar)


@given(MOMENTS, st.integers(1, 40), CALENDARS)
def test_warning_time_and_due_time_are_inverse(start: datetime, amount: int, calendar: Calendar) -> None:
    span = parse_span(f"{amount} working hours")
    opening = next_opening(start, calendar)

    assert due_at(before(due_at(opening, span, calendar), span, calendar), span, calendar) == due_at(
        opening, span, calendar
    )


def test_a_calendar_that_never_opens_is_an_error() -> None:
    closed = Calendar("Europe/Berlin", ((),) * 7)

    with pytest.raises(ValueError, match="never opens"):
        due_at(datetime(2026, 1, 1, tzinfo=UTC), parse_span("1 working hour"), closed)


def test_an_extra_open_day_and_an_extra_closed_day() -> None:
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    calendar = Calendar(BERLIN.zone, BERLIN.hours, frozenset({monday}), ((saturday, BERLIN.hours[0]),))
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)

    assert due_at(friday, parse_span("2 working days"), calendar) == datetime(2026, 3, 10, 16, tzinfo=UTC)


def test_a_duration_that_is_none_names_the_ways_to_write_one() -> None:
    with pytest.raises(ValueError, match="working days"):
        parse_span("soon")
