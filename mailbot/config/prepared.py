"""Prepared texts of the configuration: [[prepared]] with a name and its words in each language that a desk speaks."""

import re
from collections.abc import Mapping, Sequence

from mailbot.config.reader import Reader, Row
from mailbot.config.values import Desk
from mailbot.core.policy import LANGUAGES

_NAME = re.compile(r"[\w-]{1,40}")


def read_prepared(reader: Reader, rows: Sequence[Row]) -> Mapping[str, Mapping[str, str]]:
    """name -> language -> text."""
    found: dict[str, Mapping[str, str]] = {}
    for row in rows:
        if not row.fine("name"):
            continue
        name = row["name"].casefold()
        if not _NAME.fullmatch(name):
            reader.problem(row.at("name"), row["name"], 'one word that agents can write: "send-photo"')
        elif name in found:
            reader.problem(row.at("name"), row["name"], "two prepared texts share it; keep one")
        texts = {str(x): row[x].strip() for x in LANGUAGES if row[x].strip()}
        if not texts:
            reader.problem(row.at("name"), row["name"], f"no text; write it as {', '.join(LANGUAGES)}")
        found[name] = texts
    return found


def warn_of_silence(reader: Reader, rows: Sequence[Row], desks: Sequence[Desk]) -> None:
    """A text that is missing in a language in which a desk answers."""
    spoken = [x for x in LANGUAGES if any(x in desk.policy.languages for desk in desks)]
    for row in rows:
        missing = ", ".join(x for x in spoken if not row[x].strip())
        if missing:
            reader.warning(row.at("name"), row["name"], f"agents cannot use it in {missing}; write it in each language")
