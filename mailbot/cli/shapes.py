"""The objects that `--json` prints: scripts rely on these names, whatever becomes of the values inside mailbot."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from mailbot.core.case import Case
from mailbot.core.promise import Promise
from mailbot.errors import ConfigError
from mailbot.store.cases import JournalEntry
from mailbot.store.inbox import InboxRecord
from mailbot.store.outbox import Outbound, OutboxRecord

Row = dict[str, Any]


def case_row(case: Case) -> Row:
    return {
        "reference": case.reference,
        "desk": case.desk,
        "stage": case.stage.value,
        "waiting_for": case.waiting_for,
        "complexity": case.complexity,
        "category": case.category,
        "team": case.team,
        "assignee": case.assignee,
        "customer": case.customer,
        "customer_name": case.customer_name,
        "language": case.language,
        "subject": case.subject,
        "opened_at": case.opened_at,
        "unanswered_since": case.unanswered_since,
        "resolved_at": case.resolved_at,
        "closed_at": case.closed_at,
        "escalated_at": case.escalation.asked_at if case.escalation else None,
        "rating": case.rating,
        "next_due_at": next_due(case.promises),
        "promises": [promise_row(p) for p in case.promises],
    }


def next_due(promises: Iterable[Promise]) -> Any:
    """The earliest due moment of an open promise."""
    return min((p.due_at for p in promises if p.is_open and not p.is_estimate), default=None)


def promise_row(promise: Promise) -> Row:
    return {
        "number": promise.number,
        "id": promise.id,
        "clock": promise.clock,
        "estimate": promise.is_estimate,
        "made_at": promise.made_at,
        "due_at": promise.due_at,
        "state": promise.state.value,
        "ended_at": promise.ended_at,
        "told_in": promise.told_in,
        "replaced_by": promise.replaced_by,
        "reason": promise.reason,
    }


def journal_row(entry: JournalEntry) -> Row:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "kind": entry.kind,
        "detail": entry.detail,
        "inbox_id": entry.inbox_id,
    }


def inbox_row(record: InboxRecord) -> Row:
    return {
        "id": record.id,
        "desk": record.desk,
        "mail_from": record.mail_from,
        "received_at": record.received_at,
        "via": record.via,
        "attempts": record.attempts,
        "outcome": record.outcome,
        "rule": record.rule,
        "reference": record.reference,
        "message_id": record.message_id,
        "kind": record.kind,
        "finished_at": record.finished_at,
        "error": record.error,
    }


def outbox_row(record: OutboxRecord) -> Row:
    return {
        "id": record.id,
        "state": record.state,
        "template": record.template,
        "audience": record.audience,
        "cause": record.cause,
        "person": record.person,
        "rcpt_to": record.rcpt_to,
        "reference": record.reference,
        "message_id": record.message_id,
        "attempts": record.attempts,
        "in_doubt": record.in_doubt,
        "not_before": record.not_before,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "error": record.error,
        "reply": record.reply,
    }


def why_in_row(record: InboxRecord) -> Row:
    return {"way": "in", **inbox_row(record)}


def why_out_row(mail: Outbound) -> Row:
    return {
        "way": "out",
        "id": mail.id,
        "template": mail.template,
        "rcpt_to": mail.rcpt_to,
        "reference": mail.reference,
        "message_id": mail.message_id,
        "attempts": mail.attempts,
        "in_doubt": mail.in_doubt,
        "created_at": mail.created_at,
    }


def problem_row(level: str, problem: ConfigError) -> Row:
    return {
        "level": level,
        "file": problem.file,
        "line": problem.line,
        "key": problem.key,
        "value": problem.value,
        "hint": problem.hint,
    }


def raw_row(number: int, raw: bytes) -> Row:
    return {"id": number, "size_bytes": len(raw), "raw_base64": b64encode(raw).decode()}
