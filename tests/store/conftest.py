"""A store of each kind: SQLite in a temporary folder, a database of its own on a private PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.store.database import Store, open_store
from tests.rig.postgres import cluster, new_database


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with cluster() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    sqlite = request.param == "sqlite"
    return f"sqlite:///{tmp_path}/x.db" if sqlite else new_database(request.getfixturevalue("server"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    opened.migrate()
    yield opened
    opened.close()
