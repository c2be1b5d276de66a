"""What a report counts, read for one desk and the time from *begin* up to *end* (aware UTC)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.core.case import Case
from mailbot.store import cases
from mailbot.store.cases import CASE, JOURNAL, PROMISE, JournalEntry
from mailbot.store.inbox import INBOX
from mailbot.store.outbox import OUTBOX

AT_ONCE = 500  #: cases in one query


def alive(conn: Connection, desk: str, begin: datetime, end: datetime) -> tuple[Case, ...]:
    """The cases that something may have happened to, or that owed something, oldest first."""
    query = sa.select(CASE.c.reference).where(_alive(desk, begin, end)).order_by(CASE.c.opened_at, CASE.c.reference)
    found = list(conn.execute(query).scalars())
    parts = (found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE))
    return tuple(case for part in parts for case in cases.load_all(conn, part))


def answers(conn: Connection, desk: str, begin: datetime, end: datetime) -> dict[str, tuple[tuple[datetime, str], ...]]:
    """Who mailed the customers of those cases, as (moment, agent's address) by reference, oldest first."""
    found: dict[str, tuple[tuple[datetime, str], ...]] = {}
    for reference, entry in _entries(conn, _alive(desk, begin, end), "answered"):
        found[reference] = (*found.get(reference, ()), (entry.at, str(entry.detail.get("by", ""))))
    return found


def happened(
    conn: Connection, desk: str, kind: str, begin: datetime, end: datetime
) -> tuple[tuple[str, JournalEntry], ...]:
    """The journal's entries of one kind, with their case's reference, oldest first."""
    return _entries(conn, sa.and_(CASE.c.desk == desk, JOURNAL.c.at >= begin, JOURNAL.c.at < end), kind)


def mails_in(conn: Connection, desk: str, begin: datetime, end: datetime) -> dict[str, int]:
    """The mails that came, by outcome; "open" are those not concluded."""
    mine = sa.and_(INBOX.c.desk == desk, INBOX.c.received_at >= begin, INBOX.c.received_at < end)
    rows = conn.execute(sa.select(INBOX.c.outcome, sa.func.count()).where(mine).group_by(INBOX.c.outcome))
    return {outcome or "open": number for outcome, number in rows}


def mails_out(conn: Connection, desk: str, begin: datetime, end: datetime) -> dict[str, int]:
    """The mails of this desk's cases that left, by audience."""
    query = sa.select(OUTBOX.c.audience, sa.func.count()).select_from(_ON_CASES)
    rows = conn.execute(query.where(_left(desk, begin, end)).group_by(OUTBOX.c.audience))
    return {row[0]: row[1] for row in rows}


def no_news(conn: Connection, desk: str, begin: datetime, end: datetime) -> int:
    """The automatic "no news yet" mails that left."""
    automatic = sa.and_(OUTBOX.c.template == "progress", OUTBOX.c.person.is_(False))
    query = sa.select(sa.func.count()).select_from(_ON_CASES).where(_left(desk, begin, end), automatic)
    return conn.execute(query).scalar_one()


_ON_CASES = OUTBOX.join(CASE, OUTBOX.c.reference == CASE.c.reference)


def _left(desk: str, begin: datetime, end: datetime) -> sa.ColumnElement[bool]:
    sent = sa.and_(OUTBOX.c.state == "sent", OUTBOX.c.finished_at >= begin, OUTBOX.c.finished_at < end)
    return sa.and_(CASE.c.desk == desk, sent)


def _alive(desk: str, begin: datetime, end: datetime) -> sa.ColumnElement[bool]:
    owing = sa.select(PROMISE.c.reference).where(PROMISE.c.state == "open")
    touched = sa.or_(CASE.c.saved_at >= begin, CASE.c.reference.in_(owing))
    return sa.and_(CASE.c.desk == desk, CASE.c.opened_at < end, touched)


def _entries(conn: Connection, which: sa.ColumnElement[bool], kind: str) -> tuple[tuple[str, JournalEntry], ...]:
    wanted: list[sa.ColumnElement[Any]] = [JOURNAL.c[name] for name in JournalEntry.__dataclass_fields__]
    joined = JOURNAL.join(CASE, JOURNAL.c.reference == CASE.c.reference)
    query = (
        sa.select(JOURNAL.c.reference, *wanted).select_from(joined).where(which, JOURNAL.c.kind.in_((kind, cases.UNDO)))
    )
    rows = conn.execute(query.order_by(JOURNAL.c.at, JOURNAL.c.reference, JOURNAL.c.seq))
    return _standing([(row[0], JournalEntry(*row[1:])) for row in rows], kind)


def _standing(rows: Sequence[tuple[str, JournalEntry]], kind: str) -> tuple[tuple[str, JournalEntry], ...]:
    """Those of *rows* that no agent took back."""
    by_case: dict[str, list[JournalEntry]] = {}
    for reference, entry in rows:
        by_case.setdefault(reference, []).append(entry)
    stands = {(reference, e.seq) for reference, entries in by_case.items() for e in cases.standing(entries)}
    return tuple((r, e) for r, e in rows if e.kind == kind and (r, e.seq) in stands)
