"""A template's Markdown-like source to the text part and the HTML part of a mail.

Markup is what stands in the template itself: `**bold**`, `[text](URL)`, lines that begin with "- ", the rows of tables "| a | b |", and "---".
A value is never markup, whatever signs are in it: value() wraps it before it reaches the source.
"""

import re
import textwrap
from collections.abc import Callable, Iterator

from markupsafe import escape

from mailbot.wire.tables import aligned, html_table

WIDTH, TABLE_WIDTH = 76, 78
_OPEN, _CLOSE = "\x02", "\x03"  #: around a value inside a line
_VERBATIM = "\x04"  #: begins a line of somebody's own words: never wrapped
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
    return source.replace(_OPEN, "").replace(_CLOSE, "").replace(_VERBATIM, "")


def to_text(source: str, progress: str = "") -> str:
    """The text part; *progress* is the line whose bold word is shown in brackets."""
    return "\n\n".join(_text_block(kind, lines, progress) for kind, lines in _shown(source)) + "\n"


def to_html(source: str) -> str:
    """The HTML part's blocks."""
    return "".join(_html_block(kind, lines) for kind, lines in _shown(source))


def _shown(source: str) -> Iterator[tuple[str, list[str]]]:
    """The blocks of *source*; a rule stands between two other blocks, or not at all."""
    rule = begun = False
    for kind, lines in _blocks(source):
        if kind == "rule":
            rule = begun
            continue
        if rule:
            yield "rule", ["---"]
        yield kind, lines
        rule, begun = False, True


def _blocks(source: str) -> Iterator[tuple[str, list[str]]]:
    """(kind, lines) of every paragraph, list, rule and passage of somebody's own words, in order."""
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
    if not line.strip():
        return ""
    marks = {"- ": "list", "| ": "table"}
    return "rule" if line.strip() == "---" else marks.get(line[:2], "text")


def _text_block(kind: str, lines: list[str], progress: str) -> str:
    if kind in ("words", "rule"):
        return "\n".join(lines)
    if kind == "table":
        return "\n".join(aligned([_cells(line, str, str, _text_link) for line in lines], TABLE_WIDTH))
    wrapped: list[str] = []
    for line in lines:
        bold = "[{}]" if progress and line == progress else "{}"
        shown = _inline(line, str, bold.format, _text_link)
        indent = "  " if kind == "list" else ""
        wrapped += textwrap.wrap(shown, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(wrapped)


def _text_link(text: str, url: str) -> str:
    """A command's link shows its text alone: the address behind it means nothing to a reader."""
    return text if url.lower().startswith("mailto:") else f"{text}: {url}"


def _html_block(kind: str, lines: list[str]) -> str:
    if kind == "rule":
        return '<hr style="border:0;border-top:1px solid #8888;margin:24px 0">\n'
    if kind == "words":
        return f'<p style="margin:0 0 16px;white-space:pre-wrap">{"<br>".join(str(escape(x)) for x in lines)}</p>\n'
    if kind == "table":
        return html_table([_cells(line, _escaped, _strong, _anchor) for line in lines])
    shown = [_inline(line.removeprefix("- ") if kind == "list" else line, _escaped, _strong, _anchor) for line in lines]
    if kind == "list":
        items = "".join(f'<li style="margin:0 0 4px">{item}</li>' for item in shown)
        return f'<ul style="margin:0 0 16px;padding-left:20px">{items}</ul>\n'
    return f'<p style="margin:0 0 16px">{"<br>".join(shown)}</p>\n'


def _escaped(text: str) -> str:
    return str(escape(text))


def _strong(text: str) -> str:
    return f"<strong>{escape(text)}</strong>"


def _anchor(text: str, url: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def _cells(
    line: str, text: Callable[[str], str], bold: Callable[[str], str], link: Callable[[str, str], str]
) -> list[str]:
    """The cells of a table's row; a bar inside a value is no border."""
    cells = re.findall(rf"((?:{_VALUE}|[^|{_OPEN}])*)\|", line.rstrip().removeprefix("|"))
    return [_inline(cell.strip(), text, bold, link) for cell in cells]


def _inline(line: str, text: Callable[[str], str], bold: Callable[[str], str], link: Callable[[str, str], str]) -> str:
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
