"""What the store holds about one person, and how it forgets them (D24). An address is meant case-folded."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.core.mail import identity
from mailbot.core.naming import names, names_any
from mailbot.store import blocked, meta, tombstones, undo
from mailbot.store.cases import CASE, JOURNAL, THREAD
from mailbot.store.events import EVENT
from mailbot.store.inbox import ERASED, INBOX
from mailbot.store.outbox import OUTBOX
from mailbot.store.people import AGENT, TOKEN

NOBODY = "erased"  #: stands for the address in the journal of somebody else's case
PEOPLE = ("watchers", "copied", "partners", "involved")  #: the lists of a case that name people
AT_ONCE = 500
FINISHED = ("sent", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Traces:
    """Where the store knows of one person."""

    address: str
    own: tuple[str, ...] = ()  #: references of their cases
    elsewhere: tuple[str, ...] = ()  #: of others' cases that they have a part in
    inbox: tuple[int, ...] = ()  #: mails that they wrote, that belong to their cases, or that say what to write to them
    outbox: tuple[int, ...] = ()  #: mails to them, of their cases, or with their words
    prints: tuple[tuple[int, str, str], ...] = ()  #: (inbox id, desk, fingerprint) of those mails
    named: tuple[int, ...] = ()  #: other people's mails that name them; nobody else's mail is erased

    @property
    def found(self) -> bool:
        return bool(self.own or self.elsewhere or self.inbox or self.outbox)


def was_agent(conn: Connection, address: str) -> bool:
    """Whether this is somebody who was let in as an agent."""
    tokens = sa.select(TOKEN.c.agent).where(TOKEN.c.agent == address)
    agents = sa.select(AGENT.c.agent).where(AGENT.c.agent == address)
    return conn.execute(sa.union_all(tokens, agents).limit(1)).first() is not None


def own_cases(conn: Connection, address: str) -> tuple[str, ...]:
    """The references of their cases at every desk, oldest first."""
    query = sa.select(CASE.c.reference).where(CASE.c.customer_identity == address)
    return tuple(conn.execute(query.order_by(CASE.c.opened_at, CASE.c.reference)).scalars())


def roles(conn: Connection, address: str, own: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Of others' cases, the lists that name them, by reference."""
    rows = conn.execute(sa.select(CASE.c.reference, CASE.c.rest).where(_may_name(CASE.c.rest, address)))
    found = {row.reference: _lists(row.rest, address) for row in rows if row.reference not in own}
    return {reference: names for reference, names in found.items() if names}


def entries(conn: Connection, address: str, own: Collection[str]) -> tuple[Any, ...]:
    """The journal entries of others' cases that name them, whole rows."""
    naming = sa.or_(_may_name(JOURNAL.c.detail, address), sa.func.lower(JOURNAL.c.actor) == address)
    rows = conn.execute(sa.select(JOURNAL).where(naming).order_by(JOURNAL.c.reference, JOURNAL.c.seq))
    return tuple(
        row
        for row in rows
        if row.reference not in own and (identity(row.actor) == address or names_any(row.detail, (address,)))
    )


def copies(conn: Connection, inbox_ids: Sequence[int]) -> tuple[int, ...]:
    """The mails that came again after these, whoever sent them."""
    found: list[int] = []
    for part in _parts(inbox_ids):
        rules = [f"same as inbox {number}" for number in part]
        same = sa.and_(INBOX.c.outcome == "duplicate", INBOX.c.rule.in_(rules))
        found += conn.execute(sa.select(INBOX.c.id).where(same)).scalars()
    return tuple(found)


def caused(conn: Connection, references: Sequence[str], inbox_ids: Collection[int]) -> frozenset[str]:
    """The Message-IDs of what these cases sent because of those mails."""
    sending = sa.and_(JOURNAL.c.reference.in_(references), JOURNAL.c.kind == "send")
    rows = conn.execute(sa.select(JOURNAL.c.inbox_id, JOURNAL.c.detail).where(sending))
    return frozenset(str(row.detail.get("message_id")) for row in rows if row.inbox_id in inbox_ids)


def all_in(conn: Connection) -> Iterator[Any]:
    """Every received mail that was not erased: id, desk, reference, mail_from, raw."""
    wanted = (INBOX.c.id, INBOX.c.desk, INBOX.c.reference, INBOX.c.mail_from, INBOX.c.raw)
    yield from _streamed(conn, sa.select(*wanted).where(INBOX.c.rule != ERASED).order_by(INBOX.c.id))


def mails_to(conn: Connection, address: str, own: Sequence[str], message_ids: Collection[str]) -> frozenset[int]:
    """The mails of ours to them, of their cases, or with one of these Message-IDs."""
    mine = sa.or_(OUTBOX.c.rcpt_identity == address, OUTBOX.c.reference.in_(own), OUTBOX.c.message_id.in_(message_ids))
    return frozenset(conn.execute(sa.select(OUTBOX.c.id).where(mine)).scalars())


def finished_out(conn: Connection, references: Sequence[str]) -> Iterator[Any]:
    """The mails of ours of no case or of these that are not on their way: id, reference, raw."""
    mine = sa.and_(OUTBOX.c.reference.in_(("", *references)), OUTBOX.c.state.in_(FINISHED))
    yield from _streamed(conn, sa.select(OUTBOX.c.id, OUTBOX.c.reference, OUTBOX.c.raw).where(mine))


def forget(conn: Connection, traces: Traces, now: datetime, make_secret: Callable[[], str]) -> None:
    """Everything of *traces*, in one commit: cases, mails, tokens, wishes; others' cases lose just the person.

    A mail's row stays, blank, so that the audit adds up (G10), with the keyed hash of its fingerprint, so that the
    same mail, fetched again, is a duplicate (G2).
    """
    tombstones.bury(conn, traces.prints, meta.secret(conn, make_secret))
    ids = _message_ids(conn, traces)
    for part in _parts(ids):
        conn.execute(sa.delete(THREAD).where(THREAD.c.message_id.in_(part)))
    forget_mails(conn, traces.inbox, now)
    for part in _parts(traces.outbox):
        conn.execute(sa.delete(OUTBOX).where(OUTBOX.c.id.in_(part)))
    blocked.unblock(conn, traces.address)
    _leave(conn, traces)
    _forget_wishes(conn, traces)
    for part in _parts(traces.own):
        conn.execute(sa.delete(TOKEN).where(TOKEN.c.reference.in_(part)))
        conn.execute(sa.delete(CASE).where(CASE.c.reference.in_(part)))  # and what hangs on it


def forget_mails(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Blanks received mails; one that is not concluded yet is concluded."""
    blank = dict.fromkeys(("mail_from", "peer", "error", "reference", "message_id"), "")
    values: dict[str, Any] = {**blank, "rcpt_to": [], "raw": b"", "rule": ERASED, "state": "done", "lease_until": None}
    outcome = sa.case((INBOX.c.outcome == "", "suppressed"), else_=INBOX.c.outcome)
    finished = sa.func.coalesce(INBOX.c.finished_at, now)
    for part in _parts(ids):
        mine = INBOX.c.id.in_(part)
        conn.execute(sa.update(INBOX).where(mine).values(**values, outcome=outcome, finished_at=finished))


def forget_copy(conn: Connection, inbox_id: int, earlier: int, now: datetime) -> bool:
    """Blanks a mail that came again although it was erased; whether it was."""
    erased = sa.select(INBOX.c.id).where(INBOX.c.id == earlier, INBOX.c.rule == ERASED)
    if conn.execute(erased).first() is None:
        return False
    forget_mails(conn, (inbox_id,), now)
    return True


def without(value: Any, address: str) -> Any:
    """*value* with every text that names the address gone from its list, or replaced."""
    if isinstance(value, str):
        return NOBODY if names(value, address) else value
    if isinstance(value, list):
        return [without(item, address) for item in value if not (isinstance(item, str) and identity(item) == address)]
    if isinstance(value, dict):
        return {key: without(item, address) for key, item in value.items()}
    return value


def _leave(conn: Connection, traces: Traces) -> None:
    """Takes the person out of the cases of others."""
    for part in _parts(traces.elsewhere):
        undo.forget(conn, part)
        for row in conn.execute(sa.select(CASE.c.reference, CASE.c.rest).where(CASE.c.reference.in_(part))).all():
            if _lists(row.rest, traces.address):
                rest = row.rest | {name: without(row.rest.get(name, []), traces.address) for name in PEOPLE}
                conn.execute(sa.update(CASE).where(CASE.c.reference == row.reference).values(rest=rest))
        mine = sa.and_(JOURNAL.c.reference.in_(part), JOURNAL.c.kind == "record_mail")
        written = conn.execute(sa.select(JOURNAL).where(mine)).all()
        for row in written:
            if row.detail.get("inbox_id", row.inbox_id) in traces.inbox:  # a joined case's mails came before the entry
                _rewrite(conn, row, without(row.detail | {"message_id": ""}, traces.address), traces.address)
    for row in entries(conn, traces.address, traces.own):
        _rewrite(conn, row, without(row.detail, traces.address), traces.address)


def _rewrite(conn: Connection, row: Any, detail: dict[str, Any], address: str) -> None:
    mine = sa.and_(JOURNAL.c.reference == row.reference, JOURNAL.c.seq == row.seq)
    conn.execute(sa.update(JOURNAL).where(mine).values(detail=detail, actor=without(row.actor, address)))


def _forget_wishes(conn: Connection, traces: Traces) -> None:
    rows = conn.execute(sa.select(EVENT.c.id, EVENT.c.detail)).all()
    naming = [
        row.id
        for row in rows
        if names_any(row.detail, {traces.address, *(reference.casefold() for reference in traces.own)})
    ]
    for part in _parts(naming):
        conn.execute(sa.delete(EVENT).where(EVENT.c.id.in_(part)))


def _message_ids(conn: Connection, traces: Traces) -> list[str]:
    found: set[str] = set()
    for table, ids in ((INBOX, traces.inbox), (OUTBOX, traces.outbox)):
        for part in _parts(ids):
            found |= set(conn.execute(sa.select(table.c.message_id).where(table.c.id.in_(part))).scalars())
    return sorted(found - {""})


def _may_name(column: sa.Column[Any], address: str) -> sa.ColumnElement[bool]:
    """Whether the JSON in *column* may name the address: it is searched as the text that it is stored as."""
    return sa.func.lower(sa.cast(column, sa.Text)).contains(json.dumps(address)[1:-1].lower(), autoescape=True)


def _lists(rest: dict[str, Any], address: str) -> tuple[str, ...]:
    return tuple(name for name in PEOPLE if address in map(identity, map(str, rest.get(name) or ())))


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """*items*, so many at a time as one statement takes."""
    yield from (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))


def _streamed(conn: Connection, query: sa.Select[Any]) -> Iterator[Any]:
    yield from conn.execute(query, execution_options={"yield_per": 50})
