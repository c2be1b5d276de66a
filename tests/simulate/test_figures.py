"""Promises are counted by how they ended, and compared case by case."""

from datetime import UTC, datetime, timedelta

from mailbot.core.case import Case
from mailbot.core.promise import Promise, State
from mailbot.simulate import differences, figures

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
END = NOW + timedelta(days=30)


def promise(number: int, state: State, *, due_days: int = 1, **changes: object) -> Promise:
    due = NOW + timedelta(days=due_days)
    return Promise("answer", number, "24 hours", NOW, NOW, due, state, **changes)  # type: ignore[arg-type]


def case(*promises: Promise, reference: str = "K7M-2QX-9H4", hours: int | None = None) -> Case:
    answered = NOW + timedelta(hours=hours) if hours is not None else None
    return Case(reference, "support@x.example", "a@b.example", NOW, promises=promises, answered_at=answered)


def test_a_replaced_date_was_not_kept_even_where_its_successor_was() -> None:
    old, new = promise(1, State.REPLACED, replaced_by=2), promise(2, State.KEPT, due_days=5)

    assert figures((case(old, new), case(promise(1, State.KEPT))), END).originally == {"answer": 0.5}


def test_what_ended_without_being_due_or_is_still_ahead_says_nothing_about_the_original_date() -> None:
    found = figures((case(promise(1, State.VOID)), case(promise(1, State.OPEN, due_days=40))), END)

    assert found.originally == {"answer": None}
    assert (found.promises["answer"]["void"], found.promises["answer"]["open"]) == (1, 1)


def test_what_is_owed_after_its_due_moment_is_missed() -> None:
    assert figures((case(promise(1, State.OPEN)),), END).promises["answer"] == {"missed": 1}


def test_estimates_are_no_promises_and_later_mails_are_counted_apart() -> None:
    estimate, later = promise(1, State.KEPT, low_at=NOW), promise(2, State.KEPT, obligation=True)
    found = figures((case(estimate, later),), END)

    assert not found.promises["answer"]
    assert found.later["answer"] == {"kept": 1}


def test_what_an_automatic_mail_kept_is_told_apart_from_what_a_person_kept_after_an_automatic_extension() -> None:
    news = promise(1, State.KEPT, automatic=True)
    old, extended = promise(2, State.REPLACED, replaced_by=3), promise(3, State.KEPT, automatic=True)

    assert figures((case(news, old, extended),), END).unwritten == {"answer": 1}


def test_half_and_nine_of_ten_of_the_answers() -> None:
    hours = [case(hours=n) for n in (10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11)]

    assert figures(tuple(hours), END).median == timedelta(hours=6)
    assert figures(tuple(hours), END).ninetieth == timedelta(hours=10)
    assert figures(tuple(hours[:1]), END).ninetieth == timedelta(hours=10)
    assert figures((), END).median is figures((), END).ninetieth is None


def test_a_case_differs_by_the_worst_end_of_each_promise() -> None:
    here = case(promise(1, State.KEPT), promise(2, State.KEPT))
    there = case(promise(1, State.KEPT), promise(2, State.OPEN), promise(3, State.LATE))
    (found,) = differences((here,), (there,), END, END)

    assert (found.promise, found.state, found.other) == ("answer", "kept", "missed")
    assert list(differences((here,), (here,), END, END)) == []
    assert list(differences((here,), (case(reference="other"),), END, END)) == []
