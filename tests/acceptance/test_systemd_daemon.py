"""`mailbot run` as systemd runs it: sockets handed over, readiness told, the watchdog fed, the end announced."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig.process import environment

CONFIG = """
[store]
url = "sqlite:///data/mailbot.db"
[relay]
maildir = "out"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
"""
MAIL = "From: kunde@example.net\r\nTo: support@example.org\r\nMessage-ID: <1@example.net>\r\n\r\nGuten Tag, bitte helfen Sie mir.\r\n"


@pytest.fixture
def manager() -> Iterator[socket.socket]:
    path = Path(f"/tmp/mb-{os.getpid()}.manager")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(path))
        sock.settimeout(30)
        yield sock
    path.unlink()


def start(
    folder: Path, manager: socket.socket, sockets: tuple[socket.socket, ...], names: str
) -> subprocess.Popen[str]:
    """The daemon with *sockets* as file descriptors 3 and up; see sd_listen_fds(3)."""
    config = folder / "mailbot.toml"
    config.write_text(CONFIG)
    numbers = [sock.fileno() for sock in sockets]
    spare = [os.dup2(number, 90 + n) for n, number in enumerate(numbers)]

    def hand_over() -> None:
        for n, number in enumerate(spare):
            os.dup2(number, 3 + n)

    variables = environment(
        NOTIFY_SOCKET=str(manager.getsockname()),
        WATCHDOG_USEC="300000",
        LISTEN_FDS=str(len(sockets)),
        LISTEN_FDNAMES=names,
    )
    shell = f'LISTEN_PID=$$ WATCHDOG_PID=$$ exec {sys.executable} -m mailbot --config "{config}" run'
    try:
        return subprocess.Popen(
            ["/bin/sh", "-c", shell],
            cwd=folder,
            env=variables,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=hand_over,
            pass_fds=(*range(3, 3 + len(sockets)), *spare),
        )
    finally:
        for number in spare:
            os.close(number)


def heard(manager: socket.socket, until: str) -> list[str]:
    """What the daemon said up to and with *until*."""
    said = [manager.recv(100).decode()]
    while said[-1] != until:
        said.append(manager.recv(100).decode())
    return said


def ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    _, log = child.communicate(timeout=40)
    return child.returncode, log


def test_the_manager_hears_of_the_start_of_the_work_and_of_the_end(tmp_path: Path, manager: socket.socket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as smtp:
        child = start(tmp_path, manager, (smtp,), "smtp")
        before = heard(manager, "READY=1")
        with smtplib.SMTP("127.0.0.1", smtp.getsockname()[1]) as client:
            client.sendmail("kunde@example.net", ["support@example.org"], MAIL.encode())
        assert heard(manager, "WATCHDOG=1")[-1] == "WATCHDOG=1"
        assert heard(manager, "WATCHDOG=1") == ["WATCHDOG=1"]
        child.send_signal(signal.SIGTERM)
        after = heard(manager, "STOPPING=1")
        status, log = ended(child)

    assert set(before) <= {"READY=1", "WATCHDOG=1"}
    assert set(after) <= {"STOPPING=1", "WATCHDOG=1"}
    assert status == 0, log
    assert '"event": "daemon.stopped"' in log


def test_mail_that_comes_before_the_start_waits_in_the_socket(tmp_path: Path, manager: socket.socket) -> None:
    """Socket activation: no connection is refused while the daemon is down."""
    path = Path(f"/tmp/mb-{os.getpid()}.lmtp")
    with (
        socket.create_server(("127.0.0.1", 0)) as smtp,
        socket.socket(socket.AF_UNIX) as lmtp,
        socket.create_connection(smtp.getsockname(), timeout=30) as early,
    ):
        lmtp.bind(str(path))
        lmtp.listen()
        child = start(tmp_path, manager, (smtp, lmtp), "smtp:lmtp")
        try:
            greeting = early.recv(100)
            with smtplib.LMTP(str(path)) as client:
                refused = client.sendmail("kunde@example.net", ["support@example.org"], MAIL.encode())
        finally:
            child.send_signal(signal.SIGTERM)
            path.unlink()
            status, log = ended(child)

    assert greeting.startswith(b"220 ")
    assert refused == {}
    assert status == 0, log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_changes_nothing_about_a_clean_end(tmp_path: Path, manager: socket.socket, number: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as smtp:
        child = start(tmp_path, manager, (smtp,), "smtp")
        heard(manager, "READY=1")
        child.send_signal(number)
        child.send_signal(number)
        status, log = ended(child)

    assert status == 0, log
    assert "Traceback" not in log
