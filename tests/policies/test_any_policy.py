"""Whatever stands in a policy file, checking it ends in a policy or in problems, never in a traceback."""

import copy
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.policies import PolicyFile, checked
from mailbot.toml_lines import toml_lines

FILES = sorted((Path(__file__).parent.parent.parent / "config" / "policies").glob("*.toml"))
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
JUNK: tuple[Any, ...] = (
    5, -1, 0, 1.5, True, "", "x", [], [1], ["a", ["b"]], {}, {"x": 1}, {"de": 5}, [{}], "24 hours", "0 days",
    "end of next working day", "9999999 working days", "2026-02-30", "Europe/Berlin", "mon-sun 00:00-24:00",
)  # fmt: skip


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


def spoil(table: Any, place: tuple[str | int, ...], how: str, junk: Any) -> None:
    for key in place[:-1]:
        table = table[key]
    if how == "remove":
        del table[place[-1]]
    elif how == "add" and isinstance(table, dict):
        table["strange"] = junk
    else:
        table[place[-1]] = copy.deepcopy(junk)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.integers(1, 3), st.data())
def test_any_change_to_a_policy_gives_a_policy_or_problems_with_a_line_and_a_remedy(
    path: Path, changes: int, data: st.DataObject
) -> None:
    text = path.read_text("utf-8")
    table = tomllib.loads(text)
    for _ in range(changes):
        place = data.draw(st.sampled_from(sorted(places(table), key=str)))
        spoil(table, place, data.draw(st.sampled_from(("replace", "remove", "add"))), data.draw(st.sampled_from(JUNK)))

    file = checked(PolicyFile(path, table=table, lines=toml_lines(text)), "1", None, NOW)

    assert file.policy is not None or file.problems
    assert all(p.line and p.key and p.hint for p in (*file.problems, *file.warnings))
    assert len({(p.key, p.line) for p in file.problems}) == len(file.problems)
