"""The two statements that the databases spell differently: insert-or-leave and insert-or-replace."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert_once(conn: Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Inserts unless a unique key is taken; whether the row is new."""
    return conn.execute(_once(conn.dialect.name, table), dict(values)).rowcount == 1


def insert_missing(conn: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows whose unique keys are free."""
    if rows:
        conn.execute(_once(conn.dialect.name, table), [dict(row) for row in rows])


def upsert(conn: Connection, table: sa.Table, *rows: Mapping[str, Any]) -> None:
    """Inserts, or sets the given columns of the rows that have the same primary keys; all rows name the same columns."""
    if rows:
        conn.execute(_replacing(conn.dialect.name, table, tuple(rows[0])), [dict(row) for row in rows])


def insert(conn: Connection, table: sa.Table, values: Mapping[str, Any]) -> int:
    """Inserts a row that is numbered by the database; its number."""
    key = conn.execute(_plain(table), dict(values)).inserted_primary_key
    return int(key[0]) if key else 0


# a statement is built once for each table: building one costs more than SQLite takes to run it


@cache
def _plain(table: sa.Table) -> sa.Insert:
    return sa.insert(table)


@cache
def _once(dialect: str, table: sa.Table) -> sa.Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _replacing(dialect: str, table: sa.Table, columns: Sequence[str]) -> sa.Insert:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in columns if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


def _insert(dialect: str, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


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
