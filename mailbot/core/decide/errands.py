"""What an agent asks of the desk rather than of a case: it needs no case, touches none, and needs less proof."""

from mailbot.core import actions as do
from mailbot.core.commands import COMMANDS, PERSONAL, Command, Parsed, Problem
from mailbot.core.decide.steps import Steps, language_of
from mailbot.core.decide.told import list_commands, transcript
from mailbot.core.people import Agent
from mailbot.core.span import LONGEST
from mailbot.core.when import parse_moment
from mailbot.core.worktime import Calendar


def only_errands(parsed: Parsed) -> bool:
    """Whether nothing else is asked for, and nothing else is written."""
    names = {c.name for c in parsed.commands}
    return bool(names) and names <= PERSONAL and not parsed.problems and not parsed.body


def run_errands(steps: Steps, agent: Agent, parsed: Parsed) -> tuple[do.Action, ...]:
    """Does what can be done without a case, all or nothing."""
    problems = parsed.problems or _problems(steps, agent, parsed)
    if problems:
        transcript(steps, agent, parsed, problems)
        return steps.done("held", "command-problem")
    for command in parsed.commands:
        if command.name == "help":
            list_commands(steps, agent)
        elif command.name == "next":
            steps.add(do.TakeNext(agent.address))
        else:
            run_errand(steps, command, agent)
    rule = "+".join(c.name for c in parsed.commands)
    return steps.done("applied", rule if rule == "help" else f"agent: {rule}")


def run_errand(steps: Steps, command: Command, agent: Agent) -> None:
    """One command of PERSONAL; errand_problem() found nothing against it."""
    until = None
    if command.name == "away":
        until = steps.now + LONGEST
        if command.argument:
            until = parse_moment(command.argument, steps.now, *_own_time(steps, agent))
    steps.add(do.Errand(command.name, agent.address, command.argument, until))


def errand_problem(steps: Steps, command: Command, agent: Agent) -> Problem | None:
    """What is wrong with a command of PERSONAL: only a date can be."""
    if command.name == "away" and command.argument:
        try:
            parse_moment(command.argument, steps.now, *_own_time(steps, agent))
        except ValueError as error:
            return Problem(command.line, "argument", COMMANDS["away"][0], str(error))
    return None


def _problems(steps: Steps, agent: Agent, parsed: Parsed) -> tuple[Problem, ...]:
    known = PERSONAL | {"help", "next"}
    found = [errand_problem(steps, c, agent) for c in parsed.commands]
    needs = [
        Problem(c.line, "not-now", "/help", "the mail names no case") for c in parsed.commands if c.name not in known
    ]
    text = parsed.body.partition("\n")[0][:80]
    rest = (
        [Problem(text or "/help", "not-now", "/help", "the mail names no case")] if text or not parsed.commands else []
    )
    return (*(p for p in found if p is not None), *needs, *rest)


def _own_time(steps: Steps, agent: Agent) -> tuple[Calendar, str]:
    """The agent's hours, else the desk's, and the agent's language."""
    return agent.calendar or steps.desk.policy.calendar, language_of(steps, agent)


__all__ = ["errand_problem", "only_errands", "run_errand", "run_errands"]
