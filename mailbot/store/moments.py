"""The moments at which a case wants to be looked at; each fires at most once (G7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.store.sql import claim_ids, insert_missing
from mailbot.store.tables import MomentRow, table

MOMENT = table(MomentRow)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that has come."""

    id: int
    reference: str
    key: str
    at: datetime


def plan(conn: Connection, reference: str, wanted: Mapping[str, datetime]) -> None:
    """Makes the unfired moments of the case those *wanted*; what fired never comes back."""
    mine = sa.and_(MOMENT.c.reference == reference, MOMENT.c.fired_at.is_(None))
    rows = conn.execute(sa.select(MOMENT.c.id, MOMENT.c.key, MOMENT.c.at).where(mine)).all()
    gone = [row.id for row in rows if wanted.get(row.key) != row.at]
    if gone:
        conn.execute(sa.delete(MOMENT).where(MOMENT.c.id.in_(gone), MOMENT.c.fired_at.is_(None)))
    known = {(row.key, row.at) for row in rows}
    new = [{"reference": reference, "key": key, "at": at} for key, at in wanted.items() if (key, at) not in known]
    insert_missing(conn, MOMENT, new)


def claim_due(conn: Connection, now: datetime, *, limit: int, lease: timedelta) -> tuple[Moment, ...]:
    """Moments that have come and that nobody works on, oldest first, taken until *lease* runs out."""
    free = sa.or_(MOMENT.c.lease_until.is_(None), MOMENT.c.lease_until <= now)
    due = sa.and_(MOMENT.c.fired_at.is_(None), MOMENT.c.at <= now, free)
    ids = claim_ids(conn, sa.select(MOMENT.c.id).where(due).order_by(MOMENT.c.at, MOMENT.c.id).limit(limit))
    if not ids:
        return ()
    conn.execute(sa.update(MOMENT).where(MOMENT.c.id.in_(ids)).values(lease_until=now + lease))
    taken = sa.select(MOMENT.c.id, MOMENT.c.reference, MOMENT.c.key, MOMENT.c.at).where(MOMENT.c.id.in_(ids))
    return tuple(Moment(*row) for row in conn.execute(taken.order_by(MOMENT.c.at, MOMENT.c.id)))


def fired(conn: Connection, id: int, now: datetime) -> bool:
    """Marks a moment as fired; False where it fired or was taken back meanwhile: there is nothing to do."""
    mine = sa.and_(MOMENT.c.id == id, MOMENT.c.fired_at.is_(None))
    return conn.execute(sa.update(MOMENT).where(mine).values(fired_at=now, lease_until=None)).rowcount == 1


def unclaim(conn: Connection) -> int:
    """Gives back what a daemon that is gone had claimed; how many there were."""
    mine = sa.and_(MOMENT.c.fired_at.is_(None), MOMENT.c.lease_until.is_not(None))
    return conn.execute(sa.update(MOMENT).where(mine).values(lease_until=None)).rowcount


def next_at(conn: Connection) -> datetime | None:
    """When the next moment comes, or a claimed one may be claimed again."""
    free = sa.select(sa.func.min(MOMENT.c.at)).where(MOMENT.c.fired_at.is_(None), MOMENT.c.lease_until.is_(None))
    taken = sa.select(sa.func.min(MOMENT.c.lease_until)).where(MOMENT.c.lease_until.is_not(None))
    found = conn.execute(sa.select(free.scalar_subquery(), taken.scalar_subquery())).one()
    return min((at for at in found if at is not None), default=None)
