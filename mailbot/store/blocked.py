"""The addresses whose mail agents do not want: it is kept and suppressed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.core.mail import identity
from mailbot.store.sql import insert_once
from mailbot.store.tables import BlockedRow, clean, table

BLOCKED = table(BlockedRow)


def block(conn: Connection, address: str, by: str, now: datetime) -> None:
    """From now on; who blocked it first stays on record."""
    insert_once(conn, BLOCKED, {"address": clean(identity(address)), "blocked_by": by, "blocked_at": now})


def unblock(conn: Connection, address: str) -> bool:
    """Whether the address was blocked."""
    mine = BLOCKED.c.address == clean(identity(address))
    return conn.execute(sa.delete(BLOCKED).where(mine)).rowcount == 1


def since(conn: Connection, address: str) -> datetime | None:
    """When the address was blocked; None where it is not."""
    mine = BLOCKED.c.address == clean(identity(address))
    found: datetime | None = conn.execute(sa.select(BLOCKED.c.blocked_at).where(mine)).scalar_one_or_none()
    return found


def is_blocked(conn: Connection, address: str) -> bool:
    return since(conn, address) is not None


def everybody(conn: Connection) -> tuple[str, ...]:
    """Every blocked address, in alphabetical order."""
    return tuple(conn.execute(sa.select(BLOCKED.c.address).order_by(BLOCKED.c.address)).scalars())
