"""The HTML part of a mail: one column, system fonts, nothing from elsewhere, styles inline.

The one style sheet adds dark colours and narrow tables: a client that drops it shows the mail dark on light. Outlook
for Windows knows no greatest width, so a table that only it sees holds the column.
"""

from collections.abc import Sequence

from markupsafe import escape

from mailbot.core.reference import normal
from mailbot.wire.markup import blocks, cells, inline, plain

_INK, _SOFT, _LINE, _PAPER, _LINK = "#1f2328", "#59636e", "#d1d9e0", "#ffffff", "#0a58ca"
_FONT = "'Segoe UI',system-ui,-apple-system,Roboto,Helvetica,Arial,sans-serif"
_SHEET = (
    ":root{color-scheme:light dark}@media (prefers-color-scheme:dark){"
    "body,.mail{background:#15191e!important;color:#e6e9ec!important}"
    ".mail a{color:#8ab8ff!important}.mail .soft{color:#a6b0ba!important}"
    ".mail .line,.mail th,.mail td{border-color:#47505a!important}.mail .done{border-color:#8ab8ff!important}}"
    "@media (max-width:480px){"
    ".mail th,.mail td{font-size:12px!important;padding:4px 6px 4px 0!important;white-space:normal!important}"
    ".mail .many th+th{writing-mode:vertical-rl}}"
)
# Outlook's tables do not inherit the font of what is around them
_OUTLOOK = "<!--[if mso]><style>td,th{font-family:'Segoe UI',Arial,sans-serif}</style><![endif]-->"
_BEFORE = '<!--[if mso]><table role="presentation" width="600" align="center"><tr><td><![endif]-->'
_AFTER = "<!--[if mso]></td></tr></table><![endif]-->"
_MANY = 4  #: more columns than that, and a telephone has no room for their heads
_COLUMN = (
    "max-width:600px;margin:0 auto;padding:16px;box-sizing:border-box;overflow-wrap:anywhere;word-break:break-word;"
    f"font-family:{_FONT};font-size:16px;line-height:1.5;background:{_PAPER};color:{_INK}"
)
_SPACE = "margin:0 0 16px"
_REFERENCE = "white-space:nowrap;font-size:18px;letter-spacing:.5px"


def mail_html(source: str, marker: str, language: str, subject: str, *, quoted: bool = False) -> str:
    """The whole document; with *quoted* somebody's own words are set off from ours by a line at their side."""
    body = "".join(_block(kind, lines, quoted) for kind, lines in blocks(source))
    # a mail client keeps neither <html> nor <body>: the column says the language and the direction once more
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="ltr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{escape(subject)}</title><style>{_SHEET}</style>{_OUTLOOK}</head>\n"
        f'<body style="margin:0;padding:0;background:{_PAPER};color:{_INK}">{_BEFORE}\n'
        f'<div class="mail" role="article" lang="{language}" dir="ltr" style="{_COLUMN}">\n'
        f'<p class="soft" style="{_SPACE};font-size:12px;color:{_SOFT}">{escape(marker)}</p>\n'
        f"{body}</div>\n{_AFTER}</body></html>\n"
    )


def _block(kind: str, lines: list[str], quoted: bool) -> str:
    if kind == "rule":
        return f'<hr class="line" style="border:0;border-top:1px solid {_LINE};margin:24px 0">\n'
    if kind == "words":
        return _words(lines, quoted)
    if kind == "table":
        return _table([cells(line, _escaped, _strong, _anchor) for line in lines])
    if kind == "progress":
        return _progress(lines[0])
    shown = [inline(line.removeprefix("- ") if kind == "list" else line, _escaped, _strong, _anchor) for line in lines]
    if kind == "list":
        items = "".join(f'<li style="margin:0 0 4px">{item}</li>' for item in shown)
        return f'<ul style="{_SPACE};padding:0 0 0 24px">{items}</ul>\n'
    return f'<p style="{_SPACE}">{"<br>".join(shown)}</p>\n'


def _words(lines: list[str], quoted: bool) -> str:
    """Written in whatever language: each reads in its own direction."""
    mark, side = (' class="line"', f";padding:0 0 0 12px;border-left:3px solid {_LINE}") if quoted else ("", "")
    shown = "<br>".join(_escaped(plain(line)) for line in lines)
    return f'<p dir="auto"{mark} style="{_SPACE};white-space:pre-wrap{side}">{shown}</p>\n'


def _progress(line: str) -> str:
    """The steps, each under its piece of a bar and behind a sign: nobody needs colours or a bold face to read them."""
    steps = plain(line).split(" · ")
    now = next((n for n, step in enumerate(steps) if step.startswith("**")), len(steps))
    shown = "\n".join(_step(step.strip("*"), n - now) for n, step in enumerate(steps))
    return f'<p style="margin:0 0 8px;font-size:14px">{shown}</p>\n'


def _step(name: str, ahead: int) -> str:
    kind, colour = ("line", _LINE) if ahead > 0 else ("done", _LINK)
    bar = f"display:inline-block;margin:0 0 8px;padding:4px 16px 0 0;border-top:4px solid {colour};white-space:nowrap"
    if ahead == 0:
        return f'<strong class="{kind}" aria-current="step" style="{bar}">●&nbsp;{escape(name)}</strong>'
    return (
        f'<span class="soft {kind}" style="{bar};color:{_SOFT}">{"○" if ahead > 0 else "✓"}&nbsp;{escape(name)}</span>'
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head; names stand left, figures right.

    On a telephone the heads of many columns stand upright; where that is not understood, the table is scrolled alone.
    """
    head, *rest = rows
    shown = "".join([_row('th scope="col"', head), *(_row("td", row) for row in rest)])
    many = ' class="many"' if len(head) > _MANY else ""
    style = "border-collapse:collapse;font-size:13px;overflow-wrap:normal;word-break:normal;white-space:nowrap"
    return f'<div style="{_SPACE};overflow-x:auto"><table{many} style="{style}">{shown}</table></div>\n'


def _row(tag: str, cells: Sequence[str]) -> str:
    style, end = f"padding:4px 8px 4px 0;border-bottom:1px solid {_LINE}", tag.partition(" ")[0]
    name = f'<{tag} align="left" style="{style};white-space:normal">{cells[0]}</{end}>'
    figures = (f'<{tag} align="right" style="{style}">{cell}</{end}>' for cell in cells[1:])
    return f"<tr>{name}{''.join(figures)}</tr>\n"


def _escaped(text: str) -> str:
    return str(escape(text))


def _strong(text: str) -> str:
    """Bold words; a reference alone is larger: people read it aloud and type it."""
    style = f' style="{_REFERENCE}"' if normal(text) else ""
    return f"<strong{style}>{escape(text)}</strong>"


def _anchor(text: str, url: str) -> str:
    return f'<a href="{escape(url)}" style="color:{_LINK}">{escape(text)}</a>'


__all__ = ["mail_html"]
