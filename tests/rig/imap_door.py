"""What stands behind an IMAP poller in the tests: a desk that takes mail, and a memory."""

import threading
from datetime import datetime

from mailbot.errors import TransientError
from mailbot.transport.imap_folder import Attachment


class Memory:
    """Where a mailbox was left off, in a dictionary."""

    def __init__(self) -> None:
        self.places: dict[str, Attachment] = {}
        self.saved = threading.Event()

    def attached(self, key: str) -> Attachment | None:
        return self.places.get(key)

    def save(self, key: str, uidvalidity: int, last_uid: int, attached_at: datetime) -> None:
        self.places[key] = Attachment(uidvalidity, last_uid, attached_at)
        self.saved.set()


class Desk:
    """Takes what is delivered; refuses *refusals* times first, and all that comes after *takes* mails."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.dates: list[datetime] = []
        self.refused: list[tuple[bytes, str]] = []
        self.refusals = 0
        self.takes = 1_000_000
        self._failed = False
        self._news = threading.Condition()

    def deliver(self, raw: bytes, received_at: datetime) -> None:
        with self._news:
            if self.refusals or len(self.got) >= self.takes:
                self.refusals = max(self.refusals - 1, 0)
                self._failed = True
                self._news.notify_all()
                raise TransientError("not writable")
            self.got.append(raw)
            self.dates.append(received_at)
            self._news.notify_all()

    def refuse(self, header: bytes, received_at: datetime, why: str) -> None:
        with self._news:
            self.refused.append((header, why))
            self._news.notify_all()

    def wait_for(self, number: int, seconds: float = 20) -> bool:
        with self._news:
            return self._news.wait_for(lambda: len(self.got) >= number, timeout=seconds)

    def wait_for_refusal(self) -> bool:
        with self._news:
            return self._news.wait_for(lambda: self._failed or bool(self.refused), timeout=20)
