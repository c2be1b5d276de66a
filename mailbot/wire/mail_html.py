"""The HTML part of a mail: one column, system fonts, nothing from elsewhere, styles inline.

The one style sheet adds dark colours: a client that drops it shows the mail as it is, dark on light. Outlook for
Windows knows no greatest width, so a table that only it sees holds the column.
"""

from collections.abc import Sequence

from markupsafe import escape

from mailbot.core.reference import normal
from mailbot.wire.markup import blocks, cells, inline, plain

_INK, _SOFT, _LINE, _PAPER, _LINK = "#1f2328", "#59636e", "#d1d9e0", "#ffffff", "#0a58ca"
_FONT = "'Segoe UI',system-ui,-apple-system,Roboto,Helvetica,Arial,sans-serif"
_DARK = (
    ":root{color-scheme:light dark}@media(prefers-color-scheme:dark){"
    "body,.mail{background:#15191e!important;color:#e6e9ec!important}"
    ".mail a{color:#8ab8ff!important}.mail .soft{color:#a6b0ba!important}"
    ".mail .line{border-color:#47505a!important}.mail .done{border-color:#8ab8ff!important}}"
)
_BEFORE = '<!--[if mso]><table role="presentation" width="600" align="center"><tr><td><![endif]-->'
_AFTER = "<!--[if mso]></td></tr></table><![endif]-->"
_SPACE = "margin:0 0 16px"
_REFERENCE = "white-space:nowrap;font-size:18px;letter-spacing:.5px"


def mail_html(source: str, marker: str, language: str, subject: str, *, quoted: bool = False) -> str:
    """The whole document; with *quoted* somebody's own words are set off from ours by a line at their side."""
    body = "".join(_block(kind, lines, quoted) for kind, lines in blocks(source))
    column = f"max-width:600px;margin:0 auto;padding:16px;box-sizing:border-box;font:16px/1.5 {_FONT}"
    # a mail client keeps neither <html> nor <body>: the column says the language and the direction once more
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="ltr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{escape(subject)}</title><style>{_DARK}</style></head>\n"
        f'<body style="margin:0;padding:0;background:{_PAPER};color:{_INK}">{_BEFORE}\n'
        f'<div class="mail" role="article" lang="{language}" dir="ltr" style="{column};background:{_PAPER};color:{_INK};'
        'overflow-wrap:anywhere;word-break:break-word">\n'
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
    """The steps with a sign before each, so that nobody needs colours or a bold face to read them; above them a bar."""
    steps = plain(line).split(" · ")
    now = next((n for n, step in enumerate(steps) if step.startswith("**")), len(steps))
    names = [_step(step.strip("*"), n - now) for n, step in enumerate(steps)]
    bar = "".join(_segment(done=n <= now) for n in range(len(steps)))
    return (
        '<table role="presentation" aria-hidden="true" width="100%" cellspacing="0" cellpadding="0" '
        f'style="border-collapse:separate;border-spacing:0"><tr>{bar}</tr></table>\n'
        f'<p style="margin:6px 0 16px;font-size:14px">{" &ensp;".join(names)}</p>\n'
    )


def _step(name: str, ahead: int) -> str:
    if ahead == 0:
        return f'<strong aria-current="step" style="white-space:nowrap">●&nbsp;{escape(name)}</strong>'
    sign = "○" if ahead > 0 else "✓"
    return f'<span class="soft" style="white-space:nowrap;color:{_SOFT}">{sign}&nbsp;{escape(name)}</span>'


def _segment(*, done: bool) -> str:
    kind, colour = ("done", _LINK) if done else ("line", _LINE)
    return f'<td class="{kind}" style="border-top:4px solid {colour};font-size:1px;line-height:1px">&nbsp;</td>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head; names stand left, figures right. What is too wide for a telephone is scrolled alone."""
    head, *rest = rows
    shown = "".join([_row('th scope="col"', head), *(_row("td", row) for row in rest)])
    style = "border-collapse:collapse;font-size:14px;overflow-wrap:normal;word-break:normal"
    return f'<div style="{_SPACE};overflow-x:auto"><table style="{style}">{shown}</table></div>\n'


def _row(tag: str, cells: Sequence[str]) -> str:
    style = f"padding:4px 12px 4px 0;border-bottom:1px solid {_LINE}"
    end = tag.partition(" ")[0]
    name = f'<{tag} class="line" align="left" style="{style}">{cells[0]}</{end}>'
    figures = (
        f'<{tag} class="line" align="right" style="{style};white-space:nowrap">{cell}</{end}>' for cell in cells[1:]
    )
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
