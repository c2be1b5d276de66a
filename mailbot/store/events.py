"""What the operator's command line asks of the running daemon."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.store.sql import claim_ids, count, insert
from mailbot.store.tables import EventRow, table

EVENT = table(EventRow)
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Event:
    """A wish of the operator; *finished_at* and *result* once the daemon has met it."""

    id: int
    kind: str
    detail: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None = None
    result: str = ""


WANTED = [EVENT.c[name] for name in Event.__dataclass_fields__]


def add_event(conn: Connection, kind: str, detail: dict[str, Any], now: datetime) -> int:
    """Asks; the number of the wish."""
    return insert(conn, EVENT, {"kind": kind, "detail": detail, "created_at": now, "result": ""})


def claim_events(conn: Connection, now: datetime, limit: int) -> tuple[Event, ...]:
    """Open wishes that nobody works on, oldest first."""
    free = sa.or_(EVENT.c.lease_until.is_(None), EVENT.c.lease_until <= now)
    query = sa.select(EVENT.c.id).where(EVENT.c.finished_at.is_(None), free).order_by(EVENT.c.id).limit(limit)
    ids = claim_ids(conn, query)
    conn.execute(sa.update(EVENT).where(EVENT.c.id.in_(ids)).values(lease_until=now + LEASE))
    rows = conn.execute(sa.select(*WANTED).where(EVENT.c.id.in_(ids)).order_by(EVENT.c.id))
    return tuple(Event(*row) for row in rows)


def waiting(conn: Connection) -> int:
    """The number of wishes that are not met."""
    return count(conn, EVENT, EVENT.c.finished_at.is_(None))


def unclaim(conn: Connection) -> int:
    """Gives back what a daemon that is gone had claimed; how many there were."""
    mine = sa.and_(EVENT.c.finished_at.is_(None), EVENT.c.lease_until.is_not(None))
    return conn.execute(sa.update(EVENT).where(mine).values(lease_until=None)).rowcount


def finish_event(conn: Connection, id: int, now: datetime, result: str) -> None:
    """Answers a wish."""
    conn.execute(sa.update(EVENT).where(EVENT.c.id == id).values(finished_at=now, lease_until=None, result=result))


def find_event(conn: Connection, id: int) -> Event | None:
    """The wish, answered or not."""
    row = conn.execute(sa.select(*WANTED).where(EVENT.c.id == id)).first()
    return Event(*row) if row is not None else None
