"""A new date in an agent's own words: `/promise fri 17:00`."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.core.actions import Send
from mailbot.core.case import Case
from mailbot.core.commands import ALIASES, COMMANDS, harmless, parse
from mailbot.core.decide import decide
from mailbot.core.events import DeliveryFailed
from mailbot.core.promise import State
from tests.core.test_decide import DESK, START, applied, mail_event

DUE = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)  #: a Friday, at the closing of the desk


def after(case: Case | None, who: str, text: str, hours: int) -> Case:
    now = START + timedelta(hours=hours)
    case = applied(case, decide(case, mail_event(who, text, now, hours, case is not None), DESK, now))
    assert case is not None
    return case


def opened() -> Case:
    return after(None, "customer", "Es geht nicht.", 0)


def transcript(case: Case, text: str) -> dict[str, object]:
    actions = decide(case, mail_event("anna", text, START, 1, known=True), DESK, START)
    (sent,) = [a for a in actions if isinstance(a, Send)]
    (row,) = dict(sent.facts)["lines"]  # type: ignore[misc]
    assert isinstance(row, dict)
    return row


@pytest.mark.parametrize("date", ["2026-03-27", "27.3.", "27. März 17 Uhr", "27 Mar 2026", "in 19 working days"])
def test_the_date_is_understood_as_people_write_it(date: str) -> None:
    promise = after(opened(), "anna", f"/promise {date}\nDas Teil fehlt.", 1).open_promise("resolution")

    assert promise is not None
    assert promise.due_at == DUE


def test_the_old_name_still_works() -> None:
    promise = after(opened(), "anna", "/extend 2026-03-27\nDas Teil fehlt.", 1).open_promise("resolution")

    assert promise is not None
    assert promise.due_at == DUE


def test_other_names_are_commands_like_their_own() -> None:
    assert set(ALIASES.values()) <= set(COMMANDS)
    for name in ALIASES:
        assert harmless(f"/{name} morgen") == f"'/{name} morgen"
        assert parse(f"/{name}x").problems[0].nearest == COMMANDS[ALIASES[name]][0]


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("gestern", "Freitag 17 Uhr · morgen · in 2 Werktagen · 24.12. 15:00"),
        ("2026-02-27", "in the past"),
        ("samstag", "no working day"),
        ("morgen", "the new date is not later than the old one"),
    ],
)
def test_a_date_that_cannot_be_says_why(date: str, why: str) -> None:
    row = transcript(opened(), f"/promise {date}\nDas Teil fehlt.")

    assert (row["nearest"], row["detail"]) == ("/promise DATE", why)


def test_a_date_whose_clock_stood_still_goes_on() -> None:
    """The new promise keeps the clock of the old one: a date has none of its own."""
    case = after(opened(), "anna", "/promise 2026-03-27\nDas Teil fehlt.", 1)
    case = after(case, "anna", "/wait\nWelches Gerät?", 2)
    case = after(case, "customer", "Das blaue.", 26)
    promise = case.open_promise("resolution")

    assert promise is not None
    assert promise.due_at > DUE


def test_a_new_date_that_nobody_can_be_told_is_not_made() -> None:
    """G12: the customer's address takes no mail."""
    failed = DeliveryFailed("kunde@example.net", "<1@example.org>", "answer", "5.1.1", "unknown", True)
    case = applied(case := opened(), decide(case, failed, DESK, START))
    case = after(case, "anna", "/complexity complex", 1)

    assert [p.state for p in case.promises if p.id == "resolution"] == [State.OPEN]
