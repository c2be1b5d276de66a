"""What holds of every clock, on the calendars of the policies and on random ones in difficult zones."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.worktime import (
    Calendar,
    Clock,
    Span,
    before,
    due_at,
    is_open,
    is_working_day,
    last_open_at_or_before,
    next_opening,
    parse_hours,
    parse_span,
    resumed,
    working_time_between,
)
from tests.core import oracle

OFFICE = [
    Calendar("Europe/Moscow", parse_hours("mon-thu 09:00-18:00"), frozenset({date(2027, 1, 4)})),
    Calendar("Europe/Berlin", parse_hours("mon-fri 09:00-12:00, 13:00-17:00, sat 10:00-14:00")),
    Calendar("Europe/Warsaw", parse_hours("mon-sun 00:00-24:00")),
    Calendar("America/New_York", parse_hours("mon-fri 22:00-06:00")),
    Calendar("Australia/Lord_Howe", parse_hours("fri-sun 18:00-03:00")),
]
RANDOM = [
    (oracle.random_calendar(random.Random(f"{n} {zone} {first}"), zone, first), first)
    for zone, first in oracle.WEEKS
    for n in range(3)
]
SCENES = [(c, first) for c in OFFICE for _, first in oracle.WEEKS] + [(c, first) for c, first in RANDOM if any(c.hours)]
SECONDS_AWAY = st.integers(-20 * 86400, 60 * 86400)
many = settings(max_examples=400, deadline=None)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[datetime, Calendar]:
    """A moment, often at a full hour, near a change of the clocks or of the year, and a calendar."""
    calendar, first = draw(st.sampled_from(SCENES))
    away = draw(SECONDS_AWAY | SECONDS_AWAY.map(lambda s: s // 3600 * 3600))
    return datetime.combine(first, time(0), UTC) + timedelta(seconds=away), calendar


def local_date(at: datetime, calendar: Calendar) -> date:
    return at.astimezone(ZoneInfo(calendar.zone)).date()


def spans(*clocks: Clock) -> st.SearchStrategy[Span]:
    return st.builds(
        lambda n, clock: Span(1 if "end" in clock else n, clock, ""), st.integers(1, 60), st.sampled_from(clocks)
    )


HOURS = (Clock.WORKING_HOURS, Clock.HOURS_ON_WORKING_DAYS)
ADDABLE = (Clock.HOURS, Clock.DAYS, *HOURS, Clock.WORKING_DAYS)
IN_OPEN_TIME = (Clock.WORKING_HOURS, Clock.WORKING_DAYS, Clock.END_OF_NEXT_WORKING_DAY)
WAITS = st.timedeltas(timedelta(0), timedelta(days=12)).map(lambda t: timedelta(seconds=int(t.total_seconds())))


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


@many
@given(scenes(), WAITS, WAITS, WAITS, spans(*Clock))
def test_a_pause_never_shortens_a_promise_nor_makes_it_longer_than_a_new_one(
    scene: tuple[datetime, Calendar], until: timedelta, long: timedelta, longer: timedelta, span: Span
) -> None:
    start, calendar = scene
    due, paused = due_at(start, span, calendar), start + until
    moved = resumed(due, span, paused, paused + long, calendar)

    assert due <= moved <= resumed(due, span, paused, paused + long + longer, calendar)
    if paused < due:
        assert moved <= due_at(max(start, paused + long), span, calendar)
        assert moved > paused + long or moved == due
    else:
        assert moved == due


@many
@given(scenes(), WAITS, WAITS, spans(*HOURS))
def test_a_pause_gives_back_the_running_time_that_it_took(
    scene: tuple[datetime, Calendar], until: timedelta, long: timedelta, span: Span
) -> None:
    start, calendar = scene
    due, paused = due_at(start, span, calendar), start + until
    if span.clock is Clock.WORKING_HOURS and paused < due:
        moved = resumed(due, span, paused, paused + long, calendar)
        worked = working_time_between(start, paused, calendar) + working_time_between(paused + long, moved, calendar)

        assert worked == span.length
        assert is_open(moved - timedelta(microseconds=1), calendar)


@pytest.mark.parametrize(
    ("promised", "paused", "again", "due"),
    [
        # Monday to Thursday 09:00 to 18:00; March 2026: Mon 2, Thu 5, Mon 9
        ("24 hours", "03-02T10:00", "03-02T13:00", "03-03T12:00"),  # from Mon 09:00, due Tue 09:00, 3 hours more
        ("9 working hours", "03-02T17:00", "03-03T10:00", "03-03T11:00"),  # one hour left on Monday evening, two lost
        ("9 working hours", "03-02T18:00", "03-03T09:00", "03-02T18:00"),  # due when the pause begins: nothing to move
        ("18 working hours", "03-02T18:00", "03-03T09:00", "03-03T18:00"),  # a night costs no working hour
        ("24 hours on working days", "03-02T21:00", "03-09T21:00", "03-10T09:00"),  # lost 3 + 72 + 21 hours
        ("2 working days", "03-02T10:00", "03-02T17:00", "03-04T18:00"),  # the same day: nothing is lost
        ("2 working days", "03-02T10:00", "03-03T10:00", "03-05T18:00"),  # two left on Monday, from Tuesday on
        ("2 working days", "03-03T10:00", "03-08T10:00", "03-09T18:00"),  # one left on Tuesday; comes back on Sunday
        ("2 working days", "03-04T10:00", "03-04T17:00", "03-04T18:00"),  # the due day itself
        ("2 working days", "03-04T10:00", "03-05T17:00", "03-05T18:00"),  # only a rest was left: the first closing time
        ("2 working days", "03-04T10:00", "03-06T10:00", "03-09T18:00"),  # the same, and back on a Friday
        ("end of next working day", "03-02T10:00", "03-03T07:00", "03-03T18:00"),  # nothing lost before Tue opens
        ("end of next working day", "03-02T10:00", "03-03T10:00", "03-04T18:00"),  # as if mailed on Tue at ten
        ("end of next working day", "03-03T10:00", "03-03T19:00", "03-04T18:00"),  # paused on the due day
    ],
)
def test_pauses_worked_out_by_hand(promised: str, paused: str, again: str, due: str) -> None:
    moscow = Calendar("Europe/Moscow", parse_hours("mon-thu 09:00-18:00"))
    start, paused_at, resumed_at, expected = (
        datetime.fromisoformat(f"2026-{moment}+03:00") for moment in ("03-02T09:00", paused, again, due)
    )
    span = parse_span(promised)

    assert resumed(due_at(start, span, moscow), span, paused_at, resumed_at, moscow) == expected


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
