"""Received mail: kept raw, claimed, and concluded exactly once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.core.mail import Envelope
from mailbot.errors import MailbotError
from mailbot.store import tombstones
from mailbot.store.sql import count, insert, insert_once, one_at_a_time
from mailbot.store.tables import FingerprintRow, InboxRow, clean, table

INBOX = table(InboxRow)
FINGERPRINT = table(FingerprintRow)
ERASED = "erased"  #: the rule of a mail of which nothing but its outcome is kept
OUTCOMES = frozenset({"applied", "duplicate", "suppressed", "held", "quarantined"})


@dataclass(frozen=True, slots=True)
class Inbound:
    """A claimed mail."""

    id: int
    desk: str
    envelope: Envelope
    raw: bytes
    attempts: int  #: begun so far, this one included, once it is taken alone; 0 for a mail that is tried first
    lease_until: datetime | None = None  #: whose claim this is: another node's has another end


@dataclass(frozen=True, slots=True)
class InboxRecord:
    """What became of a mail; *outcome* is "" while it is open."""

    id: int
    desk: str
    mail_from: str
    received_at: datetime
    via: str
    attempts: int
    error: str
    outcome: str
    rule: str
    reference: str
    message_id: str
    kind: str
    finished_at: datetime | None


RECORD = [INBOX.c[name] for name in InboxRecord.__dataclass_fields__]


def add(conn: Connection, desk: str, envelope: Envelope, raw: bytes) -> int:
    """Keeps a mail; its number."""
    values = {
        "desk": desk,
        "mail_from": envelope.mail_from,
        "rcpt_to": list(envelope.rcpt_to),
        "received_at": envelope.received_at,
        "peer": envelope.peer,
        "via": envelope.via,
        "raw": raw,
        "state": "new",
        "attempts": 0,
    }
    blank = dict.fromkeys(("error", "outcome", "rule", "reference", "message_id", "kind"), "")
    return insert(conn, INBOX, values | blank)


def claim(conn: Connection, now: datetime, *, limit: int, lease: timedelta) -> tuple[Inbound, ...]:
    """The oldest mails that nobody works on, taken until *lease* runs out.

    A mail that was tried before, or whose claim nobody concluded, may be what brought a daemon down: it is taken
    alone and its attempt counted first, so that its neighbours are never blamed. Mails of one sender wait for
    each other, whichever node has them.
    """
    one_at_a_time(conn, "inbox")
    lost = sa.and_(INBOX.c.state == "claimed", INBOX.c.lease_until <= now)
    free = sa.and_(sa.or_(INBOX.c.state == "new", lost), ~_in_other_hands(now))
    found = conn.execute(
        sa.select(INBOX.c.id, INBOX.c.attempts, INBOX.c.state).where(free).order_by(INBOX.c.id).limit(limit)
    )
    rows = found.all()
    suspects = [n for n, row in enumerate(rows) if row.attempts or row.state == "claimed"]
    end = (suspects[0] or 1) if suspects else len(rows)
    ids = [row.id for row in rows[:end]]
    taken: dict[str, Any] = {"state": "claimed", "lease_until": now + lease}
    if suspects and suspects[0] == 0:
        taken["attempts"] = INBOX.c.attempts + 1
    if not ids:
        return ()
    conn.execute(sa.update(INBOX).where(INBOX.c.id.in_(ids)).values(**taken))
    mails = conn.execute(sa.select(INBOX).where(INBOX.c.id.in_(ids)).order_by(INBOX.c.id))
    return tuple(_inbound(row) for row in mails)


def _in_other_hands(now: datetime) -> sa.ColumnElement[bool]:
    """Whether an older mail of the same desk and sender is being decided just now."""
    older = INBOX.alias("older")
    same = sa.and_(older.c.desk == INBOX.c.desk, older.c.mail_from == INBOX.c.mail_from, older.c.id < INBOX.c.id)
    return sa.exists().where(same, older.c.state == "claimed", older.c.lease_until > now).correlate(INBOX)


def seen_before(conn: Connection, desk: str, fingerprint: str, inbox_id: int) -> int | None:
    """Registers a mail's fingerprint; the earlier mail that already has it, or had it before it was erased (G2)."""
    if not fingerprint:
        return None
    erased = tombstones.buried(conn, desk, fingerprint)
    if erased is not None:
        return None if erased == inbox_id else erased
    if insert_once(conn, FINGERPRINT, {"desk": desk, "fingerprint": fingerprint, "inbox_id": inbox_id}):
        return None
    query = sa.select(FINGERPRINT.c.inbox_id).where(
        FINGERPRINT.c.desk == desk, FINGERPRINT.c.fingerprint == fingerprint
    )
    earlier = conn.execute(query).scalar_one()
    return None if earlier == inbox_id else int(earlier)


def copies(conn: Connection, desks: Sequence[str], fingerprint: str) -> dict[str, str]:
    """Those of *desks* that decided the same mail, in their order, and the case it belongs to there, or ""."""
    same = sa.and_(FINGERPRINT.c.desk.in_(desks), FINGERPRINT.c.fingerprint == fingerprint)
    joined = INBOX.join(FINGERPRINT, FINGERPRINT.c.inbox_id == INBOX.c.id)
    query = sa.select(INBOX.c.desk, INBOX.c.reference).select_from(joined).where(same).order_by(INBOX.c.id)
    return {row.desk: row.reference for row in conn.execute(query)} if desks and fingerprint else {}


def fingerprint_of(conn: Connection, inbox_id: int) -> str:
    """The fingerprint of a mail that is decided; "" where it is not kept."""
    query = sa.select(FINGERPRINT.c.fingerprint).where(FINGERPRINT.c.inbox_id == inbox_id)
    return conn.execute(query).scalars().first() or ""


def finish(
    conn: Connection,
    inbox_id: int,
    *,
    outcome: str,
    rule: str,
    now: datetime,
    reference: str = "",
    message_id: str = "",
    kind: str = "",
) -> None:
    """Concludes a mail; raises when it is concluded already, so that nothing else of the job is kept."""
    if outcome not in OUTCOMES:
        raise ValueError(f"no such outcome: {outcome}")
    values = {
        "state": "done",
        "outcome": outcome,
        "rule": rule,
        "reference": reference,
        "message_id": message_id,
        "kind": kind,
        "finished_at": now,
        "lease_until": None,
    }
    found = conn.execute(sa.update(INBOX).where(INBOX.c.id == inbox_id, INBOX.c.state != "done").values(**values))
    if found.rowcount != 1:
        raise MailbotError(f"inbox {inbox_id} is concluded already")


def release(conn: Connection, mail: Inbound, error: str, *, counts: bool) -> None:
    """Gives a mail back that is still ours; a failure that lies in the mail itself counts as an attempt."""
    mine = sa.and_(INBOX.c.id == mail.id, INBOX.c.state == "claimed", INBOX.c.lease_until == mail.lease_until)
    attempts = max(1, mail.attempts) if counts else mail.attempts
    conn.execute(sa.update(INBOX).where(mine).values(state="new", lease_until=None, error=error, attempts=attempts))


def unclaim(conn: Connection, *, suspect: bool = True) -> int:
    """Gives back what nobody works on; how many there were.

    *suspect* ones were claimed by a daemon that is gone, perhaps because of one of them: each is taken alone.
    """
    mine = INBOX.c.state == "claimed"
    tried = sa.case((INBOX.c.attempts == 0, int(suspect)), else_=INBOX.c.attempts)
    return conn.execute(sa.update(INBOX).where(mine).values(state="new", lease_until=None, attempts=tried)).rowcount


def retry(conn: Connection, inbox_id: int) -> bool:
    """Lets a quarantined mail be decided again; whether there was one."""
    quarantined = sa.and_(INBOX.c.id == inbox_id, INBOX.c.outcome == "quarantined", INBOX.c.rule != ERASED)
    fresh = {"state": "new", "outcome": "", "rule": "", "attempts": 0, "finished_at": None, "lease_until": None}
    if conn.execute(sa.update(INBOX).where(quarantined).values(**fresh)).rowcount == 0:
        return False
    conn.execute(sa.delete(FINGERPRINT).where(FINGERPRINT.c.inbox_id == inbox_id))
    return True


def find(conn: Connection, message_id: str) -> tuple[InboxRecord, ...]:
    """The concluded mails with that Message-ID, oldest first."""
    return _records(conn, sa.select(*RECORD).where(INBOX.c.message_id == clean(message_id)).order_by(INBOX.c.id))


def get_raw(conn: Connection, inbox_id: int) -> bytes:
    """The mail as it came; raises where there is none."""
    raw = conn.execute(sa.select(INBOX.c.raw).where(INBOX.c.id == inbox_id)).scalar_one_or_none()
    if raw is None:
        raise MailbotError(f"there is no inbox {inbox_id}")
    return bytes(raw)


def listing(conn: Connection, *, outcome: str | None, limit: int) -> tuple[InboxRecord, ...]:
    """The newest mails; None means any outcome, "" those still open."""
    query = sa.select(*RECORD).order_by(INBOX.c.id.desc()).limit(limit)
    return _records(conn, query if outcome is None else query.where(INBOX.c.outcome == outcome))


def records(conn: Connection, ids: Sequence[int]) -> Iterator[InboxRecord]:
    """Those mails, one by one, in the order of *ids*."""
    for number in ids:
        yield from _records(conn, sa.select(*RECORD).where(INBOX.c.id == number))


def waiting(conn: Connection) -> int:
    """The number of mails that are not concluded."""
    return count(conn, INBOX, INBOX.c.state.in_(("new", "claimed")))


def audit(conn: Connection) -> dict[str, int]:
    """The number of mails by outcome; "open" counts those not concluded (G3)."""
    found = conn.execute(sa.select(INBOX.c.outcome, sa.func.count()).group_by(INBOX.c.outcome))
    return dict.fromkeys((*sorted(OUTCOMES), "open"), 0) | {outcome or "open": number for outcome, number in found}


def _records(conn: Connection, query: sa.Select[Any]) -> tuple[InboxRecord, ...]:
    return tuple(InboxRecord(*row) for row in conn.execute(query))


def _inbound(row: Any) -> Inbound:
    envelope = Envelope(row.mail_from, tuple(row.rcpt_to), row.received_at, row.peer, row.via)
    return Inbound(row.id, row.desk, envelope, bytes(row.raw), row.attempts, row.lease_until)
