"""The arithmetic behind a due moment: it leaves no gap, adds up, and ends where the result is."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given

from mailbot.core.counting import Step, Why, steps
from mailbot.core.worktime import Calendar, Clock, Span, due_at, is_open, is_working_day, parse_hours, parse_span
from tests.core.scenes import HOURS, many, scenes, spans

MOSCOW = Calendar("Europe/Moscow", parse_hours("mon-thu 09:00-18:00"))


@many
@given(scenes(), spans(*Clock))
def test_steps_lead_from_the_start_to_the_due_moment_without_a_gap(
    scene: tuple[datetime, Calendar], span: Span
) -> None:
    start, calendar = scene
    found = steps(start, span, calendar)

    assert found[0].begins == start
    assert found[-1].ends == due_at(start, span, calendar)
    assert all(a.ends == b.begins for a, b in pairwise(found))
    assert all(step.begins < step.ends for step in found)
    assert found[-1].why is Why.COUNTS


@many
@given(scenes(), spans(*Clock))
def test_what_the_steps_count_adds_up_to_the_span(scene: tuple[datetime, Calendar], span: Span) -> None:
    found = steps(*scene[:1], span, scene[1])

    if span.clock in (Clock.WORKING_DAYS, Clock.END_OF_NEXT_WORKING_DAY):
        assert [step.number for step in found if step.number] == list(range(1, int(span.amount) + 1))
    else:
        assert sum((step.counted for step in found), timedelta(0)) == span.length
        assert all(
            step.counted == (step.ends - step.begins if step.why is Why.COUNTS else timedelta(0)) for step in found
        )


@many
@given(scenes(), spans(*HOURS))
def test_a_step_counts_where_the_calendar_says_so(scene: tuple[datetime, Calendar], span: Span) -> None:
    calendar, zone = scene[1], ZoneInfo(scene[1].zone)

    for step in steps(scene[0], span, calendar):
        middle = step.begins + (step.ends - step.begins) / 2
        runs = (
            is_open(middle, calendar)
            if span.clock is Clock.WORKING_HOURS
            else is_working_day(middle.astimezone(zone).date(), calendar)
        )
        assert (step.why is Why.COUNTS) == runs


def test_working_hours_are_counted_window_by_window() -> None:
    found = steps(datetime(2026, 3, 5, 14, tzinfo=UTC), parse_span("9 working hours"), MOSCOW)

    assert [(local(s), s.why, s.counted) for s in found] == [
        ("Thu 17:00", Why.COUNTS, timedelta(hours=1)),
        ("Thu 18:00", Why.SHUT, timedelta(0)),
        ("Fri 00:00", Why.CLOSED, timedelta(0)),
        ("Sat 00:00", Why.WEEKEND, timedelta(0)),
        ("Sun 00:00", Why.WEEKEND, timedelta(0)),
        ("Mon 00:00", Why.SHUT, timedelta(0)),
        ("Mon 09:00", Why.COUNTS, timedelta(hours=8)),
    ]


def test_working_days_are_counted_day_by_day_each_with_its_reason() -> None:
    holiday, bridge = date(2026, 3, 10), date(2026, 3, 11)
    calendar = Calendar(MOSCOW.zone, MOSCOW.hours, frozenset({holiday, bridge}), (), ((holiday, "Feast"),))
    found = steps(datetime(2026, 3, 5, 14, tzinfo=UTC), parse_span("2 working days"), calendar)

    assert [(local(s), s.why, s.number, s.name) for s in found] == [
        ("Thu 17:00", Why.RECEIPT, 0, ""),
        ("Fri 00:00", Why.CLOSED, 0, ""),
        ("Sat 00:00", Why.WEEKEND, 0, ""),
        ("Sun 00:00", Why.WEEKEND, 0, ""),
        ("Mon 00:00", Why.COUNTS, 1, ""),
        ("Tue 00:00", Why.HOLIDAY, 0, "Feast"),
        ("Wed 00:00", Why.CLOSED, 0, ""),
        ("Thu 00:00", Why.COUNTS, 2, ""),
    ]


def test_a_holiday_on_a_weekday_without_hours_needs_no_other_reason() -> None:
    friday = date(2026, 3, 6)
    calendar = Calendar(MOSCOW.zone, MOSCOW.hours, frozenset({friday}), (), ((friday, "Feast"),))

    assert steps(datetime(2026, 3, 6, 9, tzinfo=UTC), parse_span("1 working day"), calendar)[0].why is Why.CLOSED


def test_a_night_shift_is_the_day_of_receipt_until_it_ends() -> None:
    calendar = Calendar("Europe/Moscow", parse_hours("mon-thu 22:00-06:00"))
    found = steps(datetime(2026, 3, 4, 23, tzinfo=UTC), parse_span("1 working day"), calendar)

    assert [(local(s), s.why) for s in found] == [("Thu 02:00", Why.RECEIPT), ("Thu 06:00", Why.COUNTS)]
    assert found[-1].ends == datetime(2026, 3, 6, 3, tzinfo=UTC)


def local(step: Step) -> str:
    return step.begins.astimezone(ZoneInfo("Europe/Moscow")).strftime("%a %H:%M")
