"""What an agent is told of their own commands: the list of them, and why nothing was done."""

from mailbot.core import actions as do
from mailbot.core.commands import COMMANDS, Parsed, Problem
from mailbot.core.decide.steps import Steps, to_agent
from mailbot.core.people import Agent


def list_commands(steps: Steps, agent: Agent) -> None:
    """Every command, and what it does."""
    rows = tuple({"name": name, "usage": usage, "does": does} for name, (usage, does) in COMMANDS.items())
    to_agent(steps, agent, "help", do.Cause.MAIL, facts=(("commands", rows),))


def transcript(steps: Steps, agent: Agent, parsed: Parsed, problems: tuple[Problem, ...]) -> None:
    """Nothing was done: each line, and what is wrong with it."""
    rows = [
        {"line": p.line, "ok": False, "problem": p.text, "nearest": p.nearest, "detail": p.detail} for p in problems
    ]
    bad = {p.line for p in problems}
    rows += [
        {"line": c.line, "ok": True, "problem": "", "nearest": "", "detail": ""}
        for c in parsed.commands
        if c.line not in bad
    ]
    to_agent(steps, agent, "transcript", do.Cause.MAIL, facts=(("lines", tuple(rows)), ("applied", False)))


__all__ = ["list_commands", "transcript"]
