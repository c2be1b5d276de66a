"""For whom an agent's text is: what may be meant for a colleague, or says nothing, does not reach the customer."""

from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, newest, only_case, play
from tests.acceptance.test_case_life import RESOLVED, TEAMS, heard
from tests.acceptance.test_main_job import GERMAN

SIGNATURE = (
    "Mit freundlichen Grüßen\nAnna Meyer\n\nFirma GmbH · Musterstr. 1 · 10115 Berlin\nHRB 1234 · Geschäftsführer: X"
)
REMARK = "Bitte übernehmen, der Kunde nervt."


async def answered(here: World, text: str) -> bool:
    """Whether the customer hears of Anna's first mail on their case, and their answer counts as kept."""
    await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
    mails = len(here.mails_to(CUSTOMER))
    await here.reply(ANNA, DESK, text)
    assert (len(here.mails_to(CUSTOMER)) > mails) is (only_case(here).answered_at is not None)
    return len(here.mails_to(CUSTOMER)) > mails


@pytest.mark.parametrize("command", ["/assign Boris", "/take", "/complexity normal", "/wait until fri 17:00"])
def test_a_signature_alone_is_no_answer(tmp_path: Path, command: str) -> None:
    async def story(here: World) -> None:
        assert not await answered(here, f"{command}\n\n{SIGNATURE}")
        assert "nothing was done" not in heard(here, ANNA)

    play(tmp_path, story)


@pytest.mark.parametrize("closing", ["Viele Gruesse", "Best regards,\nAnna", "Pozdrawiam\nAnna", "С уважением, Анна"])
def test_a_reply_that_only_closes_says_nothing_and_resolves_nothing(tmp_path: Path, closing: str) -> None:
    async def story(here: World) -> None:
        assert not await answered(here, closing)
        assert "the text below it is missing" in heard(here, ANNA)
        await here.reply(ANNA, DESK, f"/resolve\n\n{closing}")
        assert "/resolve: the text below it is missing" in heard(here, ANNA)
        assert only_case(here).stage is Stage.ASSIGNED

    play(tmp_path, story)


@pytest.mark.parametrize(
    "text", [f"{SIGNATURE}\n\nPS: Die Rechnung war falsch.", "Viele Grüße aus Berlin, und es ist gelöst."]
)
def test_a_closing_with_more_to_say_is_an_answer(tmp_path: Path, text: str) -> None:
    async def story(here: World) -> None:
        assert await answered(here, text)

    play(tmp_path, story)


@pytest.mark.parametrize("command", ["/assign Boris", "/team first", "/next"])
def test_a_remark_below_a_command_that_hands_the_case_on_says_for_whom_it_is(tmp_path: Path, command: str) -> None:
    async def story(here: World) -> None:
        assert not await answered(here, f"{command}\n\n{REMARK}")
        assert f"{command}: not possible here (the text could be for either" in heard(here, ANNA)
        assert only_case(here).assignee == ANNA
        await here.reply(ANNA, DESK, f"/assign Boris\n/note\n\n{REMARK}")
        assert [REMARK in mail.text for mail in here.mails_to(BORIS)] == [True]
        assert len(here.mails_to(CUSTOMER)) == 1
        await here.reply(ANNA, DESK, "/assign Boris\n/answer\n\nMein Kollege Boris übernimmt.")
        assert "Kollege Boris" in newest(here, CUSTOMER).text

    play(tmp_path, story, agents=TEAMS)


@pytest.mark.parametrize(
    "text", [f"Hi Boris,\n\n/note\n{REMARK}", "Hallo,\n/resolve\nErgebnis: Gut.\nMaßnahmen: Keine."]
)
def test_a_command_below_other_words_is_told_and_nothing_is_sent(tmp_path: Path, text: str) -> None:
    async def story(here: World) -> None:
        assert not await answered(here, text)
        assert "the command stands below other text" in heard(here, ANNA)
        await here.reply(ANNA, DESK, f"/answer\n\n{text}")
        assert text.splitlines()[-1] in newest(here, CUSTOMER).text
        assert only_case(here).stage is Stage.IN_WORK

    play(tmp_path, story)


def test_an_outdated_answer_comes_back_with_its_commands(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        notice = newest(here, ANNA)
        await here.write(CUSTOMER, DESK, f"Re: [{only_case(here).reference}] Rechnung", "Noch ein Wort dazu.")
        text = f"/complexity simple\n{RESOLVED}"
        await here.write(ANNA, notice.reply_to[0].addr_spec, "Re: x", text, parent=notice.message_id)
        held = newest(here, ANNA)

        assert only_case(here).stage is Stage.ASSIGNED
        assert "/complexity simple\n/resolve\n\nErgebnis: Die Rechnung stimmt." in held.text
        await here.reply(ANNA, DESK, f"/send\n{text}")
        assert (only_case(here).stage, only_case(here).complexity) == (Stage.RESOLVED, "simple")

    play(tmp_path, story)


def test_the_word_about_held_mail_is_used_up_by_nothing_else(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        annas = newest(here, ANNA)
        await here.reply(ANNA, DESK, "/assign Boris")
        own = newest(here, BORIS)
        for text in ("/help", "/mine", "/find Rechnung", "/quatsch"):
            await here.write(BORIS, own.reply_to[0].addr_spec, "Re: x", text, parent=own.message_id)
        mails = len(here.mails_to(BORIS))
        for number in range(6):
            text = f"Guten Tag, das ist gelöst. {number}"
            await here.write(BORIS, annas.reply_to[0].addr_spec, "Re: x", text, parent=annas.message_id)

        told = here.mails_to(BORIS)[mails:]
        assert len(told) == 3  # a day
        assert all("arrived without valid proof" in mail.text for mail in told)

    play(tmp_path, story)
