"""The shipped units under a real systemd, on a machine of their own."""

import json
from collections.abc import Iterator

import pytest

from tests.rig.installed import Installed
from tests.rig.machine import Machine, machine, require

CONFIG = """
[listen]
hostname = "desk.example.org"
lmtp = "/run/mailbot/lmtp.sock"
[relay]
host = "127.0.0.1"
port = 9
user = "mailbot"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
"""
SEND = """
import smtplib
with smtplib.SMTP("127.0.0.1", 25, timeout=30) as smtp:
    smtp.sendmail("kunde@example.net", ["support@example.org"], b"Message-ID: <%d@x>\\r\\n\\r\\nGuten Tag, bitte helfen.\\r\\n")
"""


pytestmark = pytest.mark.once  # the units do not change with the interpreter


@pytest.fixture
def host(shipped: Installed) -> Iterator[Machine]:
    require()
    with machine(shipped) as here:
        etc = here.root / "etc" / "mailbot"
        (etc / "credentials").mkdir(parents=True)
        (etc / "mailbot.toml").write_text(CONFIG)
        (etc / "credentials" / "relay-password").write_text("geheim\n")
        (etc / "credentials" / "relay-password").chmod(0o600)
        drop = here.root / "etc" / "systemd" / "system" / "mailbot.service.d"
        drop.mkdir()
        (drop / "quick.conf").write_text("[Service]\nWatchdogSec=4\nRestartSec=200ms\n")
        assert here.run("systemd-sysusers").returncode == 0
        assert here.run("systemctl", "daemon-reload").returncode == 0
        yield here


def mailbot(host: Machine, *words: str) -> str:
    done = host.run("/opt/mailbot/bin/mailbot", *words)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def send(host: Machine, number: int) -> None:
    done = host.run("/usr/bin/python3", "-", stdin=SEND % number)
    assert done.returncode == 0, done.stderr + host.journal("mailbot.service")


def test_the_units_keep_mail_flowing_whatever_befalls_the_daemon(host: Machine) -> None:
    unit = "mailbot.service"
    assert host.run("systemctl", "start", "mailbot.socket").returncode == 0
    send(host, 1)  # the first connection starts the daemon
    host.wait_for(unit, "ActiveState", "active")
    assert host.property(unit, "User") == "mailbot"

    first = host.property(unit, "MainPID")
    host.run("kill", "-9", first)
    send(host, 2)  # nobody is refused while it is down
    host.wait_for(unit, "NRestarts", "1")

    host.wait_for(unit, "ActiveState", "active")
    host.run("kill", "-STOP", host.property(unit, "MainPID"))  # it hangs: the watchdog ends it
    host.wait_for(unit, "NRestarts", "2")
    send(host, 3)
    host.wait_for(unit, "ActiveState", "active")

    counts = json.loads(mailbot(host, "audit", "--json"))
    owners = {path.stat().st_uid for path in (host.root / "var" / "lib" / "mailbot").iterdir()}
    socket = host.run("stat", "-c", "%a %U %G", "/run/mailbot/lmtp.sock").stdout.split()
    assert host.run("systemctl", "stop", unit, "mailbot.socket").returncode == 0

    assert sum(counts.values()) == 3
    assert len(owners) == 1
    assert owners != {0}
    assert socket == ["660", "mailbot", "mailbot"]
    assert host.property(unit, "Result") == "success"
    assert "geheim" not in host.journal(unit)
    assert "Traceback" not in host.journal(unit)


def test_a_wrong_configuration_is_told_in_the_journal_and_not_tried_again_and_again(host: Machine) -> None:
    path = host.root / "etc" / "mailbot" / "mailbot.toml"
    path.write_text(CONFIG.replace("host =", "hots ="))

    host.run("systemctl", "start", "mailbot.service")
    host.wait_for("mailbot.service", "ActiveState", "failed")

    assert host.property("mailbot.service", "ExecMainStatus") == "78"
    assert host.property("mailbot.service", "NRestarts") == "0"
    assert "/etc/mailbot/mailbot.toml:6: relay.hots" in host.journal("mailbot.service")
