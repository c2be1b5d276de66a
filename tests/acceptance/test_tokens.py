"""The private address of each notification: what it lets its agent do, for how long, and what ends it."""

from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.store import people
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, TWO, newest, only_case, play
from tests.acceptance.test_main_job import GERMAN

SETTLED = "/resolve\n\nErgebnis: alles erlassen\nMaßnahmen: keine"


def private(here: World, agent: str) -> str:
    return str(here.newest(agent)["Reply-To"])


async def begin(here: World) -> tuple[str, str]:
    """A case; who has it, and the private address of the notification."""
    await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
    agent = only_case(here).assignee
    return agent, private(here, agent)


async def note_for_a_colleague(here: World) -> tuple[str, str]:
    """Anna's and Boris' case, with a note of the one for the other; (who got it, its private address)."""
    agent, _ = await begin(here)
    other = BORIS if agent == ANNA else ANNA
    await here.reply(agent, DESK, f"/assign {'Boris' if other == BORIS else 'Anna'}")
    await here.reply(agent, DESK, "/note\nDer Kunde ist schwierig.")
    assert "schwierig" in newest(here, other).text
    return other, private(here, other)


def test_a_private_address_that_outsiders_saw_is_obeyed_once(tmp_path: Path) -> None:
    """T-04."""

    async def story(here: World) -> None:
        agent, address = await begin(here)
        await here.write(agent, address, "Re: x", "Hallo, ich prüfe.", headers=(f"Cc: {CUSTOMER}",))
        assert "ich prüfe" in newest(here, CUSTOMER).text
        told = newest(here, agent)
        await here.write(agent, address, f"Re: [{only_case(here).reference}]", SETTLED)
        assert only_case(here).stage is Stage.IN_WORK

        assert CUSTOMER in told.text
        assert told.reply_to[0].addr_spec not in ("", address)
        await here.write(agent, told.reply_to[0].addr_spec, "Re: x", SETTLED)
        assert only_case(here).stage is Stage.RESOLVED

    play(tmp_path, story)


def test_colleagues_in_copy_are_no_outsiders(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent, address = await begin(here)
        await here.write(agent, address, "Re: x", "Ich prüfe.", headers=(f"Cc: {ANNA}, {BORIS}, {DESK}",))
        await here.write(agent, address, "Re: x", SETTLED)

        assert only_case(here).stage is Stage.RESOLVED

    play(tmp_path, story)


def test_a_private_address_in_other_hands_is_worth_nothing_and_ends(tmp_path: Path) -> None:
    """T-04: the customer uses the agent's address, as themselves and in the agent's name."""

    async def story(here: World) -> None:
        agent, address = await begin(here)
        await here.write(CUSTOMER, address, f"Re: [{only_case(here).reference}]", SETTLED)
        assert only_case(here).stage is Stage.ASSIGNED
        assert "alles erlassen" in newest(here, agent).text
        await here.write(agent, address, f"Re: [{only_case(here).reference}]", SETTLED)

        assert only_case(here).stage is Stage.ASSIGNED

    play(tmp_path, story)


def test_a_reply_to_a_note_stays_inside_whatever_the_client_leaves_out(tmp_path: Path) -> None:
    """T-16: no In-Reply-To, and the customer in copy."""

    async def story(here: World) -> None:
        reader, address = await note_for_a_colleague(here)
        before = len(here.mails_to(CUSTOMER))
        await here.write(reader, address, "Re: x", "Ja, abwimmeln.")
        await here.write(reader, address, "Re: y", "Wirklich abwimmeln.", headers=(f"Cc: {CUSTOMER}",))

        assert len(here.mails_to(CUSTOMER)) == before
        assert not any("abwimmeln" in m.text for m in here.mails_to(CUSTOMER))

    play(tmp_path, story)


def test_a_reply_to_a_note_goes_out_where_its_first_line_says_so(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        reader, address = await note_for_a_colleague(here)
        await here.write(reader, address, "Re: x", "/answer\nGuten Tag, wir prüfen das.")

        assert "wir prüfen das" in newest(here, CUSTOMER).text

    play(tmp_path, story)


@pytest.mark.parametrize("parent", [True, False])
def test_an_answer_to_an_old_notification_is_held_whatever_the_client_leaves_out(tmp_path: Path, parent: bool) -> None:
    async def story(here: World) -> None:
        agent, address = await begin(here)
        message_id = str(here.newest(agent)["Message-ID"]) if parent else ""
        await here.reply(CUSTOMER, DESK, "Halt, es hat sich erledigt, bitte nicht stornieren!")
        before = len(here.mails_to(CUSTOMER))
        await here.write(agent, address, "Re: x", "/answer\nWir haben storniert.", parent=message_id)
        assert len(here.mails_to(CUSTOMER)) == before
        await here.write(agent, address, "Re: x", "/send\nWir haben storniert.", parent=message_id)

        assert "storniert" in newest(here, CUSTOMER).text

    play(tmp_path, story)


def test_an_agent_who_was_shut_out_and_let_in_again_the_same_day_can_answer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent, old = await begin(here)
        here.daemon.store.write(lambda conn: people.disable(conn, agent, here.clock()))
        here.daemon.store.write(lambda conn: people.enable(conn, agent))
        await here.write(agent, old, f"Re: [{only_case(here).reference}]", "Mit der alten Adresse.")
        assert len(here.mails_to(CUSTOMER)) == 1
        await here.reply(CUSTOMER, DESK, "Noch etwas dazu, bitte.")
        await here.reply(agent, DESK, "Guten Tag, ich prüfe.")

        assert "ich prüfe" in newest(here, CUSTOMER).text

    play(tmp_path, story)


def test_a_private_address_ends_after_thirty_days(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent, address = await begin(here)
        await here.move(days=31)
        await here.write(agent, address, f"Re: [{only_case(here).reference}]", "/send\nZu spät.")

        assert not any("Zu spät" in m.text for m in here.mails_to(CUSTOMER))

    play(tmp_path, story)


def test_the_private_address_of_one_case_does_nothing_on_another(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        _, first = await begin(here)
        await here.write("zweite@example.com", DESK, "Anderes", GERMAN)
        (other,) = [c for c in here.cases() if c.customer == "zweite@example.com"]
        (case,) = [c for c in here.cases() if c.customer == CUSTOMER]
        await here.write(
            case.assignee,
            first,
            f"Re: [{other.reference}]",
            SETTLED,
            parent=str(here.newest(other.assignee)["Message-ID"]),
        )
        stages = {c.customer: c.stage for c in here.cases()}

        assert stages["zweite@example.com"] is Stage.ASSIGNED
        assert not any("erlassen" in m.text for m in here.mails_to("zweite@example.com"))

    play(tmp_path, story)


def test_a_colleague_cannot_use_the_private_address_of_another(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent, address = await begin(here)
        await here.write(BORIS if agent == ANNA else ANNA, address, f"Re: [{only_case(here).reference}]", SETTLED)

        assert only_case(here).stage is Stage.ASSIGNED

    play(tmp_path, story)


NONE = 'subaddress = "none"\n' + TWO


async def reply_by_thread(here: World, agent: str, text: str, *headers: str, parent: str = "") -> None:
    """An answer on a desk without subaddresses: only In-Reply-To says what it answers."""
    parent = parent or str(here.newest(agent)["Message-ID"])
    await here.write(agent, DESK, f"Re: [{only_case(here).reference}]", text, parent=parent, headers=headers)


def test_without_subaddresses_the_notification_itself_is_the_proof(tmp_path: Path) -> None:
    """Decision 3."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        notice = here.newest(agent)
        assert notice["Reply-To"] is None
        await here.write(agent, DESK, f"Re: [{only_case(here).reference}]", SETTLED)
        assert only_case(here).stage is Stage.ASSIGNED
        await reply_by_thread(here, BORIS if agent == ANNA else ANNA, SETTLED, parent=str(notice["Message-ID"]))
        assert only_case(here).stage is Stage.ASSIGNED
        await reply_by_thread(here, agent, "Ich prüfe das.", parent=str(notice["Message-ID"]))

        assert "Ich prüfe das." in newest(here, CUSTOMER).text

    play(tmp_path, story, agents=NONE)


def test_without_subaddresses_a_notification_that_outsiders_can_name_is_obeyed_once(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        first = str(here.newest(agent)["Message-ID"])
        await reply_by_thread(here, agent, "Ich prüfe das.", f"Cc: {CUSTOMER}", parent=first)
        assert "Ich prüfe das." in newest(here, CUSTOMER).text
        await reply_by_thread(here, agent, SETTLED, parent=first)
        assert only_case(here).stage is Stage.IN_WORK
        (told,) = [m for m in here.mails_to(agent) if "is no longer valid" in m.subject]
        await reply_by_thread(here, agent, SETTLED, parent=told.message_id)

        assert only_case(here).stage is Stage.RESOLVED

    play(tmp_path, story, agents=NONE)


def test_without_subaddresses_a_proof_ends_after_thirty_days_and_a_note_stays_inside(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        other = BORIS if agent == ANNA else ANNA
        await reply_by_thread(here, agent, f"/assign {'Boris' if other == BORIS else 'Anna'}")
        await reply_by_thread(here, agent, "/note\nDer Kunde ist schwierig.")
        note = str(here.newest(other)["Message-ID"])
        await reply_by_thread(here, other, "Ja, abwimmeln.", parent=note)
        await here.move(days=31)
        await reply_by_thread(here, other, "/send\nZu spät.", parent=note)

        assert not any("abwimmeln" in m.text or "Zu spät" in m.text for m in here.mails_to(CUSTOMER))

    play(tmp_path, story, agents=NONE)


def test_without_subaddresses_a_forwarded_notification_is_held(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        shown = str(here.newest(agent)["Message-ID"])
        await reply_by_thread(here, agent, f"Siehe {shown}.", parent=shown)

        assert len(here.mails_to(CUSTOMER)) == 1
        assert "Siehe" in newest(here, agent).text

    play(tmp_path, story, agents=NONE)
