"""A policy and the people who are to keep it: what only shows when both are seen together. All are warnings."""

from collections.abc import Iterator, Sequence

from mailbot.core.people import Agent
from mailbot.core.policy import Policy
from mailbot.policies.finding import Finding, nearest


def people_findings(policy: Policy, agents: Sequence[Agent], manager: str, team: str) -> Iterator[Finding]:
    """*manager* is an address, *team* the desk's first one. Without agents (a try-out) there is nothing to say."""
    if not agents:
        return
    known = tuple(dict.fromkeys(name for agent in agents for name in agent.teams))
    for index, category in enumerate(policy.categories):
        if category.team and category.team not in known:
            near = nearest(category.team, known)
            remedy = f'did you mean "{near}"?' if near else "name it in an agent's teams"
            hint = f"no agent is of this team, so its cases go to everybody; {remedy}"
            yield Finding(("category", index, "team"), hint, warning=True)
    yield from _lonely_ladder(policy, agents, manager, team)
    yield from _nobody_independent(policy, agents, team)


def _lonely_ladder(policy: Policy, agents: Sequence[Agent], manager: str, team: str) -> Iterator[Finding]:
    """A ladder that only one person stands on."""
    index = next((n for n, rule in enumerate(policy.promises) if len({r.who for r in rule.warn}) > 1), None)
    if index is None:
        return
    teams = dict.fromkeys((team, *(c.team or team for c in policy.categories)))
    for name in teams:
        people = {agent.address for agent in _members(agents, name)}
        boss = next((a.address for a in agents if manager in a.addresses), manager)
        if len(people | ({boss} if boss else set())) == 1:
            of = f"of team {name} " if name else ""
            hint = f"every rung {of}reaches {next(iter(people))} alone; name another manager, or a second agent"
            yield Finding(("promise", index, "warn"), hint, warning=True)


def _nobody_independent(policy: Policy, agents: Sequence[Agent], team: str) -> Iterator[Finding]:
    """A review needs somebody who takes no part in the first investigation (A11), a senior one where it says so (D11)."""
    if policy.escalation is None:
        return
    senior = policy.escalation.reviewer == "senior"
    able = [a for a in agents if a.senior or not senior]
    path = ("escalation", "reviewer")
    if not able:
        yield Finding(path, "no agent is senior, so the manager decides; write senior = true for one", warning=True)
        return
    first = {a.address for name in (team, *(c.team for c in policy.categories)) for a in _members(agents, name)}
    if len(able) == 1 and able[0].address in first:
        who = "the only senior agent" if senior else "the only agent"
        hint = f"{able[0].name} is {who} and handles first cases too: nobody independent is left; add another"
        yield Finding(path, hint, warning=True)


def _members(agents: Sequence[Agent], team: str) -> list[Agent]:
    """As the roster has it: a team that nobody is of is everybody."""
    return [a for a in agents if team in a.teams] or list(agents)


__all__ = ["people_findings"]
