"""Single values by name."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.store.sql import insert_once, upsert
from mailbot.store.tables import MetaRow, table

META = table(MetaRow)
SECRET = "secret"


def get(conn: Connection, key: str, default: str = "") -> str:
    """The value, or *default*."""
    value = conn.execute(sa.select(META.c.value).where(META.c.key == key)).scalar_one_or_none()
    return default if value is None else str(value)


def starting(conn: Connection, prefix: str) -> dict[str, str]:
    """The values whose keys begin with *prefix*, by key."""
    rows = conn.execute(sa.select(META.c.key, META.c.value).where(META.c.key.startswith(prefix, autoescape=True)))
    return {row.key: row.value for row in rows}


def put(conn: Connection, key: str, value: str) -> None:
    """Sets the value."""
    upsert(conn, META, {"key": key, "value": value})


def secret(conn: Connection, make: Callable[[], str]) -> str:
    """The secret of this store, made by *make* the first time."""
    known = get(conn, SECRET)
    if not known:
        insert_once(conn, META, {"key": SECRET, "value": make()})
        known = get(conn, SECRET)
    return known


def advance(conn: Connection, key: str, value: str) -> bool:
    """Raises a known value to *value*; whether it was lower. One of many nodes that do this at once is told yes."""
    lower = sa.and_(META.c.key == key, META.c.value < value)
    return conn.execute(sa.update(META).where(lower).values(value=value)).rowcount == 1


def remove(conn: Connection, key: str) -> bool:
    """Whether there was a value to remove."""
    return conn.execute(sa.delete(META).where(META.c.key == key)).rowcount == 1


def put_once(conn: Connection, key: str, value: str) -> None:
    """Sets the value where there is none."""
    insert_once(conn, META, {"key": key, "value": value})
