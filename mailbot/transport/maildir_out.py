"""The way out of a first try: what leaves is written into a Maildir that any mail client can read."""

import asyncio
import os
import socket
from itertools import count
from pathlib import Path

from mailbot.errors import TransientError

_numbers = count(1)


class MaildirOut:
    """Owns a Maildir; deliver() is the same as a relay's."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def deliver(self, reverse_path: str, rcpt_to: str, raw: bytes) -> str:
        """Writes the mail durably; where it stands. Raises TransientError when the folder is not writable."""
        head = f"Return-Path: <{reverse_path}>\r\nDelivered-To: {rcpt_to}\r\n".encode()
        try:
            return await asyncio.to_thread(self._write, head + raw)
        except OSError as error:
            raise TransientError(f"{self.path}: {error.strerror}") from error

    def _write(self, raw: bytes) -> str:
        for folder in ("tmp", "new", "cur"):
            (self.path / folder).mkdir(parents=True, exist_ok=True)
        name = f"{os.getpid()}.{next(_numbers)}.{os.urandom(6).hex()}.{socket.gethostname()}"
        being = self.path / "tmp" / name
        with being.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        being.rename(self.path / "new" / name)
        return f"written to {self.path / 'new' / name}"
