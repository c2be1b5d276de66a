"""The few words that a customer's reply may be."""

import pytest

from mailbot.core.decide.words import Wish, wish

CASES = {
    "status": Wish("status"),
    "Status?": Wish("status"),
    "Статус": Wish("status"),
    "Sachstand?": Wish("status"),
    "stop": Wish("stop"),
    "Danke!": Wish("thanks"),
    "Vielen Dank": Wish(""),
    "Dziękuję bardzo": Wish("thanks"),
    "Спасибо!": Wish("thanks"),
    "5": Wish("rating", "", 5),
    "4/5, schnell": Wish("rating", "schnell", 4),
    "👍": Wish("rating", "", 5),
    "nein, weil es wieder kaputt ist": Wish("rating", "weil es wieder kaputt ist", 1),
    "Eskalation: niemand hat geantwortet": Wish("escalate", "niemand hat geantwortet"),
    "escalate": Wish("escalate", ""),
    "escalators are broken": Wish(""),
    "50 Geräte sind betroffen": Wish(""),
    "Es geht immer noch nicht.": Wish(""),
    "": Wish(""),
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_new_words_of_a_reply(text: str, expected: Wish) -> None:
    assert wish(text) == expected
