"""Wrong settings: all problems at once, each with file, line, key, value and remedy."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.config import ConfigProblems, examine, load, store_url

#: NN-what.toml, and beside it NN-what.expected: every line that is printed, and no other
BROKEN = sorted((Path(__file__).parent / "configs").glob("*.toml"))
GOOD = """
[store]
url = "sqlite:///x.db"
[listen]
smtp = "127.0.0.1:8025"
[relay]
host = "mail.example.org"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
[[agent]]
address = "anna@example.org"
name = "Anna"
hours = "mon-fri 09:00-17:00"
"""


def expected(path: Path) -> list[str]:
    return path.with_suffix(".expected").read_text("utf-8").splitlines()


def told(text: str, path: Path) -> list[str]:
    """What was printed, without the folder that this checkout is in."""
    return text.replace(f"{path.parent}{os.sep}", "").splitlines()


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_check_names_every_problem_of_a_file_with_its_line_and_remedy(path: Path) -> None:
    path.chmod(0o644)

    found = CliRunner().invoke(app, ["--config", str(path), "check"])

    assert found.exit_code == 78
    assert told(found.output, path) == [f"error: {line}" for line in expected(path)]


def test_there_are_files_for_every_reason_and_none_without_its_expected_problems() -> None:
    assert len(BROKEN) >= 10
    assert all(expected(path) for path in BROKEN)


def test_run_refuses_with_the_same_words_and_status_as_check() -> None:
    path = next(p for p in BROKEN if p.stem == "03-wrong-kinds")
    command = [sys.executable, "-m", "mailbot", "--config", str(path), "run"]

    found = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert found.returncode == 78
    assert told(found.stderr, path) == [f"mailbot: {line}" for line in expected(path)]


def test_check_as_json_is_one_problem_a_line() -> None:
    path = next(p for p in BROKEN if p.stem == "02-ports")

    found = CliRunner().invoke(app, ["--config", str(path), "check", "--json"])

    rows = [json.loads(line) for line in found.output.splitlines()]
    assert [(row["level"], row["line"], row["key"], row["value"]) for row in rows] == [
        ("error", 6, "relay.port", 70000),
        ("error", 15, "imap[2].port", 0),
    ]


def test_a_file_that_is_not_there_or_not_readable_is_named(tmp_path: Path) -> None:
    for path, remedy in ((tmp_path / "none.toml", "no such file"), (tmp_path, "cannot be read")):
        (problem,) = examine(path).problems

        assert (problem.key, problem.value) == ("--config", str(path))
        assert remedy in problem.hint


def test_the_good_one_is_good(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD)
    found = examine(path)

    assert found.problems == ()
    assert [w.key for w in found.warnings] == [
        "desk[1].manager",
        "promise[2].warn",
        "escalation.reviewer",
        "trust.authserv_id",
    ]
    assert found.warnings[0].line == 8


def test_a_password_comes_from_a_credential_or_from_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD.replace('host = "mail', 'user = "u"\npassword = "geheim"\nhost = "mail'))
    path.chmod(0o644)
    with pytest.raises(ConfigProblems, match="chmod 600") as caught:
        load(path)
    assert "geheim" not in str(caught.value)
    assert load(path, secrets=False).relay.password == ""

    (tmp_path / "credentials").mkdir()  # beside the configuration, where the unit reads them too
    (tmp_path / "credentials" / "relay-password").write_text("besser\n")
    assert load(path).relay.password == "besser"

    (tmp_path / "credentials" / "relay-password").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigProblems, match="cannot be read"):
        load(path)


def test_a_token_logs_in_without_a_password(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    account = '[[imap]]\nhost = "imap.example.org"\nuser = "support@example.org"\n'
    path.write_text(GOOD + account + 'oauth_token_file = "run/token"\n')
    assert load(path).imaps[0].oauth_token_file == tmp_path / "run" / "token"

    (tmp_path / "stored").mkdir()
    stored = tmp_path / "stored" / "credentials_imap-token-support@example.org"
    stored.write_text("ya29\n")
    assert load(path, tmp_path / "stored").imaps[0].oauth_token_file == stored


def test_whoever_looks_inside_needs_no_more_than_the_store_of_a_configuration(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD.replace("complaints-24h", "nonsense"))

    assert store_url(path) == f"sqlite:///{tmp_path}/x.db"


def test_a_policy_and_a_template_of_the_administrator_come_before_the_shipped_ones(tmp_path: Path) -> None:
    shipped = Path(__file__).parent.parent / "config" / "policies" / "complaints-24h.toml"
    mine = tmp_path / "mine"
    mine.mkdir()
    text = shipped.read_text("utf-8").replace('title.de = "', 'title.de = "Own: ')
    (mine / "complaints-24h.toml").write_text(text, "utf-8")
    path = tmp_path / "mailbot.toml"
    path.write_text('policies = "mine"\n' + GOOD)

    shown = CliRunner().invoke(app, ["--config", str(path), "policy", "show", "complaints-24h"]).output

    assert shown.startswith("Own: ")
    assert load(path).desks[0].policy.title["de"].startswith("Own: ")


def test_a_policy_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["policy", "show", "complaints-25h"])

    assert isinstance(found.exception, ConfigProblems)
    assert "item-support" in str(found.exception)


def test_every_shipped_file_is_in_order() -> None:
    root = Path(__file__).parent.parent / "config"

    assert examine(root / "mailbot.toml").problems == ()
    for policy in (root / "policies").glob("*.toml"):
        assert CliRunner().invoke(app, ["policy", "show", policy.stem]).exit_code == 0


def test_a_prepared_text_may_have_lines_and_is_missed_in_a_language_that_customers_speak(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD + '[[prepared]]\nname = "Foto"\nde = """\nGuten Tag,\n\nBitte."""\nen = "Hello"\n')
    found = examine(path)

    assert found.problems == ()
    assert [w for w in map(str, found.warnings) if "agents cannot use it in pl, ru" in w]
    assert load(path).prepared == {"foto": {"de": "Guten Tag,\n\nBitte.", "en": "Hello"}}
