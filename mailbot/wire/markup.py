"""A template's Markdown-like source: its blocks, and the text part of a mail; mail_html makes the HTML part of them.

Markup is what stands in the template itself: `**bold**`, `[text](URL)`, lines that begin with "- ", the rows of tables "| a | b |", and "---".
A value is never markup, whatever signs are in it: value() wraps it before it reaches the source.
"""

import re
import textwrap
from collections.abc import Callable, Iterator

from mailbot.wire.tables import aligned

WIDTH, TABLE_WIDTH = 76, 78
_OPEN, _CLOSE = "\x02", "\x03"  #: around a value inside a line
_VERBATIM = "\x04"  #: begins a line of somebody's own words: never wrapped
PROGRESS = "\x05"  #: begins the line that says where a case stands; its bold word is the step reached
_VALUE = f"{_OPEN}[^{_CLOSE}]*{_CLOSE}"
_INLINE = re.compile(
    rf"(?P<value>{_VALUE})"  # nothing inside it is looked at
    rf"|\*\*(?P<bold>(?:{_VALUE}|[^*\n{_OPEN}]){{1,300}})\*\*"
    rf"|\[(?P<text>(?:{_VALUE}|[^\]\n{_OPEN}]){{1,300}})\]\((?P<url>(?:{_VALUE}|[^\s(){_OPEN}]){{1,300}})\)"
)
_URL = re.compile(r"(?:https?://|mailto:)[^\s<>\"']{1,3000}", re.IGNORECASE)
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)  #: controls, and what turns a line around


_MARKS = dict.fromkeys(map(ord, (_OPEN, _CLOSE, _VERBATIM, PROGRESS)))

Show = Callable[[str], str]  #: how a piece of a line is shown


class Words(str):
    """Somebody's own words: shown line by line as they are."""


class Lines(str):
    """A longer text of ours: its line breaks stay, its lines are wrapped."""


class Source(str):
    """Markup that we made ourselves."""


def value(printed: object) -> str:
    """What a template prints, made safe for the source; a plain value becomes one line."""
    if isinstance(printed, Source):
        return str(printed)
    clean = _UNSEEN.sub("", str(printed).replace("\r\n", "\n")).strip("\n")
    if isinstance(printed, Words):
        return "\n".join(f"{_VERBATIM}{_OPEN}{line.rstrip()}{_CLOSE}" for line in clean.split("\n")) if clean else ""
    lines = clean.split("\n") if isinstance(printed, Lines) else [re.sub(r"[ \t\n]+", " ", clean)]
    return "\n".join(f"{_OPEN}{line}{_CLOSE}" if line.strip() else "" for line in lines)


def plain(source: str) -> str:
    """*source* without the marks that value() set."""
    return source.translate(_MARKS)


def to_text(source: str) -> str:
    """The text part."""
    return "\n\n".join(_text_block(kind, lines) for kind, lines in blocks(source)) + "\n"


def blocks(source: str) -> Iterator[tuple[str, list[str]]]:
    """(kind, lines) of every paragraph, list, table, rule, progress line and passage of somebody's own words, in order.

    A rule stands between two other blocks, or not at all.
    """
    rule = begun = False
    for kind, lines in _every_block(source):
        if kind == "rule":
            rule = begun
            continue
        if rule:
            yield "rule", ["---"]
        yield kind, lines
        rule, begun = False, True


def _every_block(source: str) -> Iterator[tuple[str, list[str]]]:
    kind, lines = "", list[str]()
    for line in [*source.split("\n"), ""]:
        now = _kind(line)
        if lines and (now != kind or kind == "rule"):
            yield kind, lines
            lines = []
        kind = now
        if kind:
            lines.append(plain(line) if kind == "words" else line.rstrip())


def _kind(line: str) -> str:
    if line.startswith(_VERBATIM):
        return "words"
    if line.startswith(PROGRESS):
        return "progress"
    if not line.strip():
        return ""
    marks = {"- ": "list", "| ": "table"}
    return "rule" if line.strip() == "---" else marks.get(line[:2], "text")


def _text_block(kind: str, lines: list[str]) -> str:
    if kind in ("words", "rule"):
        return "\n".join(lines)
    if kind == "table":
        return "\n".join(aligned([cells(line, str, str, _text_link) for line in lines], TABLE_WIDTH))
    bold = "[{}]" if kind == "progress" else "{}"
    indent = "  " if kind == "list" else ""
    wrapped: list[str] = []
    for line in lines:
        shown = inline(line, str, bold.format, _text_link)
        wrapped += textwrap.wrap(shown, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(wrapped)


def _text_link(text: str, url: str) -> str:
    """A command's link shows its text alone: the address behind it means nothing to a reader."""
    return text if url.lower().startswith("mailto:") else f"{text}: {url}"


def cells(line: str, text: Show, bold: Show, link: Callable[[str, str], str]) -> list[str]:
    """The cells of a table's row; a bar inside a value is no border."""
    row = re.findall(rf"((?:{_VALUE}|[^|{_OPEN}])*)\|", line.rstrip().removeprefix("|"))
    return [inline(cell.strip(), text, bold, link) for cell in row]


def inline(line: str, text: Show, bold: Show, link: Callable[[str, str], str]) -> str:
    """*line* with its bold words and its links put in; a link to anything but the web or mail stays as it is written."""
    shown, at = "", 0
    for match in _INLINE.finditer(line):
        shown += text(plain(line[at : match.start()]))
        at = match.end()
        if match["value"] is not None:
            shown += text(plain(match["value"]))
        elif match["bold"] is not None:
            shown += bold(plain(match["bold"]))
        elif _URL.fullmatch(url := plain(match["url"])):
            shown += link(plain(match["text"]), url)
        else:
            shown += text(plain(match[0]))
    return shown + text(plain(line[at:]))
