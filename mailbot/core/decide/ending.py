"""An agent ends a case: what is resolved closes at once, and what is no case at all."""

from mailbot.core.case import Stage
from mailbot.core.commands import Command, Problem
from mailbot.core.decide.steps import Steps, end_all


def close_problem(steps: Steps, command: Command) -> Problem | None:
    """Only what the staff settled is closed: an open case needs its last word first."""
    if steps.case.stage is Stage.RESOLVED:
        return None
    return Problem(command.line, "not-now", "/resolve" if steps.case.is_open else "/note", steps.case.stage)


def close(steps: Steps) -> None:
    end_all(steps, "closed")
    steps.move(Stage.CLOSED)


__all__ = ["close", "close_problem"]
