"""An agent writes to a customer first: `/new ADDRESS`, from any private address of theirs."""

from pathlib import Path

import pytest

from mailbot.core.case import Case, Stage
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, newest, only_case, play
from tests.acceptance.test_authority import BORDER, PASS
from tests.acceptance.test_main_job import GERMAN
from tests.acceptance.test_private_addresses import leaked

OTHER = "jan@example.com"
WORDS = "Guten Tag, Herr Beispiel,\n\nIhr Wechselrichter braucht eine neue Sicherung. Wann dürfen wir kommen?\n\nAnna"


def of(here: World, customer: str) -> Case:
    return next(c for c in here.cases() if c.customer == customer)


async def private(here: World) -> str:
    """A private address of Anna's, of another case."""
    await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
    return str(here.newest(ANNA)["Reply-To"])


def test_new_opens_a_case_of_the_agents_with_the_text_as_its_first_mail(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        to = await private(here)
        before = of(here, CUSTOMER)
        await here.write(ANNA, to, "Ihr Wechselrichter", f"/new {OTHER}\n\n{WORDS}")
        case, (mail,) = of(here, OTHER), here.mails_to(OTHER)

        assert (case.stage, case.assignee, case.language) == (Stage.IN_WORK, ANNA, "de")
        assert case.promises == ()
        assert mail.subject == f"[{case.reference}] Ihr Wechselrichter"
        assert "neue Sicherung" in mail.text
        assert "/new" not in mail.text
        assert not mail.in_reply_to
        assert mail.header("auto-submitted") == ""
        assert of(here, CUSTOMER) == before
        assert len(here.mails_to(CUSTOMER)) == 1
        assert case.reference in newest(here, ANNA).subject
        assert not leaked(here)

    play(tmp_path, story, agents=ONE)


def test_the_customers_answer_joins_it_and_is_owed_an_answer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(ANNA, await private(here), "Ihr Wechselrichter", f"/new {OTHER}\n{WORDS}")
        await here.reply(OTHER, DESK, "Am Dienstag passt es.")
        case = of(here, OTHER)

        assert len(here.cases()) == 2
        assert "Am Dienstag" in newest(here, ANNA).text
        assert [(p.id, p.obligation) for p in case.promises] == [("answer", True)]
        await here.reply(ANNA, DESK, "Gut, bis Dienstag.")
        assert "bis Dienstag" in newest(here, OTHER).text
        assert of(here, OTHER).unanswered_since is None

    play(tmp_path, story, "item-support", agents=ONE)


def test_the_agents_address_of_no_case_will_do(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(ANNA, DESK, "Hilfe", "/help", headers=(PASS,))
        to = str(here.newest(ANNA)["Reply-To"])
        await here.write(ANNA, to, "Ihr Wechselrichter", f"/new {OTHER}\n{WORDS}", headers=(PASS,))

        assert only_case(here).customer == OTHER
        assert "neue Sicherung" in newest(here, OTHER).text

    play(tmp_path, story, agents=ONE, more=BORDER)


def test_who_has_no_private_address_writes_to_nobody(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        to = await private(here)
        await here.write(ANNA, DESK, "Ihr Wechselrichter", f"/new {OTHER}\n{WORDS}")
        await here.write("fremd@example.com", to, "Ihr Wechselrichter", f"/new {OTHER}\n{WORDS}")

        assert here.mails_to(OTHER) == ()

    play(tmp_path, story, agents=ONE)


@pytest.mark.parametrize(
    ("subject", "text", "why"),
    [
        ("Wechselrichter", f"/new {OTHER}", "the text below it is missing"),
        ("Wechselrichter", f"/new\n{WORDS}", "what follows the command does not fit"),
        ("Wechselrichter", f"/new {DESK}\n{WORDS}", "this address is one of ours"),
        ("Wechselrichter", f"/new {ANNA}\n{WORDS}", "this address is one of ours"),
        ("Wechselrichter", f"/new {OTHER}\n/take\n{WORDS}", "a mail of its own"),
        ("Wechselrichter", f"/new {OTHER}\n/tkae\n{WORDS}", "there is no such command"),
        ("Re:", f"/new {OTHER}\n{WORDS}", "the subject is missing"),
        ("Wechselrichter", f"/new {OTHER}\nSchreiben Sie an {{to}}.", "a private reply address"),
    ],
)
def test_a_wrong_new_does_nothing_and_says_why(tmp_path: Path, subject: str, text: str, why: str) -> None:
    async def story(here: World) -> None:
        to = await private(here)
        await here.write(ANNA, to, subject, text.replace("{to}", to))

        assert len(here.cases()) == 1
        assert here.mails_to(OTHER) == ()
        assert why in " ".join(newest(here, ANNA).text.split())

    play(tmp_path, story, agents=ONE)
