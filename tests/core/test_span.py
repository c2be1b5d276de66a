"""Durations as people write them."""

from datetime import timedelta

import pytest

from mailbot.core.worktime import Clock, parse_span


@pytest.mark.parametrize(
    ("text", "clock", "amount", "length"),
    [
        ("24 hours", Clock.HOURS, 24, timedelta(hours=24)),
        ("1 hour", Clock.HOURS, 1, timedelta(hours=1)),
        ("90 minutes", Clock.HOURS, 1.5, timedelta(minutes=90)),
        ("14 days", Clock.DAYS, 14, timedelta(days=14)),
        ("2 weeks", Clock.DAYS, 14, timedelta(days=14)),
        ("24 hours on working days", Clock.HOURS_ON_WORKING_DAYS, 24, timedelta(hours=24)),
        ("1 hour on working days", Clock.HOURS_ON_WORKING_DAYS, 1, timedelta(hours=1)),
        ("9  Working Hours", Clock.WORKING_HOURS, 9, timedelta(hours=9)),
    ],
)
def test_a_duration_says_its_clock_and_its_length(text: str, clock: Clock, amount: float, length: timedelta) -> None:
    span = parse_span(text)

    assert (span.clock, span.amount, span.length) == (clock, amount, length)


@pytest.mark.parametrize(
    ("text", "clock", "amount"),
    [
        ("1 working day", Clock.WORKING_DAYS, 1),
        ("7 working days", Clock.WORKING_DAYS, 7),
        ("3 business days", Clock.WORKING_DAYS, 3),
        ("End of next working day", Clock.END_OF_NEXT_WORKING_DAY, 1),
    ],
)
def test_a_duration_in_working_days_has_a_number_of_them(text: str, clock: Clock, amount: int) -> None:
    assert (parse_span(text).clock, parse_span(text).amount) == (clock, amount)


def test_minutes_are_exact() -> None:
    assert all(parse_span(f"{n} minutes").length == timedelta(minutes=n) for n in range(1, 20_000))


@pytest.mark.parametrize(
    "text", ["soon", "", "0 days", "-1 days", "1.5 hours", "7 working", "days", "next working day"]
)
def test_a_duration_that_is_none_names_the_ways_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="working days"):
        parse_span(text)


@pytest.mark.parametrize("text", ["9999999999999 hours", "3661 days", "3661 working days", "600 weeks"])
def test_a_duration_of_more_than_ten_years_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ten years"):
        parse_span(text)
