"""Clocks that are put forward and back, days that never come, nights and year ends: worked out by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailbot.core.worktime import Calendar, before, due_at, is_open, is_working_day, parse_hours, parse_span

#: zone, opening hours, from, duration, due: wall times of the zone, with an offset where the wall time is not enough
TABLE = [
    # how policies.md reads a deadline: open Monday to Thursday, 5 March 2026 is a Thursday
    ("Europe/Moscow", "mon-thu 09:00-18:00", "2026-03-05T17:00", "24 hours", "2026-03-06T17:00"),
    ("Europe/Moscow", "mon-thu 09:00-18:00", "2026-03-05T17:00", "24 hours on working days", "2026-03-09T17:00"),
    ("Europe/Moscow", "mon-thu 09:00-18:00", "2026-03-05T17:00", "9 working hours", "2026-03-09T17:00"),
    # Mon 9, Tue 10, Wed 11, Thu 12, Mon 16, Tue 17, Wed 18
    ("Europe/Moscow", "mon-thu 09:00-18:00", "2026-03-05T17:00", "7 working days", "2026-03-18T18:00"),
    ("Europe/Moscow", "mon-thu 09:00-18:00", "2026-03-07T12:00", "end of next working day", "2026-03-09T18:00"),
    ("Europe/Moscow", "mon-thu 09:00-18:00", "2026-03-09T07:00", "end of next working day", "2026-03-09T18:00"),
    # Monday has opened already; at its opening moment as well
    ("Europe/Moscow", "mon-thu 09:00-18:00", "2026-03-09T10:00", "end of next working day", "2026-03-10T18:00"),
    ("Europe/Moscow", "mon-thu 09:00-18:00", "2026-03-09T09:00", "end of next working day", "2026-03-10T18:00"),
    # Moscow's clocks stand when others change theirs
    ("Europe/Moscow", "mon-sun 00:00-24:00", "2026-03-28T12:00", "24 hours", "2026-03-29T12:00"),
    ("Europe/Moscow", "mon-sun 00:00-24:00", "2026-10-24T12:00", "24 working hours", "2026-10-25T12:00"),
    # a break at noon: 1 h on Monday morning, 4 h in the afternoon, 1 h on Tuesday
    ("Europe/Berlin", "mon-fri 09:00-12:00, 13:00-17:00", "2026-03-02T11:00", "6 working hours", "2026-03-03T10:00"),
    # the day has opened at nine; that it opens again at one makes it no next working day
    (
        "Europe/Berlin",
        "mon-fri 09:00-12:00, 13:00-17:00",
        "2026-03-02T12:30",
        "end of next working day",
        "2026-03-03T17:00",
    ),
    # closed nights and weekends around the changes of 2026 and 2027 lose and gain nothing
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-03-27T16:00", "2 working hours", "2026-03-30T10:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-10-23T16:00", "2 working hours", "2026-10-26T10:00"),
    ("Europe/Warsaw", "mon-fri 08:00-16:00", "2027-03-26T15:00", "2 working hours", "2027-03-29T09:00"),
    ("Europe/Warsaw", "mon-fri 08:00-16:00", "2027-10-29T15:00", "2 working hours", "2027-11-01T09:00"),
    # 24 hours over the change: the wall shows 25, or 23
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-03-28T12:00", "24 hours", "2026-03-29T13:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-10-24T12:00", "24 hours", "2026-10-25T11:00"),
    ("Europe/Warsaw", "mon-fri 08:00-16:00", "2027-03-27T12:00", "1 day", "2027-03-28T13:00"),
    ("Europe/Warsaw", "mon-fri 08:00-16:00", "2027-10-30T12:00", "24 hours", "2027-10-31T11:00"),
    # open through the change: 02:00 to 03:00 is missing, or comes twice
    ("Europe/Berlin", "sat-sun 00:00-24:00", "2026-03-29T00:00", "3 working hours", "2026-03-29T04:00"),
    ("Europe/Berlin", "sat-sun 00:00-24:00", "2026-10-25T00:00", "4 working hours", "2026-10-25T03:00"),
    ("Europe/Warsaw", "sat-sun 00:00-24:00", "2027-03-28T00:00", "3 working hours", "2027-03-28T04:00"),
    ("Europe/Warsaw", "sat-sun 00:00-24:00", "2027-10-31T00:00", "4 working hours", "2027-10-31T03:00"),
    # 12 h on Saturday, and the first 12 h of a Sunday of 23, or of 25
    ("Europe/Berlin", "sat-sun 09:00-17:00", "2026-03-28T12:00", "24 hours on working days", "2026-03-29T13:00"),
    ("Europe/Berlin", "sat-sun 09:00-17:00", "2026-10-24T12:00", "24 hours on working days", "2026-10-25T11:00"),
    # a night shift over the change has 7 hours, or 9
    ("Europe/Berlin", "sat 22:00-06:00", "2026-03-28T22:00", "7 working hours", "2026-03-29T06:00"),
    ("Europe/Berlin", "sat 22:00-06:00", "2026-03-28T22:00", "8 working hours", "2026-04-04T23:00"),
    ("Europe/Berlin", "sat 22:00-06:00", "2026-10-24T22:00", "9 working hours", "2026-10-25T06:00"),
    ("America/New_York", "sat 22:00-06:00", "2026-03-07T22:00", "7 working hours", "2026-03-08T06:00"),
    ("America/New_York", "sat 22:00-06:00", "2026-10-31T22:00", "9 working hours", "2026-11-01T06:00"),
    # opening at 02:30, which does not come: open from the jump on, at 03:00
    ("Europe/Berlin", "sun 02:30-05:00", "2026-03-29T00:00", "1 working hour", "2026-03-29T04:00"),
    # closing at 02:30, which does not come: closed from the jump on
    ("Europe/Berlin", "sun 01:00-02:30", "2026-03-29T00:00", "1 working hour", "2026-03-29T03:00"),
    # hours that do not come at all make no working day
    ("Europe/Berlin", "sun 02:00-03:00", "2026-03-28T12:00", "end of next working day", "2026-04-05T03:00"),
    ("Europe/Berlin", "sun 02:00-03:00", "2026-03-28T12:00", "1 working day", "2026-04-05T03:00"),
    # 02:30 comes twice; its first coming opens and closes
    ("Europe/Berlin", "sun 02:30-03:30", "2026-10-25T00:00", "2 working hours", "2026-10-25T03:30"),
    ("Europe/Berlin", "sun 01:00-02:30", "2026-10-24T12:00", "1 working day", "2026-10-25T02:30+02:00"),
    # Lord Howe: half an hour back on 5 April 2026, forward on 4 October 2026, at two o'clock
    ("Australia/Lord_Howe", "sun 00:00-24:00", "2026-04-05T00:00", "24 working hours", "2026-04-05T23:30"),
    ("Australia/Lord_Howe", "sun 00:00-24:00", "2026-10-04T00:00", "23 working hours", "2026-10-04T23:30"),
    ("Australia/Lord_Howe", "sun 01:00-03:00", "2026-04-05T00:00", "2 working hours", "2026-04-05T02:30"),
    # 02:15 does not come: from half past two on
    ("Australia/Lord_Howe", "sun 02:15-04:00", "2026-10-04T00:00", "1 working hour", "2026-10-04T03:30"),
    # Apia: after Thursday, 29 December 2011, came Saturday, the 31st
    ("Pacific/Apia", "mon-fri 09:00-17:00", "2011-12-29T16:00", "2 working hours", "2012-01-02T10:00"),
    ("Pacific/Apia", "mon-fri 09:00-17:00", "2011-12-28T12:00", "2 working days", "2012-01-02T17:00"),
    ("Pacific/Apia", "mon-sat 09:00-17:00", "2011-12-28T12:00", "2 working days", "2011-12-31T17:00"),
    ("Pacific/Apia", "mon-fri 09:00-17:00", "2011-12-29T12:00", "24 hours", "2011-12-31T12:00"),
    ("Pacific/Apia", "fri-sat 00:00-24:00", "2011-12-29T12:00", "24 hours on working days", "2012-01-01T00:00"),
    # the night shift of Thursday ends where Friday would have begun: 2 h, and 1 h of the next one
    ("Pacific/Apia", "mon-thu 22:00-06:00", "2011-12-29T22:00", "3 working hours", "2012-01-02T23:00"),
    # Casablanca: back from 03:00 to 02:00 on 15 February 2026, before Ramadan; forward on 22 March, after it
    ("Africa/Casablanca", "sun 00:00-24:00", "2026-02-15T00:00", "24 working hours", "2026-02-15T23:00"),
    ("Africa/Casablanca", "sun 00:00-24:00", "2026-03-22T00:00", "22 working hours", "2026-03-22T23:00"),
    ("Africa/Casablanca", "mon-fri 09:00-17:00", "2026-02-14T12:00", "24 hours", "2026-02-15T11:00"),
    # Santiago: Sunday, 6 September 2026, begins at one o'clock; Saturday, 4 April, has 25 hours
    ("America/Santiago", "sun 00:00-12:00", "2026-09-05T12:00", "11 working hours", "2026-09-06T12:00"),
    ("America/Santiago", "sat 09:00-17:00", "2026-04-04T00:00", "24 hours on working days", "2026-04-04T23:00-04:00"),
    # Havana: Sunday, 1 November 2026, has midnight twice
    ("America/Havana", "sun 00:00-06:00", "2026-10-31T12:00", "7 working hours", "2026-11-01T06:00"),
    # year ends, without holidays: Thu 31 December 2026, Fri 1 January 2027
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-12-31T16:30", "1 working hour", "2027-01-01T09:30"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-12-30T12:00", "24 hours on working days", "2026-12-31T12:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-12-31T12:00", "24 hours on working days", "2027-01-01T12:00"),
    # 31 December in New York is still open when it is 1 January in UTC
    ("America/New_York", "mon-sun 00:00-24:00", "2026-12-31T20:00", "2 working hours", "2026-12-31T22:00"),
    ("America/New_York", "mon-sun 09:00-17:00", "2026-12-31T20:00", "1 working day", "2027-01-01T17:00"),
    ("America/New_York", "mon-sun 09:00-21:00", "2026-12-31T20:00", "24 hours on working days", "2027-01-01T20:00"),
    ("Asia/Kathmandu", "mon-sun 00:00-24:00", "2027-01-01T03:00", "2 working hours", "2027-01-01T05:00"),
    ("Asia/Kathmandu", "mon-sun 09:00-17:00", "2027-01-01T03:00", "1 working day", "2027-01-02T17:00"),
    # the night shift of 31 December: 7 h until six, 1 h of the next night
    ("Europe/Berlin", "mon-sun 22:00-06:00", "2026-12-31T23:00", "8 working hours", "2027-01-01T23:00"),
    # three in the morning belongs to the shift of 31 December; the next one ends on the 2nd
    ("Europe/Berlin", "mon-sun 22:00-06:00", "2027-01-01T03:00", "1 working day", "2027-01-02T06:00"),
    ("Europe/Berlin", "mon-sun 22:00-06:00", "2027-01-01T03:00", "end of next working day", "2027-01-02T06:00"),
    # after the shift it is the 1st itself that is not counted
    ("Europe/Berlin", "mon-sun 22:00-06:00", "2027-01-01T07:00", "1 working day", "2027-01-03T06:00"),
    # a leap day: Mon 28 February 2028, Tue 29, Wed 1 March
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2028-02-28T12:00", "2 working days", "2028-03-01T17:00"),
    # Saturday closes at midnight, and that midnight is still Saturday's: Sunday is the next working day
    ("Europe/Berlin", "sat-sun 00:00-24:00", "2026-06-06T12:00", "1 working day", "2026-06-08T00:00"),
    ("Europe/Berlin", "sat-sun 00:00-24:00", "2026-06-07T00:00", "1 working day", "2026-06-08T00:00"),
    ("Europe/Berlin", "sat-sun 00:00-24:00", "2026-06-07T00:01", "1 working day", "2026-06-14T00:00"),
    # due when the hours are used up, at closing time, not at the next opening
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-06-01T09:00", "8 working hours", "2026-06-01T17:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-06-01T17:00", "8 working hours", "2026-06-02T17:00"),
]

#: zone, opening hours, due, duration, the moment from which it has yet to run
WARNINGS = [
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-06-01T10:00", "2 working hours", "2026-05-29T16:00"),
    # all of Friday: from its opening on, which is later than Thursday's closing
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-05-29T17:00", "8 working hours", "2026-05-29T09:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-06-01T17:00", "1 working day", "2026-05-29T17:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-06-01T10:00", "1 working day", "2026-05-29T10:00"),
    # due on a Sunday: the working day that is left is Friday
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-05-31T10:00", "1 working day", "2026-05-28T17:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-06-01T08:00", "1 working day", "2026-05-29T08:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-05-29T20:00", "1 working day", "2026-05-28T17:00"),
    # Friday closes at two
    ("Europe/Berlin", "mon-thu 09:00-17:00, fri 09:00-14:00", "2026-06-01T17:00", "1 working day", "2026-05-29T14:00"),
    # the shifts of Monday and Friday, each until six the next morning
    ("Europe/Berlin", "mon-fri 22:00-06:00", "2026-06-02T06:00", "1 working day", "2026-05-30T06:00"),
    ("Europe/Berlin", "sat-sun 00:00-24:00", "2026-06-08T00:00", "1 working day", "2026-06-07T00:00"),
    # 12 h of Sunday, a day of 23, and 12 h of Saturday
    ("Europe/Berlin", "sat-sun 09:00-17:00", "2026-03-29T13:00", "24 hours on working days", "2026-03-28T12:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2026-03-29T13:00", "24 hours", "2026-03-28T12:00"),
    ("Pacific/Apia", "mon-fri 09:00-17:00", "2012-01-02T17:00", "1 working day", "2011-12-29T17:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2027-01-01T10:00", "2 working hours", "2026-12-31T16:00"),
    # all of the year's first day: from its opening on
    ("Europe/Berlin", "mon-fri 09:00-17:00", "2027-01-01T17:00", "8 working hours", "2027-01-01T09:00"),
    # due on a Saturday after it closed at two, or on Sunday: Saturday's hours are the last that are left
    ("Europe/Berlin", "mon-fri 09:00-17:00, sat 09:00-14:00", "2026-05-30T20:00", "1 working day", "2026-05-29T14:00"),
    ("Europe/Berlin", "mon-fri 09:00-17:00, sat 09:00-14:00", "2026-05-31T10:00", "1 working day", "2026-05-29T14:00"),
]


def moment(text: str, zone: str) -> datetime:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


@pytest.mark.parametrize(("zone", "hours", "start", "span", "due"), TABLE)
def test_due_moments_worked_out_by_hand(zone: str, hours: str, start: str, span: str, due: str) -> None:
    found = due_at(moment(start, zone), parse_span(span), Calendar(zone, parse_hours(hours)))

    assert found.tzinfo is UTC
    assert found == moment(due, zone)


@pytest.mark.parametrize(("zone", "hours", "due", "span", "warned"), WARNINGS)
def test_warnings_worked_out_by_hand(zone: str, hours: str, due: str, span: str, warned: str) -> None:
    assert before(moment(due, zone), parse_span(span), Calendar(zone, parse_hours(hours))) == moment(warned, zone)


def test_a_time_that_comes_twice_is_open_from_its_first_coming_until_the_closing_time() -> None:
    calendar = Calendar("Europe/Berlin", parse_hours("sun 02:30-03:30"))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert not is_open(first - timedelta(seconds=1), calendar)
    assert all(is_open(first + timedelta(minutes=m), calendar) for m in range(120))
    assert not is_open(first + timedelta(hours=2), calendar)


def test_a_night_shift_goes_on_into_a_holiday_and_does_not_begin_on_one() -> None:
    holiday = moment("2026-05-01T00:00", "Europe/Berlin").astimezone(ZoneInfo("Europe/Berlin")).date()
    calendar = Calendar("Europe/Berlin", parse_hours("mon-fri 22:00-06:00"), frozenset({holiday}))

    assert is_open(moment("2026-05-01T05:59", "Europe/Berlin"), calendar)
    assert not is_open(moment("2026-05-01T22:30", "Europe/Berlin"), calendar)
    assert not is_working_day(holiday, calendar)
