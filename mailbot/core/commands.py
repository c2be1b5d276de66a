"""The lines that agents may write at the top of a mail: `/word` and what belongs to it, all or nothing."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from mailbot.core import reference as references
from mailbot.core.case import COMPLEXITIES
from mailbot.core.waits import read_wait

#: name -> (usage, what it does)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "answer": ("/answer", "the text below goes to the customer"),
    "note": ("/note", "the text below stays inside"),
    "update": ("/update", "the text below goes out as news of the progress"),
    "resolve": ("/resolve", "the text below goes out as the resolution"),
    "decline": ("/decline", "the text below explains in full why the matter cannot be settled"),
    "out-of-scope": ("/out-of-scope", "a prepared answer: what we do not do, and the way on; your text comes first"),
    "wait": ("/wait [customer | partner] [until DATE]", "the case waits; the text below, if any, is the question"),
    "promise": (
        "/promise DATE",
        "a new date for the resolution (fri 17:00, in 2 working days); the text below is the reason",
    ),
    "assign": ("/assign NAME", "hand the case to a colleague"),
    "team": ("/team NAME", "hand the case to a team"),
    "move": ("/move DESK", "hand the case to another desk, whose promises it follows from now on"),
    "take": ("/take", "take the case"),
    "next": ("/next", "take the case that has waited longest"),
    "category": ("/category NAME", "sort the case; its team and its promises follow"),
    "complexity": ("/complexity simple | normal | complex", "how hard the case is"),
    "link": ("/link REFERENCE", "this case and that one know of each other"),
    "merge": ("/merge REFERENCE", "this case goes on in that one, which is the same person's"),
    "split": ("/split", "the mail, or the text below, becomes a case of its own"),
    "accept": ("/accept", "join this case to the one that it names; its writer may take part there"),
    "cc": ("/cc +ADDRESS -ADDRESS", "who gets a copy of every answer, and who no longer does"),
    "files": ("/files", "send me the files that a notification had no room for"),
    "partner": ("/partner ADDRESS", "the text below goes to a third party on this case"),
    "consent": ("/consent", "the customer agreed that a third party may know of them"),
    "fault": ("/fault", "the text below goes to the developers"),
    "fixed": ("/fixed", "the fault is fixed; the customer is told, with the text below"),
    "incident": ("/incident NAME", "join the case to an incident"),
    "incident-update": ("/incident-update", "the text below goes to every customer of this case's incident"),
    "invite": ("/invite", "the text below is an invitation to a test, for who asked for one"),
    "escalate": ("/escalate", "the text below is why the case is reviewed"),
    "verdict": ("/verdict", "the text below is the result of the review"),
    "close": ("/close", "close a resolved case at once"),
    "spam": ("/spam", "end the case without a word"),
    "block": ("/block", "the same, and no more mail from its address becomes a case"),
    "unblock": ("/unblock ADDRESS", "mail from that address is wanted again"),
    "reopen": ("/reopen", "take a resolved or closed case up again"),
    "new": ("/new ADDRESS", "write to a customer first: the text below opens a case, under this mail's subject"),
    "send": ("/send", "send the text below although something came between"),
    "undo": ("/undo", "take back your last step on this case, as long as its mail has not left"),
    "why": ("/why", "the newest decisions on this case"),
    "template": ("/template NAME", "a prepared text in the customer's language; your text comes first"),
    "mine": ("/mine", "your open cases"),
    "find": ("/find WORDS", "cases whose subject, customer or reference contain the words"),
    "show": ("/show REFERENCE", "what was written on a case so far, and how it stands"),
    "away": ("/away [until DATE]", "you are absent; your cases are handed on before a promise breaks"),
    "back": ("/back", "you are back"),
    "help": ("/help", "this list"),
}
#: other names of commands
ALIASES: Mapping[str, str] = {"extend": "promise"}
#: commands whose text goes to the customer
TO_CUSTOMER = frozenset(
    {
        "answer",
        "send",
        "update",
        "resolve",
        "decline",
        "out-of-scope",
        "promise",
        "verdict",
        "fixed",
        "invite",
        "template",
    }
)
#: commands that are the staff's last word
SETTLING = frozenset({"resolve", "decline", "out-of-scope", "verdict"})
#: what an agent asks of the desk, not of a case: without text, and less proof is needed (decision 1)
PERSONAL = frozenset({"mine", "find", "show", "away", "back"})
#: commands that hand the case to somebody: a text below them may be meant for either side
HANDING = frozenset({"assign", "team", "move", "next"})
#: commands whose text goes elsewhere
ELSEWHERE = frozenset({"note", "partner", "fault", "incident-update", "split", "escalate"})

_LINE = re.compile(r"/([^\W\d_]+(?:-[^\W\d_]+)*)(?:\s+(.*))?$")
_MENTIONED = re.compile(
    rf"(?<!\S)/({'|'.join(sorted({*COMMANDS, *ALIASES}, key=len, reverse=True))})(?![\w-])", re.IGNORECASE
)
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
        str  #: its key: unknown, argument, who, missing-text, missing-part, not-now, consent, twice, misplaced, too-big
    )
    nearest: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    commands: tuple[Command, ...]
    problems: tuple[Problem, ...]
    body: str  #: what is left under the commands

    @property
    def names_aim(self) -> bool:
        """Whether a command says where the text goes."""
        return any(c.name in ELSEWHERE | TO_CUSTOMER for c in self.commands)

    def has(self, name: str) -> bool:
        return any(c.name == name for c in self.commands)

    def argument(self, name: str) -> str:
        """The argument of the first command *name*, or ""."""
        return next((c.argument for c in self.commands if c.name == name), "")


def parse(text: str) -> Parsed:
    """The leading command lines of *text* and the rest of it.

    Commands end at the first line that is neither blank nor begins with "/": prose that mentions one is prose.
    The text has one destination: two commands that would send it to different places are a problem. So is a command
    below other words, where none says where these go: they may be about anybody, and meant for nobody outside.
    """
    lines = text.splitlines()
    commands: list[Command] = []
    problems: list[Problem] = []
    taken = 0
    for number, raw in enumerate(lines):
        line = "".join(c for c in raw if unicodedata.category(c) != "Cf").strip()
        if not line:
            continue
        found = _read(line) if line.startswith("/") else _decorated(line)
        if found is None:
            break
        if isinstance(found, Command):
            commands.append(found)
        else:
            problems.append(found)
        taken = number + 1
    inside = any(c.name in ELSEWHERE for c in commands)
    aims = [c for c in commands if c.name in ELSEWHERE | (TO_CUSTOMER - ({"send"} if inside else {"send", "template"}))]
    if len(aims) > 1:
        problems.append(Problem(aims[1].line, "twice", COMMANDS[aims[0].name][0]))
    body = "\n".join(lines[taken:]).strip()
    parsed = Parsed(tuple(commands), tuple(problems), body)
    return parsed if parsed.names_aim else replace(parsed, problems=(*problems, *_misplaced(lines[taken:])))


def _misplaced(lines: Sequence[str]) -> list[Problem]:
    """The first of *lines* that is nothing but a command."""
    words = (line.strip() for line in lines if line.lstrip().startswith("/"))
    return [Problem(line, "misplaced") for line in words if isinstance(_read(line), Command)][:1]


def harmless(text: str) -> str:
    """*text* with a mark before every command in it: somebody else's words that a client may leave unquoted."""
    return _MENTIONED.sub(r"'/\1", text)


def _read(line: str) -> Command | Problem:
    match = _LINE.match(line)
    name = match.group(1).casefold() if match else ""
    name = ALIASES.get(name, name)
    if match is None or name not in COMMANDS:
        near = difflib.get_close_matches(name or line.strip("/ "), (*COMMANDS, *ALIASES), n=1, cutoff=0.5)
        return Problem(line, "unknown", COMMANDS[ALIASES.get(near[0], near[0])][0] if near else "/help")
    argument = (match.group(2) or "").strip()
    allowed = _ARGUMENTS.get(name, _nothing)
    if not allowed(argument):
        return Problem(line, "argument", COMMANDS[name][0])
    return Command(name, argument, line)


def _decorated(line: str) -> Problem | None:
    """A line that is a command but for what stands before it: no words to be sent to anybody."""
    bare = line.strip("-–—*•·>“”„»«\"'` ").replace("／", "/", 1)
    bare = f"/{bare[1:]}" if bare.startswith("\\") else bare
    match = _LINE.match(bare)
    name = ALIASES.get(match[1].casefold(), match[1].casefold()) if match else ""
    return Problem(line, "unknown", COMMANDS[name][0]) if name in COMMANDS else None


def _nothing(argument: str) -> bool:
    return not argument


def _waits(argument: str) -> bool:
    return read_wait(argument) is not None


def _complexity(argument: str) -> bool:
    return argument.casefold() in COMPLEXITIES


def _anything(_: str) -> bool:
    return True


def _is_reference(argument: str) -> bool:
    return bool(references.normal(argument.strip("[]")))


def _adds_and_removes(argument: str) -> bool:
    words = re.split(r"[\s,;]+", argument.strip(" ,;"))
    return all(word[:1] in ("+", "-") and _is_address(word[1:]) for word in words)


def reference_in(argument: str) -> str:
    """The reference that *argument* spells or holds, or ""."""
    return references.normal(argument) or references.find(argument)


def _is_address(argument: str) -> bool:
    return bool(_ADDRESS.fullmatch(argument))


_ARGUMENTS: Mapping[str, Callable[[str], bool]] = {
    "assign": bool,
    "team": bool,
    "move": bool,
    "wait": _waits,
    "complexity": _complexity,
    "category": bool,
    "promise": bool,
    "partner": _is_address,
    "unblock": _is_address,
    "cc": _adds_and_removes,
    "link": _is_reference,
    "merge": _is_reference,
    "template": bool,
    "find": bool,
    "show": lambda argument: bool(reference_in(argument)),
    "away": _anything,
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
