"""/move hands a case to another desk: its policy, its people, its address, and the customer's thread goes on."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from mailbot.core.case import Case, Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, LEAD, TWO, newest, only_case, play
from tests.acceptance.test_case_life import heard
from tests.acceptance.test_main_job import GERMAN

SERVICE = "serwis@example.org"
#: Anna is of the first desk's team, Boris of the other's, whose policy promises a resolution in 30 working days
MORE = """
[[desk]]
address = "serwis@example.org"
name = "Service"
policy = "complaints-working-days"
manager = "lead@example.org"
team = "service"
"""
PEOPLE = TWO.replace('name = "Anna"', 'name = "Anna"\nteams = ["first"]').replace(
    'name = "Boris"', 'name = "Boris"\nteams = ["service"]'
)
FIRST = 'team = "first"\n'


def told(case: Case) -> tuple[object, ...]:
    return tuple(p for p in case.promises if p.told_in)


async def moved(here: World, text: str = "/move service") -> tuple[Case, Case]:
    """The case before and after Anna moved it."""
    await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
    before = only_case(here)
    assert before.assignee == ANNA
    await here.reply(ANNA, DESK, text)
    return before, only_case(here)


def test_the_new_desk_has_the_case_and_what_was_told_stays_as_it_was_told(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        before, after = await moved(here)

        assert (after.desk, after.came_from) == (SERVICE, (DESK,))
        assert (after.assignee, after.team, after.stage) == (BORIS, "service", Stage.ASSIGNED)
        assert told(after)[: len(told(before))] == told(before) != ()
        assert "from Anna" in heard(here, BORIS)
        assert "4711" in newest(here, BORIS).text
        assert len(here.mails_to(CUSTOMER)) == 1
        made = {p.id: p.clock for p in after.promises if p.number > len(before.promises)}
        assert made == {"resolution": "30 working days", "progress": "14 working days"}  # the old desk makes neither

    play(tmp_path, story, "item-support", agents=FIRST + PEOPLE, more=MORE)


def test_the_customer_goes_on_in_the_same_thread_at_either_address(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        before, _ = await moved(here)
        first = newest(here, CUSTOMER)
        await here.reply(CUSTOMER, DESK, "Eine Ergänzung an die alte Adresse.")
        assert "alte Adresse" in newest(here, BORIS).text
        await here.write(CUSTOMER, DESK, f"Re: [{before.reference}] Rechnung", "Und noch eine Ergänzung dorthin.")
        assert "eine Ergänzung dorthin" in newest(here, BORIS).text
        assert only_case(here).reference == before.reference
        await here.reply(BORIS, SERVICE, "Guten Tag, wir kümmern uns darum.")
        answer = newest(here, CUSTOMER)

        assert answer.from_ is not None
        assert (answer.from_.addr_spec, answer.from_.display_name) == (SERVICE, "Boris (Service)")
        assert answer.reply_to[0].addr_spec.startswith("serwis+")
        assert first.message_id in answer.references
        await here.reply(CUSTOMER, SERVICE, "Danke. Wann ist es so weit?")
        assert only_case(here).reference == before.reference
        assert "Wann ist es so weit" in newest(here, BORIS).text

    play(tmp_path, story, agents=FIRST + PEOPLE, more=MORE)


def test_what_nobody_was_told_is_owed_by_the_new_policy(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "Wir prüfen das.")
        await here.write(CUSTOMER, DESK, f"Re: [{only_case(here).reference}] Rechnung", "Bitte bald, es eilt sehr.")
        untold = [p for p in only_case(here).promises if p.is_open and not p.told_in]
        assert untold != []
        await here.reply(ANNA, DESK, "/move serwis@example.org")
        after = only_case(here)

        gone = [p for p in after.promises if p.number in {u.number for u in untold}]
        assert {(p.state, p.reason) for p in gone} == {(State.VOID, "moved to another desk")}
        policies = {p.policy_version for p in after.promises if p.number > max(u.number for u in untold)}
        assert len(policies) == 1
        assert policies.isdisjoint({u.policy_version for u in untold})

    play(tmp_path, story, agents=FIRST + PEOPLE, more=MORE)


def test_a_customer_who_asked_again_is_owed_the_new_desks_answer(tmp_path: Path) -> None:
    """The old desk promises no answer, and none is owed there for a later mail."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "Wir prüfen das.")
        await here.move(hours=1)
        await here.write(CUSTOMER, DESK, f"Re: [{only_case(here).reference}] Rechnung", "Und was kostet das dann?")
        asked = here.clock()
        assert only_case(here).promise("answer") is None
        await here.move(hours=1)
        await here.reply(ANNA, DESK, "/move service")
        owed = only_case(here).open_promise("answer")

        assert owed is not None
        assert (owed.since, owed.obligation) == (asked, True)

    play(tmp_path, story, agents=FIRST + PEOPLE, more=MORE.replace("complaints-working-days", "item-support"))


def test_what_the_old_desk_told_is_warned_of_where_the_new_policy_promises_no_such_thing(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        _, after = await moved(here)
        promise = after.open_promise("resolution")
        assert promise is not None
        before = {address: len(here.mails_to(address)) for address in (BORIS, LEAD)}
        await here.move(days=(promise.due_at - here.clock()).days - 3)
        assert [m for m in here.mails_to(LEAD)[before[LEAD] :] if "Lösung" in m.text] == []
        while here.clock() < promise.due_at - timedelta(minutes=30):
            await here.move(minutes=30)

        named = re.compile("resolution|Lösung")  # in the agent's language, and in the desk's
        warned = {a: [m for m in here.mails_to(a)[n:] if named.search(m.text)] for a, n in before.items()}
        assert [len(mails) for mails in warned.values()] == [1, 1]
        assert all(after.reference in mails[0].subject for mails in warned.values())

    play(tmp_path, story, agents=FIRST + PEOPLE, more=MORE.replace("complaints-working-days", "item-support"))


def test_the_new_desks_warnings_are_its_own_and_none_of_them_comes_belated(tmp_path: Path) -> None:
    """A rung that fired at the old desk silences no rung of the new one's ladder."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        promise = only_case(here).open_promise("resolution")
        assert promise is not None
        while f"warn:{promise.number}:0" not in only_case(here).fired:
            await here.move(hours=1)
        await here.reply(ANNA, DESK, "/move service")
        mails = len(here.mails_to(BORIS))
        assert "/move" not in heard(here, ANNA)
        await here.move(minutes=1)
        assert len(here.mails_to(BORIS)) == mails
        while here.clock() < promise.due_at - timedelta(minutes=30):
            await here.move(minutes=30)

        warned = [mail for mail in here.mails_to(BORIS)[mails:] if "resolution" in mail.text]
        assert len(warned) == 1

    play(tmp_path, story, agents=FIRST + PEOPLE, more=MORE.replace("complaints-working-days", "item-support"))


def test_in_the_evening_the_case_waits_for_the_new_desks_morning(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.move(hours=10)
        await here.reply(ANNA, DESK, "/move service")
        assert (only_case(here).assignee, only_case(here).stage) == ("", Stage.REGISTERED)
        await here.move(hours=14)

        assert (only_case(here).assignee, only_case(here).stage) == (BORIS, Stage.ASSIGNED)
        assert "4711" in newest(here, BORIS).text

    play(tmp_path, story, agents=FIRST + PEOPLE, more=MORE)


def test_an_old_notification_still_reaches_the_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        notice = here.newest(ANNA)
        to, parent = str(notice["Reply-To"]), str(notice["Message-ID"])
        await here.reply(ANNA, DESK, "/move Service")
        await here.write(ANNA, to, "Re: x", "/note\n\nDer Kunde ist ungeduldig.", parent=parent)
        assert "ungeduldig" in newest(here, BORIS).text
        await here.write(ANNA, to, "Re: x", "/undo", parent=parent)
        await here.write(ANNA, to, "Re: x", "/move support", parent=parent)

        assert (only_case(here).desk, only_case(here).assignee) == (DESK, ANNA)
        assert only_case(here).came_from == (DESK, SERVICE)

    play(tmp_path, story, agents=FIRST + PEOPLE, more=MORE)


def test_what_cannot_be_moved_names_the_nearest_desk(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        before, after = await moved(here, "/move servis")
        assert f"({SERVICE}) → /move {SERVICE}" in heard(here, ANNA)
        assert replace(after, seq=before.seq) == before
        await here.reply(ANNA, DESK, "/move service")
        await here.reply(ANNA, DESK, "/undo")
        assert "(the case is another desk's now) → /move DESK" in heard(here, ANNA)

    play(tmp_path, story, agents=FIRST + PEOPLE, more=MORE)


def test_with_one_desk_there_is_nowhere_to_go(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await moved(here, "/move service")

        assert "(there is no other desk) → /assign NAME" in heard(here, ANNA)

    play(tmp_path, story, agents=FIRST + PEOPLE)
