"""Which language a text is in: one of ours, another, or not sure."""

import re
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_OURS = {Language.GERMAN: "de", Language.POLISH: "pl", Language.RUSSIAN: "ru", Language.ENGLISH: "en"}
_FOREIGN = (Language.UKRAINIAN, Language.CZECH, Language.FRENCH, Language.SPANISH, Language.ITALIAN, Language.DUTCH)
_MARGIN = 0.3
_WORDS = re.compile(r"[^\W\d_]{2,}")
_NOISE = re.compile(r"https?://\S+|\S+@\S+")
#: what companies put below each mail, in English more often than not
_NOTICE = re.compile(
    r"intended recipient|confidential|vertrauliche informationen|beabsichtigte empfänger|poufn\w{1,5} informacj|nie są państwo adresat"
    r"|конфиденциальн",
    re.IGNORECASE,
)
_BELARUSIAN = "ў"  #: no other language has it
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
    whole = _NOISE.sub(" ", text[:_SAMPLE])
    own = "\n\n".join(paragraph for paragraph in whole.split("\n\n") if not _NOTICE.search(paragraph))
    sample = own if len(_WORDS.findall(own)) >= 3 else whole
    words = _WORDS.findall(sample)
    if len(words) < 2:
        return ""
    if sum(_BELARUSIAN in word for word in words) >= 2:
        return "other"
    detector = _accurate[0] if _accurate else _quick()
    ranked = detector.compute_language_confidence_values(sample)
    best = ranked[0]
    ours = [value for value in ranked if value.language in _OURS]
    if best.language in _OURS:
        return _OURS[best.language] if best.value - ours[1].value >= _MARGIN else ""
    if len(words) >= 4 and best.value - ours[0].value >= _MARGIN:
        return "other"
    return ""
