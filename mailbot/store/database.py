"""The store's connections: one writer thread with group commit, any number of readers."""

import fcntl
import os
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from mailbot.errors import MailbotError, TransientError
from mailbot.store.schema import check_version, upgrade
from mailbot.store.scrub import scrub

T = TypeVar("T")
BATCH = 64  #: jobs in one transaction at most
PRAGMAS = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
READING = ("busy_timeout=10000", "query_only=ON")  #: whoever only reads changes no file's journal either
SCRATCH = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=OFF")


class _BatchLost(Exception):
    """The transaction went away under a job: nothing of the batch is stored."""


class Store:
    """Owns the engines, the writer thread and the lock file."""

    def __init__(self, url: URL, lock: int | None, pragmas: tuple[str, ...] = PRAGMAS) -> None:
        self.engine = _engine(url, *pragmas, "foreign_keys=ON", begin="BEGIN IMMEDIATE")
        self._reader = _reader(url)
        self._url, self._pragmas = url, pragmas
        self._lock = lock
        self._jobs: queue.SimpleQueue[tuple[Callable[[Connection], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._writer = threading.Thread(target=self._run, name="mailbot-store", daemon=True)
        self._writer.start()

    @property
    def alone(self) -> bool:
        """Whether no other daemon can have this store open."""
        return self._lock is not None

    def migrate(self) -> None:
        """Brings the schema up to date; refuses one that a newer mailbot has written."""
        engine = _engine(self._url, *self._pragmas, "foreign_keys=OFF", begin="BEGIN IMMEDIATE")
        try:
            upgrade(engine)
        except DBAPIError as error:
            raise _translated(error) from error
        finally:
            engine.dispose()

    def submit(self, job: Callable[[Connection], T]) -> "Future[T]":
        """Runs *job* in the writer thread; the future is done when its work is on disk."""
        future: Future[T] = Future()
        with self._gate:
            if self._closed:
                raise MailbotError("the store is closed")
            self._jobs.put((job, future))
        return future

    def write(self, job: Callable[[Connection], T]) -> T:
        """submit(), and wait."""
        if threading.current_thread() is self._writer:
            raise MailbotError("a job of the store must use its own connection, not write()")
        return self.submit(job).result()

    def read(self, query: Callable[[Connection], T]) -> T:
        """Runs *query* on a read-only connection in the calling thread."""
        try:
            with self._reader.begin() as conn:
                return query(conn)
        except DBAPIError as error:
            raise _translated(error) from error

    def scrub(self) -> None:
        """Writes the files anew, so that nothing that was deleted is left in them. Raises TransientError when busy."""
        try:
            scrub(self._url)
        except DBAPIError as error:
            raise _translated(error) from error

    def close(self) -> None:
        """Finishes the jobs that were handed in, then lets go of everything."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._writer.join()
        self._reader.dispose()
        self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)

    def _run(self) -> None:
        more = True
        while more:
            first = self._jobs.get()
            batch = [first] if first is not None else []
            more = first is not None
            while more and len(batch) < BATCH:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    more = False
                else:
                    batch.append(job)
            self._commit([(job, future) for job, future in batch if future.set_running_or_notify_cancel()])

    def _commit(self, batch: list[tuple[Callable[[Connection], Any], "Future[Any]"]]) -> None:
        if not batch:
            return
        outcomes: list[tuple[Future[Any], Any, Exception | None]] = []
        try:
            with self.engine.begin() as conn:
                for job, future in batch:
                    outcomes.append((future, *_attempt(conn, job)))
        except (SQLAlchemyError, _BatchLost) as error:
            if len(batch) > 1:  # nothing of it is stored: each job again on its own, so that one cannot fail the others
                for one in batch:
                    self._commit([one])
                return
            lost = TransientError(f"the store could not commit: {error}")
            lost.__cause__ = error
            batch[0][1].set_exception(lost)
            return
        for future, result, failure in outcomes:
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(result)


def open_store(url: str, *, exclusive: bool = False) -> Store:
    """Opens the store at *url*; with *exclusive*, as the only daemon on an SQLite file."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return Store(parsed.set(drivername="postgresql+psycopg"), None)
    path = Path(parsed.database or "")
    if not parsed.database or parsed.database == ":memory:":
        raise MailbotError("the store needs a file: sqlite:////path/to/mailbot.db")
    lock = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _take_lock(path) if exclusive else None
        _check(parsed, path)
        return Store(parsed, lock)
    except OSError as error:
        raise MailbotError(f"{path}: {error.strerror}") from error
    except BaseException:
        if lock is not None:
            os.close(lock)
        raise


@contextmanager
def scratch_store() -> Iterator[Store]:
    """A migrated store in a folder of its own that is gone afterwards: for replays.

    It does not wait for the disk. Nobody can name its file, so no store that has to last is ever opened like this.
    """
    with tempfile.TemporaryDirectory(prefix="mailbot-scratch-") as folder:
        store = Store(URL.create("sqlite", database=str(Path(folder) / "scratch.db")), None, SCRATCH)
        try:
            store.migrate()
            yield store
        finally:
            store.close()


def open_beside(url: str, approach: Callable[[Path], None] = lambda _path: None) -> Store:
    """Opens a store that is there, beside its daemon: nothing is made, nothing migrated.

    *approach* is called with the file of an SQLite store before it is opened. A store of an older schema is refused
    as well: a daemon may run on it, and only a daemon, alone with its store, migrates.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        store = Store(parsed.set(drivername="postgresql+psycopg"), None)
    else:
        path = Path(parsed.database or "")
        _approach(path, parsed, approach)
        store = Store(parsed, None)
    try:
        store.read(check_version)
    except DBAPIError as error:
        store.close()
        raise MailbotError(f"{url_name(parsed)} is no store of mailbot, or damaged: {error.orig}") from error
    except BaseException:
        store.close()
        raise
    return store


def _approach(path: Path, url: URL, approach: Callable[[Path], None]) -> None:
    sa.create_engine(url).dispose()  # loads the driver while its files can surely be read
    try:
        if not path.is_file():
            raise MailbotError(f"there is no store {path} yet; `mailbot run` makes it")
        approach(path)
        os.close(os.open(path, os.O_RDWR))
    except OSError as error:
        raise MailbotError(f"{path}: {error.strerror}; be the user that mailbot runs as, or root") from error


def url_name(url: URL) -> str:
    """How people call the store: the file, or the URL without its password."""
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string()


def _take_lock(path: Path) -> int:
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise MailbotError(f"{path} is in use by another mailbot") from None
    return lock


def _check(url: URL, path: Path) -> None:
    """Refuses a damaged file."""
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    engine = _engine(url, *PRAGMAS, "foreign_keys=ON", begin="BEGIN")
    try:
        with engine.connect() as conn:
            found = conn.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    except sa.exc.OperationalError as error:
        raise _translated(error) from error
    except DBAPIError as error:
        raise MailbotError(f"{path} is damaged: {error.orig}") from error
    finally:
        engine.dispose()
    if found != "ok":
        raise MailbotError(f"{path} is damaged: {found}")


def _engine(url: URL, *pragmas: str, begin: str) -> Engine:
    if url.get_backend_name() == "postgresql":
        return sa.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def connected(driver: Any, _record: object) -> None:
        driver.isolation_level = None
        for pragma in pragmas:
            driver.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def begun(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    return engine


def _reader(url: URL) -> Engine:
    engine = _engine(url, *READING, begin="BEGIN")
    if url.get_backend_name() == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def _attempt(conn: Connection, job: Callable[[Connection], Any]) -> tuple[Any, Exception | None]:
    """One job inside a savepoint: its result, or its failure."""
    try:
        with conn.begin_nested():
            return job(conn), None
    except Exception as error:  # one job fails alone, whatever it was
        if not _is_whole(conn):
            raise _BatchLost(str(error)) from error
        return None, _translated(error) if isinstance(error, DBAPIError) else error


def _is_whole(conn: Connection) -> bool:
    """Whether the transaction outlived a failed job: SQLite drops it on a full disk, PostgreSQL with the line."""
    if conn.invalidated or conn.closed or not conn.in_transaction():
        return False
    driver: Any = conn.connection.dbapi_connection
    if conn.dialect.name == "sqlite":
        return bool(driver.in_transaction)
    return bool(driver.info.transaction_status.name == "INTRANS")


def _translated(error: DBAPIError) -> Exception:
    """TransientError for what may pass by itself: locked, full, unreadable for now, disconnected."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if error.connection_invalidated or (isinstance(error, sa.exc.OperationalError) and code != 1):  # 1: faulty SQL
        return TransientError(f"the store is not available: {error.orig}")
    return error
