"""A case turns out to be part of another: an agent joins the two, and its writer may take part (`/accept`)."""

from dataclasses import replace
from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Case, Stage
from mailbot.core.commands import Parsed, Problem
from mailbot.core.decide.steps import Steps, assignee, end_all, oblige, to_agent, to_customer, to_manager
from mailbot.core.desk import Desk
from mailbot.core.events import CaseJoined, MailReceived
from mailbot.core.mail import identity
from mailbot.core.people import Agent
from mailbot.core.promise import Promise, State

JOINED = "joined to another case"  #: why its promises are owed no more by the case that was left
#: what is still possible on a case that was joined to another
_ON_JOINED = frozenset({"why", "help"})


def unjoinable(steps: Steps, event: MailReceived, parsed: Parsed) -> tuple[Problem, ...]:
    """What stands against `/accept`, and against every word on a case that was joined already."""
    if steps.case.stage is Stage.MERGED and not (parsed.commands and {c.name for c in parsed.commands} <= _ON_JOINED):
        line = parsed.commands[0].line if parsed.commands else "/answer"
        return (Problem(line, "not-now", "/help", "joined to another case"),)
    if not parsed.has("accept"):
        return ()
    if not event.joinable:
        return (Problem("/accept", "not-now", "/answer", "the case names no open one"),)
    if len(parsed.commands) > 1 or parsed.body:
        return (Problem("/accept", "not-now", "/accept", "it stands alone"),)
    return ()


def leave(steps: Steps, target: str, agent: Agent) -> None:
    """The case goes on in *target*, which is owed what this one's customer was told (G12)."""
    end_all(steps, JOINED)
    steps.add(do.JoinCase(target, agent.address))
    steps.move(Stage.MERGED)


def accept(steps: Steps, target: str, agent: Agent) -> None:
    """The case is part of *target*, somebody else's; where its writer was told a date, they hear that it ends (G12)."""
    told = any(p.is_open and p.told_in for p in steps.case.promises)
    leave(steps, target, agent)
    if told:
        to_customer(steps, "accepted", do.Cause.STAFF)


def decide_joined(case: Case, event: CaseJoined, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """The mails of the other case are this one's, its writer belongs to it, and whoever has it reads them."""
    steps = Steps(case, desk, now)
    own = identity(event.writer) == identity(case.customer)
    if not own:
        steps.add(do.AddWatcher(event.writer, event.by))
    for mail in event.mails:
        by = "customer" if own else identity(event.writer)
        steps.add(do.RecordMail(by, mail.at, mail.message_id, mail.inbox_id, from_customer=own))
    if own:
        _take_over(steps, event)
    body = "\n\n* * *\n\n".join(mail.text for mail in event.mails)
    facts = (("what", "reply"), ("body", body), ("history", 0), ("who", event.writer))
    agent = assignee(steps)
    if agent is not None:
        to_agent(steps, agent, "notice", do.Cause.STAFF, facts=facts, note=not own)
    else:
        to_manager(steps, "unassigned", do.Cause.STAFF, facts=facts)
    return tuple(steps.actions)


def _take_over(steps: Steps, event: CaseJoined) -> None:
    """What the other case owed is owed here, by the earlier date of the two; its customer hears which (G12)."""
    if not steps.case.is_open:  # it was resolved since the agent wrote
        steps.move(Stage.IN_WORK)
    for promise in event.told:
        again = {"number": len(steps.case.promises) + 1, "state": State.OPEN, "ended_at": None, "reason": ""}
        _promise_here(steps, replace(promise, **again))  # type: ignore[arg-type]
    if event.unanswered_since is not None:
        oblige(steps, event.unanswered_since)
    to_customer(steps, "merged", do.Cause.STAFF, facts=(("old", event.reference),))


def _promise_here(steps: Steps, promise: Promise) -> None:
    """*promise* as the other case made and told it, unless this one promised the same for no later."""
    same = [p for p in steps.case.promises if p.is_open and p.id == promise.id and p.told_in]
    later = [p for p in same if p.due_at > promise.due_at]
    if later:
        steps.add(do.ReplacePromise(later[0].number, promise, JOINED))
    elif not same:
        steps.add(do.MakePromise(promise))


__all__ = ["JOINED", "accept", "decide_joined", "leave", "unjoinable"]
