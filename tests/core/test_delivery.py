"""A mail that kept a promise came back: what is owed then, and that it is owed once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailbot.core.case import Case, Stage
from mailbot.core.decide import decide
from mailbot.core.events import DeliveryFailed
from mailbot.core.evolve import evolve
from mailbot.core.promise import Promise, State
from tests.core.test_decide import DESK

OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANSWERED, NOW = OPENED + timedelta(hours=3), OPENED + timedelta(hours=4)
NEWS = "<news@example.org>"
OLD = Promise("progress", 1, "7 working days", OPENED, OPENED, OPENED + timedelta(days=9))
KEPT = replace(OLD, state=State.KEPT, ended_at=ANSWERED, kept_in=NEWS)
NEW = Promise("progress", 2, "7 working days", ANSWERED, ANSWERED, ANSWERED + timedelta(days=9), told_in=NEWS)


def after(promises: tuple[Promise, ...]) -> Case:
    case: Case | None = Case("A", DESK.address, "kunde@example.net", OPENED, stage=Stage.IN_WORK, promises=promises)
    for action in decide(case, DeliveryFailed("kunde@example.net", NEWS, "answer", "5.2.2", "full", True), DESK, NOW):
        case = evolve(case, action)
    assert case is not None
    return case


def test_news_that_came_back_begin_no_second_period() -> None:
    old, new = after((KEPT, NEW)).promises

    assert (old.state, old.kept_in, old.due_at) == (State.OPEN, "", OLD.due_at)
    assert (new.state, new.ended_at) == (State.VOID, NOW)
    assert new.reason


def test_news_that_were_followed_by_others_are_not_owed_again() -> None:
    later = replace(NEW, state=State.KEPT, ended_at=NOW, kept_in="<other@example.org>")
    newest = replace(NEW, number=3, since=NOW, made_at=NOW)

    assert [p.state for p in after((KEPT, later, newest)).promises] == [State.KEPT, State.KEPT, State.OPEN]


def test_an_answer_that_came_back_is_owed_beside_what_the_customer_asked_since() -> None:
    answer = replace(KEPT, id="answer")
    asked = replace(NEW, id="answer", since=NOW, made_at=NOW, told_in="", obligation=True)

    assert [p.state for p in after((answer, asked)).promises] == [State.OPEN, State.OPEN]
