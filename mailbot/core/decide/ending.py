"""An agent ends a case: what is resolved closes at once, what is no case is spam, and who sends it may be blocked."""

import difflib

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import COMMANDS, Command, Parsed, Problem
from mailbot.core.decide.steps import Steps, end_all
from mailbot.core.events import MailReceived
from mailbot.core.mail import identity
from mailbot.core.people import Agent
from mailbot.core.promise import State

#: what is still possible on a case that was spam
_ON_SPAM = frozenset({"reopen", "note", "block", "unblock", "link", "why", "undo", "help"})


def spam_problem(steps: Steps, parsed: Parsed) -> tuple[Problem, ...]:
    """Nobody writes to a spammer by mistake: such a case is reopened first."""
    if steps.case.stage is not Stage.SPAM or parsed.has("reopen"):
        return ()
    wrong = next((c.line for c in parsed.commands if c.name not in _ON_SPAM), "")
    if not wrong and (not parsed.body or parsed.has("note")):
        return ()
    return (Problem(wrong or "/answer", "not-now", "/reopen", str(steps.case.stage)),)


def ending_problem(steps: Steps, event: MailReceived, command: Command, parsed: Parsed) -> Problem | None:
    """What stands against `/close`, `/spam`, `/block` and `/unblock`."""
    stage = steps.case.stage
    if command.name == "close":  # only what the staff settled is closed: an open case needs its last word first
        if parsed.has("reopen"):
            return Problem(command.line, "not-now", command.line, "it stands alone")
        nearest = "/resolve" if steps.case.is_open else "/note"
        return Problem(command.line, "not-now", nearest, stage) if stage is not Stage.RESOLVED else None
    if command.name == "unblock":
        return _not_blocked(event, command)
    if len(parsed.commands) > 1 or parsed.body:
        return Problem(command.line, "not-now", command.line, "it stands alone")
    if command.name == "block" and _is_ours(steps, steps.case.customer):
        return Problem(command.line, "not-now", "/spam", "this address is one of ours")
    if command.name == "spam" and stage in (Stage.CLOSED, Stage.SPAM):
        return Problem(command.line, "not-now", "/block", stage)
    return None


def _not_blocked(event: MailReceived, command: Command) -> Problem | None:
    wanted, known = identity(command.argument), event.named.blocked
    if wanted in known:
        return None
    near = difflib.get_close_matches(wanted, known, n=1)
    usage = f"/unblock {near[0]}" if near else COMMANDS["unblock"][0]
    return Problem(command.line, "argument", usage, "this address is not blocked")


def _is_ours(steps: Steps, address: str) -> bool:
    roster = steps.desk.roster
    own = {identity(steps.desk.address), identity(roster.manager)}
    return identity(address) in own or roster.find(address) is not None


def end(steps: Steps, command: Command, agent: Agent) -> None:
    """Does what ending_problem() found nothing against; nobody outside hears of it."""
    match command.name:
        case "close":
            end_all(steps, "closed")
            steps.move(Stage.CLOSED)
        case "unblock":
            steps.add(do.Unblock(identity(command.argument), agent.address))
        case "block":
            steps.add(do.Block(identity(steps.case.customer), agent.address))
            if steps.case.stage not in (Stage.CLOSED, Stage.SPAM):
                _spam(steps)
        case "spam":
            _spam(steps)


def _spam(steps: Steps) -> None:
    """Nothing was owed to it, not even what is late."""
    for promise in steps.case.promises:
        if promise.is_open:
            steps.add(do.EndPromise(promise.number, State.VOID, steps.now, "spam"))
    steps.move(Stage.SPAM)


__all__ = ["end", "ending_problem", "spam_problem"]
