"""Where the mails of the past lie: mbox files, Maildirs, single files, and folders of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mailbot.errors import MailbotError

HEAD_BYTES = 64 * 1024  #: of a mail that are read to learn when and by whom it was written
LINE_BYTES = 1024 * 1024
_FROM_LINE = re.compile(rb"From \S.*\d\d?:\d\d")
_FIELD = re.compile(rb">?From |[!-9;-~]+[ \t]*:")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """One mail in a file."""

    path: Path
    begin: int = 0
    size_bytes: int = -1  #: -1: to the end of the file
    boxed: bool = False  #: in an mbox, whose lines that begin with "From " are quoted

    def __str__(self) -> str:
        return f"{self.path}:{self.begin}" if self.boxed else str(self.path)


def find_sources(path: Path) -> Iterator[Source]:
    """Every mail at *path*, in a steady order. Raises MailbotError where nothing can be read."""
    try:
        yield from _of_folder(path) if path.is_dir() else _of_file(path)
    except OSError as error:
        raise MailbotError(f"{error.filename or path}: {error.strerror}") from error


def read(source: Source, limit: int = -1) -> bytes:
    """The bytes of the mail, at most *limit* of them. Raises MailbotError."""
    size = source.size_bytes if limit < 0 or 0 <= source.size_bytes < limit else limit
    try:
        with source.path.open("rb") as file:
            file.seek(source.begin)
            raw = file.read(size)
    except OSError as error:
        raise MailbotError(f"{source.path}: {error.strerror}") from error
    return _QUOTED.sub(rb"\1", raw) if source.boxed else raw


def _of_folder(folder: Path) -> Iterator[Source]:
    """In a Maildir (cur, new) every file is a mail; elsewhere .eml files and what looks like an mbox."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name != "tmp" and not path.is_symlink():
                yield from _of_folder(path)
        elif folder.name in ("cur", "new") or path.suffix.casefold() == ".eml" or _is_mbox(path):
            yield from _of_file(path)


def _of_file(path: Path) -> Iterator[Source]:
    if _is_mbox(path):
        yield from _of_mbox(path)
    elif path.stat().st_size:
        yield Source(path)


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return bool(_FROM_LINE.match(file.read(1024).lstrip(b"\r\n").partition(b"\n")[0]))


def _of_mbox(path: Path) -> Iterator[Source]:
    """A mail begins behind a "From " line that stands before a header field, and ends before the empty line that
    precedes the next one or the end of the file."""
    with path.open("rb") as file:
        begin = end = None
        at, before, empty = 0, 0, True  # before: where the empty line began, or the next line where there is none
        while line := file.readline(LINE_BYTES):
            if end is not None and _FIELD.match(line):
                if begin is not None:
                    yield Source(path, begin, end - begin, boxed=True)
                begin = at
            end = before if empty and _FROM_LINE.match(line) else None
            empty = not line.strip()
            before = at if empty else at + len(line)
            at += len(line)
        if begin is not None:
            yield Source(path, begin, before - begin, boxed=True)
