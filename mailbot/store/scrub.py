"""Nothing that was deleted stays in a file of the store: it is written anew, and its log emptied."""

from sqlalchemy.engine import Connection

from mailbot.errors import TransientError
from mailbot.store.tables import METADATA


def scrub(conn: Connection) -> None:
    """*conn* commits by itself. A running daemon waits meanwhile; TransientError where it does not let us."""
    if conn.dialect.name == "postgresql":
        for table in METADATA.sorted_tables:
            conn.exec_driver_sql(f"VACUUM (FULL) {table.name}")
        return
    conn.exec_driver_sql("PRAGMA busy_timeout=30000")
    conn.exec_driver_sql("VACUUM")
    busy = conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise TransientError("the store is busy: what was deleted may still be in its log")
