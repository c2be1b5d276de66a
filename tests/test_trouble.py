"""The store in trouble, the relay in trouble: nothing is lost, nothing is blamed that is innocent."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailbot.clock import MovedClock
from mailbot.config import load
from mailbot.core.mail import Envelope
from mailbot.daemon import Daemon
from mailbot.errors import MailbotError, TransientError
from mailbot.pipeline import drain
from mailbot.store import cases, inbox, moments, outbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DESK = "support@example.org"
CONFIG = """
[store]
url = "sqlite:///test.db"
[listen]
smtp = "127.0.0.1:0"
[relay]
maildir = "out"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
"""


def raw(number: int, size: int = 10) -> bytes:
    head = f"From: u{number}@example.net\r\nTo: {DESK}\r\nMessage-ID: <{number}@x>\r\nSubject: Frage\r\n\r\n"
    return head.encode() + b"Guten Tag, bitte helfen Sie mir.\r\n" * size


def with_daemon(folder: Path, story: Callable[[Daemon, MovedClock], Awaitable[None]], config: str = CONFIG) -> None:
    (folder / "mailbot.toml").write_text(config)

    async def whole() -> None:
        clock = MovedClock(NOW)
        daemon = Daemon(load(folder / "mailbot.toml"), clock=clock, bell=clock)
        await daemon.start()
        try:
            await story(daemon, clock)
        finally:
            await daemon.stop()

    asyncio.run(whole())


def limited(daemon: Daemon, pages: int | None) -> None:
    """The disk of the writer's connection is full after so many more pages; None: it has room again."""

    def job(conn: sa.Connection) -> None:
        used = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count={4294967294 if pages is None else used + pages}")

    daemon.store.write(job)


async def accept(daemon: Daemon, number: int, size: int = 10) -> None:
    envelope = Envelope(f"u{number}@example.net", (DESK,), NOW)
    await daemon.accept(envelope, raw(number, size))


def test_a_full_disk_refuses_new_mail_blames_none_and_ends_by_itself(tmp_path: Path) -> None:
    """G1, G10."""

    async def story(daemon: Daemon, clock: MovedClock) -> None:
        await accept(daemon, 1)
        await daemon.settle()
        limited(daemon, 12)
        kept = []
        for number in range(2, 9):
            try:
                await accept(daemon, number, size=200)
                kept.append(number)
            except TransientError:
                continue
        assert kept != list(range(2, 9))
        limited(daemon, None)
        clock.move_to(NOW + timedelta(minutes=11))
        await daemon.settle()
        counts = daemon.store.read(inbox.audit)

        assert counts == {
            "applied": 1 + len(kept),
            "duplicate": 0,
            "held": 0,
            "open": 0,
            "quarantined": 0,
            "suppressed": 0,
        }
        assert len(daemon.store.read(lambda conn: cases.listing(conn, open_only=False, limit=99))) == 1 + len(kept)

    with_daemon(tmp_path, story)


def test_one_job_that_cannot_be_stored_does_not_fail_its_neighbours(tmp_path: Path) -> None:
    async def story(daemon: Daemon, _: MovedClock) -> None:
        envelope = Envelope("u@example.net", (DESK,), NOW)
        limited(daemon, 20)
        waiting = [daemon.store.submit(lambda conn: inbox.add(conn, DESK, envelope, b"x" * 500)) for _ in range(2)]
        big = daemon.store.submit(lambda conn: inbox.add(conn, DESK, envelope, b"x" * 5_000_000))
        waiting += [daemon.store.submit(lambda conn: inbox.add(conn, DESK, envelope, b"x" * 500)) for _ in range(2)]

        assert len({future.result() for future in waiting}) == 4
        assert isinstance(big.exception(), TransientError)
        limited(daemon, None)

    with_daemon(tmp_path, story)


def test_a_mail_for_no_desk_is_not_taken(tmp_path: Path) -> None:
    async def story(daemon: Daemon, _: MovedClock) -> None:
        with pytest.raises(MailbotError, match="stays where it is"):
            await daemon.accept(Envelope("u@example.net", ("nobody@example.org",), NOW), raw(1))

    with_daemon(tmp_path, story)


def test_one_mail_at_most_is_in_doubt_when_the_sender_dies(tmp_path: Path) -> None:
    """G4."""

    async def story(daemon: Daemon, clock: MovedClock) -> None:
        daemon.store.write(lambda conn: outbox.set_paused(conn, True))
        for number in range(5):
            await accept(daemon, number)
        await daemon.settle()
        offered: list[str] = []

        async def dies(_reverse_path: str, rcpt_to: str, _raw: bytes) -> str:
            offered.append(rcpt_to)
            if len(offered) == 3:
                raise asyncio.CancelledError
            return "250"

        with pytest.raises(asyncio.CancelledError):
            await drain(daemon.office, dies)
        rows = daemon.store.read(lambda conn: outbox.listing(conn, state=None, limit=99))

        assert sorted(row.state for row in rows) == ["queued", "queued", "sending", "sent", "sent"]
        assert [row.attempts for row in rows if row.state == "queued"] == [0, 0]

    with_daemon(tmp_path, story)


def test_the_moments_of_a_desk_that_is_gone_for_a_while_are_not_burnt(tmp_path: Path) -> None:
    """G7."""

    async def first(daemon: Daemon, _: MovedClock) -> None:
        await accept(daemon, 1)
        await daemon.settle()

    async def away(daemon: Daemon, clock: MovedClock) -> None:
        clock.move_to(NOW + timedelta(days=30))
        await daemon.settle()

    async def back(daemon: Daemon, clock: MovedClock) -> None:
        clock.move_to(NOW + timedelta(days=30, minutes=11))
        await daemon.settle()
        (case,) = daemon.store.read(lambda conn: cases.listing(conn, open_only=False, limit=9))
        assert any(key.startswith("due:") for key in case.fired)
        assert daemon.store.read(moments.next_at) is not None

    with_daemon(tmp_path, first)
    with_daemon(tmp_path, away, CONFIG.replace("support@example.org", "help@example.org"))
    with_daemon(tmp_path, back)
