"""A daemon on a moved clock and the people around it, on loopback: what the demo and the tests play with.

Only its own entry starts it; the shipped daemon has no way to move its clock.
"""

import asyncio
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

from mailbot.clock import MovedClock
from mailbot.config import load
from mailbot.core.case import Case
from mailbot.core.mail import Envelope, Mail
from mailbot.daemon import Daemon, seeded_chance
from mailbot.store import cases
from mailbot.store.cases import JournalEntry
from mailbot.transport.smtp_in import Listener, listen
from mailbot.wire.parse import parse


async def move_to(daemon: Daemon, clock: MovedClock, until: datetime) -> None:
    """Moves *clock*, which is the daemon's, to *until*, stopping at every moment on the way."""
    while True:
        due = await asyncio.to_thread(daemon.next_moment)
        if due is None or due > until:
            break
        clock.move_to(due)
        await daemon.settle()
    clock.move_to(until)
    await daemon.settle()


class World:
    """Owns the daemon, and the one mail server that everybody else's mailboxes are on."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder = folder
        self.clock = MovedClock(now)
        self.received: list[tuple[str, bytes]] = []  #: (recipient, bytes) of all that left, in order
        self.refused: set[str] = set()  #: addresses that the mail server does not know
        self.seen: Callable[[str, bytes], None] = _nobody_looks
        self._sent = 0

    async def start(self, configuration: str, *, seed: int = 1) -> None:
        """Starts everything; *configuration* is TOML in which {port} is where mail leaves to."""
        self._mailboxes: Listener = await listen(
            accept=self._arrived,
            owns=lambda address: address not in self.refused,
            host="127.0.0.1",
            port=0,
            hostname="world.test",
        )
        path = self.folder / "mailbot.toml"
        path.write_text(configuration.replace("{port}", str(self._mailboxes.port)), encoding="utf-8")
        self.daemon = Daemon(load(path), clock=self.clock, bell=self.clock, chance=seeded_chance(seed))
        await self.daemon.start()

    async def stop(self) -> None:
        await self.daemon.stop()
        await self._mailboxes.close(1.0)

    async def _arrived(self, envelope: Envelope, raw: bytes) -> None:
        for address in envelope.rcpt_to:
            self.received.append((address, raw))
            self.seen(address, raw)

    async def send(self, from_: str, to: str, raw: bytes) -> None:
        """Offers *raw* to the daemon by SMTP and waits until nothing is left to do."""
        await asyncio.to_thread(self._smtp, from_, to, raw)
        await self.daemon.settle()

    def _smtp(self, from_: str, to: str, raw: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.daemon.listeners[0].port) as smtp:
            smtp.sendmail(from_, [to], raw)

    async def write(
        self, from_: str, to: str, subject: str, text: str, *, parent: str = "", headers: tuple[str, ...] = ()
    ) -> bytes:
        """A person's client sends a mail; the bytes that it sent."""
        self._sent += 1
        head = [
            f"From: {from_}",
            f"To: {to}",
            f"Subject: {subject}",
            f"Message-ID: <{self._sent}.{int(self.clock().timestamp())}@{from_.partition('@')[2]}>",
            f"Date: {self.clock():%a, %d %b %Y %H:%M:%S +0000}",
            "MIME-Version: 1.0",
            *((f"In-Reply-To: {parent}", f"References: {parent}") if parent else ()),
            *headers,
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
        raw = ("\r\n".join(head) + "\r\n\r\n" + "\r\n".join(text.splitlines()) + "\r\n").encode()
        await self.send(from_, to, raw)
        return raw

    async def reply(self, from_: str, desk: str, text: str) -> bytes:
        """Answers the newest mail that this person got, as any client does."""
        message = self.newest(from_)
        to = str(message["Reply-To"] or desk).strip("<>")
        subject = str(make_header(decode_header(str(message["Subject"]))))
        subject = subject if subject.startswith("Re:") else f"Re: {subject}"
        return await self.write(from_, to, subject, text, parent=str(message["Message-ID"]))

    async def move(self, *, minutes: int = 0, hours: int = 0, days: int = 0) -> None:
        """Moves the clock forward, stopping at every moment on the way."""
        await move_to(self.daemon, self.clock, self.clock() + timedelta(minutes=minutes, hours=hours, days=days))

    def newest(self, address: str) -> Message:
        """The newest mail that *address* got, with its header fields as they were."""
        return message_from_bytes(next(raw for to, raw in reversed(self.received) if to == address))

    def mails_to(self, address: str) -> tuple[Mail, ...]:
        return tuple(parse(raw) for to, raw in self.received if to == address)

    def cases(self) -> tuple[Case, ...]:
        """Every case, oldest first."""
        return self.daemon.store.read(lambda conn: cases.listing(conn, open_only=False, limit=1000, order="oldest"))

    def journal(self, reference: str) -> tuple[JournalEntry, ...]:
        return self.daemon.store.read(lambda conn: cases.journal(conn, reference))


def _nobody_looks(address: str, raw: bytes) -> None:
    """Nothing: the mail is in *received*."""
