"""The place of every key in a TOML file, also where the same word stands in many tables."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.toml_lines import line_of, toml_lines

POLICIES = sorted((Path(__file__).parent.parent / "config" / "policies").glob("*.toml"))
TRICKY = '''
title = "[[promise]] id = 1 # no comment"   # [no table]
words.pl = ["a", 'b#', """
three
lines"""]
"Категория" = { "x.y" = 1, z = { deep = true } }
long = [
    1,   # one
    # nothing
    { a = 2 },
]

[a . "b c"]
k = \'\'\'
[[promise]]
\'\'\'
day = 2026-03-02 17:00:00

[[promise]]
id = "first"

[[promise]]
id = "second"
[[promise.article]]
url = "x"
[promise.extra]
y = 1
'''


def paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Every path of a parsed file."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inner = {p for key, item in pairs for p in paths(item, (*path, key))}
    return inner | ({path} if path else set())


def test_every_key_of_a_tricky_file_has_its_line() -> None:
    lines = toml_lines(TRICKY)

    assert set(lines) == paths(tomllib.loads(TRICKY))
    assert lines[("words", "pl", 2)] == 3
    assert lines[("Категория", "z", "deep")] == 6
    assert lines[("long", 1, "a")] == 10
    assert lines[("a", "b c", "day")] == 17
    assert lines[("promise", 0, "id")] == 20
    assert lines[("promise", 1, "id")] == 23
    assert lines[("promise", 1, "article", 0, "url")] == 25
    assert lines[("promise", 1, "extra", "y")] == 27


@pytest.mark.parametrize("path", POLICIES, ids=lambda p: p.stem)
def test_every_key_of_a_shipped_policy_has_its_line(path: Path) -> None:
    text = path.read_text("utf-8")
    lines = toml_lines(text)

    assert set(lines) == paths(tomllib.loads(text))
    rows = text.splitlines()
    assert all(str(p[-1]) in rows[line - 1] for p, line in lines.items() if isinstance(p[-1], str))


def test_what_is_missing_stands_where_its_table_begins() -> None:
    lines = toml_lines('title = "x"\n[[promise]]\nid = "a"\n')

    assert line_of(("promise", 0, "within"), lines) == 2
    assert line_of(("calendar", "zone"), lines) is None


@given(st.text(alphabet=st.sampled_from("ab=[]{}\"'#\n,. 1\\"), max_size=60))
def test_whatever_toml_accepts_is_walked_to_its_end(text: str) -> None:
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return

    assert set(toml_lines(text)) == paths(value)
