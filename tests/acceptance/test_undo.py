"""/undo takes back an agent's last mail on a case, as long as nothing of it has left."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.core.case import Case, Stage
from mailbot.store import blocked, outbox, people, undo
from mailbot.world import World
from tests.acceptance import play as scene
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, ONE, TWO, only_case, play
from tests.acceptance.test_case_life import RESOLVED, heard
from tests.acceptance.test_main_job import GERMAN


@pytest.fixture(autouse=True)
def delayed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent's words wait a minute before they leave."""
    monkeypatch.setattr(scene, "CONFIG", scene.CONFIG.replace("send_delay_seconds = 0", "send_delay_seconds = 60"))


def same(now: Case, before: Case) -> bool:
    """Whether the cases differ in nothing but the length of their journals."""
    return replace(now, seq=0) == replace(before, seq=0)


def states(here: World, template: str) -> list[str]:
    rows = here.daemon.store.read(lambda conn: outbox.listing(conn, state=None, limit=100))
    return [row.state for row in rows if row.template == template]


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("Guten Tag, das war ein Versehen.", "answer"),
        (RESOLVED, "resolution"),
        ("/complexity complex\n/wait\n\nWelche Rechnung ist es?", "answer"),
        ("/extend 20 working days\n\nDas Archiv ist geschlossen.", "promise-changed"),
        ("/cc +chef@example.net\n\nWir prüfen das.", "answer"),
    ],
)
def test_the_case_is_exactly_as_before_and_the_mail_never_leaves(tmp_path: Path, text: str, template: str) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/note\n\nErst nachsehen.")
        before, mails = only_case(here), len(here.mails_to(CUSTOMER))
        await here.move(hours=1)
        await here.reply(ANNA, DESK, text)
        assert not same(only_case(here), before)
        await here.reply(ANNA, DESK, "/undo")

        assert same(only_case(here), before)
        assert set(states(here, template)) == {"cancelled"}
        await here.move(minutes=10)
        assert len(here.mails_to(CUSTOMER)) == mails
        assert here.mails_to("chef@example.net") == ()
        assert "Anna took back the last step" in heard(here, ANNA)
        assert "Its mail had not left yet, and will not." in heard(here, ANNA)
        kinds = [entry.kind for entry in here.journal(before.reference)]
        assert kinds.count("undo") == 1
        assert len(kinds) > before.seq + 2

    play(tmp_path, story, agents=ONE)


def test_after_an_undo_the_agent_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        raw = await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        acknowledgement = here.mails_to(CUSTOMER)[0].message_id
        await here.reply(ANNA, DESK, "Das war falsch.")
        await here.reply(ANNA, DESK, "/undo")
        await here.reply(ANNA, DESK, RESOLVED)
        await here.move(minutes=2)
        answer = here.mails_to(CUSTOMER)[-1]

        assert "Die Rechnung stimmt" in answer.text
        assert answer.in_reply_to == (acknowledgement,)
        assert raw.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode() in answer.references
        numbers = [p.number for p in only_case(here).promises]
        assert numbers == list(range(1, len(numbers) + 1))
        await here.reply(ANNA, DESK, "/undo")
        assert "/undo: not possible here (its mail has left) → /reopen" in heard(here, ANNA)
        assert only_case(here).stage is Stage.RESOLVED

    play(tmp_path, story, agents=ONE)


def test_a_colleague_who_was_told_hears_that_it_is_taken_back(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        before = only_case(here)
        await here.reply(ANNA, DESK, "/assign Boris")
        assert "This case is yours now" in heard(here, BORIS)
        await here.reply(ANNA, DESK, "/undo")

        assert same(only_case(here), before)
        assert "Anna took back the last step" in heard(here, BORIS)
        await here.reply(BORIS, DESK, "/undo")
        assert "(there is nothing to take back) → /why" in heard(here, BORIS)

    play(tmp_path, story, agents=TWO)


def test_a_mistyped_line_in_between_does_not_stand_in_the_way(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        before = only_case(here)
        await here.reply(ANNA, DESK, "Ein Versehen.")
        await here.reply(ANNA, DESK, "/undoo")
        assert "→ /undo" in heard(here, ANNA)
        await here.reply(ANNA, DESK, "/help")
        await here.reply(ANNA, DESK, "/undo")

        assert same(only_case(here), before)

    play(tmp_path, story, agents=ONE)


async def customer_writes(here: World) -> None:
    await here.write(CUSTOMER, DESK, f"Re: [{only_case(here).reference}] Rechnung", "Noch ein Wort dazu.")


async def boris_notes(here: World) -> None:
    await here.reply(BORIS, DESK, "/note\n\nIch sehe mit.")


async def time_passes(here: World) -> None:
    await here.move(minutes=2)


OBSTACLES: Mapping[str, object] = {
    "something came in since": customer_writes,
    "the last step is a colleague's": boris_notes,
    "its mail has left": time_passes,
}


@pytest.mark.parametrize("why", OBSTACLES)
def test_what_cannot_be_taken_back_any_more_is_said(tmp_path: Path, why: str) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/assign Boris")
        notice = here.newest(ANNA)
        to, parent = str(notice["Reply-To"]), str(notice["Message-ID"])
        await here.write(ANNA, to, "Re: x", "Wir prüfen das.", parent=parent)
        await OBSTACLES[why](here)  # type: ignore[operator]
        before = only_case(here)
        await here.write(ANNA, to, "Re: x", "/undo", parent=parent)

        assert f"/undo: not possible here ({why}) → " in heard(here, ANNA)
        assert same(only_case(here), before)

    play(tmp_path, story, agents=TWO)


def test_what_other_cases_know_is_not_taken_back(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/split\n\nDas Zweite.")
        notice = here.mails_to(ANNA)[0]
        await here.write(ANNA, notice.reply_to[0].addr_spec, "Re: x", "/undo", parent=notice.message_id)

        assert "(other cases know of it already) → /why" in heard(here, ANNA)

    play(tmp_path, story, agents=ONE)


def test_a_block_that_is_taken_back_lets_the_address_in(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        before = only_case(here)
        await here.reply(ANNA, DESK, "/block")
        assert here.daemon.store.read(blocked.everybody) == (CUSTOMER,)
        await here.reply(ANNA, DESK, "/undo")

        assert here.daemon.store.read(blocked.everybody) == ()
        assert same(only_case(here), before)
        assert here.daemon.store.read(lambda conn: undo.find(conn, before.reference)) is None

    play(tmp_path, story, agents=ONE)


def test_a_block_that_stood_before_stays(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.write(CUSTOMER, DESK, "Gewinn", "Guten Tag, Sie haben gewonnen, bitte melden Sie sich.")
        notice = here.mails_to(ANNA)[0]
        await here.reply(ANNA, DESK, "/block")
        await here.move(minutes=1)
        await here.write(ANNA, notice.reply_to[0].addr_spec, "Re: x", "/block", parent=notice.message_id)
        await here.write(ANNA, notice.reply_to[0].addr_spec, "Re: x", "/undo", parent=notice.message_id)

        assert here.daemon.store.read(blocked.everybody) == (CUSTOMER,)
        assert sorted(case.stage for case in here.cases()) == [Stage.ASSIGNED, Stage.SPAM]

    play(tmp_path, story, agents=ONE)


def test_an_announcement_that_the_step_made_needless_is_sent_after_all(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        mails = len(here.mails_to(CUSTOMER))
        await here.reply(ANNA, DESK, "/wait partner")
        await here.move(minutes=1)
        await here.reply(ANNA, DESK, "Der Hersteller prüft das.")
        assert states(here, "stage") == ["cancelled"]
        await here.reply(ANNA, DESK, "/undo")
        await here.move(minutes=15)

        assert len(here.mails_to(CUSTOMER)) == mails + 1
        assert states(here, "stage") == ["sent"]

    play(tmp_path, story, "four-day-week", agents=ONE)


def test_a_copy_that_waits_is_taken_back_with_its_reader_and_restored_with_them(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/cc +chef@example.net +pruefer@example.net\n\nWir prüfen das.")
        await here.reply(ANNA, DESK, "/cc -chef@example.net -pruefer@example.net")
        await here.reply(ANNA, DESK, "/undo")
        await here.reply(ANNA, DESK, "/cc -chef@example.net")
        await here.move(minutes=2)

        assert "Wir prüfen das" in here.mails_to(CUSTOMER)[-1].text
        assert here.mails_to("chef@example.net") == ()
        assert [mail.subject for mail in here.mails_to("pruefer@example.net")] == [here.mails_to(CUSTOMER)[-1].subject]

    play(tmp_path, story, agents=ONE)


def test_an_absence_in_the_same_mail_is_no_matter_of_the_case_and_stays(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        before = only_case(here)
        notice = here.mails_to(ANNA)[-1]
        for text in ("/complexity simple\n/away until fri", "/undo"):
            await here.write(ANNA, notice.reply_to[0].addr_spec, "Re: x", text, parent=notice.message_id)
        undone = next(mail for mail in reversed(here.mails_to(ANNA)) if "Taken back" in mail.subject)

        assert same(only_case(here), before)
        assert "took back the last step (/complexity)" in " ".join(undone.text.split())
        assert "Only the absence stays as it is" in " ".join(undone.text.split())
        assert list(here.daemon.store.read(people.away)) == [ANNA]

    play(tmp_path, story, agents=ONE)
