"""Tables of a mail in plain text: the first row is the head; names stand left, figures right."""

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
