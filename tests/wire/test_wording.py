"""The customs of each language that a sentence can break without anybody noticing: marks, address, and the way on."""

import re
from pathlib import Path

import pytest

from mailbot.core.policy import LANGUAGES
from mailbot.wire.render import Renderer
from tests.wire.contexts import CUSTOMER, MAILS

RENDERER = Renderer((Path(__file__).parent.parent.parent / "templates",))
QUOTES = {"de": "„“", "pl": "„”", "ru": "«»", "en": "“”"}
MARKS = frozenset("„“”«»\"'‚‘")  # ’ is the English apostrophe
REPLY = {
    "de": "antworten Sie",
    "pl": "odpowiedzieć|odpisać|w odpowiedzi na",
    "ru": "ответьте|в ответ на",
    "en": "reply",
}
#: nothing is left to do after a good rating, and an agent's own words end as the agent ends them
ENDS = frozenset({"rating-thanks", "answer"})


def said(language: str) -> list[tuple[str, str]]:
    """(template, subject and text) of every mail in *language*."""
    mails = [(name, RENDERER.render(name, language, facts)) for name, facts in MAILS]
    return [(name, f"{mail.subject}\n{mail.text}") for name, mail in mails]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_raises_its_voice_or_borrows_the_quotes_of_another_language(language: str) -> None:
    for name, text in said(language):
        assert "!" not in text.replace("Здравствуйте!", ""), name
        assert not set(text) & (MARKS - set(QUOTES[language])), name


def test_russian_mails_write_to_one_person_with_a_capital() -> None:
    for name, text in said("ru"):
        assert not re.search(r"\b(вы|вас|вам|вами|ваш\w{0,3})\b", text), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_to_a_customer_says_what_they_can_do(language: str) -> None:
    for name, facts in MAILS:
        if facts["audience"] == CUSTOMER["audience"] and name not in ENDS:
            _, _, text = RENDERER.render(name, language, facts).text.partition("\n")  # without the marker
            assert re.search(REPLY[language], " ".join(text.split()), re.IGNORECASE), name
