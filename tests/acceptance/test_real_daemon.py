"""The shipped daemon as a process, on the wall clock."""

import json
import signal
import smtplib
import subprocess
import sys
from contextlib import AbstractContextManager
from email import message_from_bytes
from pathlib import Path

from tests.rig.dovecot import PASSWORD, Dovecot, require
from tests.rig.ports import free_port, wait_for_port
from tests.rig.process import Process, ended, environment

CONFIG = """
[store]
url = "sqlite:///data/mailbot.db"
[listen]
smtp = "127.0.0.1:{port}"
[relay]
maildir = "out"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
"""
MAIL = "From: kunde{n}@example.net\r\nTo: support@example.org\r\nSubject: Frage {n}\r\nMessage-ID: <{n}@example.net>\r\n\r\nGuten Tag, bitte helfen Sie mir.\r\n"


def daemon(folder: Path, config: Path) -> AbstractContextManager[Process]:
    command = [sys.executable, "-m", "mailbot", "--config", str(config), "run"]
    return ended(Process(command, folder, environment=environment()))


def mailbot(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mailbot", "--config", str(config), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def configured(folder: Path, more: str = "") -> tuple[Path, int]:
    port = free_port()
    path = folder / "mailbot.toml"
    path.write_text(CONFIG.replace("{port}", str(port)) + more)
    path.chmod(0o600)
    return path, port


def send(port: int, *numbers: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for n in numbers:
            smtp.sendmail(f"kunde{n}@example.net", ["support@example.org"], MAIL.replace("{n}", str(n)).encode())


def test_a_mail_is_acknowledged_by_the_shipped_daemon_and_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    config, port = configured(tmp_path)
    with daemon(tmp_path, config) as process:
        wait_for_port(port)
        send(port, 1)
        process.wait_for("outbox.sent")
        (written,) = (tmp_path / "out" / "new").iterdir()
        ack = message_from_bytes(written.read_bytes())
        cases = json.loads(mailbot(config, "cases", "--json").stdout)
        why = mailbot(config, "why", "<1@example.net>").stdout

        assert ack["Delivered-To"] == "kunde1@example.net"
        assert ack["In-Reply-To"] == "<1@example.net>"
        assert cases["reference"] in written.read_text()
        assert "applied by opens-case" in why
        assert mailbot(config, "case", cases["reference"]).returncode == 0
        assert mailbot(config, "outbox", "list").stdout.count("acknowledgement") == 1

    assert process.child.returncode == 0


def test_sighup_is_survived_and_told(tmp_path: Path) -> None:
    config, port = configured(tmp_path)
    with daemon(tmp_path, config) as process:
        process.wait_for("daemon.started")
        process.child.send_signal(signal.SIGHUP)
        (told,) = process.wait_for("reload.refused")
        send(port, 1)
        process.wait_for("outbox.sent")

    assert "read at start only" in str(told["remedy"])
    assert process.child.returncode == 0


def test_kill_9_after_250_loses_nothing_and_answers_nothing_twice(tmp_path: Path) -> None:
    """G1, G3, G10."""
    config, port = configured(tmp_path)
    with daemon(tmp_path, config) as process:
        wait_for_port(port)
        send(port, *range(30))
        process.child.kill()
    with daemon(tmp_path, config):
        wait_for_port(port)
        send(port, *range(31))  # the client tries again, and writes one more
        outcomes = settled(config, 61)
    written = [message_from_bytes(path.read_bytes()) for path in (tmp_path / "out" / "new").iterdir()]
    answered = [m["In-Reply-To"] for m in written]

    assert (outcomes["applied"], outcomes["duplicate"], outcomes["open"]) == (31, 30, 0)
    assert len(mailbot(config, "cases", "--json").stdout.splitlines()) == 31
    assert len({m["Message-ID"] for m in written}) == len(set(answered)) <= 31


def settled(config: Path, number: int) -> dict[str, int]:
    """The outcomes, once all of *number* mails have one; each look is a process of its own, so it takes its time."""
    for _ in range(40):
        outcomes: dict[str, int] = json.loads(mailbot(config, "audit", "--json").stdout)
        if outcomes["open"] == 0 and sum(outcomes.values()) == number:
            return outcomes
    raise AssertionError(outcomes)


def test_mail_comes_in_by_imap_from_a_real_dovecot(tmp_path: Path) -> None:
    require()
    with Dovecot({"support@example.org": PASSWORD}) as dovecot:
        dovecot.deliver("support@example.org", MAIL.replace("{n}", "1").encode(), mail_from="kunde1@example.net")
        account = (
            f'[[imap]]\nhost = "127.0.0.1"\nport = {dovecot.imap}\nsecurity = "none"\nuser = "support@example.org"\n'
            f'password = "{PASSWORD}"\npoll_seconds = 2\nhistory = "process"\n'
        )
        config, _ = configured(tmp_path, account)
        with daemon(tmp_path, config) as process:
            process.wait_for("outbox.sent")
        (written,) = (tmp_path / "out" / "new").iterdir()

        assert b"Delivered-To: kunde1@example.net" in written.read_bytes()
        assert len(dovecot.messages("support@example.org", "mailbot/done")) == 1
        assert dovecot.messages("support@example.org") == []
