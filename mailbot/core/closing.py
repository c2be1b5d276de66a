"""The words with which people close a mail: what consists of nothing else says nothing."""

import re

_CLOSINGS = (
    *("mit freundlichen grüßen", "mit freundlichem gruß", "mit besten grüßen", "freundliche grüße", "viele grüße"),
    *("beste grüße", "liebe grüße", "herzliche grüße", "schöne grüße", "grüße", "gruß", "mfg", "vg", "lg"),
    *("with kind regards", "with best regards", "kind regards", "kindest regards", "best regards", "warm regards"),
    *("regards", "yours sincerely", "yours faithfully", "yours truly", "sincerely", "best wishes", "best", "cheers"),
    *("z poważaniem", "serdecznie pozdrawiam", "pozdrawiam serdecznie", "pozdrawiam", "z pozdrowieniami"),
    *("z wyrazami szacunku", "łączę pozdrowienia", "pozdrowienia"),
    *("с уважением", "с наилучшими пожеланиями", "с лучшими пожеланиями", "всего доброго"),
)
#: the first line: the words, and a name of up to three words behind them
_FIRST = re.compile(rf"(?i:{'|'.join(_CLOSINGS)})[,.!]?(?:\s+[A-ZÄÖÜĆŁŃÓŚŹŻА-ЯЁ][\w.-]{{0,30}}){{0,3}}\s*")
_POSTSCRIPT = re.compile(r"p\.?\s?s\b", re.IGNORECASE)


def only_closes(text: str) -> bool:
    """Whether *text* is a farewell and what people have below it: name, company, telephone; no postscript."""
    text = text.replace("ue", "ü").replace("ss", "ß")  # as on a keyboard without them
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return bool(lines and _FIRST.fullmatch(lines[0])) and not any(map(_POSTSCRIPT.match, lines))


__all__ = ["only_closes"]
