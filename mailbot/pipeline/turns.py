"""Fair order: what waits longest is handed out first as soon as somebody is free (C4, D7, E4)."""

from dataclasses import replace

from sqlalchemy import Connection

from mailbot import config
from mailbot.core.case import Case
from mailbot.core.decide import decide
from mailbot.core.events import TurnCame
from mailbot.core.people import Agent
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.pipeline.story import newest_mail
from mailbot.store import cases

AT_ONCE = 100


def hand_out_waiting(office: Office) -> int:
    """Hands out what waits, the longest waiting first; the number of cases that found somebody."""
    if not office.settings.agents:
        return 0
    handed = 0
    for desk in office.settings.desks:
        if office.store.read(lambda conn, desk=desk: cases.count_unassigned(conn, desk.address)):  # type: ignore[misc]
            handed += office.store.write(lambda conn, desk=desk: _turns(conn, office, desk))  # type: ignore[misc]
    return handed


def _turns(conn: Connection, office: Office, desk: config.Desk) -> int:
    found = 0
    for case in cases.unassigned(conn, desk.address, AT_ONCE):
        now = office.now()
        roster = office.desk_now(conn, desk.address).roster
        if roster.next_assignee(case.team or desk.team, now) is not None:
            found += _turn(conn, office, case, None)
    return found


def take_next(conn: Connection, office: Office, desk: str, agent: Agent) -> bool:
    """Gives *agent* the case that has waited longest among those of the agent's teams; whether there was one."""
    for case in cases.unassigned(conn, desk, AT_ONCE):
        members = office.desk_now(conn, desk).roster.members(case.team or office.desk(desk).team)
        if agent in members:
            return _turn(conn, office, case, agent) > 0
    return False


def _turn(conn: Connection, office: Office, case: Case, agent: Agent | None) -> int:
    mail, raw = newest_mail(conn, office, case)
    desk = replace(office.desk_now(conn, case.desk), unassigned=0)
    earlier = len(cases.of_customer(conn, case.desk, case.customer)) - 1
    actions = decide(case, TurnCame(mail, earlier, agent), desk, office.now())
    if actions:
        actor = agent.address if agent is not None else "mailbot"
        perform(conn, office, desk, case, actions, Trigger(actor=actor, raw=raw, mail=mail))
    return 1 if actions else 0
