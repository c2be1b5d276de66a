"""Durations and opening hours in sentences: every plural form of every language, in the case that stands there."""

from datetime import date

import pytest

from mailbot.core.worktime import Calendar, parse_hours, parse_span
from mailbot.wire.lengths import length
from mailbot.wire.moments import closed_days, hours_of_week

WORDS = [
    ("1 hour", "de", "within", "innerhalb von einer Stunde"),
    ("24 hours", "de", "within", "innerhalb von 24 Stunden"),
    ("1 working day", "de", "within", "innerhalb von einem Werktag"),
    ("5 working days", "de", "every", "alle 5 Werktage"),
    ("1 working day", "de", "every", "an jedem Werktag"),
    ("14 days", "de", "after", "nach 14 Tagen"),
    ("14 days", "de", "through", "14 Tage lang"),
    ("4 working hours", "de", "before", "spätestens 4 Arbeitsstunden vorher"),
    ("1 working day", "de", "before", "spätestens einen Werktag vorher"),
    ("24 hours on working days", "de", "within", "innerhalb von 24 Stunden an Werktagen"),
    ("end of next working day", "de", "within", "bis zum Ende des nächsten Werktags"),
    ("30 minutes", "de", "within", "innerhalb von 30 Minuten"),
    ("1 working day", "pl", "within", "w ciągu 1 dnia roboczego"),
    ("2 working days", "pl", "within", "w ciągu 2 dni roboczych"),
    ("7 working days", "pl", "within", "w ciągu 7 dni roboczych"),
    ("2 working days", "pl", "every", "co 2 dni robocze"),
    ("5 working days", "pl", "every", "co 5 dni roboczych"),
    ("22 working days", "pl", "every", "co 22 dni robocze"),
    ("5 working days", "pl", "after", "po 5 dniach roboczych"),
    ("1 day", "pl", "after", "po 1 dniu"),
    ("1 working day", "pl", "before", "najpóźniej 1 dzień roboczy wcześniej"),
    ("4 working hours", "pl", "before", "najpóźniej 4 godziny robocze wcześniej"),
    ("12 working hours", "pl", "before", "najpóźniej 12 godzin roboczych wcześniej"),
    ("24 hours on working days", "pl", "within", "w ciągu 24 godzin w dni robocze"),
    ("1 working day", "ru", "within", "в течение 1 рабочего дня"),
    ("3 working days", "ru", "within", "в течение 3 рабочих дней"),
    ("21 days", "ru", "within", "в течение 21 дня"),
    ("24 hours", "ru", "within", "в течение 24 часов"),
    ("1 hour", "ru", "within", "в течение 1 часа"),
    ("2 working days", "ru", "every", "каждые 2 рабочих дня"),
    ("5 working days", "ru", "every", "каждые 5 рабочих дней"),
    ("1 working day", "ru", "every", "каждый рабочий день"),
    ("14 days", "ru", "after", "через 14 дней"),
    ("21 days", "ru", "after", "через 21 день"),
    ("3 days", "ru", "after", "через 3 дня"),
    ("1 working hour", "ru", "before", "не позднее чем за 1 рабочий час"),
    ("4 working hours", "ru", "before", "не позднее чем за 4 рабочих часа"),
    ("2 weeks", "ru", "through", "в течение 14 дней"),
    ("1 working day", "en", "within", "within 1 working day"),
    ("60 days", "en", "through", "for 60 days"),
    ("1 working day", "en", "every", "every working day"),
]


@pytest.mark.parametrize(("span", "language", "relation", "words"), WORDS)
def test_a_duration_is_declined(span: str, language: str, relation: str, words: str) -> None:
    assert length(parse_span(span), language, relation) == words


@pytest.mark.parametrize(
    ("hours", "language", "rows"),
    [
        ("mon-fri 09:00-17:00", "de", [("Montag bis Freitag", "9:00–17:00 Uhr")]),
        ("mon-thu 09:00-18:00", "ru", [("понедельник–четверг", "9:00–18:00")]),
        ("mon 09:00-12:00, 13:00-17:00, sat 10:00-12:00", "pl", [("poniedziałek", "9:00–12:00 i 13:00–17:00"), ("sobota", "10:00–12:00")]),
        ("sat-sun 20:00-24:00", "en", [("Saturday and Sunday", "20:00–24:00")]),
        ("mon-sun 00:00-24:00", "de", [("Montag bis Sonntag", "rund um die Uhr")]),
    ],
)  # fmt: skip
def test_opening_hours_are_said_by_runs_of_days(hours: str, language: str, rows: list[tuple[str, str]]) -> None:
    assert hours_of_week(Calendar("Europe/Berlin", parse_hours(hours)), language) == rows


def test_closed_days_are_joined_where_no_open_day_lies_between() -> None:
    closed = frozenset(date.fromisoformat(d) for d in ("2026-12-24", "2026-12-25", "2026-12-31", "2027-01-01", "2027-01-04", "2027-03-09"))  # fmt: skip
    calendar = Calendar("Europe/Berlin", parse_hours("mon-fri 09:00-17:00"), closed)

    found = closed_days(calendar, date(2026, 12, 1), date(2027, 6, 1), "de")

    assert found == [(2026, ["24.–25. Dezember", "31. Dezember – 4. Januar 2027"]), (2027, ["9. März"])]
