"""An agent writes to a customer first: `/new ADDRESS` opens a case of theirs, with the text as its first mail."""

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import COMMANDS, Parsed, Problem
from mailbot.core.decide.steps import Steps, record_own, to_agent, to_customer
from mailbot.core.events import MailReceived
from mailbot.core.mail import Address, attachable, identity
from mailbot.core.people import Agent
from mailbot.core.reference import base_subject
from mailbot.core.trust import Authority


def is_new(event: MailReceived, parsed: Parsed) -> bool:
    """Whether the mail begins a case of its own; the private address of any notification is proof enough for that."""
    return event.authority is Authority.FULL and parsed.has("new")


def unwritable(steps: Steps, event: MailReceived, parsed: Parsed) -> tuple[Problem, ...]:
    """What stands against `/new`."""
    command = next(c for c in parsed.commands if c.name == "new")
    to, usage = Address(command.argument), COMMANDS["new"][0]
    left_out = attachable(event.mail.attachments)[1]
    if len(parsed.commands) > 1:
        return (Problem(command.line, "not-now", usage, "it needs a mail of its own"),)
    if not parsed.body:
        return (Problem(command.line, "missing-text", usage),)
    if not base_subject(event.mail.subject):
        return (Problem(command.line, "not-now", usage, "the subject is missing"),)
    if to.identity == identity(steps.desk.address) or steps.desk.roster.find(to.addr_spec) is not None:
        return (Problem(command.line, "argument", usage, "not a customer"),)
    if not to.is_writable:
        return (Problem(command.line, "not-now", usage, f"mail to {to.addr_spec} cannot be written from here"),)
    if event.shows_private:
        return (Problem(command.line, "not-now", usage, "the text shows a private address"),)
    if left_out:
        return (Problem(command.line, "too-big", "", ", ".join(a.name for a in left_out)[:200]),)
    return ()


def write_first(steps: Steps, event: MailReceived, agent: Agent, parsed: Parsed) -> tuple[do.Action, ...]:
    """The case is the agent's. Nothing was received, so nothing is promised before the customer answers."""
    steps.maybe = None
    steps.add(
        do.OpenCase(
            reference=event.new_reference,
            desk=steps.desk.address,
            customer=parsed.argument("new"),
            customer_name="",
            subject=base_subject(event.mail.subject),
            language=steps.desk.language_for(event.language),
            opened_at=steps.now,
            team=steps.desk.team,
        )
    )
    record_own(steps, event, agent)
    steps.add(do.Assign(agent.address, agent.address))
    steps.move(Stage.IN_WORK)
    steps.add(do.Answered(agent.address, steps.now))
    facts = (("body", parsed.body), ("agent_name", agent.name), ("waits", False), ("pauses", ()), ("first", True))
    to_customer(steps, "answer", do.Cause.STAFF, person=agent.name, facts=facts, attachments=True)
    to_agent(steps, agent, "assigned", do.Cause.STAFF, facts=(("by", ""),))
    if event.exposed_to:
        to_agent(steps, agent, "exposed", do.Cause.STAFF, facts=(("seen_by", event.exposed_to),))
    return steps.done("applied", "agent: new")


__all__ = ["is_new", "unwritable", "write_first"]
