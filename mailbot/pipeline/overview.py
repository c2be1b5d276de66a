"""Cases at a glance, for the lists that agents get: one line each, oldest first."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from mailbot import config
from mailbot.core.agenda import next_due
from mailbot.core.case import Case
from mailbot.core.commands import harmless
from mailbot.core.people import Agent, Roster
from mailbot.core.policy import Policy
from mailbot.pipeline.office import Office
from mailbot.store import cases

Row = Mapping[str, object]


def desks_of(office: Office, agent: Agent) -> tuple[config.Desk, ...]:
    """The desks that *agent* belongs to: manages, or is of its team or of one of its categories'."""
    roster = Roster(agents=office.settings.agents)
    return tuple(
        desk
        for desk in office.settings.desks
        if desk.manager in agent.addresses or any(agent in roster.members(team) for team in teams_of(desk))
    )


def teams_of(desk: config.Desk) -> tuple[str, ...]:
    """The teams that take cases of *desk*."""
    return tuple(dict.fromkeys((desk.team, *(c.team for c in desk.policy.categories if c.team))))


def open_cases(conn: Connection, office: Office, agent: Agent) -> tuple[Case, ...]:
    """The open cases that *agent* has at any desk, oldest first."""
    known = {desk.address for desk in office.settings.desks}
    return tuple(case for case in cases.open_of_agent(conn, agent.address) if case.desk in known)


def row(case: Case, policy: Policy) -> Row:
    """What a line says of *case*; a clock that stands still is no date."""
    promise = next_due(case, policy)
    return {
        "reference": case.reference,
        "subject": harmless(case.subject),
        "who": case.customer,
        "stage": str(case.stage),
        "promise": promise.id if promise is not None else "",
        "due_at": promise.due_at if promise is not None else None,
        "since": case.unanswered_since or case.opened_at,
    }


def rows(office: Office, found: Iterable[Case]) -> tuple[Row, ...]:
    return tuple(row(case, office.desk(case.desk).policy) for case in found)


def zone_of(office: Office, agent: Agent, desk: str) -> str:
    """The agent's own zone, else the desk's."""
    return agent.calendar.zone if agent.calendar is not None else office.desk(desk).policy.calendar.zone


def is_late(one: Row, now: datetime) -> bool:
    due = one["due_at"]
    return isinstance(due, datetime) and due <= now
