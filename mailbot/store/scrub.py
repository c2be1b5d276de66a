"""Nothing that was deleted stays in a file of the store: it is written anew, and its log emptied."""

import time

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from mailbot.errors import TransientError
from mailbot.store.tables import METADATA

TRIES, PAUSE_SECONDS = 60, 0.5


def scrub(url: URL) -> None:
    """A running daemon waits meanwhile; TransientError where it does not let us."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as conn:
        _scrub(conn)


def _scrub(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        for table in METADATA.sorted_tables:
            conn.exec_driver_sql(f"VACUUM (FULL) {table.name}")
        return
    conn.exec_driver_sql("PRAGMA busy_timeout=30000")
    conn.exec_driver_sql("VACUUM")
    if not any(_emptied(conn) for _ in range(TRIES)):
        raise TransientError("the store is busy: what was deleted may still be in its log")


def _emptied(conn: Connection) -> bool:
    """Empties the log, or waits a moment: while another connection copies it, SQLite does not wait for us."""
    busy = conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        time.sleep(PAUSE_SECONDS)
    return not busy
