"""What is wrong at one place of a policy file, before the file's name and line are put to it."""

from dataclasses import dataclass
from difflib import get_close_matches

from mailbot.toml_lines import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, or a warning: the policy can be kept, and somebody should look."""

    path: Path  #: in the file's own names: ("promise", 1, "warn", 0)
    hint: str  #: what is wrong, and the remedy
    warning: bool = False


def nearest(word: str, known: tuple[str, ...]) -> str:
    """The one of *known* that *word* was probably meant to be; "" where none is near."""
    found = get_close_matches(word.casefold(), known, n=1)
    return found[0] if found else ""


def one_of(word: str, known: tuple[str, ...]) -> str:
    """The remedy for a word that is none of *known*."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else f"use one of {', '.join(known)}"


def value_at(table: object, path: Path) -> object:
    """What stands at *path*; None where nothing does."""
    for part in path:
        if isinstance(table, list):
            table = dict(enumerate(table))
        if not isinstance(table, dict) or part not in table:
            return None
        table = table[part]
    return table
