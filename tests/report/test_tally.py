"""Every promise is counted once, and honestly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.promise import WAITED, Promise, State
from mailbot.report.tally import how_it_ended, tallies

DAY = timedelta(days=1)
MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = MADE + 5 * DAY
OPEN = Promise("resolution", 1, "5 days", MADE, MADE, DUE)
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def ended(state: State, at: datetime, promise: Promise = OPEN, **more: object) -> Promise:
    return replace(promise, state=state, ended_at=at, **more)  # type: ignore[arg-type]


def moved(reason: str, at: datetime = MADE + 4 * DAY) -> Promise:
    return ended(State.REPLACED, at, reason=reason, replaced_by=2)


def second(at: datetime, *, automatic: bool = False) -> Promise:
    """Kept *at*, before its own later date."""
    later = replace(OPEN, number=2, made_at=MADE + 4 * DAY, due_at=DUE + 10 * DAY, automatic=automatic)
    return ended(State.KEPT, at, later)


@pytest.mark.parametrize(
    ("ledger", "figure"),
    [
        ((ended(State.KEPT, DUE),), "kept"),
        ((ended(State.KEPT, DUE, automatic=True),), "kept_by_automatic_mail"),
        ((ended(State.LATE, DUE + DAY),), "late"),
        ((moved("a part is missing"), second(DUE + DAY)), "kept_after_extension"),
        ((moved("a part is missing"), second(DUE)), "kept"),
        ((moved("takes longer"), second(DUE + DAY, automatic=True)), "kept_after_automatic_extension"),
        ((moved(WAITED), second(DUE + DAY)), "kept"),
    ],
)
def test_an_end_is_called_what_it_is(ledger: tuple[Promise, ...], figure: str) -> None:
    assert how_it_ended(ledger[-1], ledger) == figure


def test_a_promise_made_anew_after_a_missed_one_is_never_kept_on_the_original_date() -> None:
    missed = ended(State.MISSED, MADE + 6 * DAY)
    anew = replace(OPEN, number=2, made_at=MADE + 6 * DAY, due_at=DUE + 10 * DAY, automatic=True)

    assert how_it_ended(ended(State.KEPT, DUE + 8 * DAY, anew), (missed, anew)) == "kept_after_automatic_extension"


def test_what_was_open_and_what_was_made_either_ended_or_is_open() -> None:
    rows = [
        OPEN,
        ended(State.KEPT, DUE),
        ended(State.LATE, APRIL + DAY),
        ended(State.VOID, MARCH - DAY, made_at=MARCH - 9 * DAY),
        ended(State.MISSED, MADE, made_at=MARCH - DAY),
        replace(OPEN, made_at=APRIL),
        replace(OPEN, due_at=APRIL + DAY),
    ]
    (march,) = tallies(("resolution",), [(row,) for row in rows], MARCH, APRIL, APRIL + 30 * DAY)

    assert (march.open_before, march.made) == (1, 4)
    assert (march.kept, march.late, march.missed, march.void, march.open, march.overdue) == (1, 0, 1, 0, 3, 2)
    assert march.kept_share == 0.25


def test_in_a_period_that_still_runs_nothing_is_overdue_before_its_moment() -> None:
    (early,) = tallies((), [(OPEN,)], MARCH, APRIL, DUE)
    (after,) = tallies((), [(OPEN,)], MARCH, APRIL, DUE + DAY)

    assert (early.overdue, after.overdue) == (0, 1)
    assert (early.kept_share, after.kept_share) == (None, 0.0)


def test_what_the_policy_promises_is_listed_also_where_nothing_happened() -> None:
    (row,) = tallies(("answer",), [], MARCH, APRIL, APRIL)

    assert (row.promise, row.made, row.kept_share) == ("answer", 0, None)
