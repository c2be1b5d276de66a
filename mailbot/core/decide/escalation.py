"""The customer asks for a second look: somebody who took no part decides (A10, A11, B14, D11)."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import Command, Parsed, Problem
from mailbot.core.decide.steps import (
    Facts,
    Steps,
    find_reviewer,
    make_promises,
    resume,
    to_agent,
    to_customer,
    to_manager,
)
from mailbot.core.decide.words import Wish
from mailbot.core.events import MailReceived
from mailbot.core.people import Agent
from mailbot.core.promise import Promise
from mailbot.core.worktime import due_at


def escalate(steps: Steps, event: MailReceived, asked: Wish) -> tuple[do.Action, ...]:
    """Refused, with the reason, where the policy's terms are not met; else a reviewer and a date of its own."""
    rule = steps.desk.policy.escalation
    assert rule is not None
    case = steps.case
    refused = ""
    if rule.reasons and not asked.words:
        refused = "reasons"
    elif (
        rule.until and case.resolved_at and steps.now > due_at(case.resolved_at, rule.until, steps.desk.policy.calendar)
    ):
        refused = "too late"
    if refused:
        to_customer(steps, "escalation-refused", do.Cause.MAIL, facts=(("why", refused),))
        return steps.done("applied", f"escalation-refused: {refused}")
    _begin(steps, event, asked.words)
    return steps.done("applied", "escalates-case")


def escalate_problem(steps: Steps, command: Command, parsed: Parsed) -> Problem | None:
    """What stands against an agent's `/escalate`; the terms that the policy sets for customers do not."""
    if len(parsed.commands) > 1:
        return Problem(command.line, "not-now", command.line, "it needs a mail of its own")
    if steps.desk.policy.escalation is None:
        return Problem(command.line, "not-now", "/assign NAME", "the policy knows no review")
    if steps.case.open_review is not None:
        return Problem(command.line, "not-now", "/note", "a review is open")
    return None


def escalate_for(steps: Steps, event: MailReceived, reasons: str, agent: Agent) -> None:
    """As if the customer had asked, with the agent's reasons; the agent took part, and does not decide."""
    _begin(steps, event, reasons, agent)


def _begin(steps: Steps, event: MailReceived, reasons: str, by: Agent | None = None) -> None:
    """A reviewer and a date of its own; the customer hears of both. *by* is the agent who asks for it."""
    if steps.case.stage is Stage.WAITING:
        resume(steps, answered=by is None)
    elif steps.case.stage in (Stage.RESOLVED, Stage.CLOSED):
        steps.move(Stage.IN_WORK)
    reviewer = find_reviewer(steps)
    steps.add(do.Escalate(steps.now, reasons, reviewer.address if reviewer else ""))
    make_promises(steps, "escalation", event.received_at)
    _review_promise(steps, event.received_at)
    cause = do.Cause.MAIL if by is None else do.Cause.STAFF
    to_customer(steps, "escalated", cause, facts=(("asked", by is None),))
    facts: Facts = (
        ("what", "escalated"),
        ("body", event.mail.new_text if by is None else reasons),
        ("reasons", reasons),
        ("history", max(0, event.earlier - 1) if by is None else 0),
        ("asked_by", by.name if by is not None else steps.case.customer),
        ("spoken", event.language),
    )
    if reviewer is not None:
        steps.add(do.Assign(reviewer.address, "mailbot"))
        to_agent(steps, reviewer, "review-request", do.Cause.STAFF, facts=facts, attachments=True)
    else:
        to_manager(steps, "review-request", do.Cause.STAFF, facts=facts)


def _review_promise(steps: Steps, since: datetime) -> None:
    """The review's own deadline, where the policy states it in [escalation] and not as a promise (A12)."""
    rule = steps.desk.policy.escalation
    if rule is None or steps.case.open_promise("review") is not None:
        return
    span = rule.decide
    number = len(steps.case.promises) + 1
    due = due_at(since, span, steps.desk.policy.calendar)
    version = steps.desk.policy.version
    steps.add(do.MakePromise(Promise("review", number, span.text, since, steps.now, due, policy_version=version)))


__all__ = ["escalate", "escalate_for", "escalate_problem"]
