"""A word in each of our four languages, as a row of a table."""

from collections.abc import Mapping

Row = tuple[str, str, str, str]  #: German, Polish, Russian, English
COLUMN = {"de": 0, "pl": 1, "ru": 2, "en": 3}


def word(table: Mapping[str, Row], key: str, language: str) -> str:
    """What the table calls *key* in that language; *key* itself where it does not know it."""
    return table[key][COLUMN[language]] if key in table else key


__all__ = ["COLUMN", "Row", "word"]
