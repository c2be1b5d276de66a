"""`/wait`: for whom, and until when."""

from datetime import UTC, datetime

import pytest

from mailbot.core.opening import Calendar, parse_hours
from mailbot.core.waits import read_wait
from mailbot.core.when import parse_moment

NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)  # a Friday, an hour before closing
CALENDAR = Calendar("UTC", parse_hours("mon-fri 08:00-16:00"))


def wakes_at(text: str, now: datetime, calendar: Calendar) -> datetime:
    return parse_moment(text, now, calendar, "en", opens=True)


@pytest.mark.parametrize(
    ("argument", "read"),
    [
        ("", ("customer", "")),
        ("Partner", ("partner", "")),
        ("until 2 working days", ("until", "2 working days")),
        ("customer bis 2026-03-09", ("customer", "2026-03-09")),
        ("partner do 3 days", ("partner", "3 days")),
        ("nobody", None),
        ("until", None),
        ("customeruntil 3 days", None),
    ],
)
def test_a_wait_is_for_somebody_or_until_a_moment_or_both(argument: str, read: tuple[str, str] | None) -> None:
    assert read_wait(argument) == read


def test_a_day_begins_with_its_opening_and_a_closed_one_with_the_next() -> None:
    assert wakes_at("2026-03-10", NOW, CALENDAR) == datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    assert wakes_at("2026-03-07", NOW, CALENDAR) == datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
    assert wakes_at("2 working hours", NOW, CALENDAR) == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-06", "2026-02-30", "gestern", "0 days"])
def test_what_has_passed_or_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        wakes_at(text, NOW, CALENDAR)
