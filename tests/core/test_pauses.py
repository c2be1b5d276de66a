"""A clock that stood still: what is left at the pause is left after it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from mailbot.core.worktime import (
    Calendar,
    Clock,
    Span,
    due_at,
    is_open,
    parse_hours,
    parse_span,
    resumed,
    working_time_between,
)
from tests.core.scenes import WAITS, many, scenes, spans


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
@given(scenes(), WAITS, WAITS, WAITS, spans(*Clock))
def test_a_pause_never_shortens_a_promise_that_was_extended(
    scene: tuple[datetime, Calendar], until: timedelta, long: timedelta, more: timedelta, span: Span
) -> None:
    start, calendar = scene
    extended = due_at(start, span, calendar) + more

    assert resumed(extended, span, start + until, start + until + long, calendar) >= extended


@many
@given(scenes(), WAITS, WAITS, spans(Clock.WORKING_HOURS))
def test_a_pause_gives_back_the_running_time_that_it_took(
    scene: tuple[datetime, Calendar], until: timedelta, long: timedelta, span: Span
) -> None:
    start, calendar = scene
    due, paused = due_at(start, span, calendar), start + until
    if paused < due:
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
        ("2 working days", "03-04T10:00", "03-04T18:00", "03-05T18:00"),  # back at closing time: nothing of it is left
        ("end of next working day", "03-03T03:00", "03-03T08:00", "03-03T18:00"),  # paused and back before Tue opens
        ("end of next working day", "03-03T03:00", "03-03T10:00", "03-04T18:00"),  # back when it has opened
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
