"""Which language a text is in: one of ours, another, or not sure."""

import re
from collections import Counter
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_OURS = {Language.GERMAN: "de", Language.POLISH: "pl", Language.RUSSIAN: "ru", Language.ENGLISH: "en"}
_FOREIGN = (Language.UKRAINIAN, Language.CZECH, Language.FRENCH, Language.SPANISH, Language.ITALIAN, Language.DUTCH)
_MARGIN = 0.3
_TIMES = 2.0  #: as likely as the next of all: sure, where all are unlikely
_WORDS = re.compile(r"[^\W\d_]{2,}")
_NOISE = re.compile(r"https?://\S+|\S+@\S+")
#: what companies put below each mail, in English more often than not
_NOTICE = re.compile(
    r"intended recipient|confidential|vertrauliche informationen|beabsichtigte empfänger|poufn\w{1,5} informacj|nie są państwo adresat"
    r"|конфиденциальн",
    re.IGNORECASE,
)
_SAMPLE = 4000  #: characters that are looked at
_SHORT = 20  #: words up to which small words have a say: the models guess by letters, and need more of them
#: small words that hardly another of these languages has, and foreign ones, which speak against ours
_SMALL = {
    "en": "the is my your our how what where when why who which this that there does doesn didn isn not can could would should "
    "have and with from it you they please been of again dear hello",
    "de": "ich ist sind nicht nie wir sie ihr ihre ihren mein meine meinen mich mir uns ein eine einen kein keine und oder "
    "für mit bei von nach seit auf auch aber noch bitte habe haben wo wann warum wie kann können wieder das der die",
    "pl": "nie jest czy jak się proszę prosze gdzie kiedy dlaczego mam mój moja moje dziękuję już jeszcze znowu nadal "
    "od do na za przez państwo witam",
    "other": "de het een op ik mijn niet van le la les est je ne pas vous mon une el los mi que por il non che di "
    "se jsem jak prosím moje moja na za do od den det er jeg har ikke og jag har inte och não meu este vad hvor hvad",
}
_LETTERS = {"pl": re.compile("[łżśźńąę]"), "de": re.compile("ß"), "other": re.compile("[ěřůñçãõøåæșțőűğışėįųžčš]")}
_CYRILLIC = re.compile("[а-яёіїєґўјљњћђџ]", re.IGNORECASE)
#: what Russian lacks and its neighbours have: letters, a hard sign but before these, small words
_NOT_RUSSIAN = re.compile("[іїєґўјљњћђџѓќѕ]|ъ(?![еёюя])")
_NOT_RUSSIAN_WORDS = frozenset(
    [
        "що",
        "де",
        "ще",
        "чи",
        "коли",
        "але",
        "немає",
        "дякую",
        "це",
        "се",
        "си",
        "моля",
        "още",
        "няма",
        "мога",
        "това",
        "какво",
    ]
)
_KNOWN = {language: frozenset(words.split()) for language, words in _SMALL.items()}
_accurate: list[LanguageDetector] = []


@cache
def _quick() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_OURS, *_FOREIGN).with_low_accuracy_mode().build()


def load_accurate(*, at_once: bool = True) -> None:
    """Have detect() use the accurate model from now on.

    Loaded *at once*, once (seconds; call it in a thread), or else as texts need it: a long one needs little of it.
    """
    if not _accurate:
        builder = LanguageDetectorBuilder.from_languages(*_OURS, *_FOREIGN)
        _accurate.append((builder.with_preloaded_language_models() if at_once else builder).build())


def detect(text: str) -> str:
    """de, pl, ru or en; "other" for a foreign language; "" where there is too little text to be sure."""
    whole = _NOISE.sub(" ", text[:_SAMPLE])
    own = "\n\n".join(paragraph for paragraph in whole.split("\n\n") if not _NOTICE.search(paragraph))
    sample = own if len(_WORDS.findall(own)) >= 3 else whole
    words = _WORDS.findall(sample)
    if len(words) < 2:
        return ""
    detector = _accurate[0] if _accurate else _quick()
    ranked = [(one.language, one.value) for one in detector.compute_language_confidence_values(sample)]
    small = [word.casefold() for word in words]
    cyrillic = sum(bool(_CYRILLIC.search(word)) for word in small)
    if cyrillic * 2 > len(words):
        return _of_cyrillic(small, ranked[0][0])
    guess = _guess(ranked, len(words))
    return (
        guess
        if len(words) > _SHORT
        else _weighed(guess, small, _OURS.get(ranked[0][0], ""), mixed=cyrillic * 4 > len(words))
    )


def _guess(ranked: list[tuple[Language, float]], words: int) -> str:
    """What the model is sure of."""
    (best, value), (_, second) = ranked[:2]
    ours = [(language, likely) for language, likely in ranked if language in _OURS]
    if best in _OURS:
        return _OURS[best] if value - second >= _MARGIN or value >= _TIMES * second else ""
    return "other" if words >= 4 and value - ours[0][1] >= _MARGIN else ""


def _of_cyrillic(words: list[str], best: Language) -> str:
    strange = sum(bool(_NOT_RUSSIAN.search(word)) or word in _NOT_RUSSIAN_WORDS for word in words)
    if strange * 8 < len(words):
        return "ru" if best == Language.RUSSIAN else ""
    return "other" if strange > 1 or best != Language.RUSSIAN else ""


def _weighed(guess: str, words: list[str], likeliest: str, *, mixed: bool) -> str:
    """*guess*, unless the small words of a short text speak against it: half of all words decide, fewer make unsure."""
    votes = Counter({language: sum(_speaks_for(language, word) for word in words) for language in _KNOWN})
    (told, count), (_, second) = votes.most_common(2)
    if count == 0 or count < 2 * second:
        return "" if mixed else guess
    if told == (guess or likeliest):
        return told
    if told == "other":  # a name may have such letters
        return "" if mixed or (count > 1 and not votes[guess]) else guess
    return told if count > 1 and (not guess or count * 2 >= len(words)) else ""


def _speaks_for(language: str, word: str) -> bool:
    letters = _LETTERS.get(language)
    return word in _KNOWN[language] or (letters is not None and letters.search(word) is not None)
