"""An agent answers the customer from their own mail program with the desk in Cc, and the customer answers that."""

from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, LEAD, ONE, newest, only_case, play, promises
from tests.acceptance.test_authority import BORDER, PASS
from tests.acceptance.test_main_job import GERMAN

OWN = "<direct@example.org>"
WORDS = "Guten Tag, der Betrag ist berichtigt.\n\nViele Grüße\nAnna"
ANSWERS = "Und wann kommt das Geld?"


async def opened(here: World) -> str:
    """A case; the Message-ID of the mail that opened it."""
    raw = await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
    return raw.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()


async def answer_directly(
    here: World, *fields: str, text: str = WORDS, subject: str = "AW: Rechnung 4711", parent: str = ""
) -> str:
    """Anna writes to the customer, the desk in Cc; the Message-ID of her mail. The desk gets its copy."""
    head = [
        *(f"From: Anna <{ANNA}>", f"To: {CUSTOMER}", f"Cc: {DESK}", f"Subject: {subject}", f"Message-ID: {OWN}"),
        *(f"Date: {here.clock():%a, %d %b %Y %H:%M:%S +0000}", "Content-Type: text/plain; charset=utf-8"),
        *((f"In-Reply-To: {parent}", f"References: {parent}") if parent else ()),
        *fields,
    ]
    await here.send(ANNA, DESK, "\r\n".join([*head, "", *text.split("\n"), ""]).encode())
    return OWN


@pytest.mark.parametrize("by", ["references", "subject"])
def test_a_direct_answer_joins_the_case_and_keeps_the_promise(tmp_path: Path, by: str) -> None:
    async def story(here: World) -> None:
        first = await opened(here)
        sent = len(here.received)
        subject = f"AW: [{only_case(here).reference}] Rechnung" if by == "subject" else "AW: Rechnung 4711"
        await answer_directly(here, PASS, parent=first if by == "references" else "", subject=subject)
        (answer,) = promises(here, "answer")
        case = only_case(here)

        assert answer.state is State.KEPT
        assert (case.stage, case.unanswered_since, case.assignee) == (Stage.IN_WORK, None, ANNA)
        assert len(here.received) == sent  # the customer has it already
        assert here.journal(case.reference)[-1].actor == ANNA

    play(tmp_path, story, "item-support", agents=ONE, more=BORDER)


def test_the_customers_answer_to_a_mail_that_is_not_ours_finds_the_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        theirs = await answer_directly(here, PASS, parent=await opened(here))
        await here.write(CUSTOMER, DESK, "Re: Rechnung", ANSWERS, parent=theirs, headers=(f"Cc: {ANNA}",))
        await here.write("fremd@example.com", DESK, "Re: Rechnung", "Ich auch.", parent=theirs)

        assert {c.customer: c.unanswered_since is not None for c in here.cases()} == {
            CUSTOMER: True,
            "fremd@example.com": True,
        }
        assert any(ANSWERS in mail.text for mail in here.mails_to(ANNA))

    play(tmp_path, story, agents=ONE, more=BORDER)


@pytest.mark.parametrize(
    "headers", [(), ("Authentication-Results: mx.example.org; dmarc=fail header.from=example.org",)]
)
@pytest.mark.parametrize("more", [BORDER, ""])
def test_without_a_pass_it_is_a_held_note(tmp_path: Path, headers: tuple[str, ...], more: str) -> None:
    async def story(here: World) -> None:
        await answer_directly(here, *headers, parent=await opened(here))
        (answer,) = promises(here, "answer")

        assert answer.is_open
        assert only_case(here).unanswered_since is not None
        assert here.journal(only_case(here).reference)[-2].detail["held"] is True
        assert "without valid proof" in newest(here, ANNA).text

    play(tmp_path, story, "item-support", agents=ONE, more=more)


def test_a_pass_alone_says_nothing_for_a_mail_that_the_customer_did_not_get(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first = await opened(here)
        await here.write(ANNA, DESK, "AW: Rechnung 4711", WORDS, parent=first, headers=(PASS, f"Cc: {LEAD}"))
        (answer,) = promises(here, "answer")

        assert answer.is_open
        assert len(here.mails_to(CUSTOMER)) == 1

    play(tmp_path, story, "item-support", agents=ONE, more=BORDER)


def test_a_command_in_a_direct_answer_is_not_obeyed(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await answer_directly(here, PASS, text=f"/wait\n\n{WORDS}", parent=await opened(here))

        assert only_case(here).stage is Stage.ASSIGNED
        assert promises(here, "answer")[0].is_open

    play(tmp_path, story, "item-support", agents=ONE, more=BORDER)
