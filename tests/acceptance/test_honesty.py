"""What the ledger says is what the customer was told, also when things go wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, LEAD, ONE, newest, only_case, play, promises

TEXT = "Guten Tag, meine Rechnung 4711 ist falsch, bitte prüfen Sie den Betrag."


def test_only_a_mail_that_states_a_date_has_told_it(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        suppress = ("X-Auto-Response-Suppress: All",)
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT, headers=suppress)
        await here.reply(only_case(here).assignee, DESK, "Ich prüfe das.")

        assert "2026" not in newest(here, CUSTOMER).text
        assert [p.told_in for p in promises(here, "resolution")] == [""]

    play(tmp_path, story)


def test_a_date_that_passed_while_mailbot_was_down_is_missed_and_not_told_in_time(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
        here.clock.move_to(here.clock() + timedelta(days=40))
        await here.daemon.settle()
        first, second, *_ = promises(here, "resolution")
        warnings = [m for a in (ANNA, BORIS, LEAD) for m in here.mails_to(a) if "Due soon" in m.subject]

        assert (first.state, second.state) == (State.MISSED, State.OPEN)
        assert second.automatic
        assert warnings == []

    play(tmp_path, story)


def test_a_bounced_acknowledgement_is_owed_again(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        here.refused.add(CUSTOMER)
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)

        assert [p.state for p in promises(here, "acknowledgement")] == [State.OPEN]
        assert only_case(here).undeliverable

    play(tmp_path, story)


def test_an_acknowledgement_that_the_caps_hold_back_leaves_later(tmp_path: Path) -> None:
    """G5."""

    async def story(here: World) -> None:
        for number in range(4):
            await here.write(CUSTOMER, DESK, f"Frage {number}", f"{TEXT} {number}")
        assert len(here.mails_to(CUSTOMER)) == 3
        assert sum(c.acknowledged for c in here.cases()) == 3
        await here.move(hours=31)

        assert all(c.acknowledged for c in here.cases())
        assert len(here.mails_to(CUSTOMER)) == 4

    play(tmp_path, story)


def test_a_persons_answer_acknowledges_too(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT, headers=("X-Auto-Response-Suppress: All",))
        assert [p.state for p in promises(here, "acknowledgement")] == [State.OPEN]
        await here.reply(only_case(here).assignee, DESK, "Ich prüfe das.")

        assert [p.state for p in promises(here, "acknowledgement")] == [State.KEPT]

    play(tmp_path, story)


def test_whoever_took_part_gives_no_verdict_and_takes_no_review(tmp_path: Path) -> None:
    """A11."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
        await here.reply(ANNA, DESK, "/resolve\n\nErgebnis: Nein.\nMaßnahmen: Geprüft.")
        await here.reply(CUSTOMER, DESK, "Eskalation: Sie haben nur die halbe Rechnung geprüft.")
        before = len(here.mails_to(CUSTOMER))
        for text in ("/verdict\n\nEs bleibt dabei.", "/take", "/assign Anna"):
            await here.reply(ANNA, DESK, text)

        assert only_case(here).assignee == BORIS
        assert len(here.mails_to(CUSTOMER)) == before

    play(tmp_path, story)


def test_with_nobody_independent_the_manager_reviews(tmp_path: Path) -> None:
    """A11."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
        await here.reply(ANNA, DESK, "/resolve\n\nErgebnis: Nein.\nMaßnahmen: Geprüft.")
        await here.reply(CUSTOMER, DESK, "Eskalation: Sie haben nur die halbe Rechnung geprüft.")
        await here.reply(LEAD, DESK, "/verdict\n\nSie haben recht.")

        assert "Sie haben recht." in newest(here, CUSTOMER).text
        assert len(here.cases()) == 1
        assert [p.state for p in promises(here, "review")] == [State.KEPT]

    play(tmp_path, story, agents=ONE)


def test_a_customer_who_is_asked_is_reminded_once(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Falownik", "Dzień dobry, mój falownik nie działa od wczoraj, proszę o pomoc.")
        await here.reply(only_case(here).assignee, DESK, "/wait\n\nJaki to model?")
        await here.move(days=60)

        sent = [e.detail["template"] for e in here.journal(only_case(here).reference) if e.kind == "send"]
        assert sent.count("reminder") == 1

    play(tmp_path, story, "complaints-working-days")


def test_a_customer_who_says_stop_is_owed_no_more_progress(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
        await here.reply(CUSTOMER, DESK, "stop")
        await here.move(days=8)

        assert [p.state for p in promises(here, "progress")] == [State.VOID]
        assert not [m for m in here.mails_to(LEAD) if "Not kept" in m.subject or "Nicht" in m.subject]

    play(tmp_path, story)


def test_a_settled_case_does_not_wait_and_the_agent_is_told(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
        await here.reply(ANNA, DESK, "/resolve\n/wait\n\nErgebnis: Gut.\nMaßnahmen: Keine.")

        assert only_case(here).stage is Stage.ASSIGNED
        assert "/wait" in newest(here, ANNA).text

    play(tmp_path, story)


@pytest.mark.parametrize(
    "result", ["fail header.from=example.net", "permerror header.from=example.net", "pass header.from=evil.test"]
)
def test_what_the_border_calls_forged_is_seen_by_an_agent_and_answered_by_nobody(tmp_path: Path, result: str) -> None:
    """T-21; a pass for another domain than we read is none either."""

    async def story(here: World) -> None:
        forged = (f"Authentication-Results: mx.example.org; dmarc={result}",)
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT, headers=forged)

        assert here.mails_to(CUSTOMER) == ()
        assert "4711" in newest(here, only_case(here).assignee).text

    play(tmp_path, story, more='[trust]\nauthserv_id = "mx.example.org"\n')
