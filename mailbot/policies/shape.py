"""The shape of a policy file: keys and values that the model refuses, all of them, each with its remedy.

What is refused is left out or put in its usual shape, so that the rest can be checked in the same run.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from mailbot.core.policy import LANGUAGES, Policy
from mailbot.policies.finding import Finding, one_of, value_at
from mailbot.toml_lines import Path

RENAMED = {"promise": "promises", "category": "categories", "label": "labels"}
LOADED = frozenset({"id", "version", "holidays"})  #: fields of the model that no file gives
CALENDAR = ("zone", "open", "holidays", "closed", "opened")
_BACK = {theirs: ours for ours, theirs in RENAMED.items()}
_TOP = tuple(_BACK.get(name, name) for name in Policy.model_fields if name not in LOADED)
_TRIES = 20

#: required key -> how to write it
EXAMPLES: Mapping[str, str] = {
    "title": 'title = "Complaints"',
    "languages": 'languages = ["de", "en"]',
    "close_after": 'close_after = "14 days"',
    "reopen_for": 'reopen_for = "60 days"',
    "id": 'id = "answer"',
    "within": 'within = "24 hours"',
    "decide": 'decide = "5 working days"',
    "backlog": "backlog = 20",
    "url": 'url = "https://example.org/help"',
    "ask": 'ask = "rating"',
    "simple": "a duration each for simple, normal and complex",
    "normal": "a duration each for simple, normal and complex",
    "complex": "a duration each for simple, normal and complex",
}
#: key -> what stands in for a value that was refused, where the model needs one
_STAND_INS: Mapping[str, object] = {
    "title": "…",
    "close_after": "14 days",
    "reopen_for": "60 days",
    "within": "5 working days",
    "decide": "5 working days",
    "backlog": 20,
    "url": "https://example.org",
    "ask": "rating",
    **dict.fromkeys(("simple", "normal", "complex"), "5 working days"),
}
_A_TEXT = '{} = "a text"'
_KINDS: Mapping[str, str] = {
    "string_type": "write a text in quotes",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "tuple_type": "write a list: [ … ]",
    "dict_type": 'write a table, for example { de = "…", en = "…" }',
    "model_type": "write a table",
    "model_attributes_type": "write a table",
}


class Shape:
    """A table on its way to a policy; owns the copy that is mended and what was found."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.given = table
        self.table = copy.deepcopy(table)
        self.found: dict[Path, Finding] = {}
        self.doubtful: set[Path] = set()  #: tables that were mended: what follows from them is not told

    def add(self, path: Path, hint: str, *meant: str) -> None:
        """A finding; *meant* is the key that a misspelt one stands for."""
        self.found.setdefault(path, Finding(path, hint))
        self.doubtful |= {path, _table_of(path)}
        self.doubtful |= {(*path[:-1], key) for key in meant}

    def drop_unknown(self, path: Path, known: tuple[str, ...]) -> None:
        """Takes the key at *path* out of its table."""
        key = str(path[-1])
        remedy = one_of(key, known).replace("use one of", "known are")
        near = remedy.split('"')[1:2] if remedy.startswith("did") else []
        self.add(path, f"unknown key; {remedy}", *near)
        parent = value_at(self.table, path[:-1])
        if isinstance(parent, dict):
            parent.pop(key, None)

    def follows(self, finding: Finding) -> bool:
        """Whether *finding* may only follow from what was mended."""
        return any(table and finding.path[: len(table)] == table for table in self.doubtful)


def check_keys(shape: Shape) -> None:
    """Unknown keys at the top and in [calendar], which the model does not see as they are written."""
    for key in [k for k in shape.table if k not in _TOP]:
        shape.drop_unknown((key,), _TOP)
    table = shape.table.get("calendar")
    if table is None:
        shape.add(("calendar",), 'missing; write [calendar] with zone = "Europe/Berlin", open and holidays')
    elif not isinstance(table, dict):
        shape.add(("calendar",), "write a table: [calendar]")
    else:
        for key in [k for k in table if k not in CALENDAR]:
            shape.drop_unknown(("calendar", key), CALENDAR)


def to_policy(shape: Shape, loaded: Mapping[str, object]) -> Policy | None:
    """The policy, mended where something was refused; None where that cannot be done. *loaded* is not in the file."""
    for _ in range(_TRIES):
        table = {RENAMED.get(key, key): value for key, value in shape.table.items()}
        try:
            return Policy.model_validate({**table, **loaded})
        except ValidationError as error:
            refused = [(_path(e["loc"], shape), e) for e in error.errors(include_url=False)]
            mended = [_mend(shape, path, e) for path, e in dict(reversed(refused)).items()]
            if not all(mended):
                return None
    return None


def _path(loc: tuple[str | int, ...], shape: Shape) -> Path:
    """The place in the file that pydantic's location means: never inside a text that the model took apart."""
    path: Path = tuple(_BACK.get(p, p) if isinstance(p, str) and n == 0 else p for n, p in enumerate(loc))
    path = tuple(p for p in path if p != "[key]")
    while len(path) > 1 and not isinstance(value_at(shape.table, path[:-1]), dict | list):
        path = path[:-1]
    return path


def _mend(shape: Shape, path: Path, error: Mapping[str, Any]) -> bool:
    """Tells what was refused and takes it out; whether the model may be tried again."""
    if error["type"] == "extra_forbidden":
        shape.drop_unknown(path, _known_keys(path))
        return True
    if path not in shape.doubtful:  # else a misspelt key stands for it, and that one is told
        shape.add(path, _hint(path, error, value_at(shape.given, path)))
    place = path[:-1] if isinstance(path[-1], int) else path
    parent, key = value_at(shape.table, place[:-1]), str(place[-1])
    if not isinstance(parent, dict) or key in RENAMED:
        return False
    if key == "languages":
        given = parent.get(key)
        parent[key] = [x for x in (given if isinstance(given, list) else [given]) if x in LANGUAGES] or ["en"]
    elif key in LANGUAGES and path[0] == "label":
        parent[key] = "…"
    elif key in _STAND_INS and "[key]" not in error["loc"]:
        parent[key] = _STAND_INS[key]
    else:
        return parent.pop(key, None) is not None
    return True


def _hint(path: Path, error: Mapping[str, Any], value: object) -> str:
    """What to write instead."""
    kind, key = str(error["type"]), str(path[-1])
    if kind == "missing":
        return f"missing; write {EXAMPLES.get(key, _A_TEXT.format(key))}"
    if kind == "literal_error":
        if "[key]" in error["loc"]:
            return f"no language of mailbot; use {', '.join(LANGUAGES)}"
        if "who" in error["loc"]:
            return 'nobody on the ladder; end it in assignee, team or manager: "2 working days before: team"'
        allowed = tuple(word for word in re.findall(r"'([^']*)'", str(error["ctx"]["expected"])) if word)
        return f"unknown; {one_of(str(value), allowed)}"
    if kind == "greater_than_equal":
        return f"write a number of at least {error['ctx']['ge']}"
    if kind == "tuple_type" and key in RENAMED:
        return f"write it with two brackets: [[{key}]]"
    return _KINDS.get(kind, str(error["msg"]).removeprefix("Value error, "))


def _known_keys(path: Path) -> tuple[str, ...]:
    """The keys that the model knows in the table around *path*."""
    model: type[BaseModel] = Policy
    for part in path[:-1]:
        field = model.model_fields.get(RENAMED.get(str(part), str(part)))
        model = (_model_in(field.annotation) if field is not None else None) or model
    return tuple(model.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def _table_of(path: Path) -> Path:
    """The table that a mistake at *path* spoils: an element of a list of tables, or a table of the top."""
    if len(path) > 2 and isinstance(path[1], int):
        return path[:2]
    return path[:1] if len(path) > 1 else ()
