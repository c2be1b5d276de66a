"""A case is kept for /undo, exact to the moment."""

import json

from hypothesis import given, settings

from mailbot.core.case import Case
from mailbot.core.decide import decide
from mailbot.store.undo import packed, unpacked
from tests.core.test_decide import DESK, START, STEPS, applied, next_event


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_any_case_comes_back_as_it_was(steps: list[tuple[str, str, int]]) -> None:
    case: Case | None = None
    now = START
    for who, text, chance in steps:
        event, now = next_event(case, who, text, now, chance)
        case = applied(case, decide(case, event, DESK, now))
    if case is not None:
        assert unpacked(json.loads(json.dumps(packed(case)))) == case
