"""The people of a desk: who they are, who is on duty, who takes the next case, who may review."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mailbot.core.mail import identity
from mailbot.core.worktime import Calendar, is_open, next_opening


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers customers. The first address is the identity."""

    addresses: tuple[str, ...]  #: lower case; the first receives our mail
    name: str
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  #: of the mails to this person; the first wins
    calendar: Calendar | None = None  #: hours of duty; None: always
    capacity: int = 20  #: open cases handed out at most
    senior: bool = False
    reviewer: bool = False
    manager: bool = False  #: of a desk: hears what nobody else can settle; no case is handed to them

    @property
    def address(self) -> str:
        return self.addresses[0]

    def language(self, otherwise: str) -> str:
        """The language of the mails to this person; the desk's, *otherwise*, where they named none."""
        return self.languages[0] if self.languages else otherwise


@dataclass(frozen=True, slots=True)
class Roster:
    """The agents of a desk with what the store knows of them now."""

    agents: tuple[Agent, ...] = ()
    manager: str = ""  #: addr-spec; "" where the desk has none
    load: Mapping[str, int] = field(default_factory=dict)  #: open cases by agent's address
    away: Mapping[str, datetime] = field(default_factory=dict)  #: absent until, by agent's address
    disabled: frozenset[str] = frozenset()

    def find(self, addr_spec: str) -> Agent | None:
        """The active agent who has this address."""
        wanted = identity(addr_spec)
        return next((a for a in self.agents if wanted in a.addresses and a.address not in self.disabled), None)

    def named(self, words: str) -> tuple[Agent, ...]:
        """The agents whom *words* may mean: full address, full name, or the start of a name."""
        wanted = words.strip().casefold().lstrip("@")
        active = [a for a in self.agents if a.address not in self.disabled]
        exact = [a for a in active if wanted in (*a.addresses, a.name.casefold())]
        return tuple(exact or [a for a in active if wanted and a.name.casefold().startswith(wanted)])

    def on_duty(self, agent: Agent, now: datetime) -> bool:
        """Neither disabled nor absent, and inside the hours of duty."""
        if not self.available(agent, now):
            return False
        return agent.calendar is None or is_open(now, agent.calendar)

    def available(self, agent: Agent, now: datetime) -> bool:
        """Neither disabled nor absent; the hour does not count."""
        until = self.away.get(agent.address)
        return agent.address not in self.disabled and (until is None or until <= now)

    def members(self, team: str) -> tuple[Agent, ...]:
        """Who is of *team*; a team that nobody is of, and "", are everybody."""
        active = tuple(a for a in self.agents if a.address not in self.disabled and not a.manager)
        return tuple(a for a in active if team in a.teams) or active

    def next_assignee(self, team: str, now: datetime) -> Agent | None:
        """The member of *team* on duty with the least open work, ties in the roster's order (E4).

        Nobody at capacity is chosen; None when nobody is left.
        """
        free = [a for a in self.members(team) if self.on_duty(a, now) and self.load.get(a.address, 0) < a.capacity]
        return min(free, key=lambda a: self.load.get(a.address, 0), default=None)

    def reachable(self, team: str, now: datetime) -> bool:
        """Whether a member of *team* is neither disabled nor absent: a case may wait for them."""
        return any(self.available(a, now) for a in self.members(team))

    def next_duty(self, team: str, now: datetime) -> datetime | None:
        """When somebody of *team* comes on duty next; None while somebody is, or where nobody ever will be."""
        members = self.members(team)
        if any(self.on_duty(a, now) for a in members):
            return None
        begins = [max(now, self.away.get(a.address, now)) for a in members]
        return min(
            (next_opening(t, a.calendar) if a.calendar else t for a, t in zip(members, begins, strict=True)),
            default=None,
        )

    def next_reviewer(self, involved: frozenset[str], now: datetime, *, senior: bool = False) -> Agent | None:
        """Somebody who took no part (A11) and is present: reviewers first, then seniors, then anybody.

        With *senior*, only senior people are eligible (D11). None when nobody is independent.
        """
        free = [
            a
            for a in self.agents
            if not a.manager and not involved & set(a.addresses) and self.available(a, now) and (a.senior or not senior)
        ]
        return min(free, key=lambda a: (not a.reviewer, not a.senior, self.load.get(a.address, 0)), default=None)
