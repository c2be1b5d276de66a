"""A case is handed to another team: whoever of it has the least open work takes it."""

import difflib

from mailbot.core import actions as do
from mailbot.core.commands import COMMANDS, Command, Problem
from mailbot.core.decide.steps import Steps, assignee, hand_out, to_agent
from mailbot.core.people import Agent


def team_problem(steps: Steps, command: Command) -> Problem | None:
    if steps.case.open_review is not None:
        return Problem(command.line, "not-now", "/assign NAME", "a review is open")
    teams = _teams(steps)
    if _named(teams, command.argument):
        return None
    near = difflib.get_close_matches(command.argument.casefold(), [t.casefold() for t in teams], n=1, cutoff=0.4)
    usage = f"/team {_named(teams, near[0])}" if near else COMMANDS["team"][0]
    return Problem(command.line, "argument", usage, ", ".join(teams))


def hand_to_team(steps: Steps, argument: str, by: Agent) -> None:
    """Who has the case keeps it if they are of that team; else it waits in line for the team."""
    team = _named(_teams(steps), argument)
    steps.add(do.SetTeam(team, by.address))
    owner = assignee(steps)
    if owner is not None and team in owner.teams:
        return
    if steps.case.assignee:
        steps.add(do.Assign("", by.address))
    successor = hand_out(steps)
    if successor is not None and successor.address != by.address:
        to_agent(steps, successor, "assigned", do.Cause.STAFF, facts=(("by", by.name),))


def _teams(steps: Steps) -> tuple[str, ...]:
    """Every team that somebody is of."""
    return tuple(dict.fromkeys(team for agent in steps.desk.roster.agents for team in agent.teams))


def _named(teams: tuple[str, ...], words: str) -> str:
    """The team that *words* name, however capitalised; ""."""
    return next((team for team in teams if team.casefold() == words.casefold()), "")


__all__ = ["hand_to_team", "team_problem"]
