"""The stages and their table (G8)."""

from datetime import UTC, datetime

import pytest

from mailbot.core.actions import ChangeStage, OpenCase
from mailbot.core.case import TRANSITIONS, Case, InvalidMove, Stage
from mailbot.core.evolve import evolve

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def case_in(stage: Stage) -> Case:
    return Case(reference="K7M-2QX-9H4", desk="support@example.org", customer="a@b.example", opened_at=NOW, stage=stage)


@pytest.mark.parametrize("start", Stage)
@pytest.mark.parametrize("end", Stage)
def test_a_stage_changes_only_along_the_table(start: Stage, end: Stage) -> None:
    """G8."""
    move = ChangeStage(end, NOW)

    if end in TRANSITIONS[start] or end is start:
        after = evolve(case_in(start), move)
        assert after is not None
        assert after.stage is end
    else:
        with pytest.raises(InvalidMove, match="K7M-2QX-9H4"):
            evolve(case_in(start), move)


def test_every_stage_can_be_reached_from_the_first() -> None:
    reached, front = {Stage.REGISTERED}, {Stage.REGISTERED}
    while front:
        front = {end for stage in front for end in TRANSITIONS[stage]} - reached
        reached |= front

    assert reached == set(Stage)


def test_reopening_forgets_the_end() -> None:
    resolved = evolve(case_in(Stage.IN_WORK), ChangeStage(Stage.RESOLVED, NOW))
    again = evolve(resolved, ChangeStage(Stage.IN_WORK, NOW))

    assert resolved is not None
    assert again is not None
    assert (resolved.resolved_at, again.resolved_at) == (NOW, None)


def test_a_case_opens_registered() -> None:
    case = evolve(None, OpenCase("K7M-2QX-9H4", "support@example.org", "a@b.example", "", "x", "de", NOW))

    assert case is not None
    assert case.stage is Stage.REGISTERED
