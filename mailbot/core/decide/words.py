"""The few words that a customer's reply may be: a status request, stop, escalate, a rating, only thanks."""

import re
from dataclasses import dataclass

_STATUS = frozenset(
    {
        "status",
        "stand",
        "sachstand",
        "wie ist der stand",
        "stan",
        "stan sprawy",
        "jaki jest status",
        "статус",
        "состояние",
    }
)
_STOP = frozenset({"stop", "stopp", "unsubscribe", "abmelden", "wypisz", "стоп", "отписаться"})
_ESCALATE = (
    "escalate",
    "escalation",
    "eskalieren",
    "eskalation",
    "eskalacja",
    "eskaluj",
    "proszę o eskalację",
    "эскалация",
    "эскалировать",
)
_THANKS = re.compile(
    r"(?:(?:many |vielen |herzlichen |большое )?(?:thanks?|thank you|thx|danke|dankeschön|dziękuję|dzięki|dziekuje|спасибо)"
    r"(?: a lot| very much| so much| schön| sehr| bardzo| большое| за помощь| za pomoc| for your help| für die hilfe| für ihre hilfe)?)"
)
_YES = frozenset({"yes", "ja", "tak", "да", "👍"})
_NO = frozenset({"no", "nein", "nie", "нет", "👎"})
_RATING = re.compile(r"([1-5])(?:\s*/\s*5(?!\d))?(?:\s*$|\s*[.,;:!–-](?!\d)(.*))", re.DOTALL)
_ENDS = " \t\r\n.,;:!?…-–—"


@dataclass(frozen=True, slots=True)
class Wish:
    kind: str  #: status, stop, escalate, rating, thanks or "" (a mail like any other)
    words: str = ""
    rating: int = 0


def wish(text: str) -> Wish:
    """What the new words of a reply ask for, in any of the languages."""
    whole = text.strip()
    plain = " ".join(whole.casefold().split()).strip(_ENDS)
    if plain in _STATUS:
        return Wish("status")
    if plain in _STOP:
        return Wish("stop")
    for word in _ESCALATE:
        if plain.startswith(word) and (len(plain) == len(word) or not plain[len(word)].isalnum()):
            return Wish("escalate", whole[len(word) :].lstrip(_ENDS).strip())
    rated = _rating(whole)
    if rated is not None:
        return rated
    if _THANKS.fullmatch(plain):
        return Wish("thanks")
    return Wish("")


def _rating(whole: str) -> Wish | None:
    """A number from 1 to 5, a thumb, or yes and no, with or without words behind it."""
    numbered = _RATING.fullmatch(whole)
    if numbered is not None and len(whole) < 2000:
        return Wish("rating", (numbered.group(2) or "").strip(), int(numbered.group(1)))
    head, _, rest = whole.partition(",")
    first = head.strip(_ENDS).casefold()
    if first in _YES:
        return Wish("rating", rest.strip(), 5)
    if first in _NO:
        return Wish("rating", rest.strip(), 1)
    return None
