"""Which language a text is in: the writer's words decide, not what a company puts below each mail."""

from collections.abc import Iterator

import pytest

from mailbot.wire import language
from mailbot.wire.language import detect, load_accurate
from tests.wire.short_mails import TEXTS

NOTICE = (
    "This e-mail may contain confidential and/or privileged information. If you are not the intended recipient please "
    "notify the sender immediately and destroy this e-mail."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wann kommt bitte der Techniker zu mir nach Hause?", "de"),
        ("Kiedy przyjdzie do mnie technik, bo pralka nie działa?", "pl"),
        ("Когда придёт мастер, стиральная машина не работает?", "ru"),
        ("Добры дзень! Мая прылада ўжо трэці дзень не ўключаецца.", "other"),
    ],
)
def test_a_notice_below_does_not_change_the_language(text: str, language: str) -> None:
    assert detect(text) == detect(f"{text}\n\n{NOTICE}") == language


def test_a_notice_alone_has_a_language() -> None:
    assert detect(NOTICE) == detect(f"OK\n\n{NOTICE}") == "en"


@pytest.fixture(scope="module", params=["quick", "accurate"])
def model(request: pytest.FixtureRequest) -> Iterator[str]:
    """The model that detect() asks: the one of the first second, and the one that follows it."""
    before = language._accurate[:]
    language._accurate.clear()
    if request.param == "accurate":
        load_accurate()
    yield request.param
    language._accurate[:] = before


@pytest.mark.parametrize("spoken", TEXTS)
def test_short_mails_are_understood_and_hardly_one_is_taken_for_another_language(model: str, spoken: str) -> None:
    found = [(detect(text), text) for text in TEXTS[spoken]]
    wrong = [text for said, text in found if said not in (spoken, "")]

    assert wrong == (["Missä tilaukseni on?"] if (model, spoken) == ("quick", "other") else [])
    assert len([text for said, text in found if said == spoken]) >= (30 if spoken == "other" else 38)


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, how do I install the thing on Linux?", "en"),
        ("Where is my order?", "en"),
        ("The app is broken.", "en"),
        ("Bitte um Ersatz für die Lord of the Rings DVD", "de"),
        ("Роутер Fritz!Box 7590 снова offline", ""),
        ("Объект и подъезд не найдены на карте", "ru"),
        ("Доставка в Київ не пришла вовремя", ""),
        ("Я досі чекаю на відповідь.", "other"),
        ("Здравейте, къде е моята поръчка?", "other"),
        ("Где је моја поруџбина?", "other"),
        ("Не мога да вляза в профила си.", "other"),
    ],
)
def test_small_words_and_letters_have_a_say_in_a_short_text(text: str, expected: str) -> None:
    assert detect(text) == expected


@pytest.mark.usefixtures("model")
def test_in_a_long_text_foreign_titles_have_none() -> None:
    text = "Leider fehlt im Paket die bestellte Scheibe, obwohl sie laut Lieferschein enthalten sein sollte. "

    assert detect(text + "The Lord of the Rings, The Return of the King, The Two Towers of the Dark.") in ("de", "")
    assert detect(text * 2 + "The Lord of the Rings.") == "de"
