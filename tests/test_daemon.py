"""The daemon's parts are built, started and stopped in order."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.clock import MovedClock
from mailbot.config import load
from mailbot.core.mail import Envelope
from mailbot.daemon import Daemon
from mailbot.store import inbox
from mailbot.store.database import open_store

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
