"""Cases that belong together: two know of each other, one goes on in another, or one becomes two."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core import reference as references
from mailbot.core.case import Case
from mailbot.core.commands import COMMANDS, Command, Parsed, Problem
from mailbot.core.decide.join import leave
from mailbot.core.decide.steps import Steps
from mailbot.core.desk import Desk
from mailbot.core.events import CaseLinked, MailReceived
from mailbot.core.mail import identity
from mailbot.core.people import Agent


def kin_problem(steps: Steps, event: MailReceived, command: Command, parsed: Parsed) -> Problem | None:
    """What stands against `/link`, `/merge` and `/split`."""
    if command.name == "split":
        return _unsplittable(event, command, parsed)
    usage = COMMANDS[command.name][0]
    other = named(event, command)
    if other is None:
        return Problem(command.line, "argument", usage, "there is no such case")
    if other.reference == steps.case.reference:
        return Problem(command.line, "argument", usage, "it is this case itself")
    return _unmergeable(steps, other, command, parsed) if command.name == "merge" else None


def _unmergeable(steps: Steps, other: Case, command: Command, parsed: Parsed) -> Problem | None:
    """Customers are told of each other's cases by nobody: theirs are linked, or part of one incident."""
    case, link = steps.case, f"/link {other.reference}"
    if len(parsed.commands) > 1 or parsed.body:
        return Problem(command.line, "not-now", command.line, "it stands alone")
    if other.desk != case.desk:
        return Problem(command.line, "not-now", link, "that case is another desk's")
    if identity(other.customer) != identity(case.customer):
        return Problem(command.line, "not-now", f"{link}, /incident NAME", "that case is another person's")
    if not other.is_open:
        return Problem(command.line, "not-now", link, "that case is not open")
    if case.open_review is not None:
        return Problem(command.line, "not-now", "/verdict", "a review is open")
    return None


def _unsplittable(event: MailReceived, command: Command, parsed: Parsed) -> Problem | None:
    """A case of one mail has nothing to part with but what the agent writes."""
    if not parsed.body and event.named.split_off:
        return Problem(command.line, "not-now", f"/show {event.named.split_off}", "a case of its own already")
    if parsed.body or event.named.mail is not None:
        return None
    return Problem(command.line, "missing-text", COMMANDS["split"][0])


def named(event: MailReceived, command: Command) -> Case | None:
    """The case that *command* names."""
    wanted = references.normal(command.argument.strip("[]"))
    return next((case for case in event.named.cases if case.reference == wanted), None)


def relate(steps: Steps, event: MailReceived, command: Command, parsed: Parsed, agent: Agent) -> None:
    """Does what kin_problem() found nothing against."""
    if command.name == "split":
        _split(steps, event, parsed, agent)
        return
    other = named(event, command)
    assert other is not None
    if command.name == "link":
        steps.add(do.LinkCase(other.reference, agent.address))
        return
    leave(steps, other.reference, agent)


def _split(steps: Steps, event: MailReceived, parsed: Parsed, agent: Agent) -> None:
    mail = event.named.mail
    inbox_id = event.inbox_id if parsed.body or mail is None else mail.inbox_id
    steps.add(do.SplitCase(event.new_reference, agent.address, inbox_id, parsed.body))
    steps.add(do.LinkCase(event.new_reference, agent.address, known=True))


def decide_linked(case: Case, event: CaseLinked, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """The other case knows already."""
    steps = Steps(case, desk, now)
    steps.add(do.LinkCase(event.reference, event.by, known=True))
    return tuple(steps.actions)


__all__ = ["decide_linked", "kin_problem", "relate"]
