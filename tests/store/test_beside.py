"""A store that is opened beside its daemon is looked at as it is, on SQLite and on PostgreSQL alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailbot.errors import MailbotError
from mailbot.store import inbox
from mailbot.store.database import open_beside, open_store
from tests.rig.postgres import cluster, new_database


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return new_database(request.getfixturevalue("server"))
    (tmp_path / "x.db").touch()
    return f"sqlite:///{tmp_path}/x.db"


def tables(url: str) -> list[str]:
    engine = sa.create_engine(url)
    try:
        return sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def migrated(url: str) -> None:
    store = open_store(url)
    store.migrate()
    store.close()


def test_an_empty_store_stays_empty(url: str) -> None:
    with pytest.raises(MailbotError, match="the store is empty"):
        open_beside(url)

    assert tables(url) == []


def test_a_store_of_this_version_is_opened_and_one_of_another_is_not(url: str) -> None:
    migrated(url)
    store = open_beside(url)
    assert store.read(inbox.audit)["open"] == 0
    store.close()

    engine = sa.create_engine(url)
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(MailbotError, match="newer mailbot"):
        open_beside(url)


def test_a_server_that_is_away_is_one_clear_line() -> None:
    with pytest.raises(MailbotError, match="the store is not available") as caught:
        open_beside("postgresql+psycopg://mailbot:geheim@127.0.0.1:1/mailbot")

    assert "geheim" not in str(caught.value)
