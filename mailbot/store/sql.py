"""The two statements that the databases spell differently: insert-or-leave and insert-or-replace."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def _insert(conn: Connection, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)


def insert_once(conn: Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Inserts unless a unique key is taken; whether the row is new."""
    return conn.execute(_insert(conn, table).values(**values).on_conflict_do_nothing()).rowcount == 1


def upsert(conn: Connection, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Inserts, or sets the given columns of the row that has the same primary key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    conn.execute(_insert(conn, table).values(**values).on_conflict_do_update(index_elements=keys, set_=rest))


def insert(conn: Connection, table: sa.Table, values: Mapping[str, Any]) -> int:
    """Inserts a row that is numbered by the database; its number."""
    key = conn.execute(sa.insert(table).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


def claim_ids(conn: Connection, query: sa.Select[int]) -> list[int]:
    """The ids that *query* finds, locked; rows that another node holds are passed over (a no-op on SQLite)."""
    return list(conn.execute(query.with_for_update(skip_locked=True)).scalars())


def count(conn: Connection, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    """The number of rows that meet all *conditions*."""
    return conn.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one()


def one_at_a_time(conn: Connection, what: str) -> None:
    """Until the transaction ends, no other node does *what* (PostgreSQL; SQLite has one writer anyway)."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"mailbot.{what}"))))
