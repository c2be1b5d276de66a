"""Does a text name an address, and not a longer one that holds it?"""

import re
from collections.abc import Iterable
from functools import lru_cache


def names(text: str, address: str) -> bool:
    """Whether *address* (case-folded) stands in *text*, in any case; "jan@a.example" is not in "xjan@a.example.org"."""
    folded = text.casefold()
    return any(form.casefold() in folded for form in spellings(address)) and bool(_pattern(address).search(folded))


def names_any(value: object, words: Iterable[str]) -> bool:
    """names() of one of *words*, for every text inside a JSON value."""
    wanted = tuple(words)
    if isinstance(value, dict):
        return any(names_any(item, wanted) for item in value.values())
    if isinstance(value, list | tuple):
        return any(names_any(item, wanted) for item in value)
    return isinstance(value, str) and any(names(value, word) for word in wanted)


@lru_cache(maxsize=64)
def _pattern(address: str) -> re.Pattern[str]:
    forms = "|".join(re.escape(form.casefold()) for form in spellings(address))
    return re.compile(rf"(?<![\w.+%=-])(?:{forms})(?![\w-]|\.\w)")


@lru_cache(maxsize=64)
def spellings(address: str) -> tuple[str, ...]:
    """*address* as it is compared, and with the letters of its domain as people write them."""
    local, at, domain = address.rpartition("@")
    try:
        labels = [
            part[4:].encode().decode("punycode") if part.startswith("xn--") else part for part in domain.split(".")
        ]
    except UnicodeError:
        labels = [domain]
    return tuple(dict.fromkeys((address, f"{local}{at}{'.'.join(labels)}")))
