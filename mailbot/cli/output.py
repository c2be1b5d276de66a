"""What the commands print: tables on a terminal, tabs in a pipe, one JSON object a line for scripts."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

_CONTROL = {c: f"\\x{c:02x}" for c in (*range(32), *range(127, 160)) if c not in (9, 10)}
STYLES = {
    "kept": "green", "sent": "green", "applied": "green",
    "late": "yellow", "held": "yellow", "queued": "yellow", "sending": "yellow", "waiting": "yellow",
    "missed": "red", "failed": "red", "quarantined": "red", "registered": "bold",
}  # fmt: skip

LEVELS = {"error": "bold red", "warning": "bold yellow"}


def clean(text: object) -> str:
    """*text* without anything that a terminal would obey (C0, C1, escapes)."""
    return str(text).translate(_CONTROL)


def when(at: datetime | None) -> str:
    """A moment in UTC, to the minute; "" for none."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at is not None else ""


def column(name: str, width: int = 0, share: int = 0) -> Column:
    """One that is never broken: as wide as its words, at most *width*; with *share*, what the others leave."""
    return Column(name, no_wrap=True, overflow="ellipsis", max_width=width or None, ratio=share or None)


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    """Aligned and coloured on a terminal; in a pipe one row a line, its cells parted by tabs."""
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        for row in rows:
            print("\t".join(clean(cell).replace("\n", " ").replace("\t", " ") for cell in row))
        return
    wide = any(c.ratio for c in columns)
    table = Table(*columns, box=None, header_style="bold", pad_edge=False, collapse_padding=True, expand=wide)
    for row in rows:
        table.add_row(*(Text(_line(cell), style=STYLES.get(str(cell), "")) for cell in row))
    console.print(table)


def print_line(text: str, *, level: str = "") -> None:
    """One line; on a terminal wrapped between words, its *level* (error, warning) coloured and in front."""
    console = Console(markup=False, highlight=False, emoji=False)
    head = f"{level}: " if level else ""
    if not console.is_terminal:
        print(clean(head + text))
        return
    console.print(Text.assemble((head, LEVELS.get(level, "")), clean(text)))


def print_json(rows: Iterable[Mapping[str, object]]) -> None:
    """One object a line."""
    for row in rows:
        print(json.dumps(row, ensure_ascii=False, default=_plain))


def complain(text: str) -> int:
    """Says what is wrong on standard error; the exit status for it."""
    print(f"mailbot: {_line(text)}", file=sys.stderr)
    return 1


def _line(cell: object) -> str:
    return " ".join(clean(cell).split())


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)
