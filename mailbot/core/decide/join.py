"""A case turns out to be part of another: an agent joins the two, and its writer may take part (`/accept`)."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Case, Stage
from mailbot.core.commands import Parsed, Problem
from mailbot.core.decide.steps import Steps, assignee, end_all, oblige, to_agent, to_manager
from mailbot.core.desk import Desk
from mailbot.core.events import CaseJoined, MailReceived
from mailbot.core.mail import identity
from mailbot.core.people import Agent

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


def leave(steps: Steps, target: str, agent: Agent, why: str = "joined to another case") -> None:
    """The case goes on in *target*; what it promised by itself is owed no more."""
    end_all(steps, why)
    steps.add(do.JoinCase(target, agent.address))
    steps.move(Stage.MERGED)


def decide_joined(case: Case, event: CaseJoined, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """The mails of the other case are this one's, its writer belongs to it, and whoever has it reads them."""
    steps = Steps(case, desk, now)
    own = identity(event.writer) == identity(case.customer)
    if not own:
        steps.add(do.AddWatcher(event.writer, event.by))
    for mail in event.mails:
        by = "customer" if own else identity(event.writer)
        steps.add(do.RecordMail(by, mail.at, mail.message_id, mail.inbox_id, from_customer=own))
    if own and event.unanswered_since is not None:
        oblige(steps, event.unanswered_since)
    body = "\n\n* * *\n\n".join(mail.text for mail in event.mails)
    facts = (("what", "reply"), ("body", body), ("history", 0), ("who", event.writer))
    agent = assignee(steps)
    if agent is not None:
        to_agent(steps, agent, "notice", do.Cause.STAFF, facts=facts, note=not own)
    else:
        to_manager(steps, "unassigned", do.Cause.STAFF, facts=facts)
    return tuple(steps.actions)


__all__ = ["decide_joined", "leave", "unjoinable"]
