"""Dates and durations written out in prose, in the four languages."""

import re
from collections.abc import Iterator

from babel.dates import get_month_names

from mailbot.core.policy import LANGUAGES

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|"
    "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|vierzehn|dreißig|"
    "dwóch|dwie|dwa|trzech|trzy|czterech|cztery|pięciu|pięć|siedmiu|siedem|dziesięciu|dziesięć|czternastu|trzydziestu|"
    "двух|два|две|трёх|трех|три|четырёх|четыре|пяти|пять|семи|семь|десяти|десять|четырнадцати|тридцати"
)
_ADJECTIVES = r"(?:(?:working|business|calendar|full|рабоч\w+|календарн\w+|pełnych|robocz\w+)\s+)?"
_UNITS = (
    r"minutes?|hours?|days?|weeks?|months?|hrs?|"
    r"Minuten?|Stunden?|Std|Tage?n?|Werktage?n?|Arbeitstage?n?|Kalendertage?n?|Wochen?|Monate?n?|"
    r"minut\w*|godzin\w*|godz|dni|dnia|dniach|dzień|tydzień|tygodni\w*|miesi\w+|"
    r"час(?:а|ов|ам)?|дн(?:я|ей|ям)|день|недел\w*|месяц\w*|сут\w+|ч|h"
)
_DURATION = re.compile(rf"\b(?:\d+(?:\s*[-–]\s*\d+)?|{_NUMBER_WORDS})[\s-]?{_ADJECTIVES}(?:{_UNITS})\b", re.IGNORECASE)
_MONTHS = sorted(
    {
        re.escape(str(name))
        for locale in LANGUAGES
        for context in ("format", "stand-alone")
        for name in get_month_names("wide", context, locale).values()
    }
)
_DATE = re.compile(
    rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?\d{{2,4}})?(?!\d)|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b"
    rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th)?\s+(?:{'|'.join(_MONTHS)})\b|\b(?:{'|'.join(_MONTHS)})\s+\d{{1,2}}\b",
    re.IGNORECASE,
)


def literal_dates(text: str) -> Iterator[tuple[int, str]]:
    """(line, words) of every duration ("24 Stunden", "7 dni roboczych") and date ("5 мая", "2026-03-02") in *text*."""
    for number, line in enumerate(text.split("\n"), 1):
        found = [*_DURATION.finditer(line), *_DATE.finditer(line)]
        yield from ((number, match[0]) for match in sorted(found, key=lambda m: m.start()))


__all__ = ["literal_dates"]
