"""The promises of the five policy files, due when a careful person with a printed calendar says so.

Holidays counted with, 2026: Good Friday 3 April, Easter Monday 6 April, Ascension 14 May, Whit Monday 25 May, Corpus
Christi 4 June. 2027: 26 and 29 March, 6 May, 17 May, 27 May. Clocks change on 29 March and 25 October 2026, 28 March
and 31 October 2027. Russian days off: decrees 1466 of 2025 and that for 2027, and article 112 of the Labour Code.
"""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailbot.calendars import calendar
from mailbot.core.case import Complexity
from mailbot.core.policy import Policy
from mailbot.core.worktime import due_at, parse_span
from mailbot.policies import load_policy_file

POLICIES = Path(__file__).parent.parent / "config" / "policies"

COMPLAINTS_24H = [  # Berlin, mon-fri 09:00-17:00, DE-BE
    # A4: 24 hours run at the weekend as well
    ("acknowledgement", "normal", "2026-03-20T17:00", "2026-03-21T17:00"),
    # over the change to summer time the wall shows an hour more, to winter time an hour less
    ("acknowledgement", "normal", "2026-03-28T12:00", "2026-03-29T13:00"),
    ("acknowledgement", "normal", "2026-10-24T12:00", "2026-10-25T11:00"),
    ("acknowledgement", "normal", "2027-03-27T12:00", "2027-03-28T13:00"),
    ("acknowledgement", "normal", "2027-10-30T12:00", "2027-10-31T11:00"),
    ("acknowledgement", "normal", "2026-12-31T20:00", "2027-01-01T20:00"),
    # Thu 2 is day 1; Good Friday, weekend, Easter Monday; Tue 7, Wed 8, Thu 9, Fri 10
    ("resolution", "simple", "2026-04-01T10:00", "2026-04-10T17:00"),
    # before opening, and Monday is still the day of receipt: 12, 13, (Ascension), 15, 18-22, (Whit Monday), 26, 27
    ("resolution", "normal", "2026-05-11T08:00", "2026-05-27T17:00"),
    # May Day is a Friday: Mon 4 to Fri 8
    ("resolution", "simple", "2026-04-30T16:59", "2026-05-08T17:00"),
    # after closing on Friday: 7-11, 14-18, 21-24 (24 December is worked), 28-31, (New Year's Day), 4 and 5 January
    ("resolution", "complex", "2026-12-04T18:00", "2027-01-05T17:00"),
    # Women's Day is a Monday, and a holiday in Berlin: Fri 5, Tue 9 to Fri 12
    ("resolution", "simple", "2027-03-04T12:00", "2027-03-12T17:00"),
    # Good Friday, the change of the clocks, Easter Monday; Tue 30, Wed 31, 1, 2, Mon 5 April
    ("progress", "normal", "2027-03-25T16:00", "2027-04-05T17:00"),
    # 26 to 30 October, in winter time; German Unity Day, a Saturday, moves nowhere
    ("progress", "normal", "2026-10-23T10:00", "2026-10-30T17:00"),
    ("progress", "normal", "2026-10-02T10:00", "2026-10-09T17:00"),
    # Saturday is no working day, and is not counted anyhow: Mon 2 to Fri 6
    ("progress", "normal", "2026-02-28T10:00", "2026-03-06T17:00"),
    # 25 December 2027 is a Saturday, New Year's Day 2028 as well: 27-31 December
    ("resolution", "simple", "2027-12-24T10:00", "2027-12-31T17:00"),
]

COMPLAINTS_WORKING_DAYS = [  # Warsaw, mon-fri 08:00-16:00, PL
    # 31, 1, 2, Good Friday (worked in Poland), (Easter Monday), 7, 8, 9
    ("acknowledgement", "normal", "2026-03-30T10:00", "2026-04-09T16:00"),
    # 1 May is a Friday, 3 May a Sunday: 4-8, 11, 12
    ("acknowledgement", "normal", "2026-04-30T10:00", "2026-05-12T16:00"),
    # Fri 30 April; 1 May is a Saturday, 3 May a Monday: 4-7, 10, 11
    ("acknowledgement", "normal", "2027-04-29T12:00", "2027-05-11T16:00"),
    # 23-25, Good Friday 26, (Easter Monday 29), 30, 31, 1 April
    ("acknowledgement", "normal", "2027-03-22T09:00", "2027-04-01T16:00"),
    # Epiphany is a Tuesday: 7-9, 12-15
    ("acknowledgement", "normal", "2026-01-05T10:00", "2026-01-15T16:00"),
    # Assumption, 15 August 2026, is a Saturday and moves nowhere: 17-21, 24, 25
    ("acknowledgement", "normal", "2026-08-14T17:00", "2026-08-25T16:00"),
    # 21-23, (Christmas Eve, a holiday since 2025, is a Friday), 27-30
    ("acknowledgement", "normal", "2027-12-20T10:00", "2027-12-30T16:00"),
    # in 2024 Christmas Eve was worked: 20, 23, 24, (25, 26), 27, 30, 31, (1), 2
    ("acknowledgement", "normal", "2024-12-19T10:00", "2025-01-02T16:00"),
    # Whit Monday is worked: 25-29, 1-3 June, (Corpus Christi 4), 5, 8-12
    ("progress", "normal", "2026-05-22T12:00", "2026-06-12T16:00"),
    # 19-21, 24-26, (Corpus Christi 27), 28, 31, 1-4 June, 7, 8
    ("progress", "normal", "2027-05-18T15:59", "2027-06-08T16:00"),
    # 24-27, 30-4, 7-11, 14-18, 21-23 make 22; (24, 25); 28-31 make 26; (1); 4, 5, (Epiphany), 7, 8
    ("resolution", "normal", "2026-11-23T10:00", "2027-01-08T16:00"),
    # 1, 2, 5-9, 12-16, 19-23, 26-30 make 22; (All Saints' is a Sunday); 2-6, 9, 10 make 29; (Independence Day); 12
    ("resolution", "normal", "2026-09-30T10:00", "2026-11-12T16:00"),
    # 18-22, 25-29 make 10; (All Saints' is a Monday); 2-5, 8-10 make 17; (11 is a Thursday); 12, 15-19, 22-26, 29, 30
    ("resolution", "normal", "2027-10-15T10:00", "2027-11-30T16:00"),
]

ITEM_SUPPORT = [  # Berlin, mon-fri 09:00-17:00, DE; C1: the 48 hours never stand still
    ("answer", "normal", "2026-03-02T12:00", "2026-03-04T12:00"),
    ("answer", "normal", "2026-03-27T18:00", "2026-03-29T19:00"),
    ("answer", "normal", "2026-10-23T18:00", "2026-10-25T17:00"),
    ("answer", "normal", "2027-03-26T18:00", "2027-03-28T19:00"),
    ("answer", "normal", "2027-10-29T18:00", "2027-10-31T17:00"),
    ("answer", "normal", "2026-12-24T10:00", "2026-12-26T10:00"),
    ("answer", "normal", "2027-12-31T23:30", "2028-01-02T23:30"),
]

FOUR_DAY_WEEK = [  # Moscow, mon-thu 09:00-18:00, RU
    # D2: 7 h of Thursday, then 17 h of Monday; the changes of the clocks elsewhere are none here
    ("answer", "normal", "2026-03-12T17:00", "2026-03-16T17:00"),
    ("answer", "normal", "2026-03-26T17:00", "2026-03-30T17:00"),
    ("answer", "normal", "2026-10-22T17:00", "2026-10-26T17:00"),
    ("answer", "normal", "2027-03-25T17:00", "2027-03-29T17:00"),
    ("answer", "normal", "2027-10-28T17:00", "2027-11-01T17:00"),
    # Women's Day, a Sunday, moves to Monday 9: 7 h of Thursday, 17 h of Tuesday
    ("answer", "normal", "2026-03-05T17:00", "2026-03-10T17:00"),
    # a Friday, and Russia Day: all of Monday, until its midnight
    ("answer", "normal", "2026-06-12T12:00", "2026-06-16T00:00"),
    # Unity Day is a Wednesday: all of Thursday; or 4 h of Tuesday and 20 h of Thursday
    ("answer", "normal", "2026-11-04T10:00", "2026-11-06T00:00"),
    ("answer", "normal", "2026-11-03T20:00", "2026-11-05T20:00"),
    # 14.5 h of Wednesday; 31 December (for Sunday 4 January) is off, and 1-8 January; 9.5 h of Monday 11
    ("answer", "normal", "2026-12-30T09:30", "2027-01-11T09:30"),
    # Victory Day is a Sunday, Monday 10 is off: 12 h of Thursday, 12 h of Tuesday
    ("answer", "normal", "2027-05-06T12:00", "2027-05-11T12:00"),
    # Thursday 4 is Unity Day: 5.5 h of Wednesday, 18.5 h of Monday
    ("answer", "normal", "2027-11-03T18:30", "2027-11-08T18:30"),
    # D8: simple 1, normal 2, complex 3
    ("resolution", "normal", "2026-12-30T10:00", "2027-01-12T18:00"),
    # Saturday 20 February is worked by decree, and opens nothing; Monday 22 is off for it, Tuesday 23 a holiday
    ("resolution", "simple", "2027-02-18T12:00", "2027-02-24T18:00"),
    # 1 May is a Friday, closed anyhow: Mon 4, Tue 5, Wed 6
    ("resolution", "complex", "2026-04-30T10:00", "2026-05-06T18:00"),
    # Thu 7; Victory Day is a Saturday, Monday 11 is off; Tue 12, Wed 13
    ("resolution", "complex", "2026-05-06T19:00", "2026-05-13T18:00"),
    # 1 May is a Saturday, Monday 3 is off
    ("resolution", "simple", "2027-04-29T17:00", "2027-05-04T18:00"),
    # D10: Monday, where it is none off
    ("next-working-day", "normal", "2026-03-13T10:00", "2026-03-16T18:00"),
    ("next-working-day", "normal", "2026-03-16T07:00", "2026-03-16T18:00"),
    ("next-working-day", "normal", "2026-03-12T19:00", "2026-03-16T18:00"),
    ("next-working-day", "normal", "2026-03-07T12:00", "2026-03-10T18:00"),
    # Russia Day is a Saturday, Monday 14 is off
    ("next-working-day", "normal", "2027-06-13T12:00", "2027-06-15T18:00"),
    ("next-working-day", "normal", "2026-12-31T10:00", "2027-01-11T18:00"),
]

PLATFORM_COMPLAINTS = [  # Moscow, mon-fri 09:00-18:00, RU
    # E5: 48 hours, also over a weekend with a holiday
    ("answer", "normal", "2026-03-06T18:00", "2026-03-08T18:00"),
    ("answer", "normal", "2026-03-28T12:00", "2026-03-30T12:00"),
    # Monday 9 is off for Sunday 8: Tue 10, Wed 11
    ("progress", "normal", "2026-03-06T12:00", "2026-03-11T18:00"),
    # Friday 1 May: Mon 4, Tue 5; Saturday 9 May moves to Monday 11: Fri 8, Tue 12
    ("progress", "normal", "2026-04-30T12:00", "2026-05-05T18:00"),
    ("progress", "normal", "2026-05-07T12:00", "2026-05-12T18:00"),
    # Friday 12 June: Mon 15, Tue 16
    ("progress", "normal", "2026-06-11T10:00", "2026-06-16T18:00"),
    # off until Friday 9 January, which is off for Saturday 3: Mon 12, Tue 13
    ("progress", "normal", "2026-01-01T12:00", "2026-01-13T18:00"),
    # Wed 30; Thu 31 off; 1-8 January; Mon 11
    ("progress", "normal", "2026-12-29T10:00", "2027-01-11T18:00"),
    # worked by decree, and opened by no policy: Saturday 20 February 2027; Mon 22, Tue 23 off; Wed 24, Thu 25
    ("progress", "normal", "2027-02-19T12:00", "2027-02-25T18:00"),
    # received on that Saturday itself: the same
    ("progress", "normal", "2027-02-20T12:00", "2027-02-25T18:00"),
    # Saturday 1 November 2025: Fri 31; Mon 3 off for it, Tue 4 Unity Day; Wed 5
    ("progress", "normal", "2025-10-30T12:00", "2025-11-05T18:00"),
    # Saturday 28 December 2024: Mon 30, Tue 31 off, 1-8 January; Thu 9, Fri 10
    ("progress", "normal", "2024-12-27T12:00", "2025-01-10T18:00"),
    # Thursday 4 November, Friday 5 (for 2 January): Mon 8, Tue 9
    ("progress", "normal", "2027-11-03T12:00", "2027-11-09T18:00"),
    # Monday 14 June is off for Saturday 12: Fri 11, Tue 15
    ("progress", "normal", "2027-06-10T12:00", "2027-06-15T18:00"),
]

ROWS = [
    (name, *row)
    for name, rows in (
        ("complaints-24h", COMPLAINTS_24H),
        ("complaints-working-days", COMPLAINTS_WORKING_DAYS),
        ("item-support", ITEM_SUPPORT),
        ("four-day-week", FOUR_DAY_WEEK),
        ("platform-complaints", PLATFORM_COMPLAINTS),
    )
    for row in rows
]

#: holidays, from (a working day), the next working day
GERMAN_STATES = [
    ("DE", "2026-04-02", "2026-04-07"),  # Easter, everywhere
    ("DE", "2026-01-05", "2026-01-06"),
    ("DE-BE", "2026-01-05", "2026-01-06"),
    ("DE-BY", "2026-01-05", "2026-01-07"),  # Epiphany: Bavaria, Baden-Württemberg, Saxony-Anhalt
    ("DE-BW", "2026-01-05", "2026-01-07"),
    ("DE-ST", "2026-01-05", "2026-01-07"),
    ("DE-SN", "2026-01-05", "2026-01-06"),
    ("DE-BE", "2027-03-05", "2027-03-09"),  # Women's Day: Berlin, Mecklenburg-Western Pomerania
    ("DE-MV", "2027-03-05", "2027-03-09"),
    ("DE-BB", "2027-03-05", "2027-03-08"),
    ("DE-BY", "2026-06-03", "2026-06-05"),  # Corpus Christi: the south and the west
    ("DE-NW", "2026-06-03", "2026-06-05"),
    ("DE-HE", "2027-05-26", "2027-05-28"),
    ("DE-SN", "2026-06-03", "2026-06-04"),  # some parishes only: `closed` is the place for them
    ("DE-SL", "2025-08-14", "2025-08-18"),  # Assumption, a Friday: Saarland; in Bavaria most parishes only
    ("DE-BY", "2025-08-14", "2025-08-15"),
    ("DE-TH", "2027-09-17", "2027-09-21"),  # Children's Day, a Monday: Thuringia
    ("DE-SN", "2025-10-30", "2025-11-03"),  # Reformation Day, a Friday: the north and the east
    ("DE-HH", "2025-10-30", "2025-11-03"),
    ("DE-BE", "2025-10-30", "2025-10-31"),
    ("DE-BY", "2027-10-29", "2027-11-02"),  # All Saints', a Monday: the south and the west
    ("DE-RP", "2027-10-29", "2027-11-02"),
    ("DE-SN", "2027-10-29", "2027-11-01"),
    ("DE-SN", "2026-11-17", "2026-11-19"),  # Repentance Day, a Wednesday: Saxony alone
    ("DE-SN", "2027-11-16", "2027-11-18"),
    ("DE-BY", "2026-11-17", "2026-11-18"),
    ("DE-BE", "2020-05-07", "2020-05-11"),  # 75 years after the liberation: Berlin, in 2020 only
    ("DE-BE", "2026-05-07", "2026-05-08"),
]


@lru_cache
def policy(name: str) -> Policy:
    file = load_policy_file(POLICIES / f"{name}.toml")
    assert file.policy is not None
    assert not file.problems
    return file.policy


@pytest.mark.parametrize(("name", "promise", "complexity", "start", "due"), ROWS)
def test_every_policy_is_due_when_a_printed_calendar_says_so(
    name: str, promise: str, complexity: Complexity, start: str, due: str
) -> None:
    calendar = policy(name).calendar
    zone = ZoneInfo(calendar.zone)
    rule = policy(name).rule(promise)
    assert rule is not None
    received = datetime.fromisoformat(start).replace(tzinfo=zone).astimezone(UTC)

    found = due_at(received, rule.within.for_(complexity), calendar)

    assert found == datetime.fromisoformat(due).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(("code", "start", "following"), GERMAN_STATES)
def test_each_german_state_has_its_own_working_days(code: str, start: str, following: str) -> None:
    state = calendar({"zone": "Europe/Berlin", "open": "mon-fri 09:00-17:00", "holidays": code}, range(2026, 2028))
    zone = ZoneInfo("Europe/Berlin")
    received = datetime.fromisoformat(f"{start}T12:00").replace(tzinfo=zone).astimezone(UTC)

    due = due_at(received, parse_span("1 working day"), state).astimezone(zone)

    assert due == datetime.fromisoformat(f"{following}T17:00").replace(tzinfo=zone)
