"""What holds of every clock, on the calendars of the policies and on random ones in difficult zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.worktime import (
    Calendar,
    Clock,
    Span,
    before,
    closing,
    due_at,
    is_open,
    is_working_day,
    last_open_at_or_before,
    next_opening,
    parse_hours,
    parse_span,
    working_time_between,
)
from tests.core.scenes import ADDABLE, HOURS, IN_OPEN_TIME, OFFICE, WAITS, local_date, many, scenes, spans
from tests.rig.cost import seconds


@many
@given(scenes(), WAITS, spans(*Clock))
def test_later_mail_is_never_due_earlier(scene: tuple[datetime, Calendar], wait: timedelta, span: Span) -> None:
    start, calendar = scene

    assert due_at(start, span, calendar) <= due_at(start + wait, span, calendar)


@many
@given(scenes(), st.integers(1, 40), spans(*ADDABLE))
def test_more_is_never_due_earlier(scene: tuple[datetime, Calendar], more: int, span: Span) -> None:
    start, calendar = scene

    assert start < due_at(start, span, calendar) < due_at(start, Span(span.amount + more, span.clock, ""), calendar)


@many
@given(scenes(), st.integers(1, 40), spans(*ADDABLE))
def test_adding_a_then_b_is_adding_both(scene: tuple[datetime, Calendar], b: int, a: Span) -> None:
    start, calendar = scene
    first = due_at(start, a, calendar)

    assert due_at(first, Span(b, a.clock, ""), calendar) == due_at(start, Span(a.amount + b, a.clock, ""), calendar)


@many
@given(scenes(), spans(*IN_OPEN_TIME))
def test_no_due_moment_in_closed_time(scene: tuple[datetime, Calendar], span: Span) -> None:
    start, calendar = scene

    assert is_open(due_at(start, span, calendar) - timedelta(microseconds=1), calendar)


@many
@given(scenes(), spans(*Clock), st.sampled_from(["Asia/Kathmandu", "America/New_York"]))
def test_every_moment_is_utc_whatever_the_zone_of_what_goes_in(
    scene: tuple[datetime, Calendar], span: Span, zone: str
) -> None:
    start, calendar = scene
    elsewhere = start.astimezone(ZoneInfo(zone))
    due = due_at(start, span, calendar)

    assert due_at(elsewhere, span, calendar) == due
    assert before(due.astimezone(ZoneInfo(zone)), span, calendar) == before(due, span, calendar)
    for moment in (
        due,
        before(due, span, calendar),
        due_at(elsewhere, span, calendar),
        next_opening(elsewhere, calendar),
    ):
        assert moment.tzinfo is UTC


@many
@given(scenes(), spans(*Clock))
def test_what_is_due_at_the_end_of_a_span_is_due_again_when_counted_from_its_warning(
    scene: tuple[datetime, Calendar], span: Span
) -> None:
    due = due_at(scene[0], span, scene[1])

    assert before(due, span, scene[1]) < due
    if span.clock is not Clock.END_OF_NEXT_WORKING_DAY:
        assert due_at(before(due, span, scene[1]), span, scene[1]) == due


@many
@given(scenes(), spans(Clock.HOURS, Clock.DAYS, *HOURS))
def test_a_warning_as_long_before_as_the_span_goes_out_at_its_start(
    scene: tuple[datetime, Calendar], span: Span
) -> None:
    start, calendar = scene
    begun = next_opening(start, calendar) if span.clock in HOURS else start

    if span.clock is not Clock.HOURS_ON_WORKING_DAYS or is_working_day(local_date(begun, calendar), calendar):
        assert before(due_at(begun, span, calendar), span, calendar) == begun


@many
@given(scenes(), WAITS, spans(*Clock))
def test_what_is_due_later_is_warned_of_no_earlier(
    scene: tuple[datetime, Calendar], wait: timedelta, span: Span
) -> None:
    due, calendar = scene

    assert before(due, span, calendar) <= before(due + wait, span, calendar) < due + wait


@many
@given(scenes(), spans(Clock.WORKING_HOURS))
def test_exactly_the_span_is_open_until_it_is_due(scene: tuple[datetime, Calendar], span: Span) -> None:
    start, calendar = scene

    assert working_time_between(start, due_at(start, span, calendar), calendar) == span.length


@many
@given(scenes())
def test_the_last_open_moment_is_open_and_nothing_is_open_after_it(scene: tuple[datetime, Calendar]) -> None:
    at, calendar = scene
    last = last_open_at_or_before(at, calendar)

    assert last <= at
    assert is_open(last, calendar)
    assert (last == at) == is_open(at, calendar)
    assert working_time_between(last, at, calendar) <= timedelta(seconds=1)


def test_a_calendar_that_never_opens_is_an_error() -> None:
    closed = Calendar("Europe/Berlin", ((),) * 7)
    at = datetime(2026, 1, 1, tzinfo=UTC)

    for clock in IN_OPEN_TIME:
        with pytest.raises(ValueError, match="never opens"):
            due_at(at, Span(1, clock, ""), closed)
        with pytest.raises(ValueError, match="never opens"):
            before(at, Span(1, clock, ""), closed)
    for find in (next_opening, last_open_at_or_before):
        with pytest.raises(ValueError, match="never opens"):
            find(at, closed)
    assert not is_open(at, closed)
    assert working_time_between(at, at + timedelta(days=900), closed) == timedelta(0)


def test_a_night_shift_that_an_extra_open_day_meets_ends_when_that_day_opens() -> None:
    tuesday, day_shift = date(2026, 3, 3), parse_hours("tue 05:00-12:00")[1]
    night = Calendar("UTC", parse_hours("mon 22:00-06:00"), frozenset(), ((tuesday, day_shift),))
    sunday = datetime(2026, 3, 1, 12, tzinfo=UTC)

    assert due_at(sunday, parse_span("1 working day"), night) == datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert due_at(sunday, parse_span("2 working days"), night) == datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert working_time_between(sunday, sunday + timedelta(days=3), night) == timedelta(hours=14)


def test_a_day_closes_when_its_own_hours_end_and_a_closed_day_never() -> None:
    calendar = Calendar("Europe/Berlin", parse_hours("mon-thu 09:00-12:00, 13:00-17:00, fri 22:00-06:00"))

    assert closing(date(2026, 3, 5), calendar) == datetime(2026, 3, 5, 16, tzinfo=UTC)
    assert closing(date(2026, 3, 6), calendar) == datetime(2026, 3, 7, 5, tzinfo=UTC)
    with pytest.raises(ValueError, match="2026-03-07 is no working day"):
        closing(date(2026, 3, 7), calendar)


def test_a_moment_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="no zone"):
        due_at(datetime(2026, 1, 1), parse_span("24 hours"), OFFICE[0])  # noqa: DTZ001


def test_an_extra_open_day_wins_over_an_extra_closed_one() -> None:
    hours = parse_hours("mon-fri 09:00-17:00")
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    calendar = Calendar("Europe/Berlin", hours, frozenset({saturday, monday}), ((saturday, hours[0]),))
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)

    assert is_working_day(saturday, calendar)
    assert not is_working_day(monday, calendar)
    assert due_at(friday, parse_span("2 working days"), calendar) == datetime(2026, 3, 10, 16, tzinfo=UTC)


def test_ten_thousand_due_moments_ninety_days_away_take_less_than_a_second() -> None:
    calendar, first = OFFICE[1], datetime(2026, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(minutes=n * 37) for n in range(5_000)]
    days, hours = parse_span("90 working days"), parse_span("720 working hours")
    due_at(first + timedelta(days=900), days, calendar)

    def work() -> None:
        for start in starts:
            due_at(start, days, calendar)
            due_at(start, hours, calendar)

    assert seconds(work) < 1
