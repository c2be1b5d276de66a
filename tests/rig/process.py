"""A running daemon as a process: what it logs is what the tests wait for."""

import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HIDDEN = ("MAILBOT_CONFIG", "NOTIFY_SOCKET", "LISTEN_FDS")  #: what a test must not hand on

Row = dict[str, object]


class Process:
    """One child process with JSON lines on its standard error; with *spoken* also commands in and answers out."""

    def __init__(
        self, command: Sequence[str], folder: Path, *, environment: Mapping[str, str], spoken: bool = False
    ) -> None:
        self.child = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE if spoken else None,
            stdout=subprocess.PIPE if spoken else None,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.seen: list[str] = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.child.stderr is not None
        with self.child.stderr as log:
            for line in log:
                self.lines.put(line)
        self.lines.put("")

    def wait_for(self, event: str, number: int = 1) -> list[Row]:
        """Reads the log on, until *event* was seen so often."""
        found: list[Row] = []
        while len(found) < number:
            line = self.lines.get(timeout=30)
            assert line, f"the daemon ended before {event}: {self.seen[-5:]}"
            self.seen.append(line)
            row = json.loads(line) if line.startswith("{") else {}
            if row.get("event") == event:
                found.append(row)
        return found

    def ask(self, command: str) -> Row:
        """Says *command* and returns the answer."""
        assert self.child.stdin is not None
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()
        return self.answer()

    def answer(self) -> Row:
        """The next line of the standard output."""
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        if not line:
            self.child.wait(10)
            self.reader.join(10)
            raise AssertionError("".join(self.lines.get() for _ in range(self.lines.qsize())))
        found: Row = json.loads(line)
        return found

    def end(self) -> None:
        """SIGTERM, unless it has ended already."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        self.child.wait(timeout=40)
        self.reader.join(10)
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe is not None:
                pipe.close()


def environment(**more: str) -> dict[str, str]:
    """This process's environment without HIDDEN, and with *more*."""
    return {**{k: v for k, v in os.environ.items() if k not in HIDDEN}, **more}


@contextmanager
def ended(process: Process) -> Iterator[Process]:
    """Ends *process* whatever happens."""
    try:
        yield process
    finally:
        process.end()
