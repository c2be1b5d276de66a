"""A store for the length of one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from mailbot.config import Settings
from mailbot.store.database import Store, open_store


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The configured store, its schema up to date; works beside a running daemon."""
    store = open_store(settings.store_url)
    try:
        store.migrate()
        yield store
    finally:
        store.close()
