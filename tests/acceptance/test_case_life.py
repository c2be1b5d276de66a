"""What agents do with a whole case by mail: it waits for a moment, goes to a team, is closed at once."""

from datetime import datetime
from pathlib import Path

import pytest

from mailbot.core.case import Case, Stage
from mailbot.world import World
from tests.acceptance.letters import POLICY
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, ONE, TWO, newest, only_case, play
from tests.acceptance.test_main_job import GERMAN

RESOLVED = "/resolve\n\nErgebnis: Die Rechnung stimmt.\nMaßnahmen: Geprüft."
TEAMS = TWO.replace('name = "Anna"', 'name = "Anna"\nteams = ["first"]').replace(
    'name = "Boris"', 'name = "Boris"\nteams = ["Invoices"]'
)


def of(here: World, customer: str) -> Case:
    """The only case of *customer*."""
    (case,) = (case for case in here.cases() if case.customer == customer)
    return case


def heard(here: World, address: str) -> str:
    """The newest mail's words, its lines joined."""
    return " ".join(newest(here, address).text.split())


def test_a_resolved_case_closes_at_once(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/close")
        assert "/close: not possible here (assigned) → /resolve" in heard(here, ANNA)
        await here.reply(ANNA, DESK, RESOLVED)
        mails = len(here.mails_to(CUSTOMER))
        await here.reply(ANNA, DESK, "/close")

        assert only_case(here).stage is Stage.CLOSED
        assert only_case(here).closed_at == here.clock()
        assert len(here.mails_to(CUSTOMER)) == mails
        await here.reply(ANNA, DESK, "/close")
        assert "/close: not possible here (closed)" in heard(here, ANNA)

    play(tmp_path, story, agents=ONE)


def test_a_case_goes_to_another_team_and_a_wrong_name_names_the_nearest(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        assert only_case(here).assignee == ANNA
        await here.reply(ANNA, DESK, "/team invoice")
        assert only_case(here).assignee == ANNA
        assert "(first, Invoices) → /team Invoices" in heard(here, ANNA)
        await here.reply(ANNA, DESK, "/team invoices")

        assert (only_case(here).team, only_case(here).assignee) == ("Invoices", BORIS)
        assert "from Anna" in heard(here, BORIS)

    play(tmp_path, story, agents=TEAMS)


def test_a_team_of_which_nobody_is_free_gets_the_case_later(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Eins", GERMAN)
        await here.reply(ANNA, DESK, "/team invoices")
        await here.write("zweite@example.net", DESK, "Zwei", "Guten Tag, ich habe eine Frage zur Rechnung.")
        await here.reply(ANNA, DESK, "/team invoices")
        second = of(here, "zweite@example.net")
        assert (second.team, second.assignee) == ("Invoices", "")
        await here.reply(BORIS, DESK, RESOLVED)

        assert of(here, "zweite@example.net").assignee == BORIS

    play(tmp_path, story, agents=TEAMS)


@pytest.mark.parametrize(
    ("line", "whom", "moment"),
    [
        ("/wait until 2026-03-04", "until", "2026-03-04T08:00"),
        ("/wait partner until 2 working hours", "partner", "2026-03-02T11:00"),
        ("/wait customer bis 2026-03-08", "customer", "2026-03-09T08:00"),
    ],
)
def test_a_case_wakes_at_the_moment_until_which_it_waits(tmp_path: Path, line: str, whom: str, moment: str) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, line)
        case = only_case(here)
        assert (case.stage, case.waiting_for) == (Stage.WAITING, whom)
        assert case.waiting_until == datetime.fromisoformat(f"{moment}+00:00")
        mails = len(here.mails_to(ANNA))
        await here.move(days=7)

        assert only_case(here).stage is Stage.IN_WORK
        assert any(
            "This case is yours. Your reply" in " ".join(mail.text.split()) for mail in here.mails_to(ANNA)[mails:]
        )

    play(tmp_path, story, agents=ONE)


def test_a_moment_that_has_passed_or_is_none_is_a_problem(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        for line in ("/wait until 2026-03-01", "/wait until 2026-02-30", "/wait until somebody rings"):
            await here.reply(ANNA, DESK, line)

            assert only_case(here).stage is Stage.ASSIGNED
            assert f"{line}: what follows the command does not fit (" in heard(here, ANNA)

    play(tmp_path, story, agents=ONE)


def test_a_clock_that_stood_still_goes_on_when_the_wait_ends_without_an_answer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        old = only_case(here).open_promise("resolution")
        await here.reply(ANNA, DESK, "/wait customer until 2026-03-06\n\nWelches Gerät ist es?")
        await here.move(days=5)
        new = only_case(here).open_promise("resolution")

        assert old is not None
        assert new is not None
        assert new.due_at > old.due_at
        told = next(mail for mail in here.mails_to(CUSTOMER) if mail.message_id == new.told_in)
        assert "Wir machen weiter" in told.subject
        assert "Danke" not in told.text

    (tmp_path / "pauses.toml").write_text(POLICY, encoding="utf-8")
    play(tmp_path, story, str(tmp_path / "pauses.toml"), agents=ONE)


def test_an_agent_asks_for_a_review_and_does_not_decide_it(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/escalate")
        assert "/escalate: the text below it is missing" in heard(here, ANNA)
        await here.reply(ANNA, DESK, "/escalate\n\nDie Kundin rief an: Der Betrag stimmt noch immer nicht.")
        case = only_case(here)

        assert case.assignee == BORIS
        assert case.escalation is not None
        assert (case.escalation.reviewer, case.escalation.decided_at) == (BORIS, None)
        assert case.open_promise("review") is not None
        assert "Anna asks for a review" in heard(here, BORIS)
        assert "Die Kundin rief an" in heard(here, BORIS)
        assert "Wir lassen" not in heard(here, CUSTOMER)
        assert "wir lassen Ihr Anliegen erneut prüfen" in heard(here, CUSTOMER)
        assert "rief an" not in heard(here, CUSTOMER)
        await here.reply(BORIS, DESK, "/escalate\n\nNoch einmal.")
        assert "/escalate: not possible here (a review is open) → /note" in heard(here, BORIS)

    play(tmp_path, story, agents=TWO)


def test_without_a_review_in_the_policy_nobody_escalates(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/escalate\n\nBitte prüfen.")

        assert "(the policy knows no review) → /assign NAME" in heard(here, ANNA)

    play(tmp_path, story, "item-support", agents=ONE)


def test_why_tells_the_newest_decisions_in_words_and_changes_nothing(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        before = only_case(here)
        await here.reply(ANNA, DESK, "/why")
        text = heard(here, ANNA)

        assert f"mail written ({ANNA}, notification)" in text
        assert len(text.split(" - ")) == 11
        assert (only_case(here).stage, only_case(here).promises) == (before.stage, before.promises)
        await here.reply(ANNA, DESK, "/why\n/take")
        assert "/why: not possible here (it has to stand alone)" in heard(here, ANNA)

    play(tmp_path, story, agents=ONE)
