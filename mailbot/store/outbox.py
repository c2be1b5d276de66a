"""Mail to be sent: its final bytes, and how far each is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.core.mail import ascii_domain, identity
from mailbot.store import meta
from mailbot.store.sql import claim_ids, count, insert
from mailbot.store.tables import OutboxRow, clean, table

OUTBOX = table(OutboxRow)
PAUSED = "outbox.paused"
CAPPED = "capped: "  #: begins the reason for which a mail is held that a cap holds back


@dataclass(frozen=True, slots=True)
class Outbound:
    """A mail of ours."""

    id: int
    reference: str
    template: str
    reverse_path: str
    rcpt_to: str
    message_id: str
    raw: bytes
    attempts: int
    in_doubt: int
    person: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """How far a mail of ours is."""

    id: int
    reference: str
    template: str
    audience: str
    cause: str
    person: bool
    rcpt_to: str
    message_id: str
    state: str
    attempts: int
    in_doubt: int
    not_before: datetime
    created_at: datetime
    finished_at: datetime | None
    error: str
    reply: str


OUTBOUND = [OUTBOX.c[name] for name in Outbound.__dataclass_fields__]
RECORD = [OUTBOX.c[name] for name in OutboxRecord.__dataclass_fields__]


def add(
    conn: Connection,
    *,
    reference: str,
    template: str,
    audience: str,
    cause: str,
    person: bool,
    reverse_path: str,
    rcpt_to: str,
    message_id: str,
    raw: bytes,
    now: datetime,
    not_before: datetime,
    held: str = "",
) -> int:
    """Keeps a mail to be sent, queued, or *held* for a reason; its number."""
    values = {
        "reference": reference,
        "template": template,
        "audience": audience,
        "cause": cause,
        "person": person,
        "reverse_path": reverse_path,
        "rcpt_to": rcpt_to,
        "rcpt_identity": identity(rcpt_to),
        "rcpt_domain": ascii_domain(rcpt_to.rpartition("@")[2]),
        "message_id": message_id,
        "raw": raw,
        "state": "held" if held else "queued",
        "attempts": 0,
        "in_doubt": 0,
        "not_before": not_before,
        "error": held,
        "reply": "",
        "created_at": now,
    }
    return insert(conn, OUTBOX, values)


def claim(conn: Connection, now: datetime, *, limit: int, lease: timedelta) -> tuple[Outbound, ...]:
    """Mails that are due, taken until *lease* runs out; one that was taken before and never reported is in doubt."""
    lost = sa.and_(OUTBOX.c.state == "sending", OUTBOX.c.lease_until <= now)
    free = sa.or_(sa.and_(OUTBOX.c.state == "queued", OUTBOX.c.not_before <= now), lost)
    order = (OUTBOX.c.not_before, OUTBOX.c.id)
    ids = claim_ids(conn, sa.select(OUTBOX.c.id).where(free).order_by(*order).limit(limit))
    if not ids:
        return ()
    doubt = sa.case((OUTBOX.c.state == "sending", OUTBOX.c.in_doubt + 1), else_=OUTBOX.c.in_doubt)
    taken = {"state": "sending", "attempts": OUTBOX.c.attempts + 1, "lease_until": now + lease, "in_doubt": doubt}
    conn.execute(sa.update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(**taken))
    rows = conn.execute(sa.select(*OUTBOUND).where(OUTBOX.c.id.in_(ids)).order_by(*order))
    return tuple(_outbound(row) for row in rows)


def sent(conn: Connection, mail: Outbound, reply: str, now: datetime) -> bool:
    """The relay took the mail; what it took is sent, whoever else has claimed it meanwhile."""
    mine = sa.and_(OUTBOX.c.id == mail.id, OUTBOX.c.state.in_(("sending", "queued", "failed")))
    values = {"state": "sent", "reply": reply, "finished_at": now, "lease_until": None}
    return conn.execute(sa.update(OUTBOX).where(mine).values(**values)).rowcount == 1


def deferred(conn: Connection, mail: Outbound, error: str, retry_at: datetime, *, in_doubt: bool) -> bool:
    """The mail is offered again at *retry_at*; nothing where another node has claimed it meanwhile."""
    doubt = OUTBOX.c.in_doubt + int(in_doubt)
    values = {"state": "queued", "error": error, "not_before": retry_at, "lease_until": None, "in_doubt": doubt}
    return _report(conn, mail, **values)


def failed(conn: Connection, mail: Outbound, error: str, now: datetime) -> bool:
    """The mail is given up; nothing where another node has claimed it meanwhile."""
    return _report(conn, mail, state="failed", error=error, finished_at=now, lease_until=None)


def bounced(conn: Connection, id: int, error: str, now: datetime) -> bool:
    """A report says that the mail came back; whether it is the first that says so."""
    return _move(
        conn, id, ("sent", "sending", "queued"), state="bounced", error=error, finished_at=now, lease_until=None
    )


def cancel(conn: Connection, id: int, now: datetime) -> bool:
    """Takes back a mail that nobody has begun to send and that was never in doubt."""
    return _move(conn, id, ("queued",), state="cancelled", finished_at=now)


def withdraw(conn: Connection, message_ids: Sequence[str], now: datetime) -> None:
    """Takes back those of these mails that nobody has begun to send."""
    fresh = sa.and_(OUTBOX.c.state == "queued", OUTBOX.c.attempts == 0)
    mine = sa.and_(OUTBOX.c.message_id.in_(message_ids), sa.or_(fresh, OUTBOX.c.state == "held"))
    conn.execute(sa.update(OUTBOX).where(mine).values(state="cancelled", finished_at=now))


def cancel_queued(conn: Connection, reference: str, template: str, now: datetime) -> None:
    """Takes back the mails of that kind that a case has queued and nobody has begun to send."""
    mine = sa.and_(OUTBOX.c.reference == reference, OUTBOX.c.template == template, OUTBOX.c.state == "queued")
    fresh = sa.and_(mine, OUTBOX.c.attempts == 0)
    conn.execute(sa.update(OUTBOX).where(fresh).values(state="cancelled", finished_at=now))


def cancel_copies(conn: Connection, reference: str, rcpt_to: str, now: datetime) -> None:
    """Takes back a case's copies for a watcher which nobody has begun to send."""
    mine = (OUTBOX.c.reference == reference, OUTBOX.c.audience == "watcher", OUTBOX.c.attempts == 0)
    theirs = (OUTBOX.c.rcpt_identity == clean(identity(rcpt_to)), OUTBOX.c.state == "queued")
    conn.execute(sa.update(OUTBOX).where(*mine, *theirs).values(state="cancelled", finished_at=now))


def restore(conn: Connection, message_ids: Sequence[str], cancelled_at: datetime) -> None:
    """Queues those of these mails again that were cancelled at that moment."""
    mine = (OUTBOX.c.message_id.in_(message_ids), OUTBOX.c.state == "cancelled", OUTBOX.c.finished_at == cancelled_at)
    conn.execute(sa.update(OUTBOX).where(*mine).values(state="queued", finished_at=None))


def retry(conn: Connection, id: int, now: datetime) -> bool:
    """Offers a failed or deferred mail again at once."""
    states = ("failed", "bounced", "queued")
    return _move(conn, id, states, state="queued", not_before=now, finished_at=None, attempts=0)


def release_held(conn: Connection, id: int, now: datetime) -> bool:
    """Lets a held mail go."""
    return _move(conn, id, ("held",), state="queued", not_before=now)


def of_messages(conn: Connection, message_ids: Sequence[str]) -> tuple[OutboxRecord, ...]:
    """How far the mails with these Message-IDs are."""
    rows = conn.execute(sa.select(*RECORD).where(OUTBOX.c.message_id.in_(message_ids)).order_by(OUTBOX.c.id))
    return tuple(OutboxRecord(*row) for row in rows)


def find_by_message_id(conn: Connection, message_id: str) -> Outbound | None:
    """The newest mail of ours with that Message-ID."""
    query = sa.select(*OUTBOUND).where(OUTBOX.c.message_id == clean(message_id)).order_by(OUTBOX.c.id.desc()).limit(1)
    return next((_outbound(row) for row in conn.execute(query)), None)


def find_by_reverse_path(conn: Connection, reverse_path: str) -> Outbound | None:
    """The mail of ours that left with that envelope sender."""
    mine = sa.and_(OUTBOX.c.reverse_path == clean(reverse_path), OUTBOX.c.reverse_path != "")
    query = sa.select(*OUTBOUND).where(mine).order_by(OUTBOX.c.id.desc()).limit(1)
    return next((_outbound(row) for row in conn.execute(query)), None)


def recent(conn: Connection, reference: str, rcpt_to: str, template: str, since: datetime) -> tuple[OutboxRecord, ...]:
    """The mails of that kind that a case made for this address since then, newest first."""
    mine = (OUTBOX.c.reference == reference, OUTBOX.c.rcpt_to == clean(rcpt_to), OUTBOX.c.template == template)
    fresh = (OUTBOX.c.created_at > since, OUTBOX.c.state != "cancelled")
    rows = conn.execute(sa.select(*RECORD).where(*mine, *fresh).order_by(OUTBOX.c.id.desc()))
    return tuple(OutboxRecord(*row) for row in rows)


def get_raw(conn: Connection, id: int) -> bytes:
    """The final bytes of a mail of ours; b"" where there is none."""
    raw = conn.execute(sa.select(OUTBOX.c.raw).where(OUTBOX.c.id == id)).scalar_one_or_none()
    return bytes(raw) if raw is not None else b""


def count_since(conn: Connection, rcpt_to: str, since: datetime, cause: str | None = None) -> int:
    """The mails made for this address since then, of one cause or of any but persons' (G5)."""
    mine = OUTBOX.c.rcpt_identity == clean(identity(rcpt_to))
    return count(conn, OUTBOX, mine, *_automatic(since), *([] if cause is None else [OUTBOX.c.cause == cause]))


def count_of_template_since(conn: Connection, reference: str, rcpt_to: str, template: str, since: datetime) -> int:
    """The mails of that kind that a case made for this address since then, whoever wrote them."""
    mine = (OUTBOX.c.reference == reference, OUTBOX.c.rcpt_identity == clean(identity(rcpt_to)))
    return count(conn, OUTBOX, *mine, OUTBOX.c.template == template, *_left(since))


def count_of_kind_since(conn: Connection, rcpt_to: str, template: str, since: datetime) -> int:
    """The mails of that kind made for this address since then."""
    mine = OUTBOX.c.rcpt_identity == clean(identity(rcpt_to))
    return count(conn, OUTBOX, mine, OUTBOX.c.template == template, *_left(since))


def count_domain_since(conn: Connection, domain: str, since: datetime, cause: str) -> int:
    """The automatic mails of that cause made for this domain since then."""
    mine = OUTBOX.c.rcpt_domain == clean(ascii_domain(domain))
    return count(conn, OUTBOX, mine, OUTBOX.c.cause == cause, *_automatic(since))


def count_cause_since(conn: Connection, cause: str, since: datetime) -> int:
    """The automatic mails of that cause made since then."""
    return count(conn, OUTBOX, OUTBOX.c.cause == cause, *_automatic(since))


def next_at(conn: Connection) -> datetime | None:
    """When the next mail may be claimed."""
    at = sa.case((OUTBOX.c.state == "sending", OUTBOX.c.lease_until), else_=OUTBOX.c.not_before)
    query = sa.select(sa.func.min(at)).where(OUTBOX.c.state.in_(("queued", "sending")))
    found: datetime | None = conn.execute(query).scalar_one()
    return found


def listing(conn: Connection, *, state: str | None, limit: int) -> tuple[OutboxRecord, ...]:
    """The newest mails in that state, or in any."""
    query = sa.select(*RECORD).order_by(OUTBOX.c.id.desc()).limit(limit)
    rows = conn.execute(query if state is None else query.where(OUTBOX.c.state == state))
    return tuple(OutboxRecord(*row) for row in rows)


def records(conn: Connection, ids: Sequence[int]) -> Iterator[OutboxRecord]:
    """Those mails, one by one, in the order of *ids*."""
    for number in ids:
        row = conn.execute(sa.select(*RECORD).where(OUTBOX.c.id == number)).first()
        if row is not None:
            yield OutboxRecord(*row)


def paused(conn: Connection) -> bool:
    """Whether the operator stopped sending."""
    return meta.get(conn, PAUSED) == "yes"


def set_paused(conn: Connection, on: bool) -> None:
    """Stops sending, or lets it go on."""
    meta.put(conn, PAUSED, "yes" if on else "")


def _automatic(since: datetime) -> list[sa.ColumnElement[bool]]:
    return [OUTBOX.c.person.is_(False), *_left(since)]


def _left(since: datetime) -> list[sa.ColumnElement[bool]]:
    """What left or may leave; what a cap holds back uses up nobody's share."""
    capped = sa.and_(OUTBOX.c.state == "held", OUTBOX.c.error.startswith(CAPPED))
    gone = sa.or_(OUTBOX.c.state == "cancelled", capped)
    return [OUTBOX.c.created_at >= since, sa.not_(gone)]


def _report(conn: Connection, mail: Outbound, **values: Any) -> bool:
    """Whether the claim was still ours: its attempt is the fence."""
    mine = sa.and_(OUTBOX.c.id == mail.id, OUTBOX.c.state == "sending", OUTBOX.c.attempts == mail.attempts)
    return conn.execute(sa.update(OUTBOX).where(mine).values(**values)).rowcount == 1


def _move(conn: Connection, id: int, states: tuple[str, ...], **values: Any) -> bool:
    mine = sa.and_(OUTBOX.c.id == id, OUTBOX.c.state.in_(states))
    return conn.execute(sa.update(OUTBOX).where(mine).values(**values)).rowcount == 1


def _outbound(row: Any) -> Outbound:
    values: dict[str, Any] = dict(row._mapping)
    return Outbound(**{**values, "raw": bytes(values["raw"])})
