"""One configuration file while it is read: its problems, each with file, line, key, value and remedy."""

import difflib
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mailbot.config.keys import CHOICES, KEYS, PROSE, RANGES
from mailbot.errors import ConfigError
from mailbot.toml_lines import Path as Place
from mailbot.toml_lines import line_of, name_of, toml_lines

KINDS = {str: "a text in quotes", int: "a whole number", list: "a list of texts in quotes", bool: "true or false"}
SECRETS = ("password",)


@dataclass(frozen=True, slots=True)
class Row:
    """One table, whole: what is missing or wrong has its default, and is named in *bad*."""

    place: Place  #: ("desk", 0) is the first [[desk]]
    values: Mapping[str, Any]
    bad: frozenset[str] = frozenset()

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def fine(self, *keys: str) -> bool:
        """Whether nobody has complained about these values."""
        return not self.bad.intersection(keys)

    def at(self, *key: str | int) -> Place:
        return (*self.place, *key)


@dataclass
class Reader:
    """Collects what is wrong and what is doubtful."""

    path: Path | None
    text: str
    credentials: Path | None
    secrets: bool = True  #: whether passwords are wanted; who only looks inside needs none
    problems: list[ConfigError] = field(default_factory=list)
    warnings: list[ConfigError] = field(default_factory=list)

    @cached_property
    def _lines(self) -> Mapping[Place, int]:
        return toml_lines(self.text)

    def problem(self, place: Place, value: object, hint: str) -> None:
        self.problems.append(self._error(place, value, hint))

    def warning(self, place: Place, value: object, hint: str) -> None:
        self.warnings.append(self._error(place, value, hint))

    def _error(self, place: Place, value: object, hint: str) -> ConfigError:
        shown = "…" if place[-1:] and place[-1] in SECRETS and value else value
        name = str(self.path) if self.path else "the built-in try-out"
        return ConfigError(name_of(place), shown, hint, file=name, line=line_of(place, self._lines))

    def row(self, name: str, place: Place, given: object) -> Row:
        """The table *given*, its keys and the kinds of its values checked."""
        known = KEYS[name]
        if not isinstance(given, dict):
            one = f"write it with single brackets: [{name}]" if isinstance(given, list) else f"write a table: [{name}]"
            self.problem(place, _shown(given), one)
            given = {}
        for key in given.keys() - known.keys():
            self.problem((*place, key), _shown(given[key]), unknown(key, known))
        values, bad = {}, set()
        for key, default in known.items():
            value = given.get(key, default)
            hint = self._hint(f"{name}.{key}" if name else key, value, default)
            if hint:
                self.problem((*place, key), _shown(value), hint)
                bad.add(key)
            values[key] = value if not hint else ("" if default is None else default)
        return Row(place, values, frozenset(bad))

    def _hint(self, key: str, value: object, default: object) -> str:
        """What is wrong with the kind of *value*; "" where nothing is."""
        wanted = str if default is None else type(default)
        texts = value if isinstance(value, list) else [value]
        if value is None:
            return "missing; it must be given"
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is int):
            return f"write {KINDS[wanted]}"
        if wanted is list and not all(isinstance(text, str) for text in texts):
            return f"write {KINDS[list]}"
        allowed = "\n\t" if key in PROSE else ""
        said = (c for text in texts if isinstance(text, str) for c in text if c not in allowed)
        if any(not character.isprintable() for character in said):
            return "holds a line break or another control character; remove it"
        if key in CHOICES and value not in CHOICES[key]:
            choices = [choice or '""' for choice in CHOICES[key]]
            return f"use one of {', '.join(choices)}"
        if default is None and value == "":
            return "empty; it must be given"
        least, most = RANGES.get(key, (1, 2**31))
        if isinstance(value, int) and not isinstance(value, bool) and not least <= value <= most:
            return f"not a port; use {least} to {most}" if key.endswith(".port") else f"use {least} to {most}"
        return ""

    def rows(self, name: str, given: object) -> list[Row]:
        """The tables of an array, [[name]]."""
        if not isinstance(given, list):
            self.problem((name,), None, f"write it with two brackets: [[{name}]]")
            return []
        return [self.row(name, (name, n), table) for n, table in enumerate(given)]

    def file(self, value: str) -> Path | None:
        """A path of the configuration is relative to its file."""
        base = self.path.parent if self.path else Path()
        return base / value if value else None

    def folder(self, place: Place, value: str) -> Path | None:
        path = self.file(value)
        if path is not None and not path.is_dir():
            self.problem(place, value, f"there is no folder {path}")
        return path

    def credential(self, name: str) -> Path | None:
        """The file of that credential; systemd puts the name of the folder before it (systemd.exec(5))."""
        folder = self.credentials
        try:
            found = [folder / n for n in (name, f"credentials_{name}") if (folder / n).is_file()] if folder else []
        except OSError:  # the folder is root's alone; the daemon is handed its files by systemd
            return None
        return found[0] if found else None

    def password(self, place: Place, given: str, credential: str) -> str:
        """From the credentials, or from a configuration that nobody else may read; "" where there is none."""
        if not self.secrets:
            return ""
        stored = self.credential(credential)
        if stored is not None:
            return self._stored(place, stored)
        if given and self.path and self.path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            self.problem(place, given, f"others can read this file: chmod 600 it, or use the credential {credential}")
        return given

    def _stored(self, place: Place, path: Path) -> str:
        try:
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problem(place, None, f"the credential {path} cannot be read: {error}")
            return ""


def unknown(key: str, known: Iterable[str]) -> str:
    """The remedy for a key that nobody knows."""
    names = sorted(known)
    near = difflib.get_close_matches(key, names, n=1)
    return f"unknown; did you mean {near[0]}?" if near else f"unknown; known are {', '.join(names)}"


def _shown(value: object) -> object:
    """A value as an error shows it: no table, no long text."""
    if isinstance(value, str):
        return value if len(value) <= 100 else value[:100] + "…"
    return value if isinstance(value, int | float | bool) else None
