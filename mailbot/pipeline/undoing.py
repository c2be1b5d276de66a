"""Can an agent's last mail on a case be taken back? Looked up before the decision; done within it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.events import Undoable
from mailbot.core.people import Agent
from mailbot.store import blocked, cases, outbox, undo
from mailbot.store.cases import JournalEntry

#: what other cases know of already
_ELSEWHERE = frozenset({"join_case", "link_case", "split_case", "tell_incident", "take_next"})
_STAFF = (str(do.Audience.AGENT), str(do.Audience.MANAGER))
#: what was only said to the agent meanwhile
_TALK = frozenset({"help", "why", "transcript", "cases", "history", "away"})


def undoable(conn: Connection, case: Case, agent: Agent) -> Undoable | None:
    """The last step of an agent on *case*, and what stands against taking it back; None where there is none."""
    step = undo.find(conn, case.reference)
    if step is None:
        return None
    entries = [e for e in cases.journal(conn, case.reference) if e.seq >= step.first_seq]
    own = [e for e in entries if e.seq <= step.last_seq]
    since = [
        e for e in entries if e.seq > step.last_seq and e.kind != "errand" and e.detail.get("template") not in _TALK
    ]
    sent = outbox.of_messages(conn, _sent(own))
    left = [r for r in sent if not _waits(r)]
    obstacle = ""
    if step.agent != agent.address:
        obstacle = "colleague"
    elif any(e.kind == "move_case" for e in own):
        obstacle = "moved"
    elif since:
        obstacle = "since"
    elif any(e.kind in _ELSEWHERE for e in own):
        obstacle = "elsewhere"
    elif any(r.audience not in _STAFF for r in left):
        obstacle = "left"
    return Undoable(
        before=step.before,
        rule=step.rule,
        first_seq=step.first_seq,
        last_seq=step.last_seq,
        obstacle=obstacle,
        told=tuple(dict.fromkeys(r.rcpt_to for r in left if r.audience == "agent")),
        withdraws=any(r.audience not in _STAFF for r in sent),
        blocked=_blocked(conn, own),
        unblocked=_address(own, "unblock"),
    )


def _waits(record: outbox.OutboxRecord) -> bool:
    return record.state in ("held", "cancelled") or (record.state == "queued" and record.attempts == 0)


def _blocked(conn: Connection, entries: Sequence[JournalEntry]) -> str:
    """The address that was not blocked before."""
    address, at = _address(entries, "block"), entries[0].at
    return address if address and blocked.since(conn, address) == at else ""


def _address(entries: Sequence[JournalEntry], kind: str) -> str:
    return next((str(e.detail["address"]) for e in entries if e.kind == kind), "")


def take_back(conn: Connection, case: Case, action: do.Undo) -> None:
    """The mails of the step never leave, those that it stopped do, and what it promised was never promised."""
    entries = cases.standing(cases.journal(conn, case.reference))
    step = [e for e in entries if action.first_seq <= e.seq <= action.last_seq]
    before = [e for e in entries if e.seq < action.first_seq]
    outbox.restore(conn, _sent(before), step[0].at)
    outbox.withdraw(conn, _sent(step), action.at)
    cases.drop_promises(conn, case.reference, above=len(action.before.promises))
    undo.forget(conn, (case.reference,))


def _sent(entries: Sequence[JournalEntry]) -> list[str]:
    """The Message-IDs of our mails among *entries*."""
    return [str(e.detail["message_id"]) for e in entries if e.kind == "send"]


__all__ = ["take_back", "undoable"]
