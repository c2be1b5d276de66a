"""Times are told whole and in working time, for all and apart."""

from datetime import UTC, datetime, timedelta

from mailbot.core.worktime import Calendar, parse_hours
from mailbot.report.speed import Lapse, Spread, speed, spread

OFFICE = Calendar("Europe/Berlin", parse_hours("mon-fri 09:00-17:00"))
FRIDAY_1600 = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)


def test_a_weekend_is_no_working_time() -> None:
    monday_1000 = FRIDAY_1600 + timedelta(hours=66)
    found = speed([Lapse(FRIDAY_1600, monday_1000, "product", "anna@example.org")], OFFICE)

    assert found.all.hours == Spread(66.0, 66.0, 66.0)
    assert found.all.working_hours == Spread(2.0, 2.0, 2.0)
    assert found.by_category["product"] == found.by_agent["anna@example.org"] == found.all


def test_one_slow_case_moves_the_average_and_not_the_median() -> None:
    assert spread([1.0] * 9 + [101.0]) == Spread(1.0, 11.0, 11.0)
    assert spread([]) is None


def test_the_parts_add_up_to_all() -> None:
    hour = timedelta(hours=1)
    lapses = [Lapse(FRIDAY_1600, FRIDAY_1600 + n * hour, "ab"[n % 2], "xyz"[n % 3]) for n in range(12)]
    found = speed(lapses, OFFICE)

    assert sum(times.cases for times in found.by_category.values()) == 12
    assert [times.cases for times in found.by_agent.values()] == [4, 4, 4]
