"""The installed daemon as a process on a moved clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from tests.rig.installed import Installed
from tests.rig.process import Process, Row, ended, environment

ENTRY = Path(__file__).with_name("moved_entry.py")


class Moved:
    """A running daemon whose clock stands until it is moved."""

    def __init__(self, process: Process, now: datetime) -> None:
        self._process = process
        self.now = now

    def processed(self) -> Row:
        """What became of the next mail that comes in, once it has and everything that follows from it is done."""
        (row,) = self._process.wait_for("mail.processed")
        self._answered(self._process.ask("settle"))
        return row

    def move(self, **span: int) -> None:
        """Moves the clock forward by a timedelta(**span), stopping at every moment on the way."""
        self._answered(self._process.ask(f"move {int(timedelta(**span).total_seconds())}"))

    def stop(self) -> int:
        """Stops the daemon as a person would; its exit status."""
        assert self._process.child.stdin is not None
        self._process.child.stdin.write("stop\n")
        self._process.child.stdin.flush()
        return self._process.child.wait(40)

    def _answered(self, answer: Row) -> None:
        self.now = datetime.fromisoformat(str(answer["now"]))


@contextmanager
def moved(installed: Installed, config: Path, now: datetime, authority: Path) -> Iterator[Moved]:
    """Starts the daemon with *config* at *now*; it trusts the certificates that *authority* vouches for."""
    command = [str(installed.python), "-I", str(ENTRY), str(config), now.isoformat()]
    process = Process(command, config.parent, environment=environment(SSL_CERT_FILE=str(authority)), spoken=True)
    with ended(process):
        process.answer()
        yield Moved(process, now)
