"""The customer asks for a second look: somebody who took no part decides (A10, A11, B14, D11)."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Stage
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
    if case.stage is Stage.WAITING:
        resume(steps)
    elif case.stage in (Stage.RESOLVED, Stage.CLOSED):
        steps.move(Stage.IN_WORK)
    reviewer = find_reviewer(steps)
    steps.add(do.Escalate(steps.now, asked.words, reviewer.address if reviewer else ""))
    make_promises(steps, "escalation", event.received_at)
    _review_promise(steps, event.received_at)
    to_customer(steps, "escalated", do.Cause.MAIL)
    history = max(0, event.earlier - 1)
    facts: Facts = (
        ("what", "escalated"),
        ("body", event.mail.new_text),
        ("reasons", asked.words),
        ("history", history),
    )
    facts = (*facts, ("spoken", event.language))
    if reviewer is not None:
        steps.add(do.Assign(reviewer.address, "mailbot"))
        to_agent(steps, reviewer, "review-request", do.Cause.STAFF, facts=facts, attachments=True)
    else:
        to_manager(steps, "review-request", do.Cause.STAFF, facts=facts)
    return steps.done("applied", "escalates-case")


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


__all__ = ["escalate"]
