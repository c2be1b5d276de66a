"""A daemon in this process, on a moved clock, between a real Postfix and the mailboxes behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from mailbot.store import outbox
from mailbot.store.outbox import OutboxRecord
from mailbot.world import World
from tests.rig.dovecot import PASSWORD
from tests.rig.servers import ANNA, Servers

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONFIG = """
digest = false
send_delay_seconds = 0
[store]
url = "sqlite:///test.db"
[listen]
smtp = "127.0.0.1:0"
lmtp = "127.0.0.1:{desk}"
[relay]
host = "127.0.0.1"
port = {relay}
user = "mailbot@example.org"
password = "secret"
[[desk]]
address = "support@example.org"
name = "Beispiel GmbH"
policy = "{policy}"
manager = "lead@example.org"
[[agent]]
address = "anna@example.org"
name = "Anna"
languages = ["de"]
"""


@asynccontextmanager
async def desk(
    servers: Servers,
    folder: Path,
    *,
    password: str = PASSWORD,
    at: datetime = MONDAY,
    agent: str = ANNA,
    policy: str = "complaints-24h",
) -> AsyncIterator[World]:
    """A daemon on a moved clock whose mail leaves through the real smarthost."""
    config = CONFIG.format(desk=servers.desk_port, relay=servers.postfix.submission, policy=policy)
    (folder / "mailbot.toml").touch(mode=0o600)
    here = World(folder, at)
    await here.start(config.replace("secret", password).replace(ANNA, agent))
    try:
        yield here
    finally:
        await here.stop()


def rows(here: World) -> list[OutboxRecord]:
    """The outbox, oldest first."""
    return list(reversed(here.daemon.store.read(lambda conn: outbox.listing(conn, state=None, limit=500))))
