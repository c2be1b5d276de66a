"""Every clause of the five policies has its line in a policy file and its test, and no test speaks of a clause that is none."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
POLICIES = HERE.parent.parent / "config" / "policies"
CLAUSES = tomllib.loads((HERE / "clauses.toml").read_text(encoding="utf-8"))["clause"]
EXPECTED = {
    *(f"a{n}" for n in range(1, 15)),
    *(f"b{n}" for n in range(1, 16)),
    *(f"c{n}" for n in range(1, 9)),
    *(f"d{n}" for n in range(1, 28)),  # D27 to D29 count as one
    *(f"e{n}" for n in range(1, 11)),
}


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def written() -> dict[str, set[str]]:
    """Clause id -> the tests that bear it."""
    found: dict[str, set[str]] = {}
    for path in sorted(HERE.glob("test_policy_?.py")):
        for name in names_in(path):
            match = re.match(rf"test_({path.stem[-1]}\d+)_", name)
            assert match, f"{path.name}: {name} names no clause"
            found.setdefault(match[1], set()).add(name)
    return found


def test_every_clause_is_listed_once() -> None:
    listed = [c["id"] for c in CLAUSES]

    assert sorted(listed) == sorted(set(listed))
    assert set(listed) == EXPECTED


def test_every_clause_has_its_test_and_every_test_its_clause() -> None:
    tests = written()

    assert {c["id"]: c["test"] in tests.get(c["id"], set()) for c in CLAUSES} == dict.fromkeys(EXPECTED, True)
    assert set(tests) == EXPECTED


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda c: c["id"])
def test_every_clause_stands_in_its_policy_file(clause: dict[str, str]) -> None:
    policy = tomllib.loads((POLICIES / f"{clause['policy']}.toml").read_text(encoding="utf-8"))

    assert clause["promise"].strip()
    for key in filter(None, clause["key"].split(", ")):
        found: object = policy
        for part in key.replace(".id=", "=").split("."):
            name, _, wanted = part.partition("=")
            assert isinstance(found, dict), key
            found = found[name]
            if wanted:
                assert isinstance(found, list), key
                found = next(row for row in found if row["id"] == wanted)
        assert found not in (None, "", [], {}), key
