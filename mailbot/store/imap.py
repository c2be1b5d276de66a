"""How far each IMAP folder has been read."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.store.sql import upsert
from mailbot.store.tables import ImapRow, table

IMAP = table(ImapRow)


@dataclass(frozen=True, slots=True)
class Attached:
    """Where reading a folder goes on."""

    uidvalidity: int
    last_uid: int
    attached_at: datetime


def attached(conn: Connection, key: str) -> Attached | None:
    """The state of a folder; None before it was first read."""
    wanted = (IMAP.c.uidvalidity, IMAP.c.last_uid, IMAP.c.attached_at)
    row = conn.execute(sa.select(*wanted).where(IMAP.c.key == key)).first()
    return Attached(*row) if row is not None else None


def save_imap(conn: Connection, key: str, uidvalidity: int, last_uid: int, attached_at: datetime) -> None:
    """Keeps the state of a folder."""
    values = {"key": key, "uidvalidity": uidvalidity, "last_uid": last_uid, "attached_at": attached_at}
    upsert(conn, IMAP, values)
