"""An agent answered the customer from their own mail program, with the desk in copy: a person's answer, already sent."""

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import Parsed
from mailbot.core.decide.steps import Steps, assignee, keep, renew_progress
from mailbot.core.events import MailReceived
from mailbot.core.mail import identity
from mailbot.core.people import Agent
from mailbot.core.trust import Authority

DIRECT = "agent: answered directly"  #: the rule of such a mail; what has left already is never taken back


def is_direct(steps: Steps, event: MailReceived, parsed: Parsed) -> bool:
    """Whether the mail says something to the customer of a case and the border vouches for the agent's domain."""
    if event.authority is not Authority.LIMITED or steps.maybe is None:
        return False
    if steps.case.stage in (Stage.MERGED, Stage.SPAM) or parsed.commands or parsed.problems or not parsed.body:
        return False
    return identity(steps.case.customer) in {a.identity for a in (*event.mail.to, *event.mail.cc)}


def answered_directly(steps: Steps, agent: Agent) -> tuple[do.Action, ...]:
    """It keeps what a person's mail keeps; nothing is sent, for the customer has it."""
    keep(steps, "acknowledgement", "answer", "next-working-day", "estimate")
    if steps.case.is_open and assignee(steps) is None:
        steps.add(do.Assign(agent.address, agent.address))
    if steps.case.stage in (Stage.REGISTERED, Stage.ASSIGNED):
        steps.move(Stage.IN_WORK)
    steps.add(do.Answered(agent.address, steps.now))
    renew_progress(steps)
    return steps.done("applied", DIRECT)


__all__ = ["DIRECT", "answered_directly", "is_direct"]
