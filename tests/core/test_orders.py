"""What agents' commands do and cannot do, decided without a store."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from mailbot.core import actions as do
from mailbot.core.actions import Action
from mailbot.core.case import Case, Escalation, Stage
from mailbot.core.commands import parse
from mailbot.core.decide import decide
from mailbot.core.decide.watching import read_cc
from mailbot.core.events import Author, MailReceived, Named, Undoable
from mailbot.core.mail import Address, Kind, Mail, Verdict
from mailbot.core.promise import State
from mailbot.core.trust import Authority
from tests.core.test_decide import ANNA, BORIS, DESK, START, applied, mail_event


def anna_writes(text: str, named: Named = Named()) -> MailReceived:  # noqa: B008  frozen
    return MailReceived(
        mail=Mail("<2@example.org>", Address(ANNA.address), "Re: Frage", text, text),
        verdict=Verdict(Kind.HUMAN, answerable=True, rule="human"),
        author=Author.AGENT,
        inbox_id=2,
        received_at=START,
        new_reference="K7M-2QX-9H0",
        authority=Authority.FULL,
        agent=ANNA,
        named=named,
    )


def opened(customer: str = "kunde@example.net") -> Case:
    event = mail_event("customer", "Es geht nicht.", START, 1, known=False)
    event = MailReceived(**{f: getattr(event, f) for f in event.__slots__} | {"mail": mail_from(customer)})
    case = applied(None, decide(None, event, DESK, START))
    assert case is not None
    return case


def mail_from(customer: str) -> Mail:
    return Mail("<1@example.net>", Address(customer), "Frage", "Es geht nicht.", "Es geht nicht.")


def did(actions: tuple[Action, ...], kind: type[Action]) -> bool:
    return any(isinstance(action, kind) for action in actions)


def problem(actions: tuple[Action, ...]) -> tuple[str, str, str]:
    """The first line's problem, the nearest right one, and the detail."""
    (sent,) = (a for a in actions if isinstance(a, do.Send))
    row = dict(sent.facts)["lines"][0]  # type: ignore[index]
    return row["problem"], row["nearest"], row["detail"]


def test_nobody_blocks_one_of_ours() -> None:
    actions = decide(opened(BORIS.address), anna_writes("/block"), DESK, START)

    assert problem(actions) == ("not-now", "/spam", "this address is one of ours")
    assert not did(actions, do.Block)


def test_a_closed_case_is_no_spam_but_its_sender_may_be_blocked() -> None:
    case = opened()
    for stage in (Stage.RESOLVED, Stage.CLOSED):
        closed = applied(case, (do.ChangeStage(stage, START),))
        assert closed is not None
        case = closed

    assert problem(decide(case, anna_writes("/spam"), DESK, START)) == ("not-now", "/block", "closed")
    blocked = applied(case, decide(case, anna_writes("/block"), DESK, START))
    assert blocked is not None
    assert blocked.stage is Stage.CLOSED


def test_nothing_is_owed_to_spam_not_even_what_is_late() -> None:
    case = opened()
    late = max(p.due_at for p in case.promises)
    case = applied(case, decide(case, anna_writes("/spam"), DESK, late)) or case

    ended = {p.state for p in case.promises if p.id != "acknowledgement"}
    assert ended == {State.VOID}


@pytest.mark.parametrize("text", ["/merge K7M-2QX-9H0", "/link K7M-2QX-9H0", "/link x", "/merge", "/cc", "/team"])
def test_what_names_nothing_that_is_there_does_nothing(text: str) -> None:
    assert problem(decide(opened(), anna_writes(text), DESK, START))[0] == "argument"


def test_the_text_under_split_or_escalate_has_one_aim_and_does_not_reach_the_customer() -> None:
    assert [p.text for p in parse("/split\n/answer\nx").problems] == ["twice"]
    assert [p.text for p in parse("/escalate\n/note\nx").problems] == ["twice"]
    sent = [a for a in decide(opened(), anna_writes("/split\nDas Zweite."), DESK, START) if isinstance(a, do.Send)]
    assert sent == []


def test_copies_are_added_and_removed_in_one_line() -> None:
    assert read_cc("+a@example.net, -b@example.net;+c@example.net") == (
        ("a@example.net", "c@example.net"),
        ("b@example.net",),
    )


def other(reference: str = "K7M-2QX-9H0") -> Case:
    case = opened()
    return replace(case, reference=reference)


LINES = (
    "/note", "/answer", "/update", "/resolve", "/out-of-scope", "/wait", "/wait until 3 days", "/take", "/next",
    "/assign Boris", "/team bills", "/move service", "/complexity complex", "/category bill", "/extend 60 working days",
    "/close", "/reopen", "/spam", "/block", "/unblock x@example.net", "/link K7M-2QX-9H0", "/merge K7M-2QX-9H0", "/split",
    "/cc +w@example.net", "/escalate", "/verdict", "/incident X", "/fault", "/fixed", "/consent", "/why", "/undo", "/help",
)  # fmt: skip


def stages(case: Case) -> Iterator[Case]:
    """*case* as it is at every stage that staff can still find it at, and under review."""
    yield case
    for path in (
        (Stage.WAITING,),
        (Stage.IN_WORK,),
        (Stage.SPAM,),
        (Stage.RESOLVED,),
        (Stage.RESOLVED, Stage.CLOSED),
        (Stage.MERGED,),
    ):
        yield applied(case, tuple(do.ChangeStage(stage, START, "customer") for stage in path)) or case
    yield replace(case, escalation=Escalation(START, "", BORIS.address), assignee=BORIS.address)


def test_any_two_commands_together_are_obeyed_or_refused_and_nobody_reviews_their_own_work() -> None:
    named = Named(
        cases=(other(),),
        desks=(("service@example.org", "Service"),),
        blocked=("x@example.net",),
        undoable=Undoable(opened(), "agent: take", 1, 2),
    )
    for case, first, second in product(list(stages(opened())), LINES, LINES):
        event = anna_writes(f"{first}\n{second}\n\nErgebnis: gut.", named)
        actions = decide(case, event, DESK, START)
        after = applied(case, actions)

        assert after is not None
        review = after.escalation
        if review is not None and review.decided_at is None:
            assert review.reviewer != ANNA.address
        moved = any(isinstance(action, do.MoveCase) for action in actions)
        assert not moved or after.is_open
