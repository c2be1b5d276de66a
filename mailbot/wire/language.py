"""Which language a text is in: one of ours, another, or not sure."""

import re
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_OURS = {Language.GERMAN: "de", Language.POLISH: "pl", Language.RUSSIAN: "ru", Language.ENGLISH: "en"}
_FOREIGN = (Language.UKRAINIAN, Language.CZECH, Language.FRENCH, Language.SPANISH, Language.ITALIAN, Language.DUTCH)
_MARGIN = 0.3
_WORDS = re.compile(r"[^\W\d_]{2,}")
_NOISE = re.compile(r"https?://\S+|\S+@\S+")
_SAMPLE = 4000  #: characters that are looked at
_accurate: list[LanguageDetector] = []


@cache
def _quick() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_OURS, *_FOREIGN).with_low_accuracy_mode().build()


def load_accurate() -> None:
    """Load the accurate model (seconds; call it in a thread); detect() uses it from then on."""
    detector = LanguageDetectorBuilder.from_languages(*_OURS, *_FOREIGN).with_preloaded_language_models().build()
    _accurate[:] = [detector]


def detect(text: str) -> str:
    """de, pl, ru or en; "other" for a foreign language; "" where there is too little text to be sure."""
    sample = _NOISE.sub(" ", text[:_SAMPLE])
    words = _WORDS.findall(sample)
    if len(words) < 2:
        return ""
    detector = _accurate[0] if _accurate else _quick()
    ranked = detector.compute_language_confidence_values(sample)
    best = ranked[0]
    ours = [value for value in ranked if value.language in _OURS]
    if best.language in _OURS:
        return _OURS[best.language] if best.value - ours[1].value >= _MARGIN else ""
    if len(words) >= 4 and best.value - ours[0].value >= _MARGIN:
        return "other"
    return ""
