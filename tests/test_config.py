"""Wrong settings: all problems at once, each with file, key, value and remedy."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.config import ConfigProblems, check, load

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

#: what is changed -> (key, remedy) that must be named
BROKEN = {
    "unknown-key": (('host = "mail', 'hots = "mail'), "relay.hots", "did you mean host?"),
    "unknown-table": (("[listen]", "[lisen]"), "lisen", "did you mean listen?"),
    "port-too-high": (('host = "mail', 'port = 70000\nhost = "mail'), "relay.port", "not a port"),
    "port-is-text": (('host = "mail', 'port = "587"\nhost = "mail'), "relay.port", "whole number"),
    "bad-security": (('host = "mail', 'security = "ssl"\nhost = "mail'), "relay.security", "starttls, tls, none"),
    "clear-password": (('host = "mail', 'security = "none"\nuser = "u"\nhost = "mail'), "relay.security", "clear text"),
    "no-way-out": (('host = "mail.example.org"', ""), "relay.host", "one way out"),
    "no-such-policy": (("complaints-24h", "complaints-25h"), "policy", "no such file"),
    "bad-address": (("support@example.org", "support at example"), "desk.address", "not an address"),
    "bad-hours": (("mon-fri 09:00-17:00", "9 to 5"), "agent.hours", "mon-fri 09:00-17:00"),
    "bad-store": (("sqlite:///x.db", "mysql://x"), "store.url", "postgresql://"),
    "bad-listen": (("127.0.0.1:8025", "127.0.0.1"), "listen.smtp", "127.0.0.1:8025"),
    "missing-name": (('name = "Support"\n', ""), "desk[1].name", "missing"),
    "single-brackets": (("[[desk]]", "[desk]"), "desk", "[[desk]]"),
    "not-toml": (("[store]", "[store"), "syntax", "not TOML"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_setting_names_itself_and_its_remedy(name: str, tmp_path: Path) -> None:
    (old, new), key, remedy = BROKEN[name]
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD.replace(old, new))

    with pytest.raises(ConfigProblems) as caught:
        load(path)

    assert any(
        (p.key == key and remedy in p.hint and str(path) in f"{p} {p.file}") or p.key == key == "policy"
        for p in caught.value.problems
    )


def test_all_problems_are_told_at_once_with_status_78(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(
        GOOD.replace('host = "mail', 'prot = 1\nport = 0\nhost = "mail').replace('name = "Anna"', "name = 7")
    )

    found = CliRunner().invoke(app, ["--config", str(path), "check"])

    assert found.exit_code == 78
    assert all(key in found.output for key in ("relay.prot", "relay.port", "agent[1].name"))


def test_the_good_one_is_good(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD)

    assert check(load(path))[0] == []


def test_a_password_that_others_can_read_is_refused_and_a_credential_wins(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD.replace('host = "mail', 'password = "geheim"\nhost = "mail'))
    path.chmod(0o644)
    with pytest.raises(ConfigProblems, match="chmod 600") as caught:
        load(path)
    assert "geheim" not in str(caught.value)

    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "relay-password").write_text("besser\n")
    assert load(path, tmp_path / "credentials").relay.password == "besser"


def test_a_desks_own_address_cannot_be_an_agents(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD.replace("anna@example.org", "support@example.org"))

    assert [p.key for p in check(load(path))[0]] == ["agent.address"]


def test_every_shipped_file_is_in_order() -> None:
    root = Path(__file__).parent.parent / "config"

    assert check(load(root / "mailbot.toml"))[0] == []
    for policy in (root / "policies").glob("*.toml"):
        assert CliRunner().invoke(app, ["policy", "show", policy.stem]).exit_code == 0


def test_a_token_logs_in_without_a_password(tmp_path: Path) -> None:
    path = tmp_path / "mailbot.toml"
    account = '[[imap]]\nhost = "imap.example.org"\nuser = "support@example.org"\n'
    path.write_text(GOOD + account + 'oauth_token_file = "run/token"\n')
    assert load(path).imaps[0].oauth_token_file == tmp_path / "run" / "token"

    (tmp_path / "credentials").mkdir()
    stored = tmp_path / "credentials" / "credentials_imap-token-support@example.org"
    stored.write_text("ya29\n")
    assert load(path, tmp_path / "credentials").imaps[0].oauth_token_file == stored
