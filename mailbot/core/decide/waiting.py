"""The case waits: for somebody, until a moment, or for whichever comes first."""

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import COMMANDS, SETTLING, Command, Parsed, Problem
from mailbot.core.decide.steps import Steps, resume
from mailbot.core.waits import read_wait, wakes_at


def wait_problem(steps: Steps, command: Command, parsed: Parsed) -> Problem | None:
    usage = COMMANDS["wait"][0]
    if any(c.name in SETTLING for c in parsed.commands):
        return Problem(command.line, "not-now", usage, "a settled case does not wait")
    _, until = read_wait(command.argument) or ("", "")
    try:
        if until:
            wakes_at(until, steps.now, steps.desk.policy.calendar)
    except (ValueError, OverflowError):
        return Problem(command.line, "argument", "/wait until 2026-12-24 | 3 working days", "no such moment is ahead")
    return None


def asks_customer(parsed: Parsed) -> bool:
    """Whether the case waits for the customer from now on: the text is the question."""
    return parsed.has("wait") and (read_wait(parsed.argument("wait")) or ("",))[0] == "customer"


def wait(steps: Steps, argument: str) -> None:
    """Where it waited for somebody else, that wait is over first."""
    whom, text = read_wait(argument) or ("customer", "")
    until = wakes_at(text, steps.now, steps.desk.policy.calendar) if text else None
    case = steps.case
    if case.stage is Stage.WAITING and (case.waiting_for, case.waiting_until) == (whom, until):
        return
    if case.stage is Stage.WAITING and case.waiting_for != whom:
        resume(steps, answered=False)
    steps.add(do.ChangeStage(Stage.WAITING, steps.now, whom, until))


__all__ = ["asks_customer", "wait", "wait_problem"]
