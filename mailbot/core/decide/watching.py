"""Who beside the customer reads what the staff write to them: `/cc +address -address`, each copy a mail of its own."""

import re
from dataclasses import replace

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.commands import COMMANDS, Command, Problem
from mailbot.core.decide.steps import Steps
from mailbot.core.evolve import evolve
from mailbot.core.mail import Address, identity
from mailbot.core.people import Agent

AT_MOST = 10  #: watchers of one case
#: what only the customer is asked
_NOT_ASKED: dict[str, object] = {"ask_rating": "", "can_escalate": False, "waits": False, "pauses": ()}


def cc_problem(steps: Steps, command: Command) -> Problem | None:
    case, usage = steps.case, COMMANDS["cc"][0]
    added, removed = read_cc(command.argument)
    inside = {identity(a) for a in (case.customer, steps.desk.address, steps.desk.roster.manager)}
    if any(identity(a) in inside or steps.desk.roster.find(a) is not None for a in added):
        return Problem(command.line, "argument", usage, "not a third party")
    unwritable = next((a for a in added if not Address(a).is_writable), "")
    if unwritable:
        return Problem(command.line, "argument", usage, f"mail to {unwritable} cannot be written from here")
    known = {identity(a) for a in case.copied}
    if any(identity(a) not in known for a in removed):
        return Problem(command.line, "argument", usage, ", ".join(case.copied))
    if len(known | {identity(a) for a in added}) > AT_MOST:
        return Problem(command.line, "argument", usage, "too many addresses")
    return None


def read_cc(argument: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses that get copies from now on, and those that get none any more."""
    words = re.split(r"[\s,;]+", argument.strip(" ,;"))
    return tuple(w[1:] for w in words if w[0] == "+"), tuple(w[1:] for w in words if w[0] == "-")


def watch(steps: Steps, command: Command, agent: Agent) -> None:
    added, removed = read_cc(command.argument)
    for address in removed:
        steps.add(do.RemoveWatcher(address, agent.address))
    for address in added:
        steps.add(do.AddWatcher(address, agent.address, copies=True))


def copied(case: Case | None, actions: tuple[do.Action, ...]) -> tuple[do.Action, ...]:
    """*actions*, with a copy for each watcher of what a person writes to the customer."""
    found: list[do.Action] = []
    for action in actions:
        found.append(action)
        case = evolve(case, action)
        if isinstance(action, do.Send) and action.audience is do.Audience.CUSTOMER and action.person and case:
            found += [_copy(action, address) for address in case.copied]
    return tuple(found)


def _copy(action: do.Send, address: str) -> do.Send:
    facts = tuple((key, _NOT_ASKED.get(key, value)) for key, value in action.facts)
    return replace(action, to=address, audience=do.Audience.WATCHER, facts=facts)


__all__ = ["cc_problem", "copied", "read_cc", "watch"]
