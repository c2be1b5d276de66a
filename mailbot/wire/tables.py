"""Tables of a mail: the first row is the head; names stand left, figures right."""

import textwrap
from collections.abc import Sequence

GAP = 2
NARROWEST = 12  #: of the first column, which is wrapped where the figures need the room


def aligned(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """The lines of a table of plain text."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    room = width - sum(widths[1:]) - GAP * (len(widths) - 1)
    widths[0] = max(NARROWEST, min(widths[0], room))
    return [line for row in rows for line in _row(row, widths)]


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *more = textwrap.wrap(cells[0], widths[0], subsequent_indent="  ") or [""]
    figures = (cell.rjust(room) for cell, room in zip(cells[1:], widths[1:], strict=True))
    return [(" " * GAP).join([first.ljust(widths[0]), *figures]).rstrip(), *more]


def html_table(rows: Sequence[Sequence[str]]) -> str:
    """The table of cells that are HTML already."""
    head, *rest = rows
    shown = "".join([_html_row("th", head), *(_html_row("td", row) for row in rest)])
    return f'<table style="border-collapse:collapse;margin:0 0 16px;font-size:13px">{shown}</table>\n'


def _html_row(tag: str, cells: Sequence[str]) -> str:
    style = "padding:2px 8px 2px 0;border-bottom:1px solid #8884"
    name = f'<{tag} align="left" style="{style}">{cells[0]}</{tag}>'
    figures = (f'<{tag} align="right" style="{style};white-space:nowrap">{cell}</{tag}>' for cell in cells[1:])
    return f"<tr>{name}{''.join(figures)}</tr>\n"
