"""Cases with their promises and journals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.core.case import OPEN, Case, Escalation, Stage
from mailbot.core.mail import identity
from mailbot.core.promise import Promise, State
from mailbot.store.sql import count, insert_once, upsert
from mailbot.store.tables import CaseRow, JournalRow, PromiseRow, ThreadRow, clean, table

CASE = table(CaseRow)
PROMISE = table(PromiseRow)
JOURNAL = table(JournalRow)
THREAD = table(ThreadRow)
OPEN_STAGES = tuple(sorted(stage.value for stage in OPEN))
COLUMNS = tuple(f.name for f in fields(Case) if f.name in CASE.c)
REST = tuple(f.name for f in fields(Case) if f.name not in CASE.c and f.name != "promises")
MOMENTS = frozenset({"waiting_until", "waiting_since", "answered_at", "customer_wrote_at", "told_at", "acknowledge_at"})
SETS = frozenset({"involved", "fired"})
Order = Literal["newest", "oldest", "waiting"]
ORDERS: Mapping[str, tuple[sa.ColumnElement[Any], ...]] = {
    "newest": (CASE.c.opened_at.desc(), CASE.c.reference.desc()),
    "oldest": (CASE.c.opened_at, CASE.c.reference),
    "waiting": (sa.func.coalesce(CASE.c.unanswered_since, CASE.c.opened_at), CASE.c.reference),
}
SEARCHED = 20_000  #: cases that a search looks at, the newest
MAILS = ("record_mail", "send")  #: the kinds of journal entries that are about a mail
UNDO = "undo"  #: the kind of an entry that takes earlier ones back


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One thing that happened to a case."""

    seq: int
    at: datetime
    actor: str
    kind: str
    detail: dict[str, Any]
    inbox_id: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A mail of a case, by its Message-ID: which case, who read it, and how far the case was then."""

    reference: str
    audience: str
    seq: int
    agent: str = ""


# what every decision asks is built once: building a statement costs more than running it
_ENTRY = [JOURNAL.c[f.name] for f in fields(JournalEntry)]
_JOURNAL = sa.select(*_ENTRY).where(JOURNAL.c.reference == sa.bindparam("case")).order_by(JOURNAL.c.seq)
_MAILS = _JOURNAL.where(JOURNAL.c.kind.in_((*MAILS, UNDO)))
_ONE = sa.select(CASE).where(CASE.c.reference == sa.bindparam("case"))
_LOCKED = _ONE.with_for_update()
_PROMISES = (
    sa.select(PROMISE).where(PROMISE.c.reference.in_(sa.bindparam("cases", expanding=True))).order_by(PROMISE.c.number)
)
_BY_AGENT = (
    sa.select(CASE.c.assignee, sa.func.count())
    .where(CASE.c.desk == sa.bindparam("desk"), CASE.c.stage.in_(OPEN_STAGES))
    .group_by(CASE.c.assignee)
)


def load(conn: Connection, reference: str) -> Case | None:
    """The case, locked on PostgreSQL until the writer's transaction ends."""
    query = _LOCKED if conn.dialect.name == "postgresql" and not _is_reader(conn) else _ONE
    return next(iter(_cases(conn, query, case=reference)), None)


def load_all(conn: Connection, references: Sequence[str]) -> tuple[Case, ...]:
    """Those cases, oldest first, unlocked; at most some thousand at once."""
    return _cases(conn, sa.select(CASE).where(CASE.c.reference.in_(references)).order_by(*ORDERS["oldest"]))


def save(conn: Connection, case: Case, *, now: datetime) -> None:
    """Inserts or updates the case and its promises."""
    values = {name: getattr(case, name) for name in COLUMNS}
    rest = {name: _plain(getattr(case, name)) for name in REST}
    derived = {"stage": case.stage.value, "customer_identity": identity(case.customer), "saved_at": now, "rest": rest}
    upsert(conn, CASE, values | derived)
    rows = ({f.name: getattr(p, f.name) for f in fields(Promise)} | {"state": p.state.value} for p in case.promises)
    upsert(conn, PROMISE, *(row | {"reference": case.reference} for row in rows))


def journal_add(conn: Connection, reference: str, entries: Sequence[JournalEntry]) -> None:
    """Adds entries; a number that is taken fails the job."""
    rows = [{f.name: _journal_value(e, f.name) for f in fields(JournalEntry)} for e in entries]
    if rows:
        conn.execute(sa.insert(JOURNAL), [row | {"reference": reference} for row in rows])


def journal(conn: Connection, reference: str) -> tuple[JournalEntry, ...]:
    """All that happened to the case, in order."""
    return tuple(JournalEntry(*row) for row in conn.execute(_JOURNAL, {"case": reference}))


def mails(conn: Connection, reference: str) -> tuple[JournalEntry, ...]:
    """What came and what was sent on the case, in order: the standing entries of journal() that are of MAILS."""
    entries = standing([JournalEntry(*row) for row in conn.execute(_MAILS, {"case": reference})])
    return tuple(entry for entry in entries if entry.kind in MAILS)


def standing(entries: Sequence[JournalEntry]) -> tuple[JournalEntry, ...]:
    """*entries* without those that an agent took back."""
    ranges = [(e.detail["first_seq"], e.detail["last_seq"]) for e in entries if e.kind == UNDO]
    return tuple(e for e in entries if not any(first <= e.seq <= last for first, last in ranges))


def drop_promises(conn: Connection, reference: str, *, above: int) -> None:
    """The promises with higher numbers were never made."""
    conn.execute(sa.delete(PROMISE).where(PROMISE.c.reference == reference, PROMISE.c.number > above))


def references_exist(conn: Connection, reference: str) -> bool:
    """Whether a case has this reference."""
    query = sa.select(CASE.c.reference).where(CASE.c.reference == clean(reference))
    return conn.execute(query).first() is not None


def find_thread(conn: Connection, message_ids: Sequence[str]) -> Thread | None:
    """The first of *message_ids* that is known."""
    return next(iter(find_threads(conn, message_ids)), None)


def find_threads(conn: Connection, message_ids: Sequence[str]) -> tuple[Thread, ...]:
    """Those of *message_ids* that are known, in their order."""
    wanted = list(dict.fromkeys(clean(message_id) for message_id in message_ids))
    if not wanted:
        return ()
    rows = conn.execute(sa.select(THREAD).where(THREAD.c.message_id.in_(set(wanted))))
    found = {row.message_id: Thread(row.reference, row.audience, row.seq, row.agent) for row in rows}
    return tuple(found[message_id] for message_id in wanted if message_id in found)


def remember(conn: Connection, message_id: str, reference: str, *, audience: str, seq: int, agent: str = "") -> None:
    """Ties a Message-ID to a case; what mailbot sent itself is never overwritten by what came in."""
    values = {"message_id": message_id, "reference": reference, "audience": audience, "seq": seq, "agent": agent}
    if audience == "in":
        insert_once(conn, THREAD, values)
    else:
        upsert(conn, THREAD, values)


def listing(conn: Connection, *, open_only: bool, limit: int, order: Order = "newest") -> tuple[Case, ...]:
    """Cases in *order*: newest, oldest, or waiting (longest unanswered first)."""
    query = sa.select(CASE).order_by(*ORDERS[order]).limit(limit)
    return _cases(conn, query.where(CASE.c.stage.in_(OPEN_STAGES)) if open_only else query)


def of_customer(conn: Connection, desk: str, addr_spec: str) -> tuple[str, ...]:
    """The references of the customer's cases at this desk, newest first."""
    mine = sa.and_(CASE.c.desk == desk, CASE.c.customer_identity == clean(identity(addr_spec)))
    return tuple(conn.execute(sa.select(CASE.c.reference).where(mine).order_by(*ORDERS["newest"])).scalars())


def load_by_agent(conn: Connection, desk: str) -> dict[str, int]:
    """The number of open cases by assignee; "" has those that nobody has."""
    return {row[0]: row[1] for row in conn.execute(_BY_AGENT, {"desk": desk})}


def unassigned(conn: Connection, desk: str, limit: int) -> tuple[Case, ...]:
    """Open cases that nobody has, the longest waiting first."""
    mine = sa.and_(CASE.c.desk == desk, CASE.c.stage.in_(OPEN_STAGES), CASE.c.assignee == "")
    return _cases(conn, sa.select(CASE).where(mine).order_by(*ORDERS["waiting"]).limit(limit))


def open_of_agent(conn: Connection, agent: str) -> tuple[Case, ...]:
    """The open cases that *agent* has at any desk, oldest first."""
    mine = sa.and_(CASE.c.assignee == agent, CASE.c.stage.in_(OPEN_STAGES))
    return _cases(conn, sa.select(CASE).where(mine).order_by(*ORDERS["oldest"]))


def search(conn: Connection, desks: Sequence[str], words: str, reference: str, limit: int) -> tuple[Case, ...]:
    """The newest cases of *desks* with this *reference*, or with all *words* in subject, customer or reference."""
    query = sa.select(CASE.c.reference, CASE.c.subject, CASE.c.customer).where(CASE.c.desk.in_(desks))
    wanted, found = clean(words).casefold().split(), []
    for row in conn.execute(query.order_by(*ORDERS["newest"]).limit(SEARCHED)):
        text = f"{row.subject} {row.customer} {row.reference}".casefold()  # in Python: a database folds what it knows
        if row.reference == reference or all(word in text for word in wanted):
            found.append(row.reference)
        if len(found) == limit:
            break
    return tuple(reversed(load_all(conn, found)))


def count_unassigned(conn: Connection, desk: str) -> int:
    """The number of open cases that nobody has."""
    return count(conn, CASE, CASE.c.desk == desk, CASE.c.stage.in_(OPEN_STAGES), CASE.c.assignee == "")


def count_waiting(conn: Connection, desk: str) -> int:
    """The number of open cases in which the customer's mail waits for staff."""
    return count(conn, CASE, CASE.c.desk == desk, CASE.c.stage.in_(OPEN_STAGES), CASE.c.unanswered_since.is_not(None))


def answered(conn: Connection, desk: str, limit: int) -> tuple[tuple[datetime, datetime], ...]:
    """(received, answered) of the last first answers that persons gave, newest first."""
    mine = sa.and_(CASE.c.desk == desk, PROMISE.c.id == "answer", PROMISE.c.state.in_(("kept", "late")))
    joined = PROMISE.join(CASE, PROMISE.c.reference == CASE.c.reference)
    query = sa.select(PROMISE.c.since, PROMISE.c.ended_at).select_from(joined).where(mine)
    rows = conn.execute(query.order_by(PROMISE.c.ended_at.desc()).limit(limit))
    return tuple((row.since, row.ended_at) for row in rows)


def last_due(conn: Connection) -> datetime | None:
    """The latest due moment of a promise that is open, estimates aside; None where there is none."""
    mine = sa.and_(PROMISE.c.state == State.OPEN.value, PROMISE.c.low_at.is_(None))
    found: datetime | None = conn.execute(sa.select(sa.func.max(PROMISE.c.due_at)).where(mine)).scalar_one()
    return found


def of_incident(conn: Connection, desk: str, name: str) -> tuple[str, ...]:
    """The references of the open cases that are part of an incident, however its name is capitalised; oldest first."""
    mine = sa.and_(CASE.c.desk == desk, CASE.c.incident != "", CASE.c.stage.in_(OPEN_STAGES))
    query = sa.select(CASE.c.reference, CASE.c.incident).where(mine).order_by(CASE.c.opened_at)
    wanted = clean(name).casefold()  # in Python: a database folds what its locale knows
    return tuple(reference for reference, incident in conn.execute(query) if incident.casefold() == wanted)


def _is_reader(conn: Connection) -> bool:
    return bool(conn.get_execution_options().get("postgresql_readonly"))


def _cases(conn: Connection, query: sa.Select[Any], **asked: object) -> tuple[Case, ...]:
    rows = conn.execute(query, asked).all()
    wanted = [row.reference for row in rows]
    promises: dict[str, list[Promise]] = {reference: [] for reference in wanted}
    for row in conn.execute(_PROMISES, {"cases": wanted}).mappings() if wanted else ():
        values = {f.name: row[f.name] for f in fields(Promise)}
        promises[row["reference"]].append(Promise(**(values | {"state": State(row["state"])})))
    return tuple(_case(row, tuple(promises[row.reference])) for row in rows)


def _case(row: Any, promises: tuple[Promise, ...]) -> Case:
    values = {name: getattr(row, name) for name in COLUMNS} | {"stage": Stage(row.stage), "promises": promises}
    return Case(**values, **{name: _restored(name, row.rest[name]) for name in REST if name in row.rest})


def _plain(value: Any) -> Any:
    """*value* as JSON can hold it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Escalation):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(Escalation)}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _journal_value(entry: JournalEntry, name: str) -> Any:
    return _plain(entry.detail) if name == "detail" else getattr(entry, name)


def _restored(name: str, value: Any) -> Any:
    """The inverse of _plain() for the field *name* of a case."""
    if value is None:
        return None
    if name in MOMENTS:
        return datetime.fromisoformat(value)
    if name in SETS:
        return frozenset(value)
    if name == "escalation":
        moments = {
            key: datetime.fromisoformat(value[key]) if value[key] else None for key in ("asked_at", "decided_at")
        }
        return Escalation(**(value | moments))
    if isinstance(value, list):
        return tuple(tuple(item) if isinstance(item, list) else item for item in value)
    return value
