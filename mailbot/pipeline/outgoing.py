"""A mail's way out: claimed, offered to the next hop, and its fate recorded at once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

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


async def drain(office: Office, deliver: Deliver, limit: int = 20) -> int:
    """Offers up to *limit* mails that are due to *deliver*; the number of mails that were claimed."""
    claimed = await asyncio.to_thread(
        office.store.write, lambda conn: outbox.claim(conn, office.now(), limit=limit, lease=LEASE)
    )
    for mail in claimed:
        await _offer(office, deliver, mail)
    return len(claimed)


async def _offer(office: Office, deliver: Deliver, mail: Outbound) -> None:
    if mail.in_doubt > doubts_allowed(mail):
        await _give_up(office, mail, "", "in doubt after the final dot too often", alarm=True)
        return
    try:
        reply = await deliver(mail.reverse_path, mail.rcpt_to, mail.raw)
    except PermanentError as error:
        await _give_up(office, mail, error.status, error.text)
    except TransientError as error:
        await _later(office, mail, error)
    else:
        await asyncio.to_thread(office.store.write, lambda conn: outbox.sent(conn, mail.id, reply, office.now()))
        log.info("outbox.sent", outbox_id=mail.id, case=mail.reference, template=mail.template, attempt=mail.attempts)


def doubts_allowed(mail: Outbound) -> int:
    """How often a mail may be sent again although it may have arrived: once, or three times for a person's (G4)."""
    return 3 if mail.person else 1


def retry_after(attempts: int) -> timedelta:
    """The pause before the next attempt: doubling from a minute up to four hours."""
    doublings: int = 2 ** min(attempts - 1, 12)
    return min(FIRST_RETRY * doublings, LONGEST_RETRY)


async def _later(office: Office, mail: Outbound, error: TransientError) -> None:
    now = office.now()
    if now - mail.created_at > timedelta(days=office.settings.relay.give_up_after_days):
        await _give_up(office, mail, "4.4.7", f"given up: {error}")
        return
    pause = IN_DOUBT_PAUSE if error.in_doubt else retry_after(mail.attempts)
    await asyncio.to_thread(office.store.write, lambda conn: _defer(conn, mail, error, now + pause, now))
    name = "outbox.in_doubt" if error.in_doubt else "outbox.deferred"
    log.warning(name, outbox_id=mail.id, case=mail.reference, error=str(error), retry_seconds=pause.total_seconds())


def _defer(conn: Connection, mail: Outbound, error: TransientError, retry_at: datetime, now: datetime) -> None:
    outbox.deferred(conn, mail.id, str(error), retry_at, now, in_doubt=error.in_doubt)


async def _give_up(office: Office, mail: Outbound, status: str, text: str, *, alarm: bool = False) -> None:
    def record(conn: Connection) -> None:
        outbox.failed(conn, mail.id, f"{status} {text}".strip(), office.now())
        fail(conn, office, mail, status, text)

    await asyncio.to_thread(office.store.write, record)
    log.log(40 if alarm else 30, "outbox.failed", outbox_id=mail.id, case=mail.reference, status=status, text=text)
    office.woken()
