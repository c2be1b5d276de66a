"""mailbot as it is shipped: a wheel in a fresh virtual environment, used from a folder that has nothing to do with it."""

import json
import subprocess
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.rig.installed import Installed
from tests.rig.process import environment

ROOT = Path(__file__).parents[1]


def run(shipped: Installed, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    variables = environment(PYTHONPATH="")
    return subprocess.run(
        [str(shipped.mailbot), *words], cwd=folder, env=variables, capture_output=True, text=True, timeout=120
    )


def test_the_demo_plays_from_anywhere(shipped: Installed, tmp_path: Path) -> None:
    played = run(shipped, tmp_path, "demo", "--fast")

    assert (played.returncode, played.stderr) == (0, "")
    assert "Every promise that was made" in played.stdout
    assert list(tmp_path.iterdir()) == []


def test_check_finds_the_built_in_try_out_in_order(shipped: Installed, tmp_path: Path) -> None:
    checked = run(shipped, tmp_path, "check")

    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.splitlines()[-1] in ("Everything is in order.", "No errors.")


def test_every_policy_and_template_is_in_the_wheel(shipped: Installed, tmp_path: Path) -> None:
    (data,) = (shipped.python.parents[1] / "lib").glob("python*/site-packages/mailbot/_data")
    for folder in ("config", "templates"):
        ours = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()}
        theirs = {path.relative_to(data / folder) for path in (data / folder).rglob("*") if path.is_file()}

        assert theirs == ours
    shown = run(shipped, tmp_path, "policy", "show", "complaints-24h")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "24" in shown.stdout


def test_the_administrators_own_templates_and_policies_come_first(shipped: Installed, tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    policy = (ROOT / "config" / "policies" / "complaints-24h.toml").read_text("utf-8")
    (tmp_path / "policies" / "complaints-24h.toml").write_text(
        policy.replace('within = "24 hours"', 'within = "25 hours"'), "utf-8"
    )
    (tmp_path / "words" / "en").mkdir(parents=True)
    (tmp_path / "words" / "en" / "help.md.j2").write_text("{{ nobody_gives_this }}", "utf-8")
    (tmp_path / "mailbot.toml").write_text(
        'templates = "words"\n[listen]\nsmtp = "127.0.0.1:0"\n[relay]\nmaildir = "out"\n'
        '[[desk]]\naddress = "support@example.org"\nname = "Support"\npolicy = "complaints-24h"\n'
    )
    due = ("policy", "due", "complaints-24h", "acknowledgement", "--from", "2026-03-02T09:00+00:00", "--json")
    ours = json.loads(run(shipped, tmp_path, "--config", "mailbot.toml", *due).stdout)
    theirs = json.loads(run(shipped, tmp_path, *due).stdout)
    checked = run(shipped, tmp_path, "--config", "mailbot.toml", "check")

    assert (ours["clock"], theirs["clock"]) == ("25 hours", "24 hours")
    assert checked.returncode == 78
    assert "nobody_gives_this" in checked.stdout


def test_what_the_wheel_asks_for_is_what_the_tests_ran_with() -> None:
    """A dependency that is used and not declared is found by the tests on the other interpreters, installed for real."""
    for text in requires("mailbot") or []:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            pytest.fail(f"{wanted.name} is asked for and not there")
        assert wanted.specifier.contains(found, prereleases=True), (text, found)
