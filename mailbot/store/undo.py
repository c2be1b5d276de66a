"""What a case was like before an agent's last mail on it: one step deep, exact to the moment."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.core.case import Case, Escalation, Stage
from mailbot.core.promise import Promise, State
from mailbot.store.sql import upsert
from mailbot.store.tables import UndoRow, table

UNDO = table(UndoRow)


@dataclass(frozen=True, slots=True)
class Step:
    """An agent's last mail on a case: what it changed is in the journal from *first_seq* to *last_seq*."""

    agent: str
    rule: str
    first_seq: int
    last_seq: int
    before: Case


def keep(conn: Connection, step: Step, reference: str) -> None:
    """Remembers the step in the place of the one before it."""
    values = {"agent": step.agent, "rule": step.rule, "first_seq": step.first_seq, "last_seq": step.last_seq}
    upsert(conn, UNDO, values | {"reference": reference, "state": packed(step.before)})


def find(conn: Connection, reference: str) -> Step | None:
    """The last step of an agent on the case."""
    row = conn.execute(sa.select(UNDO).where(UNDO.c.reference == reference)).first()
    return Step(row.agent, row.rule, row.first_seq, row.last_seq, unpacked(row.state)) if row is not None else None


def forget(conn: Connection, references: Sequence[str]) -> None:
    """What was done on these cases can be taken back no more."""
    conn.execute(sa.delete(UNDO).where(UNDO.c.reference.in_(references)))


def packed(case: Case) -> dict[str, Any]:
    """*case* as JSON can hold it."""
    found: dict[str, Any] = _pack(case)
    return found


def unpacked(document: dict[str, Any]) -> Case:
    """The inverse of packed(); what a newer Case has more is at its default."""
    known = {f.name for f in fields(Case)}
    values = {name: _unpack(value) for name, value in document.items() if name in known}
    promises = tuple(Promise(**{**p, "state": State(p["state"])}) for p in values["promises"])
    review = values.get("escalation")
    escalation = Escalation(**review) if review is not None else None
    return Case(**{**values, "stage": Stage(values["stage"]), "promises": promises, "escalation": escalation})


def _pack(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if is_dataclass(value):
        return {f.name: _pack(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, frozenset):
        return {"set": sorted(value)}
    return [_pack(item) for item in value] if isinstance(value, tuple) else value


def _unpack(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"moment"}:
        return datetime.fromisoformat(value["moment"])
    if isinstance(value, dict) and value.keys() == {"set"}:
        return frozenset(value["set"])
    if isinstance(value, dict):
        return {name: _unpack(item) for name, item in value.items()}
    return tuple(_unpack(item) for item in value) if isinstance(value, list) else value
