"""Where everything stands in a TOML file: a path of keys and list positions to its line.

`tomllib` gives the values and forgets their places. This walks the same text once more and notes the places, nothing
else: it expects a file that `tomllib` has accepted.
"""

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]  #: ("promise", 1, "warn", 0): the first rung of the second [[promise]]

_BLANK = re.compile(r"(?:[\s,]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"{3,5}(?!")', re.DOTALL),
    re.compile(r"'''.*?'{3,5}(?!')", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(["\\]))')


def toml_lines(text: str) -> Mapping[Path, int]:
    """Every table, key and list element of *text* with the line where it begins, counted from 1."""
    walk = _Walk(text.replace("\r\n", "\n"))
    table: Path = ()
    while walk.skip(_BLANK):
        if walk.ahead("["):
            table = walk.header()
        else:
            walk.pair(table)
    return walk.lines


def line_of(path: Path, lines: Mapping[Path, int]) -> int | None:
    """The line of *path*, or of the nearest table or list around it; None where only the file itself is left."""
    return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), None)


def name_of(path: Path) -> str:
    """How people write *path*, positions counted from 1: promise[2].warn[1]."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


class _Walk:
    """A cursor over the text; owns what was found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.arrays: dict[Path, int] = {}  #: [[name]]: how many there were

    def ahead(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Past what *pattern* matches here, if anything; whether text is left."""
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at < len(self.text)

    def note(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, at) + 1)

    def header(self) -> Path:
        """[table] or [[array of tables]]: a name on the way means its newest element."""
        start, many = self.at, self.ahead("[[")
        self.at += 2 if many else 1
        names = self.names()
        path: Path = ()
        for name in names[:-1]:
            self.note((*path, name), start)
            path = self.newest((*path, name))
        path = (*path, names[-1])
        self.note(path, start)
        if many:
            self.arrays[path] = self.arrays.get(path, -1) + 1
            path = (*path, self.arrays[path])
            self.note(path, start)
        self.at = self.text.find("]", self.at) + (2 if many else 1)
        return path

    def newest(self, path: Path) -> Path:
        return (*path, self.arrays[path]) if path in self.arrays else path

    def names(self) -> list[str]:
        """A dotted key; the cursor ends at the sign after it."""
        found = []
        while True:
            self.skip(re.compile(r"[ \t]*"))
            start = self.at
            self.skip(_BARE) if _BARE.match(self.text, self.at) else self.string()
            found.append(_plain(self.text[start : self.at]))
            self.skip(re.compile(r"[ \t]*"))
            if not self.ahead("."):
                return found
            self.at += 1

    def pair(self, table: Path) -> None:
        """key = value."""
        start = self.at
        path = table
        for name in self.names():
            path = (*path, name)
            self.note(path, start)
        self.at += 1  # the sign of equality
        self.skip(re.compile(r"[ \t]*"))
        self.value(path)

    def value(self, path: Path) -> None:
        """A value; the elements of a list and the keys of an inline table are noted."""
        if self.ahead("["):
            self.elements(path)
        elif self.ahead("{"):
            self.at += 1
            while self.skip(_BLANK) and not self.ahead("}"):
                self.pair(path)
            self.at += 1
        elif self.ahead('"') or self.ahead("'"):
            self.string()
        else:
            self.skip(_SCALAR)

    def elements(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self.skip(_BLANK) and not self.ahead("]"):
            self.note((*path, index), self.at)
            self.value((*path, index))
            index += 1
        self.at += 1

    def string(self) -> None:
        match = next((m for pattern in _STRINGS if (m := pattern.match(self.text, self.at))), None)
        self.at = match.end() if match else len(self.text)


def _plain(key: str) -> str:
    """A key without its quotes."""
    if key.startswith("'"):
        return key[1:-1]
    if key.startswith('"'):
        return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else m[3], key[1:-1])
    return key


__all__ = ["Path", "line_of", "name_of", "toml_lines"]
