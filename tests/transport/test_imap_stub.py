"""IMAP in, against servers that refuse, hang, dribble and lie."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mailbot.transport import imap_in
from mailbot.transport.imap_folder import Attachment
from mailbot.transport.imap_in import ImapPoller
from mailbot.transport.imap_login import Account
from tests.rig.imap_door import Desk, Memory
from tests.rig.imap_stub import TOKEN, ImapStub

USER = "support@example.org"
MAIL = b"From: a@example.net\r\nSubject: %d\r\n\r\nHallo\r\n"


@contextmanager
def reading(stub: ImapStub, desk: Desk, token: Path, **changes: object) -> Iterator[ImapPoller]:
    token.touch()
    values: dict[str, object] = {"history": "process", "key": "k", "poll_seconds": 1, "token_file": token}
    memory = changes.pop("memory", None) or Memory()
    account = Account("127.0.0.1", stub.port, "none", USER, **{**values, **changes})  # type: ignore[arg-type]
    poller = ImapPoller(account, door=desk, memory=memory, first_pause=0.1, read_seconds=1.0)  # type: ignore[arg-type]
    poller.start()
    try:
        yield poller
    finally:
        poller.stop(20)


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "imap-token"
    path.write_text(f"{TOKEN}\n")
    return path


def test_a_right_token_logs_in_by_xoauth2(token: Path) -> None:
    desk = Desk()
    with ImapStub({1: MAIL % 1}) as stub, reading(stub, desk, token):
        assert desk.wait_for(1)

    assert stub.heard[1] == "AUTHENTICATE XOAUTH2"


def test_a_wrong_token_is_an_error_with_back_off_and_stops_no_other_account(tmp_path: Path, token: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("ya29.stale")
    other = Desk()
    with (
        ImapStub({1: MAIL % 1}) as stub,
        ImapStub({1: MAIL % 2}) as good,
        capture_logs() as logs,
        reading(stub, Desk(), wrong, key="bad"),
        reading(good, other, token),
    ):
        assert other.wait_for(1)
        _wait_until(lambda: len(_failures(logs)) >= 3)

    first, second, third = _failures(logs)[:3]
    assert first["log_level"] == "error"
    assert str(wrong) in first["error"]
    assert "Invalid credentials" in first["error"]
    assert '"status": "400"' in first["error"]
    assert "ya29.stale" not in str(logs)
    assert first["retry_seconds"] < second["retry_seconds"] < third["retry_seconds"]


def test_a_token_that_is_renewed_in_its_file_is_used_at_the_next_try(tmp_path: Path) -> None:
    token, desk = tmp_path / "token", Desk()
    token.write_text("ya29.stale")
    with ImapStub({1: MAIL % 1}) as stub, reading(stub, desk, token) as poller:
        _wait_until(lambda: "refused" in poller.last_error)
        token.write_text(TOKEN)
        assert desk.wait_for(1)


@pytest.mark.parametrize("silent_at", ["AUTHENTICATE", "SELECT", "UID SEARCH"])
def test_a_server_that_hangs_is_given_up_and_the_mail_flows_afterwards(silent_at: str, token: Path) -> None:
    desk, hung = Desk(), threading.Event()

    def hang(_sock: socket.socket, _tag: str, command: str) -> bool:
        if hung.is_set() or not command.startswith(silent_at):
            return False
        hung.set()
        return True

    with ImapStub({1: MAIL % 1}) as stub:
        stub.bend = hang
        with reading(stub, desk, token) as poller:
            assert desk.wait_for(1)

    assert hung.is_set()
    assert "timed out" in poller.last_error


def test_a_server_that_accepts_and_never_greets_is_given_up(token: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as dead, ImapStub() as stub:
        stub.port, real = dead.getsockname()[1], stub.port
        with reading(stub, Desk(), token) as poller:
            _wait_until(lambda: "timed out" in poller.last_error)
        stub.port = real


def test_a_server_that_dribbles_is_cut_off_from_outside(token: Path) -> None:
    desk, dribbling = Desk(), threading.Event()

    def dribble(sock: socket.socket, _tag: str, command: str) -> bool:
        if dribbling.is_set() or not command.startswith("SELECT"):
            return False
        dribbling.set()
        for _ in range(100):
            sock.sendall(b"* OK wait\r\n")
            time.sleep(0.2)
        return True

    with ImapStub({1: MAIL % 1}) as stub:
        stub.bend = dribble
        with reading(stub, desk, token) as poller:
            assert dribbling.wait(10)
            assert not poller.is_overdue(time.monotonic())
            assert poller.is_overdue(time.monotonic() + 3600)
            assert not poller.has_died()
            poller.cut()
            assert desk.wait_for(1, seconds=5)


@pytest.mark.parametrize(
    "body", [b"* 1 FETCH (UID 1 BODY[] NIL)\r\n", b"* 1 FETCH (UID 1)\r\n", b'* 1 FETCH (UID 1 BODY[] "")\r\n', b""]
)
def test_a_mail_that_the_server_does_not_hand_out_is_told_and_the_next_one_comes(body: bytes, token: Path) -> None:
    desk = Desk()

    def hold_back(sock: socket.socket, tag: str, command: str) -> bool:
        if command != "UID FETCH 1 (BODY.PEEK[])":
            return False
        sock.sendall(body + f"{tag} OK done\r\n".encode())
        return True

    with ImapStub({1: MAIL % 1, 2: MAIL % 2}) as stub:
        stub.bend = hold_back
        with reading(stub, desk, token):
            assert desk.wait_for(1)

    assert desk.got == [MAIL % 2]
    assert [why for _, why in desk.refused] == ["the server does not hand it out"]
    assert b"Subject: 1" in desk.refused[0][0]


def test_a_mail_that_vanishes_while_it_is_fetched_is_nobodys_loss(token: Path) -> None:
    desk, stub = Desk(), ImapStub({1: MAIL % 1, 2: MAIL % 2})

    def expunge(sock: socket.socket, tag: str, command: str) -> bool:
        if command != "UID FETCH 1 (BODY.PEEK[])":
            return False
        del stub.mails[1]
        sock.sendall(f"* 1 EXPUNGE\r\n{tag} OK done\r\n".encode())
        return True

    stub.bend = expunge
    with stub, reading(stub, desk, token):
        assert desk.wait_for(1)

    assert desk.got == [MAIL % 2]
    assert desk.refused == []


@pytest.mark.parametrize(
    "nonsense",
    [
        b"* SEARCH 1 1 1\r\n",
        b"* SEARCH x y\r\n",
        b"* SEARCH 1\r\n* BYE gone\r\n",
        b"* LIST (((\r\n",
        b"* 1 FETCH (UID {99999999999\r\n",
        b"\xff\xfe\r\n",
        b"* SEARCH 1 77\r\n",
    ],
)
def test_nonsense_loses_nothing_and_ends_in_no_endless_loop(nonsense: bytes, token: Path) -> None:
    desk, told = Desk(), threading.Event()

    def lie(sock: socket.socket, tag: str, command: str) -> bool:
        if told.is_set() or not command.startswith("UID SEARCH"):
            return False
        told.set()
        sock.sendall(nonsense + f"{tag} OK done\r\n".encode())
        return True

    with ImapStub({1: MAIL % 1}) as stub:
        stub.bend = lie
        with reading(stub, desk, token):
            assert desk.wait_for(1)

    assert desk.got == [MAIL % 1]


def test_a_mailbox_made_anew_under_the_same_uidvalidity_hides_no_mail(token: Path) -> None:
    """RFC 3501 forbids it and it happens: the UIDs begin again at 1."""
    desk, memory = Desk(), Memory()
    memory.places["k"] = Attachment(7, 500, datetime(2026, 3, 1, tzinfo=UTC))
    with ImapStub({1: MAIL % 1}) as stub, reading(stub, desk, token, memory=memory, history="ignore"):
        assert desk.wait_for(1)
        _wait_until(lambda: memory.places["k"].last_uid == 1)


def test_lone_line_feeds_are_made_line_ends(token: Path) -> None:
    desk = Desk()
    with ImapStub({1: b"Subject: 1\n\nHallo\rWelt\r\n"}) as stub, reading(stub, desk, token):
        assert desk.wait_for(1)

    assert desk.got == [b"Subject: 1\r\n\r\nHallo\r\nWelt\r\n"]


def test_an_account_that_fails_for_long_is_an_error_and_no_more_a_warning(
    token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-11."""
    monkeypatch.setattr(imap_in, "ALARM_SECONDS", 0.3)
    with ImapStub() as stub:
        pass  # nobody listens there any more
    with capture_logs() as logs, reading(stub, Desk(), token, key="bad"):
        _wait_until(lambda: [line["log_level"] for line in _failures(logs)][-1:] == ["error"])

    assert _failures(logs)[0]["log_level"] == "warning"


def _failures(logs: list[dict[str, object]]) -> list[dict[str, object]]:
    return [line for line in logs if line["event"] == "imap.failed" and line["account"] == "bad"]


def _wait_until(true: object, seconds: float = 15.0) -> None:
    """Looks again and again; only for what sets no event."""
    assert callable(true)
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
