"""What an agent asks of the desk without a case: lists, a case so far, an absence."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.mail import Mail
from mailbot.store import people
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, LEAD, TWO, newest, play
from tests.acceptance.test_authority import BORDER, PASS
from tests.acceptance.test_main_job import GERMAN

OTHER = """
[[desk]]
address = "sales@example.org"
name = "Example Sales"
policy = "item-support"
team = "sales"
"""
BOTH = TWO.replace("reviewer = true\ncapacity = 1", "")


async def ask(here: World, text: str, who: str = ANNA, to: str = DESK) -> Mail:
    """A mail without a case from an agent whom the border vouches for; what comes back."""
    await here.write(who, to, "Frage", text, headers=(PASS,))
    return newest(here, who)


async def open_case(here: World, subject: str, customer: str = CUSTOMER, to: str = DESK) -> str:
    await here.write(customer, to, subject, f"{GERMAN}\n{subject}")
    return next(c.reference for c in here.cases() if c.subject == subject)


def test_an_agent_lists_their_open_cases_oldest_first(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first = await open_case(here, "Erste")
        await here.move(hours=1)
        second = await open_case(here, "Zweite", "b@example.net")
        mine = await ask(here, "/mine")

        assert mine.subject == "Your open cases"
        lines = [line for line in mine.text.splitlines() if line.startswith("- ")]
        assert [first in lines[0], second in lines[1]] == [True, True]
        assert "Erste" in lines[0]
        assert "assigned" in lines[0]
        assert "progress report due Monday, 9 March, 17:00" in " ".join(mine.text.split())

    play(tmp_path, story, more=BORDER, agents=TWO.partition('[[agent]]\naddress = "boris')[0])


def test_the_answer_carries_a_token_of_the_agent_that_works_without_a_case(tmp_path: Path) -> None:
    """Decision 2."""

    async def story(here: World) -> None:
        empty = await ask(here, "/mine")
        assert "no open case" in empty.text
        reference = await open_case(here, "Rechnung", to=DESK)
        await here.write(ANNA, empty.reply_to[0].addr_spec, "Re: Your open cases", "/mine", headers=(PASS,))
        assert reference in newest(here, ANNA).text
        await here.write(ANNA, empty.reply_to[0].addr_spec, "Re: Your open cases", "/take", headers=(PASS,))

        assert "/take: not possible here (the email names no case)" in newest(here, ANNA).text

    play(tmp_path, story, more=BORDER)


@pytest.mark.parametrize("words", ["rechnung", "KUNDE@example.net Rechnung", "reference"])
def test_cases_are_found_by_subject_customer_or_reference(tmp_path: Path, words: str) -> None:
    async def story(here: World) -> None:
        reference = await open_case(here, "Die Rechnung")
        await open_case(here, "Anderes", "b@example.net")
        found = await ask(here, f"/find {reference.lower().replace('-', '') if words == 'reference' else words}")

        assert reference in found.text
        assert found.text.count("\n- ") == 1

    play(tmp_path, story, more=BORDER)


def test_no_more_than_twenty_are_listed_and_a_search_without_result_says_so(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for number in range(22):
            await open_case(here, f"Frage {number}", f"k{number}@example.net")
        found = await ask(here, "/find frage")
        assert found.text.count("\n- ") == 20
        assert "may be more" in found.text

        assert "No case" in (await ask(here, "/find nichts")).text

    play(tmp_path, story, more=BORDER)


def test_a_case_is_shown_as_it_was_written_and_only_to_agents_of_its_desk(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        theirs = await open_case(here, "Angebot", to="sales@example.org")
        mine = await open_case(here, "Rechnung")
        shown = await ask(here, f"/show {mine}")
        assert mine in shown.subject
        assert "meine Rechnung" in shown.text
        hidden = await ask(here, f"/show {theirs}")
        assert "No case of your desks" in hidden.text
        assert "No case of your desks" in (await ask(here, "/find Angebot")).text

        assert "Angebot" in (await ask(here, "/find Angebot", BORIS)).text

    agents = BOTH.replace('name = "Anna"', 'name = "Anna"\nteams = ["support"]')
    agents = agents.replace('name = "Boris"', 'name = "Boris"\nteams = ["sales"]')
    play(tmp_path, story, more=OTHER + BORDER, agents='team = "support"\n' + agents)


def test_an_answer_to_a_case_that_was_shown_goes_to_the_customer_unless_it_is_outdated(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        reference = await open_case(here, "Rechnung")
        shown = await ask(here, f"/show {reference}")
        to = shown.reply_to[0].addr_spec
        await here.write(ANNA, to, f"Re: {shown.subject}", "Ich prüfe das.", headers=(PASS,))
        assert "Ich prüfe das." in newest(here, CUSTOMER).text
        await here.reply(CUSTOMER, DESK, "Halt, hat sich erledigt, bitte nichts tun.")
        await here.write(ANNA, to, f"Re: {shown.subject}", "Schon storniert.", headers=(PASS,))

        assert not any("storniert" in m.text for m in here.mails_to(CUSTOMER))

    play(tmp_path, story, more=BORDER)


def test_an_answer_to_a_list_goes_to_no_customer(tmp_path: Path) -> None:
    """Its subject names no case, whatever was looked for."""

    async def story(here: World) -> None:
        reference = await open_case(here, "Rechnung")
        found = await ask(here, f"/find {reference}")
        assert f"{reference}\n" in found.text
        before = len(here.mails_to(CUSTOMER))
        await here.write(ANNA, found.reply_to[0].addr_spec, f"Re: {found.subject}", "Danke!", headers=(PASS,))

        assert len(here.mails_to(CUSTOMER)) == before
        assert "Danke!: not possible here (the email names no case)" in newest(here, ANNA).text

    play(tmp_path, story, more=BORDER)


def test_a_token_without_a_case_that_outsiders_saw_ends_too(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        to = (await ask(here, "/mine")).reply_to[0].addr_spec
        await here.write(ANNA, to, "Re:", "/mine", headers=(PASS, f"Cc: {CUSTOMER}"))
        assert any(CUSTOMER in m.text and "no longer valid" in m.subject for m in here.mails_to(ANNA))
        await here.write(ANNA, to, "Re:", "/next", headers=(PASS,))

        assert "held" in newest(here, ANNA).subject

    play(tmp_path, story, more=BORDER)


def test_without_a_pass_or_a_token_nothing_is_listed(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await open_case(here, "Rechnung")
        await here.write(BORIS, DESK, "Frage", "/mine\n/find Rechnung")

        assert "Rechnung" not in newest(here, BORIS).text
        assert "held" in newest(here, BORIS).subject

    play(tmp_path, story, more=BORDER)


def test_less_proof_is_enough_for_no_more_than_these(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        reference = await open_case(here, "Rechnung")
        for text in (f"/take [{reference}]", "/mine\n/take", "/next", "/mine\nEin Text."):
            await here.write(BORIS, DESK, f"Re: [{reference}]", text, headers=(PASS,))
            assert "held" in newest(here, BORIS).subject

        assert here.cases()[0].assignee == ANNA

    play(tmp_path, story, more=BORDER, agents=TWO)


def test_a_wrong_line_is_answered_with_the_nearest_right_one(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for line, near in (
            ("/mien", "/mine"),
            ("/show 4711", "/show REFERENCE"),
            ("/away gestern", "/away [until DATE]"),
        ):
            told = await ask(here, f"/mine\n{line}")
            assert told.subject == "Nothing was done"
            assert f"→ {near}" in " ".join(told.text.split())
            assert "/mine: fine" in told.text
        assert "fri 17:00 · tomorrow" in " ".join(told.text.split())

    play(tmp_path, story, more=BORDER)


def test_whoever_is_absent_is_given_nothing_until_they_are_back(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        told = await ask(here, "/away until fri")
        assert "until Friday, 6 March 2026, 17:00" in " ".join(told.text.split())
        await open_case(here, "Eins")
        assert here.cases()[0].assignee == BORIS
        assert "back" in (await ask(here, "/back")).subject
        await open_case(here, "Zwei", "b@example.net")

        assert {c.subject: c.assignee for c in here.cases()} == {"Eins": BORIS, "Zwei": ANNA}

    play(tmp_path, story, more=BORDER)


def test_an_absence_without_a_date_lasts_until_back(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        assert "until you write /back" in (await ask(here, "/away")).text
        await here.move(days=100)
        await open_case(here, "Eins")
        assert here.cases()[0].assignee == BORIS
        await here.write(ANNA, newest(here, ANNA).reply_to[0].addr_spec, "Re:", "/back", headers=(PASS,))

        assert here.daemon.store.read(people.away) == {}

    play(tmp_path, story, more=BORDER)


def test_a_case_of_somebody_absent_is_handed_on_before_its_promise_breaks(tmp_path: Path) -> None:
    """Decision 6: it waits where it is for as long as there is time."""

    async def story(here: World) -> None:
        await open_case(here, "Rechnung")
        assert here.cases()[0].assignee == ANNA
        due = next(p.due_at for p in here.cases()[0].promises if p.id == "resolution")
        await ask(here, "/away until 2026-04-30")
        await here.move(days=5)
        assert here.cases()[0].assignee == ANNA
        while here.cases()[0].assignee == ANNA:
            await here.move(hours=1)

        assert here.cases()[0].assignee == BORIS
        assert timedelta(hours=8) < due - here.clock() <= timedelta(days=4)
        assert any("from Anna" in m.text for m in here.mails_to(BORIS))

    play(tmp_path, story, more=BORDER)


def test_whoever_is_back_in_time_keeps_the_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await open_case(here, "Rechnung")
        await ask(here, "/away until 2026-04-30")
        await here.move(days=5)
        await ask(here, "/back")
        await here.move(days=20)

        assert here.cases()[0].assignee == ANNA

    play(tmp_path, story, more=BORDER)


def test_with_nobody_else_there_a_case_stays_where_it_is_and_the_manager_is_warned(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await open_case(here, "Rechnung")
        await ask(here, "/away")
        await here.move(days=20)

        assert here.cases()[0].assignee == ANNA
        assert any("Bald fällig" in m.subject or "Due soon" in m.subject for m in here.mails_to(LEAD))

    play(tmp_path, story, more=BORDER, agents=TWO.partition('[[agent]]\naddress = "boris')[0])


def test_an_out_of_office_to_the_desk_sets_nothing(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        headers = (PASS, "Auto-Submitted: auto-replied")
        await here.write(ANNA, DESK, "Out of office", "/away\nI am away until Monday.", headers=headers)

        assert here.daemon.store.read(people.away) == {}
        assert here.mails_to(ANNA) == ()

    play(tmp_path, story, more=BORDER)


def test_nobody_hands_a_case_to_somebody_absent(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, "/away until fri", BORIS)
        await open_case(here, "Rechnung")
        mails = len(here.mails_to(BORIS))
        to = newest(here, ANNA).reply_to[0].addr_spec
        await here.write(ANNA, to, "Re: Rechnung", "/assign Boris", headers=(PASS,))

        assert "/assign Boris: this name does not work here (Boris is absent)" in " ".join(
            newest(here, ANNA).text.split()
        )
        assert [case.assignee for case in here.cases()] == [ANNA]
        assert len(here.mails_to(BORIS)) == mails

    play(tmp_path, story, more=BORDER, agents=BOTH)
