"""The few words that a customer's reply may be: a status request, stop, escalate, a rating, only thanks.

Whatever says more than that is a mail like any other: where it is in doubt, a person reads it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.core import reference as references
from mailbot.core.decide.thanks import ENDS, NEGATIONS, SHORT, is_content, is_thanks


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STATUS = frozenset(
    {
        "status",
        "stand",
        "sachstand",
        "wie ist der stand",
        "what is the status",
        "stan",
        "o status",
        "o stan sprawy",
        "stan sprawy",
        "jaki jest status",
        "jaki jest stan sprawy",
        "статус",
        "состояние",
        "какой статус",
        "статус обращения",
        "статус по обращению",
    }
)
_PLEASE = re.compile(r"^(?:bitte|please|proszę|пожалуйста)\b[ ,]*|[ ,]*\b(?:bitte|please|proszę|пожалуйста)$")
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
#: with a negation in the same clause: that no escalation is wanted
_NEED = _set(
    "necessary needed required wanted need want nötig notwendig erforderlich gewünscht brauche brauchen will wollen "
    "potrzebna konieczna wymagana potrzebuję potrzebujemy chcę нужна нужно требуется необходима надо"
)
_NEEDLESS = _set("unnecessary needless unnötig überflüssig niepotrzebna zbędna zbyteczna излишня")
_CLAUSE_END = re.compile(r"([.,;:!?…\n–—])")
_YES = frozenset({"yes", "ja", "tak", "да", "👍"})
_NO = frozenset({"no", "nein", "nie", "нет", "👎"})
_NUMBER = r"([1-5])(\s?(?:/|von|out of|из|na)\s?5)?(?:\s?(?:sterne?|stars?|points?|punkte?|gwiazd\w{1,3}|зв[её]зд\w?|[★⭐]+))?"
#: not "Note" nor "Schulnote": of those 1 is the best
_CALLED = r"(?:(?:my |meine |moja |моя )?(?:rating|bewertung|ocena|оценка)\s?:?\s)?"
_RATING = re.compile(rf"{_CALLED}{_NUMBER}\s{{0,9}}[.!]*", re.IGNORECASE)
_REMARKED = re.compile(rf"{_NUMBER}(?:\s?[,;!]\s|\s[-–—]\s|\s{{0,3}}\n)\s{{0,9}}(.*)", re.IGNORECASE | re.DOTALL)
_FULL_STOP = re.compile(r"([1-5])(\s?/\s?5)[.:]\s(.*)", re.DOTALL)
_STARS = re.compile(r"([★⭐🌟]{1,5})(☆{0,4})[.!]?")
_NOT_BECAUSE = re.compile(
    r"(?:no|nein|nie|нет|👎)[\s,;:.–—-]{1,4}(?=(?:because|weil|denn|da|bo|ponieważ|gdyż|потому что|так как|потому)\s)(.+)",
    re.IGNORECASE | re.DOTALL,
)
_LISTED = re.compile(r"^\s{0,3}\d", re.MULTILINE)
_CLOSING = re.compile(
    r"(?:mit )?(?:(?:freundlich|herzlich|lieb|best|viel|schön)\w{1,2} )?gr(?:u(?:ß|ss)|ü(?:ß|ss)e|uesse)n?\b|[lv]g\b|mfg\b"
    r"|(?:serdecznie )?pozdrawia\w{1,2}\b|z poważaniem|pozdrowienia|с уважением|всего доброго"
    r"|(?:best|kind|warm)?\s?regards|best wishes|cheers|(?:yours )?sincerely",
    re.IGNORECASE,
)
#: our mails show these words between quotes, and some people write them so
_QUOTED = re.compile(r"[\"'„“”‚‘’«]([^\n\"'„“”‚‘’«»]{1,40})[\"'“”‘’»]")
_TONES = dict.fromkeys((0xFE0F, 0x20E3, *range(0x1F3FB, 0x1F400)))  #: emoji style, keycaps, skin tones
_SIGNS = 40  #: characters at the begin in which those do not count
REMARK = 300  #: characters of a remark beside a rating


@dataclass(frozen=True, slots=True)
class Wish:
    kind: str  #: status, stop, escalate, rating, thanks, content (and thanks) or "" (a mail like any other)
    words: str = ""
    rating: int = 0


def wish(text: str) -> Wish:
    """What the new words of a reply ask for, in any of the languages."""
    text = _without_quotes(text.strip())
    whole = _without_closing(text)
    plain = " ".join(whole.casefold().split()).strip(ENDS)
    if len(plain) < SHORT and _PLEASE.sub("", plain) in _STATUS:
        return Wish("status")
    if plain in _STOP:
        return Wish("stop")
    for word in _ESCALATE:
        if plain.startswith(word) and (len(plain) == len(word) or not plain[len(word)].isalnum()):
            rest = text[len(word) :]
            return Wish("") if _is_unwanted(rest) else Wish("escalate", rest.lstrip(ENDS).strip())
    rated = _rating(whole, plain)
    if rated is not None:
        return rated
    if is_thanks(whole):
        return Wish("thanks")
    return Wish("content") if is_content(whole) else Wish("")


def asks_status(subject: str, text: str) -> bool:
    """Whether a mail asks for the status and no more, a reference aside; the subject speaks where the text is empty."""
    said = references.without(text) if len(text) < SHORT else text
    return wish(said or references.without(references.base_subject(subject))).kind == "status"


def asks_stop(subject: str, text: str) -> bool:
    """Whether a mail says stop and no more; the subject speaks where the text is empty."""
    return wish(text if text.strip() else references.without(subject)).kind == "stop"


def reasoned(text: str, reasons: Iterable[str], *, again: bool) -> Wish | None:
    """A "no" with one of the listed *reasons* behind it, and what the customer adds (B15); None where it is none.

    Asked *again* for a reason after a bare "no", people give the reason alone.
    """
    whole = _without_closing(_without_quotes(text.strip()))
    first, _, rest = whole.partition(" ")
    if first.casefold().strip(ENDS) in _NO and first[-1:] in ENDS:
        whole = rest.strip()
    elif not again:
        return None
    known = tuple(reason.casefold() for reason in reasons)
    given = bool(known) and whole.casefold().startswith(known) and len(whole) <= REMARK
    return Wish("rating", whole, 1) if given else None


def _without_quotes(text: str) -> str:
    """*text* without the quotes around its first words."""
    found = _QUOTED.match(text)
    return found[1] + text[found.end() :] if found else text


def _without_closing(whole: str) -> str:
    """*whole* without "Kind regards" and the few short lines under it."""
    lines = whole.split("\n")
    for at in range(max(1, len(lines) - 5), len(lines)):
        rest = lines[at:]
        if all(len(line) <= 60 for line in rest) and _CLOSING.match(lines[at].strip()):
            return "\n".join(lines[:at]).strip()
    return whole


def _is_unwanted(rest: str) -> bool:
    """Whether what stands behind "escalation" asks, or says that none is needed; reasons may deny whatever they like."""
    clause, *end = _CLAUSE_END.split(rest, maxsplit=1)
    words = clause.casefold().replace("’", "'").split()
    denied = NEGATIONS.intersection(words) and _NEED.intersection(words)
    if denied or _NEEDLESS.intersection(words) or end[:1] == ["?"]:
        return True
    first, _, more = rest.casefold().lstrip(ENDS).partition(" ")
    return first.strip(ENDS) in _NO and (not more or is_thanks(more))


def _rating(whole: str, plain: str) -> Wish | None:
    """A number from 1 to 5, or as many stars, alone or with a short remark; yes, or no and why."""
    whole = whole[:_SIGNS].translate(_TONES) + whole[_SIGNS:]
    plain = plain[:_SIGNS].translate(_TONES) + plain[_SIGNS:]
    if (found := _STARS.fullmatch(whole)) and (not found[2] or len(found[1] + found[2]) == 5):
        return Wish("rating", "", len(found[1]))
    if (found := _NOT_BECAUSE.fullmatch(whole)) and len(whole) <= REMARK:
        return Wish("rating", found[1].strip(), 1)
    if found := _RATING.fullmatch(whole):
        return Wish("rating", "", int(found[1]))
    if found := _REMARKED.fullmatch(whole) or _FULL_STOP.fullmatch(whole):
        remark = found[3].strip()
        if remark and len(remark) <= REMARK and not _LISTED.search(remark):
            return Wish("rating", remark, int(found[1]))
    first, _, rest = plain.partition(" ")
    if _once(first.strip(ENDS)) in _YES and (not rest or is_content(rest)):
        return Wish("rating", "", 5)
    return Wish("rating", "", 1) if _once(plain) in _NO else None


def _once(word: str) -> str:
    """*word*, or the one sign that it repeats."""
    return word[:1] if len(word) <= 5 and word == word[:1] * len(word) else word
