"""A page to be published: a small Markdown-like source to plain text, and to HTML that stands alone.

Read are `# title`, `## heading`, lines that begin with "- ", `**bold**`, and two spaces at the end of a line that break it.
"""

import re
import textwrap
from collections.abc import Iterator

from markupsafe import escape

WIDTH = 76
_BOLD = re.compile(r"\*\*([^*\n]{1,300})\*\*")
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #59636e; --line: #d1d9e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #14181d; --soft: #9aa6b2; --line: #3d444d; } }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word; hyphens: auto;
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 1rem 0; }
h2 { font-size: 1.2rem; line-height: 1.35; margin: 2.25rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
p, ul { margin: .6rem 0; }
ul { padding-left: 1.25rem; }
li { margin: .3rem 0; }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9375rem; }
""".strip()

Block = tuple[str, tuple[str, ...]]  #: title, heading, list, text or rule, and its lines


def page_text(source: str) -> str:
    """For a terminal or a mail: headings underlined, lines of at most 76 signs."""
    return "\n\n".join(_text(kind, lines) for kind, lines in _blocks(source)) + "\n"


def page_html(source: str, language: str) -> str:
    """A whole document without anything from elsewhere: it follows the reader's light or dark, and fits 360 pixels."""
    blocks = list(_blocks(source))
    title = next((lines[0] for kind, lines in blocks if kind == "title"), "")
    body = "".join(_html(kind, lines) for kind, lines in blocks)
    main, rule, foot = body.partition("<hr>\n")
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n"
        f"<body>\n<main>\n{main}{f'<footer>{chr(10)}{foot}</footer>{chr(10)}' if rule else ''}</main>\n</body>\n</html>\n"
    )


def _blocks(source: str) -> Iterator[Block]:
    kind, lines = "", list[str]()
    for line in [*source.split("\n"), ""]:
        now = _kind(line)
        if lines and (now != kind or kind not in ("list", "text")):
            yield kind, tuple(lines)
            lines = []
        kind = now
        if kind:
            lines.append(re.sub(r"^(?:##? |- )", "", line) if kind in ("title", "heading", "list") else line)


def _kind(line: str) -> str:
    if not line.strip():
        return ""
    heads = {"# ": "title", "## ": "heading", "- ": "list", "---": "rule"}
    return next((kind for sign, kind in heads.items() if line.startswith(sign)), "text")


def _paragraph(lines: tuple[str, ...]) -> list[str]:
    """The lines that a reader sees: only two spaces at an end break one."""
    joined = "\n".join(lines)
    return [" ".join(part.split()) for part in re.split(r" {2,}\n", joined)]


def _text(kind: str, lines: tuple[str, ...]) -> str:
    if kind == "rule":
        return "---"
    if kind in ("title", "heading"):
        line = _BOLD.sub(r"\1", lines[0])
        return f"{line}\n{('=' if kind == 'title' else '-') * len(line)}"
    first, rest = ("- ", "  ") if kind == "list" else ("", "")
    shown = lines if kind == "list" else tuple(_paragraph(lines))
    return "\n".join(
        textwrap.fill(
            _BOLD.sub(r"\1", line),
            WIDTH,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in shown
    )


def _html(kind: str, lines: tuple[str, ...]) -> str:
    if kind == "rule":
        return "<hr>\n"
    if kind in ("title", "heading"):
        tag = "h1" if kind == "title" else "h2"
        return f"<{tag}>{_inline(lines[0])}</{tag}>\n"
    if kind == "list":
        return "<ul>\n" + "".join(f"<li>{_inline(line)}</li>\n" for line in lines) + "</ul>\n"
    return "<p>" + "<br>\n".join(_inline(line) for line in _paragraph(lines)) + "</p>\n"


def _inline(line: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", str(escape(line)))


__all__ = ["page_html", "page_text"]
