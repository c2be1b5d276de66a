"""`/undo`: an agent takes back their last mail on a case, as long as nothing of it has left."""

from mailbot.core import actions as do
from mailbot.core.commands import COMMANDS, PERSONAL, Command, Parsed, Problem
from mailbot.core.decide.steps import Steps, to_agent
from mailbot.core.events import MailReceived
from mailbot.core.people import Agent


def undo_problem(steps: Steps, event: MailReceived, command: Command, parsed: Parsed) -> Problem | None:
    """What cannot be taken back any more, and what can be done instead."""
    if len(parsed.commands) > 1 or parsed.body:
        return Problem(command.line, "not-now", command.line, "it stands alone")
    last = event.named.undoable
    if last is None:
        return Problem(command.line, "not-now", "/why", "there is nothing to take back")
    if last.obstacle == "colleague":
        return Problem(command.line, "not-now", "/why", "the last step is a colleague's")
    if last.obstacle == "moved":
        return Problem(command.line, "not-now", COMMANDS["move"][0], "the case is another desk's now")
    if last.obstacle == "since":
        return Problem(command.line, "not-now", "/why", "something came in since")
    if last.obstacle == "elsewhere":
        return Problem(command.line, "not-now", "/why", "other cases know of it already")
    if last.obstacle == "left":
        return Problem(command.line, "not-now", "/answer" if steps.case.is_open else "/reopen", "its mail has left")
    return None


def undo(steps: Steps, event: MailReceived, agent: Agent) -> None:
    """The case is as it was; whoever was told of the step hears that it is none."""
    last = event.named.undoable
    assert last is not None
    steps.add(do.Undo(last.before, agent.address, last.rule, last.first_seq, last.last_seq, steps.now))
    if last.blocked:
        steps.add(do.Unblock(last.blocked, agent.address))
    if last.unblocked:
        steps.add(do.Block(last.unblocked, agent.address))
    names = last.rule.removeprefix("agent: ").split("+")
    lines = " ".join(f"/{name}" for name in names if name not in PERSONAL)
    absence = not {"away", "back"}.isdisjoint(names)  # of the agent, not of the case
    facts = (("by", agent.name), ("undone", lines), ("withdrawn", last.withdraws), ("absence", absence))
    others = (steps.desk.roster.find(address) for address in last.told)
    for one in (agent, *(o for o in others if o is not None and o.address != agent.address)):
        to_agent(steps, one, "undone", do.Cause.STAFF, facts=facts)


__all__ = ["undo", "undo_problem"]
