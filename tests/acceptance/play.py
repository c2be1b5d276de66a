"""A story that is played on a whole daemon with a moved clock: who is there, and how it begins."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from mailbot.core.case import Case
from mailbot.core.mail import Mail
from mailbot.core.promise import Promise
from mailbot.world import World

DESK, CUSTOMER = "support@example.org", "kunde@example.net"
ANNA, BORIS, LEAD = "anna@example.org", "boris@example.org", "lead@example.org"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Story = Callable[[World], Awaitable[None]]

CONFIG = """
send_delay_seconds = 0
digest = false
{top}
[store]
url = "sqlite:///test.db"
[listen]
smtp = "127.0.0.1:0"
[relay]
host = "127.0.0.1"
port = {port}
security = "none"
[[desk]]
address = "support@example.org"
name = "Example Support"
policy = "{policy}"
manager = "lead@example.org"
"""
#: one of each kind: Anna answers, Boris reviews
TWO = """
[[agent]]
address = "anna@example.org"
name = "Anna"
languages = ["en"]
hours = "mon-fri 09:00-17:00"
[[agent]]
address = "boris@example.org"
name = "Boris"
languages = ["en"]
hours = "mon-fri 09:00-17:00"
reviewer = true
capacity = 1
"""
ONE = TWO.partition('[[agent]]\naddress = "boris')[0]


@asynccontextmanager
async def world(
    folder: Path,
    policy: str,
    agents: str = TWO,
    now: datetime = MONDAY,
    more: str = "",
    top: str = "",
    digest: bool = False,
) -> AsyncIterator[World]:
    here = World(folder, now)
    config = CONFIG.replace("{policy}", policy).replace("{top}", top)
    config = config.replace("digest = false", "digest = true") if digest else config
    await here.start(config + agents + more)
    try:
        yield here
    finally:
        await here.stop()


def play(
    folder: Path,
    story: Story,
    policy: str = "complaints-24h",
    *,
    agents: str = TWO,
    now: datetime = MONDAY,
    more: str = "",
    top: str = "",
    digest: bool = False,
) -> None:
    """Plays *story*; *agents* and *more* are TOML after the desk, *top* is TOML before the first table.

    Without *digest* an agent's newest mail is about a case.
    """

    async def whole() -> None:
        async with world(folder, policy, agents, now, more, top, digest) as here:
            await story(here)

    asyncio.run(whole())


def only_case(here: World) -> Case:
    (case,) = here.cases()
    return case


def newest(here: World, address: str) -> Mail:
    """The newest mail that *address* got."""
    return here.mails_to(address)[-1]


def promises(here: World, id: str) -> list[Promise]:
    """All promises of that id in the only case, in the order in which they were made."""
    return [p for p in only_case(here).promises if p.id == id]
