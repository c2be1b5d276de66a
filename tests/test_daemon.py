"""The daemon's parts are built, started and stopped in order."""

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mailbot.clock import MovedClock
from mailbot.config import load
from mailbot.core.mail import Envelope
from mailbot.daemon import Daemon
from mailbot.errors import MailbotError
from mailbot.store import inbox
from mailbot.store.database import open_store
from mailbot.transport.imap_in import ImapPoller
from mailbot.transport.imap_login import Account
from mailbot.wire.parse import parse
from tests.rig.imap_door import Desk, Memory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONFIG = """
[store]
url = "sqlite:///test.db"
[listen]
smtp = "127.0.0.1:0"
[relay]
maildir = "out"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
"""
RAW = b"From: kunde@example.net\r\nTo: support@example.org\r\nMessage-ID: <1@x>\r\n\r\nGuten Tag\r\n"


def test_what_a_killed_daemon_had_claimed_is_decided_at_the_next_start_and_not_when_its_lease_ends(
    tmp_path: Path,
) -> None:
    config = tmp_path / "mailbot.toml"
    config.write_text(CONFIG)
    store = open_store(f"sqlite:///{tmp_path}/test.db", exclusive=True)
    store.migrate()
    envelope = Envelope("kunde@example.net", ("support@example.org",), NOW)
    store.write(lambda conn: inbox.add(conn, "support@example.org", envelope, RAW))
    assert store.write(lambda conn: inbox.claim(conn, NOW, limit=9, lease=timedelta(minutes=10)))
    store.close()

    async def again() -> dict[str, int]:
        clock = MovedClock(NOW)
        daemon = Daemon(load(config), clock=clock, bell=clock)
        await daemon.start()
        await daemon.settle()
        counts = daemon.store.read(inbox.audit)
        await daemon.stop()
        return counts

    assert asyncio.run(again())["applied"] == 1


def test_a_template_in_the_administrators_folder_comes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "own" / "de").mkdir(parents=True)
    (tmp_path / "own" / "de" / "acknowledgement.md.j2").write_text("Subject: [{{ reference }}] Moin\n\nAlles da.\n")
    (tmp_path / "mailbot.toml").write_text(f'templates = "{tmp_path}/own"\n{CONFIG}')

    async def answered() -> bytes:
        clock = MovedClock(NOW)
        daemon = Daemon(load(tmp_path / "mailbot.toml"), clock=clock, bell=clock)
        await daemon.start()
        await daemon.accept(Envelope("kunde@example.net", ("support@example.org",), NOW), RAW)
        await daemon.settle()
        await daemon.stop()
        (mail,) = (tmp_path / "out" / "new").iterdir()
        return mail.read_bytes()

    mail = parse(asyncio.run(answered()))

    assert mail.subject.endswith("] Moin")
    assert mail.text.strip().endswith("Alles da.")


class Manager:
    """The other end of NOTIFY_SOCKET: what the daemon tells it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, watchdog_seconds: float) -> None:
        self.path = Path(f"/tmp/mb-{os.getpid()}-{id(self)}.notify")  # socket names are short
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(str(self.path))
        self.sock.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(self.path))
        monkeypatch.setenv("WATCHDOG_USEC", str(int(watchdog_seconds * 1_000_000)))

    async def hears(self) -> str:
        return (await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.sock, 100), 10)).decode()

    def close(self) -> None:
        self.sock.close()
        self.path.unlink()


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    here = Manager(monkeypatch, 0.3)
    yield here
    here.close()


def built(folder: Path) -> Daemon:
    config = folder / "mailbot.toml"
    config.write_text(CONFIG)
    return Daemon(load(config))


@pytest.mark.parametrize("stalled", ["process", "drain"])
def test_the_watchdog_is_not_fed_while_a_loop_stalls(
    stalled: str, tmp_path: Path, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()

    def hold_up(*_: object, **__: object) -> int:
        free.wait(20)
        return 0

    async def hold_up_softly(*_: object, **__: object) -> int:
        return await asyncio.to_thread(hold_up)

    monkeypatch.setattr("mailbot.daemon.ALLOWED_SECONDS", {"decide": 0.5, "send": 0.5})
    monkeypatch.setattr(f"mailbot.daemon.{stalled}", hold_up if stalled == "process" else hold_up_softly)

    async def whole() -> None:
        daemon = built(tmp_path)
        with capture_logs() as logs:
            await daemon.start()
            while not [line for line in logs if line["event"] == "daemon.stalled"]:
                await asyncio.sleep(0.05)
            while True:  # what was said before the loop was late
                try:
                    manager.sock.recv(100)
                except BlockingIOError:
                    break
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(manager.hears(), 0.5)
            free.set()
            assert await manager.hears() == "WATCHDOG=1"
            await daemon.stop()

    asyncio.run(whole())


def test_an_account_whose_thread_died_ends_the_daemon(tmp_path: Path, manager: Manager) -> None:
    async def whole() -> None:
        daemon = built(tmp_path)
        poller = ImapPoller(Account("127.0.0.1", 9, "none", "u", "p", key="k"), door=Desk(), memory=Memory())
        poller._thread = threading.Thread(target=lambda: None)
        poller.start()
        run = asyncio.create_task(daemon.run(asyncio.Event()))
        while not daemon.listeners:
            await asyncio.sleep(0.01)
        daemon.pollers = [poller]
        with pytest.raises(MailbotError, match="the thread that reads k died"):
            await asyncio.wait_for(run, 20)

    asyncio.run(whole())


def test_an_address_that_is_taken_is_one_clear_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = tmp_path / "mailbot.toml"
        config.write_text(CONFIG.replace("127.0.0.1:0", f"127.0.0.1:{taken.getsockname()[1]}"))
        with pytest.raises(MailbotError, match=r"listen\.smtp = .*cannot listen there"):
            asyncio.run(Daemon(load(config)).run(asyncio.Event()))

    asyncio.run(_starts_and_stops(config))  # nothing was left locked


async def _starts_and_stops(config: Path) -> None:
    daemon = Daemon(load(config))
    await daemon.start()
    await daemon.stop()
