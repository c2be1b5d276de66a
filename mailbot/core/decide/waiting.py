"""The case waits: for somebody, until a moment, or for whichever comes first."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import COMMANDS, SETTLING, Command, Parsed, Problem
from mailbot.core.decide.steps import Steps, language_of, resume
from mailbot.core.people import Agent
from mailbot.core.waits import read_wait
from mailbot.core.when import parse_moment


def wait_problem(
    steps: Steps, command: Command, parsed: Parsed, agent: Agent, *, to_note: bool = False
) -> Problem | None:
    """What stands against it. *to_note*: the text stays inside unless the customer is named."""
    usage = COMMANDS["wait"][0]
    if to_note and parsed.body and not command.argument and not parsed.names_aim:
        return Problem(command.line, "not-now", "/wait customer", "your reply stays inside")
    if any(c.name in SETTLING for c in parsed.commands):
        return Problem(command.line, "not-now", usage, "a settled case does not wait")
    _, until = read_wait(command.argument) or ("", "")
    try:
        if until:
            _wakes_at(steps, until, agent)
    except ValueError as error:
        return Problem(command.line, "argument", usage, str(error))
    return None


def asks_customer(parsed: Parsed) -> bool:
    """Whether the case waits for the customer from now on: the text is the question."""
    return parsed.has("wait") and (read_wait(parsed.argument("wait")) or ("",))[0] == "customer"


def wait(steps: Steps, argument: str, agent: Agent) -> None:
    """Where it waited for somebody else, that wait is over first."""
    whom, text = read_wait(argument) or ("customer", "")
    until = _wakes_at(steps, text, agent) if text else None
    case = steps.case
    if case.stage is Stage.WAITING and (case.waiting_for, case.waiting_until) == (whom, until):
        return
    if case.stage is Stage.WAITING and case.waiting_for != whom:
        resume(steps, answered=False)
    steps.add(do.ChangeStage(Stage.WAITING, steps.now, whom, until))


def _wakes_at(steps: Steps, text: str, agent: Agent) -> datetime:
    """The moment that the agent's words mean; a day is its opening. ValueError says what is wrong with them."""
    return parse_moment(text, steps.now, steps.desk.policy.calendar, language_of(steps, agent), opens=True)


__all__ = ["asks_customer", "wait", "wait_problem"]
