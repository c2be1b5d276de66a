"""A mail's way out: claimed, offered to the next hop, and its fate recorded at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from mailbot.errors import PermanentError, TransientError
from mailbot.log import get_logger
from mailbot.pipeline.bounce import fail
from mailbot.pipeline.office import Office
from mailbot.store import outbox
from mailbot.store.outbox import Outbound

Deliver = Callable[[str, str, bytes], Awaitable[str]]  #: reverse-path, recipient, bytes -> the reply's text

LEASE = timedelta(minutes=20)  #: longer than the ten minutes that the final dot may take
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=4)
IN_DOUBT_PAUSE = timedelta(minutes=30)
log = get_logger()


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of an offer, to be recorded, and the line that says so."""

    record: Callable[[Connection], object]
    event: str
    level: int
    facts: dict[str, object] = field(default_factory=dict)


async def drain(office: Office, deliver: Deliver, limit: int = 20, alive: Callable[[], None] = lambda: None) -> int:
    """Offers up to *limit* mails that are due to *deliver*, one at a time; the number of mails that were offered.

    One mail's fate and the claim of the next are one commit: whatever happens, one mail at most is in doubt.
    *alive* is called after each.
    """
    mail = await asyncio.to_thread(office.store.write, lambda conn: _next(conn, office))
    offered = 0
    while mail is not None:
        fate = await _offer(office, deliver, mail)
        offered += 1
        log.log(fate.level, fate.event, outbox_id=mail.id, case=mail.reference, template=mail.template, **fate.facts)
        alive()
        mail = await _record(office, fate, alive, more=offered < limit)
    return offered


def _next(conn: Connection, office: Office) -> Outbound | None:
    return next(iter(outbox.claim(conn, office.now(), limit=1, lease=LEASE)), None)


async def _record(office: Office, fate: _Fate, alive: Callable[[], None], *, more: bool) -> Outbound | None:
    """Until the store has it: a mail that left must not look as if it had not. The next mail, with *more*."""
    pause = 1.0

    def job(conn: Connection) -> Outbound | None:
        fate.record(conn)
        return _next(conn, office) if more else None

    while True:
        try:
            return await asyncio.to_thread(office.store.write, job)
        except TransientError as error:
            log.error("store.unavailable", error=str(error)[:300], retry_seconds=pause)
            alive()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)


async def _offer(office: Office, deliver: Deliver, mail: Outbound) -> _Fate:
    if mail.in_doubt > doubts_allowed(mail):
        return _given_up(office, mail, "", "in doubt after the final dot too often", level=logging.ERROR)
    try:
        reply = await deliver(mail.reverse_path, mail.rcpt_to, mail.raw)
    except PermanentError as error:
        return _given_up(office, mail, error.status, error.text)
    except TransientError as error:
        return _deferred(office, mail, error)
    except Exception as error:  # one mail: it waits, and the mails behind it go on
        log.error("mail.failed", outbox_id=mail.id, exc_info=error)
        return _deferred(office, mail, TransientError(f"{type(error).__name__}: {error}"))
    now = office.now()
    facts: dict[str, object] = {"attempt": mail.attempts}
    return _Fate(lambda conn: outbox.sent(conn, mail, reply, now), "outbox.sent", logging.INFO, facts)


def doubts_allowed(mail: Outbound) -> int:
    """How often a mail may be sent again although it may have arrived: once, or three times for a person's (G4)."""
    return 3 if mail.person else 1


def retry_after(attempts: int) -> timedelta:
    """The pause before the next attempt: doubling from a minute up to four hours."""
    doublings: int = 2 ** min(attempts - 1, 12)
    return min(FIRST_RETRY * doublings, LONGEST_RETRY)


def _deferred(office: Office, mail: Outbound, error: TransientError) -> _Fate:
    now = office.now()
    if now - mail.created_at > timedelta(days=office.settings.relay.give_up_after_days):
        return _given_up(office, mail, "4.4.7", f"given up: {error}")
    pause = IN_DOUBT_PAUSE if error.in_doubt else retry_after(mail.attempts)

    def record(conn: Connection) -> bool:
        return outbox.deferred(conn, mail, str(error), now + pause, in_doubt=error.in_doubt)

    facts: dict[str, object] = {"error": str(error)[:300], "retry_seconds": pause.total_seconds()}
    return _Fate(record, "outbox.in_doubt" if error.in_doubt else "outbox.deferred", logging.WARNING, facts)


def _given_up(office: Office, mail: Outbound, status: str, text: str, *, level: int = logging.WARNING) -> _Fate:
    def record(conn: Connection) -> None:
        if outbox.failed(conn, mail, f"{status} {text}".strip(), office.now()):
            fail(conn, office, mail, status, text)
            office.woken()

    return _Fate(record, "outbox.failed", level, {"status": status, "text": text[:300]})
