"""What a customer's reply means: a rating is a rating only where one is asked for, and a person's words are read."""

from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.world import World
from tests.acceptance.play import CUSTOMER, DESK, LEAD, TWO, newest, only_case, play
from tests.acceptance.test_main_job import GERMAN

RESOLVED = "/resolve\n\nErgebnis: Die Rechnung stimmt.\nMaßnahmen: Geprüft."


async def resolve(here: World) -> str:
    """A case of Anna's or Boris' that is resolved; whose."""
    await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
    agent = only_case(here).assignee
    await here.reply(agent, DESK, RESOLVED)
    assert only_case(here).stage is Stage.RESOLVED
    return agent


def test_yes_but_is_no_rating(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent = await resolve(here)
        await here.reply(CUSTOMER, DESK, "Ja, aber das Gerät ist immer noch kaputt. Bitte rufen Sie mich an.")

        assert (only_case(here).stage, only_case(here).rating) == (Stage.IN_WORK, None)
        assert "rufen Sie mich an" in newest(here, agent).text

    play(tmp_path, story)


@pytest.mark.parametrize("text", ["4. Punkt Ihrer Antwort ist falsch: Das Update startet nicht.", "4", "Nein"])
def test_where_no_rating_is_asked_for_none_is_heard(tmp_path: Path, text: str) -> None:
    async def story(here: World) -> None:
        agent = await resolve(here)
        await here.reply(CUSTOMER, DESK, text)

        assert (only_case(here).stage, only_case(here).rating) == (Stage.IN_WORK, None)
        assert text in newest(here, agent).text

    play(tmp_path, story, "item-support")


def test_thanks_with_a_greeting_leave_a_resolved_case_resolved(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await resolve(here)
        await here.reply(CUSTOMER, DESK, "Vielen Dank!\n\nMit freundlichen Grüßen\nJan Beispiel")

        assert only_case(here).stage is Stage.RESOLVED

    play(tmp_path, story)


def test_thanks_because_it_works_again_leave_a_resolved_case_resolved(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent = await resolve(here)
        before = len(here.mails_to(CUSTOMER)), len(here.mails_to(agent))
        await here.reply(CUSTOMER, DESK, "Alles klar, vielen Dank Anna! Es funktioniert jetzt wieder.")

        assert only_case(here).stage is Stage.RESOLVED
        assert (len(here.mails_to(CUSTOMER)), len(here.mails_to(agent))) == before

    play(tmp_path, story)


def test_ok_and_thanks_to_a_question_reach_the_agent(tmp_path: Path) -> None:
    """To who asked whether it may be exchanged, it is the answer."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        agent = only_case(here).assignee
        await here.reply(agent, DESK, "/wait\n\nSollen wir das Gerät tauschen?")
        assert only_case(here).stage is Stage.WAITING
        await here.reply(CUSTOMER, DESK, "Ok, danke")

        assert only_case(here).stage is Stage.IN_WORK
        assert "Ok, danke" in newest(here, agent).text

    play(tmp_path, story)


async def repeat(here: World, *headers: str) -> None:
    await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN, headers=headers)


def test_the_same_words_again_belong_to_the_open_case_and_are_not_acknowledged(tmp_path: Path) -> None:
    """A robot that answers whatever it gets opens no case each time; a person who writes again is heard."""

    async def story(here: World) -> None:
        await repeat(here)
        await here.write("someone@example.net", DESK, "Rechnung 4711", GERMAN)
        await repeat(here)
        await here.write(CUSTOMER, DESK, "Rechnung 4712", GERMAN)
        journals = {c.customer + c.subject: here.journal(c.reference) for c in here.cases()}

        assert len(journals) == 3
        assert [e.kind for e in journals[CUSTOMER + "Rechnung 4711"]].count("record_mail") == 2
        assert len(here.mails_to(CUSTOMER)) == 2

    play(tmp_path, story)


def test_the_same_words_again_after_closing_are_a_new_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await resolve(here)
        await here.move(days=15)
        assert only_case(here).stage is Stage.CLOSED
        await repeat(here)

        assert len(here.cases()) == 2

    play(tmp_path, story)


def test_the_address_that_names_a_case_leads_to_it_until_it_is_closed(tmp_path: Path) -> None:
    """Clients keep it, and offer it to who begins a new mail."""

    async def story(here: World) -> None:
        await resolve(here)
        address = newest(here, CUSTOMER).reply_to[0].addr_spec
        await here.write(CUSTOMER, address, "Hallo", "Da fehlt noch etwas.")
        assert only_case(here).stage is Stage.IN_WORK
        assert only_case(here).reference.lower() in address
        await here.reply(only_case(here).assignee, DESK, RESOLVED)
        await here.move(days=15)
        assert only_case(here).stage is Stage.CLOSED
        await here.write(CUSTOMER, address, "Hallo", "Ich habe eine andere Frage.")

        assert [c.stage for c in here.cases()] == [Stage.CLOSED, Stage.ASSIGNED]

    play(tmp_path, story)


def test_the_address_that_names_a_case_lets_nobody_else_in(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        address = newest(here, CUSTOMER).reply_to[0].addr_spec
        await here.write("someone@example.net", address, "Hallo", "Bitte senden Sie mir die Rechnung.")
        journals = {c.customer: [e.kind for e in here.journal(c.reference)] for c in here.cases()}

        assert {customer: kinds.count("record_mail") for customer, kinds in journals.items()} == {
            CUSTOMER: 1,
            "someone@example.net": 1,
        }
        assert newest(here, "someone@example.net").reply_to[0].addr_spec != address

    play(tmp_path, story)


@pytest.mark.parametrize(("subaddress", "between"), [("+", "+"), ("-", "-"), ("none", "")])
def test_a_customers_mail_names_its_case_in_the_address_where_the_desk_has_subaddresses(
    tmp_path: Path, subaddress: str, between: str
) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        (address,) = newest(here, CUSTOMER).reply_to or (None,)
        case = only_case(here)
        await here.write(CUSTOMER, address.addr_spec if address else DESK, f"Re: {case.reference}", "Noch etwas.")

        assert (address.addr_spec if address else "") == (
            f"support{between}{case.reference.lower()}@example.org" if between else ""
        )
        assert len(here.cases()) == 1

    play(tmp_path, story, agents=f'subaddress = "{subaddress}"\n{TWO}')


def test_no_and_why_reaches_the_manager_and_whoever_has_the_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent = await resolve(here)
        await here.reply(CUSTOMER, DESK, "Nein, weil der Betrag immer noch falsch ist.")
        case = only_case(here)

        assert (case.stage, case.rating, case.rating_words) == (
            Stage.IN_WORK,
            1,
            "weil der Betrag immer noch falsch ist.",
        )
        assert "immer noch falsch" in newest(here, LEAD).text
        assert "immer noch falsch" in newest(here, agent).text

    play(tmp_path, story)
