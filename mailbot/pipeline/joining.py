"""Many mails on a case within ten minutes reach their reader as few notices, with every word and file of them (G5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.mail import Mail
from mailbot.store import cases, inbox, outbox
from mailbot.wire.parse import parse

WITHIN = timedelta(minutes=10)
AT_ONCE = 3  #: notices of one case that leave at once within that time
MAILS, SIZE = 25, 8 * 1024 * 1024  #: that one notice joins at most
_NOTICES = frozenset({"notice", "unassigned"})
_BETWEEN = "\n\n* * *\n\n"


@dataclass(frozen=True, slots=True)
class Joined:
    """A notice as it will leave."""

    action: do.Send
    inbox_ids: tuple[int, ...] = ()  #: of the mails that it brings
    earlier: tuple[tuple[Mail, bytes], ...] = ()  #: those that waited, oldest first
    not_before: datetime | None = None  #: None: at once


def join(conn: Connection, case: Case | None, action: do.Send, inbox_id: int | None, now: datetime) -> Joined:
    """*action*, with the words of the notice that still waits, which it replaces; only news of a known case waits."""
    news = action.template in _NOTICES and ("what", "reply") in action.facts
    if case is None or inbox_id is None or not news:
        return Joined(action)
    recent = outbox.recent(conn, case.reference, action.to, action.template, now - WITHIN)
    if len(recent) < AT_ONCE:
        return Joined(action, (inbox_id,))
    waiting = next((r for r in recent if r.state == "queued" and r.attempts == 0 and r.not_before > now), None)
    if waiting is None:
        return Joined(action, (inbox_id,), not_before=min(r.created_at for r in recent) + WITHIN)
    brought = _brought(conn, case, waiting.message_id, note=action.note)
    raws = [inbox.get_raw(conn, one) for one in brought]
    if not raws or len(raws) >= MAILS or sum(map(len, raws)) > SIZE:
        return Joined(action, (inbox_id,), not_before=waiting.not_before)
    outbox.cancel(conn, waiting.id, now)
    mails = tuple((parse(raw), raw) for raw in raws)
    return Joined(_with_words(action, mails), (*brought, inbox_id), mails, waiting.not_before)


def _brought(conn: Connection, case: Case, message_id: str, *, note: bool) -> tuple[int, ...]:
    """The mails that a notice of the same kind brings."""
    for entry in reversed(cases.journal(conn, case.reference)):
        if entry.kind == "send" and entry.detail.get("message_id") == message_id:
            return tuple(entry.detail.get("brings") or ()) if entry.detail.get("note") is note else ()
    return ()


def _with_words(action: do.Send, mails: Sequence[tuple[Mail, bytes]]) -> do.Send:
    facts = dict(action.facts)
    words = [_said(mail, action.note) for mail, _ in mails]
    facts["body"] = _BETWEEN.join(
        (*words, f"{facts.get('who')}:\n{facts['body']}" if action.note else str(facts["body"]))
    )
    return replace(action, facts=tuple(facts.items()))


def _said(mail: Mail, note: bool) -> str:
    who = mail.from_.identity if mail.from_ is not None else ""
    return f"{who}:\n{mail.new_text}" if note else mail.new_text
