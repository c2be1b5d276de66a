"""The lines that agents may write at the top of a mail: `/word` and what belongs to it, all or nothing."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: name -> (usage, what it does)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "resolve": ("/resolve", "the text below goes out as the resolution"),
    "wait": ("/wait [customer | partner]", "the case waits; the text below, if any, is the question"),
    "assign": ("/assign NAME", "hand the case to a colleague"),
    "take": ("/take", "take the case"),
    "note": ("/note", "the text below stays inside"),
    "answer": ("/answer", "the text below goes to the customer"),
    "update": ("/update", "the text below goes out as news of the progress"),
    "complexity": ("/complexity simple | normal | complex", "how hard the case is"),
    "verdict": ("/verdict", "the text below is the result of the review"),
    "reopen": ("/reopen", "take a resolved or closed case up again"),
    "send": ("/send", "send the text below although something came between"),
    "help": ("/help", "this list"),
}

_LINE = re.compile(r"/([^\W\d_]+)(?:\s+(.*))?$")

LABELS: Mapping[str, tuple[str, ...]] = {
    "outcome": ("outcome", "result", "ergebnis", "wynik", "rezultat", "результат", "итог"),
    "measures": (
        "measures",
        "measures taken",
        "maßnahmen",
        "massnahmen",
        "działania",
        "podjęte działania",
        "меры",
        "принятые меры",
    ),
}


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    argument: str
    line: str  #: as written


@dataclass(frozen=True, slots=True)
class Problem:
    line: str
    text: str  #: key of the problem: unknown, argument, who, missing-text, missing-part, not-now
    nearest: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    commands: tuple[Command, ...]
    problems: tuple[Problem, ...]
    body: str  #: what is left under the commands


def parse(text: str) -> Parsed:
    """The leading command lines of *text* and the rest of it.

    Commands end at the first line that is neither blank nor begins with "/": prose that mentions one is prose.
    """
    lines = text.splitlines()
    commands: list[Command] = []
    problems: list[Problem] = []
    taken = 0
    for number, raw in enumerate(lines):
        line = raw.strip()
        if not line:
            continue
        if not line.startswith("/"):
            break
        found = _read(line)
        if isinstance(found, Command):
            commands.append(found)
        else:
            problems.append(found)
        taken = number + 1
    return Parsed(tuple(commands), tuple(problems), "\n".join(lines[taken:]).strip())


def _read(line: str) -> Command | Problem:
    match = _LINE.match(line)
    name = match.group(1).casefold() if match else ""
    if match is None or name not in COMMANDS:
        near = difflib.get_close_matches(name or line.strip("/ "), COMMANDS, n=1, cutoff=0.5)
        return Problem(line, "unknown", COMMANDS[near[0]][0] if near else "/help")
    argument = (match.group(2) or "").strip()
    allowed = _ARGUMENTS.get(name, _nothing)
    if not allowed(argument):
        return Problem(line, "argument", COMMANDS[name][0])
    return Command(name, argument, line)


def _nothing(argument: str) -> bool:
    return not argument


def _waits(argument: str) -> bool:
    return argument.casefold() in ("", "customer", "partner")


def _complexity(argument: str) -> bool:
    return argument.casefold() in ("simple", "normal", "complex")


_ARGUMENTS: Mapping[str, Callable[[str], bool]] = {"assign": bool, "wait": _waits, "complexity": _complexity}


def labelled(text: str, labels: Mapping[str, tuple[str, ...]] = LABELS) -> dict[str, str]:
    """The non-empty parts of *text* that begin with "Label:", by label id, in any language."""
    names = {word: key for key, words in labels.items() for word in words}
    parts: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.splitlines():
        head, colon, rest = line.partition(":")
        key = names.get(head.strip(" *_-").casefold()) if colon else None
        if key is not None:
            current = parts.setdefault(key, [])
            line = rest
        if current is not None:
            current.append(line.strip())
    return {key: joined for key, lines in parts.items() if (joined := "\n".join(lines).strip())}
