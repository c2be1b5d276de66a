"""Broken policies: every mistake is told with file, line, key, value and remedy; none hides another.

`tests/configs/policies/NAME.toml` is broken in one way, `NAME.expected` is what `mailbot check` says of it, and
`NAME.people.toml` the configuration, where the people matter.
"""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailbot.calendars import undecreed_years
from mailbot.cli import app
from mailbot.config import examine
from mailbot.policies import load_policy_file

FOLDER = Path(__file__).parent.parent / "configs" / "policies"
SHIPPED = sorted((Path(__file__).parent.parent.parent / "config" / "policies").glob("*.toml"))
NAMES = sorted(path.stem for path in FOLDER.glob("*.expected"))
BROKEN = [name for name in NAMES if (FOLDER / f"{name}.expected").read_text().startswith("error")]


def configuration(name: str, tmp_path: Path) -> Path:
    own = FOLDER / f"{name}.people.toml"
    text = (own if own.is_file() else FOLDER / "mailbot.toml").read_text()
    path = tmp_path / "mailbot.toml"
    path.write_text(text.replace('"POLICY"', json.dumps(str(FOLDER / f"{name}.toml"))))
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_policy_is_told_with_line_key_value_and_remedy(name: str, tmp_path: Path) -> None:
    found = examine(configuration(name, tmp_path))

    told = [f"error: {p}" for p in found.problems] + [f"warning: {w}" for w in found.warnings]

    expected = (FOLDER / f"{name}.expected").read_text().splitlines()
    assert [line.replace(f"{FOLDER}/", "") for line in told] == expected


def test_every_file_has_what_is_expected_of_it() -> None:
    policies = {p.stem for p in FOLDER.glob("*.toml") if p.stem != "mailbot" and not p.stem.endswith(".people")}

    assert policies == set(NAMES)
    assert len(BROKEN) >= 50


def test_all_of_them_at_once_are_told_with_status_78(tmp_path: Path) -> None:
    text = (FOLDER / "mailbot.toml").read_text()
    head, _, rest = text.partition("[[desk]]")
    tables = [f'[[desk]]\naddress = "{n}@example.org"\nname = "{n}"\npolicy = "{FOLDER / n}.toml"\n\n' for n in BROKEN]
    path = tmp_path / "mailbot.toml"
    path.write_text(head + "".join(tables) + rest[rest.index("[[agent]]") :])

    found = CliRunner().invoke(app, ["--config", str(path), "check", "--json"])

    rows = [json.loads(line) for line in found.output.splitlines()]
    errors = [row for row in rows if row["level"] == "error"]
    assert found.exit_code == 78
    assert {Path(row["file"]).stem for row in errors} == set(BROKEN)
    assert len(errors) == sum(len((FOLDER / f"{n}.expected").read_text().splitlines()) for n in BROKEN)


def test_templates_are_told_with_the_rest_and_know_the_promises_of_the_desks(tmp_path: Path) -> None:
    config = tmp_path / "mailbot.toml"
    text = (FOLDER / "mailbot.toml").read_text().replace('"POLICY"', '"item-support"')
    config.write_text('templates = "words"\n' + text)
    (tmp_path / "words" / "de").mkdir(parents=True)
    mail = "Subject: [{{ reference }}] Stand\n\n{{ stage | stage }}{{ frist }}\n{{ 'resolution' | promise }}: 3 Tage\n"
    (tmp_path / "words" / "de" / "status.md.j2").write_text(mail)

    found = CliRunner().invoke(app, ["--config", str(config), "check", "--json"])

    rows = [json.loads(line) for line in found.output.splitlines()]
    place = {"file": str(tmp_path / "words" / "de" / "status.md.j2"), "key": "de/status.md.j2"}
    told = [
        (r["level"], r["line"], r["value"]) for r in rows if r["file"] == place["file"] and r["key"] == place["key"]
    ]
    assert found.exit_code == 78
    assert told == [("error", 3, "frist"), ("error", 4, "resolution"), ("warning", 4, "3 Tage")]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_a_shipped_policy_is_in_order(path: Path, tmp_path: Path) -> None:
    config = tmp_path / "mailbot.toml"
    config.write_text((FOLDER / "mailbot.toml").read_text().replace('"POLICY"', json.dumps(str(path))))

    found = examine(config)

    assert found.problems == ()
    assert [w for w in found.warnings if w.file == str(path) and not w.key.endswith(("team", "reviewer"))] == []


FIRST = next(year for year in range(2026, 2100) if undecreed_years("RU", (year,)))


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(FIRST - 1, 6, 1), ()),
        (date(FIRST - 1, 12, 20), (FIRST,)),
        (date(FIRST, 1, 10), (FIRST,)),
        (date(FIRST, 12, 29), (FIRST, FIRST + 1)),
    ],
)
def test_days_off_that_are_not_decreed_yet_are_warned_of_in_the_years_that_promises_reach(
    today: date, years: tuple[int, ...]
) -> None:
    path = next(p for p in SHIPPED if p.stem == "four-day-week")

    line = path.read_text().splitlines().index('holidays = "RU"') + 1

    file = load_policy_file(path, today=today)

    assert file.problems == ()
    assert [(w.key, w.line) for w in file.warnings] == [("calendar.holidays", line)] * len(years)
    assert all(f"moves in {year}" in w.hint for year, w in zip(years, file.warnings, strict=True))
