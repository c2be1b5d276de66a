"""What is no case at all: /spam ends it without a word, /block keeps its sender out, /unblock lets them in."""

from pathlib import Path

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.store import inbox
from mailbot.world import World
from tests.acceptance.play import ANNA, DESK, ONE, newest, only_case, play
from tests.acceptance.test_case_life import RESOLVED, heard
from tests.acceptance.test_main_job import GERMAN

SPAMMER = "gewinn@example.net"
OFFER = "Sie haben gewonnen! Bitte antworten Sie uns noch heute auf diese Nachricht."


def test_spam_ends_a_case_without_a_word_and_blocks_nobody(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(SPAMMER, DESK, "Gewinn", OFFER)
        await here.reply(ANNA, DESK, "/spam\n\nBitte nicht mehr.")
        assert "it has to stand alone" in heard(here, ANNA)
        mails = len(here.received)
        await here.reply(ANNA, DESK, "/spam")
        case = only_case(here)

        assert case.stage is Stage.SPAM
        assert {(p.state, p.reason) for p in case.promises if p.id != "acknowledgement"} == {(State.VOID, "spam")}
        await here.move(days=20)
        assert len(here.received) == mails
        await here.reply(ANNA, DESK, "Eine Antwort.")
        assert "/answer: not possible here (spam) → /reopen" in heard(here, ANNA)
        await here.write(SPAMMER, DESK, f"Re: [{case.reference}] Gewinn", "Und noch einmal: Sie haben gewonnen!")
        assert [c.stage is Stage.SPAM for c in here.cases()] == [True, False]

    play(tmp_path, story, agents=ONE)


def test_what_was_no_spam_is_taken_up_again(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(SPAMMER, DESK, "Gewinn", GERMAN)
        await here.reply(ANNA, DESK, "/spam")
        await here.reply(ANNA, DESK, "/reopen\n\nGuten Tag, wir prüfen das.")

        assert only_case(here).stage is Stage.IN_WORK
        assert only_case(here).open_promise("resolution") is not None
        assert any("wir prüfen das" in mail.text for mail in here.mails_to(SPAMMER))

    play(tmp_path, story, agents=ONE)


def test_a_blocked_address_is_kept_suppressed_and_can_be_let_in_again(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(SPAMMER, DESK, "Gewinn", OFFER)
        await here.reply(ANNA, DESK, "/block")
        assert only_case(here).stage is Stage.SPAM
        mails = len(here.received)
        raw = await here.write(SPAMMER.upper(), DESK, "Gewinn!", OFFER)
        (row,) = here.daemon.store.read(lambda conn: inbox.find(conn, _id(raw)))

        assert (row.outcome, row.rule) == ("suppressed", "blocked")
        assert here.daemon.store.read(inbox.audit)["suppressed"] == 1
        assert len(here.received) == mails
        assert len(here.cases()) == 1
        await here.reply(ANNA, DESK, "/unblock gewin@example.net")
        assert f"(this address is not blocked) → /unblock {SPAMMER}" in heard(here, ANNA)
        await here.reply(ANNA, DESK, f"/unblock {SPAMMER}")
        await here.write(SPAMMER, DESK, "Gewinn!", OFFER + " Wirklich!")
        assert len(here.cases()) == 2

    play(tmp_path, story, agents=ONE)


def test_who_is_blocked_is_heard_on_their_other_cases_until_these_end(tmp_path: Path) -> None:
    """Somebody there waits for the answer, and was promised one."""

    async def story(here: World) -> None:
        await here.write(SPAMMER, DESK, "Rechnung", GERMAN)
        wanted = only_case(here)
        await here.reply(ANNA, DESK, RESOLVED)
        await here.write(SPAMMER, DESK, "Gewinn", OFFER)
        await here.reply(ANNA, DESK, "/block")
        await here.write(
            SPAMMER, DESK, f"Re: [{wanted.reference}] Rechnung", "Nein, die Rechnung ist immer noch falsch."
        )
        assert "immer noch falsch" in newest(here, ANNA).text
        await here.reply(ANNA, DESK, RESOLVED)
        await here.reply(ANNA, DESK, "/close")
        mails = len(here.received)
        raw = await here.write(SPAMMER, DESK, f"Re: [{wanted.reference}] Rechnung", "Immer noch.")
        (row,) = here.daemon.store.read(lambda conn: inbox.find(conn, _id(raw)))

        assert (row.outcome, row.rule) == ("suppressed", "blocked")
        assert len(here.received) == mails
        assert len(here.cases()) == 2

    play(tmp_path, story, agents=ONE)


def _id(raw: bytes) -> str:
    return raw.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()
