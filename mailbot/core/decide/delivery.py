"""A mail of ours could not be delivered: the promise it kept is open again, and somebody is told."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.decide.steps import Steps, assignee, to_agent, to_manager
from mailbot.core.desk import Desk
from mailbot.core.events import DeliveryFailed


def decide_delivery(case: Case, event: DeliveryFailed, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """Once for each failed mail; a failed mail about a failure is only recorded."""
    steps = Steps(case, desk, now)
    steps.add(
        do.MarkUndeliverable(event.rcpt_to, f"{event.status} {event.text}".strip())
        if event.to_customer
        else _noted(event)
    )
    for promise in steps.case.promises:
        if event.message_id and promise.kept_in == event.message_id:
            steps.add(do.ReopenPromise(promise.number))
    if event.template == "undeliverable":
        return tuple(steps.actions)
    facts = (
        ("address", event.rcpt_to),
        ("diagnostic", f"{event.status} {event.text}".strip()),
        ("template", event.template),
    )
    agent = assignee(steps)
    if agent is not None and agent.address != event.rcpt_to:
        to_agent(steps, agent, "undeliverable", do.Cause.CLOCK, facts=facts)
    elif desk.roster.manager != event.rcpt_to:
        to_manager(steps, "undeliverable", do.Cause.CLOCK, facts=facts)
    return tuple(steps.actions)


def _noted(event: DeliveryFailed) -> do.Action:
    return do.Failed(event.rcpt_to, f"{event.status} {event.text}".strip())


__all__ = ["decide_delivery"]
