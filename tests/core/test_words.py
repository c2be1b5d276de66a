"""The few words that a customer's reply may be."""

import pytest

from mailbot.core.decide.words import Wish, wish
from tests.rig.cost import grows_with_its_length

CASES = {
    "status": Wish("status"),
    "Status?": Wish("status"),
    "Статус": Wish("status"),
    "Sachstand?": Wish("status"),
    "Status bitte": Wish("status"),
    "stop": Wish("stop"),
    "Danke!": Wish("thanks"),
    "Vielen Dank": Wish("thanks"),
    "Vielen herzlichen Dank für Ihre Hilfe!": Wish("thanks"),
    "Thank you very much for your help": Wish("thanks"),
    "Dziękuję bardzo": Wish("thanks"),
    "Bardzo dziękuję za pomoc": Wish("thanks"),
    "Спасибо!": Wish("thanks"),
    "Большое спасибо за помощь": Wish("thanks"),
    "Vielen Dank!\n\nMit freundlichen Grüßen\nJan Beispiel": Wish("thanks"),
    "Dziękuję.\n\nPozdrawiam\nJan": Wish("thanks"),
    "5": Wish("rating", "", 5),
    "5\n\nViele Grüße\nJan": Wish("rating", "", 5),
    "5 / 5": Wish("rating", "", 5),
    "4 Sterne": Wish("rating", "", 4),
    "4.": Wish("rating", "", 4),
    "4/5, schnell": Wish("rating", "schnell", 4),
    "2 - zu langsam": Wish("rating", "zu langsam", 2),
    "1\nNiemand hat zurückgerufen.": Wish("rating", "Niemand hat zurückgerufen.", 1),
    "👍": Wish("rating", "", 5),
    "Ja": Wish("rating", "", 5),
    "nie.": Wish("rating", "", 1),
    "да!": Wish("rating", "", 5),
    "Eskalation: niemand hat geantwortet": Wish("escalate", "niemand hat geantwortet"),
    "escalate": Wish("escalate", ""),
    "escalators are broken": Wish(""),
    "50 Geräte sind betroffen": Wish(""),
    "Es geht immer noch nicht.": Wish(""),
    "Ja, aber das Gerät ist immer noch kaputt. Bitte rufen Sie mich an.": Wish(""),
    "nein, weil es wieder kaputt ist": Wish("rating", "weil es wieder kaputt ist", 1),
    "Nein, denn niemand hat geantwortet.\n\nViele Grüße\nJan": Wish("rating", "denn niemand hat geantwortet.", 1),
    "nie, bo nadal nie działa": Wish("rating", "bo nadal nie działa", 1),
    "Нет, потому что не помогло.": Wish("rating", "потому что не помогло.", 1),
    "No because it broke again": Wish("rating", "because it broke again", 1),
    "👎 because it broke again": Wish("rating", "because it broke again", 1),
    "👍🏽": Wish("rating", "", 5),
    "👎🏿": Wish("rating", "", 1),
    "👍👍👍": Wish("rating", "", 5),
    "👍🏻 Danke!": Wish("rating", "", 5),
    "5/5": Wish("rating", "", 5),
    "5 Sterne": Wish("rating", "", 5),
    "★★★★★": Wish("rating", "", 5),
    "⭐️⭐️⭐️": Wish("rating", "", 3),
    "★★☆☆☆": Wish("rating", "", 2),
    "4️⃣": Wish("rating", "", 4),
    "Bewertung: 4": Wish("rating", "", 4),
    "Ocena 5": Wish("rating", "", 5),
    "Моя оценка: 5": Wish("rating", "", 5),
    "★★☆": Wish(""),
    "★★★★★★": Wish(""),
    "Note 2": Wish(""),  # of German marks 1 is the best: a person reads it
    "Nein, die Rechnung ist falsch": Wish(""),
    "Nein, weil " + "das so nicht stimmt und " * 20: Wish(""),
    "Ja, weil es immer noch kaputt ist, brauche ich Hilfe": Wish(""),
    "Nie bolało": Wish(""),
    "Ich gebe 5 Sterne": Wish(""),
    "Von 5 Geräten sind 2 kaputt": Wish(""),
    "👍 aber es geht nicht": Wish(""),
    "Tak, ale nadal nie działa": Wish(""),
    "Да, но не работает": Wish(""),
    "Danke, aber es geht immer noch nicht.": Wish(""),
    "Vielen Dank für die Rechnung. Sie ist leider falsch.": Wish(""),
    "4. Punkt Ihrer Antwort ist falsch: Das Update startet nicht.": Wish(""),
    "3 Geräte sind kaputt": Wish(""),
    "3-fach bezahlt": Wish(""),
    "1, 2 und 3 funktionieren nicht": Wish(""),
    "1: Gerät kaputt\n2: Rechnung falsch": Wish(""),
    "1) Gerät kaputt": Wish(""),
    "2, " + "denn das stimmt so nicht und muss ausführlich erklärt werden. " * 8: Wish(""),
    "2.5": Wish(""),
    "": Wish(""),
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_new_words_of_a_reply(text: str, expected: Wish) -> None:
    assert wish(text) == expected


@pytest.mark.parametrize("quotes", ["„{}“", "„{}”", "«{}»", "“{}”", '"{}"'])
def test_a_word_is_understood_between_the_quotes_that_our_mails_show_it_in(quotes: str) -> None:
    assert wish(quotes.format("Status")).kind == "status"
    assert (wish(quotes.format("nein")).rating, wish(quotes.format("5")).rating) == (1, 5)
    assert wish(f"{quotes.format('Eskalation')}, es ist nicht gelöst.").words == "es ist nicht gelöst."
    assert wish(f"Eskalation: er sagte {quotes.format('nein')}").words.endswith(quotes[-1])


@pytest.mark.parametrize("piece", ["\n", "danke ", ",", "5\n", "Gruß\n", " , ", "bitte "])
def test_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    """T-42."""
    assert grows_with_its_length(lambda count: wish("x" + piece * count + "x"), 10_000)
