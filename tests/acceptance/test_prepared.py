"""`/template NAME`: a prepared text in the customer's language, below the agent's own."""

from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, newest, only_case, play
from tests.acceptance.test_main_job import GERMAN

TEXTS = """
[[prepared]]
name = "Foto"
de = "Bitte schicken Sie uns ein Foto des Typenschilds."
en = "Please send us a photograph of the type plate."
[[prepared]]
name = "erledigt"
de = '''
Ergebnis: Die Rechnung ist berichtigt.
Maßnahmen: Der Betrag wird erstattet.'''
[[prepared]]
name = "nur-englisch"
en = "Only English."
"""


@pytest.mark.parametrize("own", ["Guten Tag, Herr Beispiel,", ""])
def test_the_text_goes_out_in_the_customers_language_below_the_agents_own(tmp_path: Path, own: str) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, f"/template foto\n\n{own}")
        mail = newest(here, CUSTOMER)

        assert f"{own}\n\nBitte schicken Sie uns ein Foto des Typenschilds." in mail.text
        assert mail.from_ is not None
        assert mail.from_.display_name == "Anna (Example Support)"
        assert only_case(here).stage is Stage.IN_WORK

    play(tmp_path, story, agents=ONE, more=TEXTS)


def test_a_prepared_resolution_has_its_parts(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/resolve\n/template erledigt")

        assert only_case(here).stage is Stage.RESOLVED
        assert "Der Betrag wird erstattet." in newest(here, CUSTOMER).text

    play(tmp_path, story, agents=ONE, more=TEXTS)


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("/template fotos", "/template foto"),
        ("/template", "/template NAME"),
        ("/template nur-englisch", "foto, erledigt"),
        ("/note\n/template foto", "the text can go to one place only"),
    ],
)
def test_a_wrong_name_does_nothing_and_the_nearest_is_told(tmp_path: Path, line: str, near: str) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        before = len(here.mails_to(CUSTOMER))
        await here.reply(ANNA, DESK, f"{line}\n\nGuten Tag")

        assert near in " ".join(newest(here, ANNA).text.split())
        assert len(here.mails_to(CUSTOMER)) == before

    play(tmp_path, story, agents=ONE, more=TEXTS)


def test_where_none_is_prepared_that_is_said(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/template foto\nHallo")

        assert "no text is prepared" in " ".join(newest(here, ANNA).text.split())

    play(tmp_path, story, agents=ONE)
