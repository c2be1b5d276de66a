"""The lines that agents may write at the top of a mail: `/word` and what belongs to it, all or nothing."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from mailbot.core.worktime import parse_span

#: name -> (usage, what it does)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "answer": ("/answer", "the text below goes to the customer"),
    "note": ("/note", "the text below stays inside"),
    "update": ("/update", "the text below goes out as news of the progress"),
    "resolve": ("/resolve", "the text below goes out as the resolution"),
    "decline": ("/decline", "the text below explains in full why the matter cannot be settled"),
    "out-of-scope": ("/out-of-scope", "a prepared answer: what we do not do, and the way on; your text comes first"),
    "wait": ("/wait [customer | partner]", "the case waits; the text below, if any, is the question"),
    "extend": ("/extend 10 working days | 2026-12-24", "a new date for the resolution; the text below is the reason"),
    "assign": ("/assign NAME", "hand the case to a colleague"),
    "take": ("/take", "take the case"),
    "next": ("/next", "take the case that has waited longest"),
    "category": ("/category NAME", "sort the case; its team and its promises follow"),
    "complexity": ("/complexity simple | normal | complex", "how hard the case is"),
    "accept": ("/accept", "join this case to the one that it names; its writer may take part there"),
    "files": ("/files", "send me the files that a notification had no room for"),
    "partner": ("/partner ADDRESS", "the text below goes to a third party on this case"),
    "consent": ("/consent", "the customer agreed that a third party may know of them"),
    "fault": ("/fault", "the text below goes to the developers"),
    "fixed": ("/fixed", "the fault is mended; the customer is told, with the text below"),
    "incident": ("/incident NAME", "join the case to an incident"),
    "incident-update": ("/incident-update", "the text below goes to every customer of this case's incident"),
    "invite": ("/invite", "the text below is an invitation to a test, for who asked for one"),
    "verdict": ("/verdict", "the text below is the result of the review"),
    "reopen": ("/reopen", "take a resolved or closed case up again"),
    "new": ("/new ADDRESS", "write to a customer first: the text below opens a case, under this mail's subject"),
    "send": ("/send", "send the text below although something came between"),
    "help": ("/help", "this list"),
}
#: commands whose text goes to the customer
TO_CUSTOMER = frozenset(
    {"answer", "send", "update", "resolve", "decline", "out-of-scope", "extend", "verdict", "fixed", "invite"}
)
#: commands that are the staff's last word
SETTLING = frozenset({"resolve", "decline", "out-of-scope", "verdict"})
#: commands whose text goes elsewhere
ELSEWHERE = frozenset({"note", "partner", "fault", "incident-update"})

_LINE = re.compile(r"/([^\W\d_]+(?:-[^\W\d_]+)*)(?:\s+(.*))?$")
_MENTIONED = re.compile(rf"(?<!\S)/({'|'.join(sorted(COMMANDS, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>,;:\"()@]{1,64}@[^\s<>,;:\"()@]+\.[^\s<>,;:\"()@]+")

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
    "decision": ("decision", "entscheidung", "decyzja", "решение"),
    "reasons": ("reasons", "reason", "begründung", "gründe", "uzasadnienie", "powody", "обоснование", "причины"),
}


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    argument: str
    line: str  #: as written


@dataclass(frozen=True, slots=True)
class Problem:
    line: str
    text: (
        str  #: key of the problem: unknown, argument, who, missing-text, missing-part, not-now, consent, twice, too-big
    )
    nearest: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    commands: tuple[Command, ...]
    problems: tuple[Problem, ...]
    body: str  #: what is left under the commands

    def has(self, name: str) -> bool:
        return any(c.name == name for c in self.commands)

    def argument(self, name: str) -> str:
        """The argument of the first command *name*, or ""."""
        return next((c.argument for c in self.commands if c.name == name), "")


def parse(text: str) -> Parsed:
    """The leading command lines of *text* and the rest of it.

    Commands end at the first line that is neither blank nor begins with "/": prose that mentions one is prose.
    The text has one destination: two commands that would send it to different places are a problem.
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
    aims = [c for c in commands if c.name in ELSEWHERE | (TO_CUSTOMER - {"send"})]
    if len(aims) > 1:
        problems.append(Problem(aims[1].line, "twice", COMMANDS[aims[0].name][0]))
    return Parsed(tuple(commands), tuple(problems), "\n".join(lines[taken:]).strip())


def harmless(text: str) -> str:
    """*text* with a mark before every command in it: somebody else's words that a client may leave unquoted."""
    return _MENTIONED.sub(r"'/\1", text)


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


def _date_or_span(argument: str) -> bool:
    try:
        date.fromisoformat(argument) if argument[:4].isdigit() and "-" in argument else parse_span(argument)
    except ValueError:
        return False
    return True


def _is_address(argument: str) -> bool:
    return bool(_ADDRESS.fullmatch(argument))


_ARGUMENTS: Mapping[str, Callable[[str], bool]] = {
    "assign": bool,
    "wait": _waits,
    "complexity": _complexity,
    "category": bool,
    "extend": _date_or_span,
    "partner": _is_address,
    "new": _is_address,
    "incident": bool,
}


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
