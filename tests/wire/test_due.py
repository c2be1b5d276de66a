"""When something is due, in working time and in words, in each language; late: since when."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailbot.core.worktime import Calendar, parse_hours
from mailbot.wire.dates import written_offset
from mailbot.wire.due import due, left, near, there

BERLIN = Calendar("Europe/Berlin", parse_hours("mon-fri 09:00-17:00"))
ALWAYS = Calendar("Europe/Berlin", parse_hours("mon-sun 00:00-24:00"))
NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)  #: a Thursday, 10:30 in Berlin
SAID = [
    (timedelta(minutes=40), "de", "heute, 11:10 Uhr, in 40 Minuten"),
    (timedelta(hours=3), "de", "heute, 13:30 Uhr, in 3 Arbeitsstunden"),
    (timedelta(hours=1), "de", "heute, 11:30 Uhr, in einer Arbeitsstunde"),
    (timedelta(hours=23), "pl", "jutro, godz. 09:30, za 7 godzin roboczych"),
    (timedelta(hours=3), "pl", "dziś, godz. 13:30, za 3 godziny robocze"),
    (timedelta(hours=3), "ru", "сегодня, 13:30, через 3 рабочих часа"),
    (timedelta(hours=29), "ru", "завтра, 15:30, через 13 рабочих часов"),
    (timedelta(hours=3), "en", "today, 13:30, in 3 working hours"),
    (timedelta(days=5), "en", "Tuesday, 10 March, 10:30, in 3 working days"),
    (timedelta(days=5), "pl", "wtorek, 10 marca, godz. 10:30, za 3 dni robocze"),
    (-timedelta(minutes=40), "de", "seit heute, 09:50 Uhr"),
    (-timedelta(hours=23), "pl", "od wczoraj, godz. 11:30"),
    (-timedelta(days=2), "pl", "od wtorku, 3 marca, godz. 10:30"),
    (-timedelta(hours=23), "ru", "с 11:30 вчерашнего дня"),
    (-timedelta(days=2), "ru", "со вторника, 3 марта, 10:30"),
    (-timedelta(hours=23), "en", "since 11:30 yesterday"),
    (timedelta(0), "en", "since 10:30 today"),
    (timedelta(days=330), "de", "Freitag, 29. Januar 2027, 10:30 Uhr, in 236 Werktagen"),
    (-timedelta(days=80), "pl", "od poniedziałku, 15 grudnia 2025\u00a0r., godz. 10:30"),
]
NEAR = [
    (-timedelta(days=1), "de", "gestern, 10:30 Uhr"),
    (-timedelta(days=2), "de", "Dienstag, 3. März, 10:30 Uhr"),
    (-timedelta(days=1), "pl", "wczoraj, godz. 10:30"),
    (timedelta(days=5), "ru", "вторник, 10 марта, 10:30"),
    (timedelta(days=1), "en", "tomorrow, 10:30"),
    (timedelta(days=330), "en", "Friday, 29 January 2027, 10:30"),
]


@pytest.mark.parametrize(("ahead", "language", "words"), SAID)
def test_a_due_moment_is_said_as_a_colleague_says_it(ahead: timedelta, language: str, words: str) -> None:
    said = due(NOW + ahead, NOW, BERLIN, language)

    assert said.replace("\u202f", " ").replace("\u00a0", " ") == words.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(("ahead", "language", "words"), NEAR)
def test_a_moment_nearby_needs_no_year(ahead: timedelta, language: str, words: str) -> None:
    assert near(NOW + ahead, NOW, language, "Europe/Berlin") == words


def test_a_due_moment_is_read_on_the_readers_clock_and_counted_on_the_desks() -> None:
    assert due(NOW + timedelta(hours=3), NOW, BERLIN, "en", "Europe/Moscow") == "today, 15:30, in 3 working hours"


@pytest.mark.parametrize(
    ("at", "calendar", "words"),
    [
        (datetime(2026, 3, 6, 9, 30, tzinfo=UTC), ALWAYS, "in 24 hours"),
        (datetime(2026, 3, 8, 9, 30, tzinfo=UTC), ALWAYS, "in 3 days"),
        (datetime(2026, 3, 8, 9, 30, tzinfo=UTC), BERLIN, "in 14 working hours"),  # a Sunday: two days to work in
        (datetime(2026, 3, 5, 9, 30, 59, tzinfo=UTC), BERLIN, "in 0 minutes"),
        (NOW, BERLIN, ""),
    ],
)
def test_what_is_left_counts_the_hours_in_which_somebody_works(at: datetime, calendar: Calendar, words: str) -> None:
    assert left(at, NOW, calendar, "en") == words


def test_after_closing_time_the_hours_of_the_night_are_said_as_they_are() -> None:
    evening = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)

    assert left(evening + timedelta(hours=4), evening, BERLIN, "en") == "in 4 hours"


@pytest.mark.parametrize(
    ("hours", "language", "words"),
    [
        (3, "en", "12:30 there (UTC+03:00)"),
        (-11, "en", "Wed 22:30 there (UTC-11:00)"),
        (3, "de", "dort 12:30 Uhr (UTC+03:00)"),
        (3, "pl", "tam godz. 12:30 (UTC+03:00)"),
        (3, "ru", "там 12:30 (UTC+03:00)"),
    ],
)
def test_the_time_where_a_customer_writes(hours: int, language: str, words: str) -> None:
    assert there(NOW.astimezone(timezone(timedelta(hours=hours))), language, "Europe/Berlin") == words


@pytest.mark.parametrize(
    ("field", "hours"),
    [
        ("Mon, 02 Mar 2026 18:00:00 +0900", 9),
        ("Mon, 02 Mar 2026 18:00:00 -0330 (NST)", -3.5),
        ("Mon, 02 Mar 2026 18:00 EST", -5),
        ("2026-03-02T18:00:00+05:30", 5.5),
        ("Mon, 02 Mar 2026 18:00:00 -0000", None),
        ("Mon, 02 Mar 2026 18:00:00 +0000", None),  # Exchange writes it for everybody
        ("Mon, 02 Mar 2026 18:00:00 GMT", None),
        ("Mon, 02 Mar 2026 18:00:00 +9900", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_field_tells_the_writers_clock_or_nothing(field: str, hours: float | None) -> None:
    assert written_offset(field) == (None if hours is None else timedelta(hours=hours))
