"""A mail of ours could not be delivered: the promise it kept is open again, and somebody is told."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.decide.steps import Steps, assignee, to_agent, to_manager
from mailbot.core.desk import Desk
from mailbot.core.events import DeliveryFailed
from mailbot.core.mail import identity
from mailbot.core.promise import Promise, State

CAME_BACK = "the mail that began it did not arrive"  #: why a period of progress is void


def decide_delivery(case: Case, event: DeliveryFailed, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """Once for each failed mail; a failed mail about a failure is only recorded."""
    steps = Steps(case, desk, now)
    steps.add(
        do.MarkUndeliverable(event.rcpt_to, f"{event.status} {event.text}".strip())
        if event.to_customer
        else _noted(event)
    )
    reopened = False
    for promise in steps.case.promises:
        if event.message_id and promise.kept_in == event.message_id:
            for action in owed_again(steps.case, promise, now):
                steps.add(action)
                reopened = True
    if event.template == "undeliverable":
        return tuple(steps.actions)
    facts = (
        ("address", event.rcpt_to),
        ("diagnostic", f"{event.status} {event.text}".strip()),
        ("template", event.template),
        ("reopened", reopened),
        ("copied", identity(event.rcpt_to) in map(identity, case.copied)),
    )
    agent = assignee(steps)
    if agent is not None and agent.address != event.rcpt_to:
        to_agent(steps, agent, "undeliverable", do.Cause.CLOCK, facts=facts)
    elif desk.roster.manager != event.rcpt_to:
        to_manager(steps, "undeliverable", do.Cause.CLOCK, facts=facts)
    return tuple(steps.actions)


def owed_again(case: Case, promise: Promise, now: datetime) -> tuple[do.Action, ...]:
    """*promise* was kept by a mail that did not arrive: it is open again, and the period that the mail began is none.

    Where other news followed, the customer has those: nothing is owed twice.
    """
    later = [p for p in case.promises if p.id == promise.id and p.number > promise.number and not p.obligation]
    begun = [p for p in later if p.is_open and p.since == promise.ended_at]
    if len(later) > len(begun):
        return ()
    return (*(do.EndPromise(p.number, State.VOID, now, CAME_BACK) for p in begun), do.ReopenPromise(promise.number))


def _noted(event: DeliveryFailed) -> do.Action:
    return do.Failed(event.rcpt_to, f"{event.status} {event.text}".strip())


__all__ = ["decide_delivery", "owed_again"]
