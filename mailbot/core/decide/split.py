"""A second matter of a case gets a case of its own: what is promised for it runs from now."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.decide.steps import Steps, hand_out, keep, make_promises, to_agent, to_customer
from mailbot.core.desk import Desk
from mailbot.core.details import categorise
from mailbot.core.events import CaseSplit


def decide_split(event: CaseSplit, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """The same customer, who hears the new reference; whoever has the least work takes it (E4)."""
    steps = Steps(None, desk, now)
    _open(steps, event)
    make_promises(steps, "receipt", now)
    agent = hand_out(steps)
    keep(steps, "acknowledgement")
    make_promises(steps, "acknowledgement", now)
    if not event.source.undeliverable:
        to_customer(steps, "split", do.Cause.STAFF, facts=(("old", event.source.reference),))
    if agent is not None:
        facts = (("what", "new"), ("body", event.text), ("history", event.earlier))
        to_agent(steps, agent, "notice", do.Cause.STAFF, facts=facts, attachments=event.from_customer)
    return tuple(steps.actions)


def _open(steps: Steps, event: CaseSplit) -> None:
    source, policy = event.source, steps.desk.policy
    category = categorise(policy, (), (), f"{event.subject}\n{event.text}")
    steps.add(
        do.OpenCase(
            reference=event.reference,
            desk=source.desk,
            customer=source.customer,
            customer_name=source.customer_name,
            subject=event.subject,
            language=source.language,
            opened_at=steps.now,
            category=category,
            team=steps.desk.team_for(category),
            linked=(source.reference,),
        )
    )
    steps.add(
        do.RecordMail(
            by="customer" if event.from_customer else event.by,
            at=event.at,
            message_id=event.message_id,
            inbox_id=event.inbox_id,
            from_customer=event.from_customer,
            from_agent=not event.from_customer,
        )
    )


__all__ = ["decide_split"]
