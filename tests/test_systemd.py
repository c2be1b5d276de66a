"""The unit is valid, hardened, and speaks with the manager."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from mailbot import systemd

UNITS = Path(__file__).parent.parent / "systemd"


def test_the_unit_is_valid(tmp_path: Path) -> None:
    for name in ("mailbot.service", "mailbot.socket"):
        text = (UNITS / name).read_text().replace("/opt/mailbot/bin/mailbot", "/bin/true")
        (tmp_path / name).write_text(text)

    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "mailbot.service"), str(tmp_path / "mailbot.socket")],
        capture_output=True,
        text=True,
    )

    assert [line for line in found.stderr.splitlines() if "mailbot" in line] == []


def test_the_unit_is_hardened_to_an_exposure_of_at_most_1_2() -> None:
    found = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=12", str(UNITS / "mailbot.service")],
        capture_output=True,
        text=True,
    )

    assert found.returncode == 0, found.stdout[-400:]


def test_the_manager_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(f"/tmp/mb-{os.getpid()}.notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(path))
        try:
            monkeypatch.setenv("NOTIFY_SOCKET", str(path))
            systemd.notify("READY=1")

            assert sock.recv(100) == b"READY=1"
        finally:
            path.unlink()


def test_the_watchdogs_interval_is_ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert systemd.watchdog_seconds() == 60.0

    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert systemd.watchdog_seconds() == 0.0


def test_a_socket_is_taken_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_PID", "1")
    assert systemd.listen_sockets() == {}
