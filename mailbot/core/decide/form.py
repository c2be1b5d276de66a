"""A contact form's mail that names no customer: nobody can be answered, so a person has to see it."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.decide.steps import Steps, to_manager
from mailbot.core.desk import Desk
from mailbot.core.mail import Mail


def decide_nameless(mail: Mail, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """The manager gets its words; no case is opened."""
    steps = Steps(None, desk, now)
    sender = mail.from_.identity if mail.from_ is not None else ""
    facts = (("who", sender), ("body", mail.new_text))
    to_manager(steps, "form-held", do.Cause.STAFF, facts=facts)
    return steps.done("held", "form without a customer")


__all__ = ["decide_nameless"]
