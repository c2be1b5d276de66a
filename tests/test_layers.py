"""The house: arrows point one way, core is pure, and every guarantee that we test bears its number."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "mailbot"

#: room -> what it may import of mailbot
ALLOWED = {
    "core": ("core",),
    "wire": ("core", "errors"),
    "store": ("core", "errors"),
    "privacy": ("store", "core", "wire"),
    "report": ("store", "core", "wire"),
    "transport": ("core", "errors", "log"),
    "pipeline": ("core", "wire", "store", "report", "errors", "log", "config", "pipeline"),
    "simulate": ("core", "wire", "store", "pipeline", "config", "clock", "errors", "log"),
    "config": ("core", "errors", "policies", "calendars", "signing", "toml_lines"),
    "policies": ("core", "errors", "calendars", "toml_lines"),
    "calendars": ("core", "errors"),
    "toml_lines": (),
    "errors": (),
    "signing": (),
    "log": (),
    "systemd": (),
    "clock": (),
}
IMPURE = {
    "os",
    "socket",
    "random",
    "secrets",
    "logging",
    "structlog",
    "time",
    "subprocess",
    "sqlite3",
    "threading",
    "asyncio",
}
FILES = sorted(HOUSE.rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(HOUSE).parts
    return parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "mailbot":
                found |= {f"mailbot.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_arrows_point_one_way(path: Path) -> None:
    room = room_of(path)
    if room not in ALLOWED:
        return
    ours = {name.split(".")[1] for name in imported(ast.parse(path.read_text())) if name.startswith("mailbot.")}

    assert ours - {room} <= set(ALLOWED[room])


@pytest.mark.parametrize("path", sorted((HOUSE / "core").rglob("*.py")), ids=lambda p: p.name)
def test_core_reads_no_clock_chance_file_socket_or_setting(path: Path) -> None:
    """G6."""
    tree = ast.parse(path.read_text())
    names = {name.split(".")[0] for name in imported(tree)}
    calls = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    plain = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}

    assert not names & IMPURE
    assert not calls & {"now", "utcnow", "today", "getenv", "environ", "read_text", "read_bytes"} - {"now"}
    assert not plain & {"open", "print", "input"}
    assert "datetime.now(" not in path.read_text()


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_imports_stand_at_the_top_and_errors_are_caught_by_name(path: Path) -> None:
    room, tree = room_of(path), ast.parse(path.read_text())
    inner = [
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    caught = [
        n.type.id if isinstance(n.type, ast.Name) else n.type
        for n in ast.walk(tree)
        if isinstance(n, ast.ExceptHandler)
    ]

    assert room == "cli" or not inner
    assert None not in caught
    assert "Exception" not in caught or room in ("pipeline", "store")


def test_no_module_takes_part_in_a_cycle() -> None:
    graph = {}
    for path in FILES:
        name = ".".join(("mailbot", *path.relative_to(HOUSE).with_suffix("").parts)).removesuffix(".__init__")
        graph[name] = {i for i in imported(ast.parse(path.read_text())) if i.startswith("mailbot.")}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name in graph and name not in done:
            for other in graph[name]:
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())
