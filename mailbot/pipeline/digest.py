"""The digest: each working morning one mail to each agent who has something to do; nothing where there is nothing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from mailbot import config
from mailbot.core import actions as do
from mailbot.core.case import Case, Stage
from mailbot.core.morning import next_morning
from mailbot.core.people import Agent, Roster
from mailbot.core.worktime import Calendar, is_open
from mailbot.errors import TransientError
from mailbot.log import get_logger
from mailbot.pipeline.office import Office
from mailbot.pipeline.overview import Row, desks_of, is_late, open_cases, rows, zone_of
from mailbot.pipeline.perform import Trigger, perform
from mailbot.store import cases, meta

SHOWN = 20  #: of the cases that nobody has
_PREFIX = "digest."
log = get_logger()


def send_digests(office: Office) -> int:
    """Looks at every agent whose day has begun; how many were looked at."""
    known = office.store.read(lambda conn: meta.starting(conn, _PREFIX))
    done = 0
    for agent, desks in _readers(office):
        last = known.get(_key(agent))
        if last is None:
            office.store.write(lambda conn, a=agent, d=desks: _begin(conn, office, a, d))  # type: ignore[misc]
            continue
        found = _next(office, agent, desks, last)
        if found is not None and found[1] <= office.now():
            done += _try(office, agent, desks, found[0])
    return done


def next_digest_at(conn: Connection, office: Office) -> datetime | None:
    """When the next agent's day begins; None where there is no agent, or before the first look."""
    known = meta.starting(conn, _PREFIX) if office.settings.digest else {}
    coming = [
        found[1]
        for agent, desks in _readers(office)
        if (last := known.get(_key(agent))) is not None and (found := _next(office, agent, desks, last)) is not None
    ]
    return min(coming, default=None)


def _readers(office: Office) -> list[tuple[Agent, tuple[config.Desk, ...]]]:
    """The agents who get a digest, and their desks; the first desk sends it."""
    agents = office.settings.agents if office.settings.digest else ()
    return [(a, desks) for a in agents if not a.manager and (desks := desks_of(office, a))]


def _key(agent: Agent) -> str:
    """Where the store keeps the local date of the agent's newest digest."""
    return f"{_PREFIX}{agent.address}"


def _next(office: Office, agent: Agent, desks: Sequence[config.Desk], last: str) -> tuple[date, datetime] | None:
    return next_morning(office.now(), last, _hours(agent, desks), [d.policy.calendar for d in desks])


def _hours(agent: Agent, desks: Sequence[config.Desk]) -> Calendar:
    return agent.calendar or desks[0].policy.calendar


def _begin(conn: Connection, office: Office, agent: Agent, desks: Sequence[config.Desk]) -> None:
    """The first look: a day that has begun is under way without a digest."""
    found = _next(office, agent, desks, "")
    begun = found is not None and found[1] <= office.now()
    meta.put_once(conn, _key(agent), found[0].isoformat() if found is not None and begun else "0")


def _try(office: Office, agent: Agent, desks: Sequence[config.Desk], day: date) -> int:
    try:
        return office.store.write(lambda conn: _digest(conn, office, agent, desks, day))
    except TransientError:
        raise
    except Exception as error:  # one digest: it is given up; /mine shows the same
        log.error("digest.failed", agent=agent.address, day=day.isoformat(), exc_info=error)
        office.store.write(lambda conn: meta.advance(conn, _key(agent), day.isoformat()))
        return 1


def _digest(conn: Connection, office: Office, agent: Agent, desks: Sequence[config.Desk], day: date) -> int:
    """One digest in one commit; of many nodes, the one that raises the row makes it. Never outside the hours."""
    if not meta.advance(conn, _key(agent), day.isoformat()):
        return 0
    desk = office.desk_now(conn, desks[0].address)
    at_work = is_open(office.now(), _hours(agent, desks)) and desk.roster.available(agent, office.now())
    facts = _facts(conn, office, agent, desks) if at_work else {}
    if not any(facts.values()):
        return 1
    language = agent.language(desk.language)
    told = (*facts.items(), ("day", office.now()), ("zone", zone_of(office, agent, desk.address)))
    mail = do.Send("digest", agent.address, do.Audience.AGENT, do.Cause.CLOCK, language, facts=told)
    perform(conn, office, desk, None, (mail,), Trigger(actor="clock"))
    log.info("digest.made", day=day.isoformat())
    return 1


def _facts(
    conn: Connection, office: Office, agent: Agent, desks: Sequence[config.Desk]
) -> Mapping[str, tuple[Row, ...]]:
    """Each case once, where it is most urgent; the longest waiting first (decision 20)."""
    mine = open_cases(conn, office, agent)
    now, zone = office.now(), ZoneInfo(zone_of(office, agent, desks[0].address))
    seen = dict(zip((c.reference for c in mine), rows(office, mine), strict=True))
    late = [c for c in mine if is_late(seen[c.reference], now)]
    today = [c for c in mine if c not in late and _is_today(seen[c.reference], now, zone)]
    rest = [c for c in mine if c not in late and c not in today]
    yours = sorted((c for c in rest if c.stage is not Stage.WAITING and c.unanswered_since), key=_since)
    theirs = [c for c in rest if c.stage is Stage.WAITING]
    free = [
        c for desk in desks for c in cases.unassigned(conn, desk.address, SHOWN) if _may_take(office, desk, agent, c)
    ]
    parts = {"late": late, "today": today, "yours": yours, "theirs": theirs, "free": sorted(free, key=_since)[:SHOWN]}
    return {name: tuple(_line(case, office, name) for case in found) for name, found in parts.items()}


def _line(case: Case, office: Office, part: str) -> Row:
    (one,) = rows(office, (case,))
    since = case.waiting_since if part == "theirs" else case.unanswered_since or case.opened_at
    return {**one, "since": since, "waiting_for": case.waiting_for}


def _since(case: Case) -> datetime:
    return case.unanswered_since or case.opened_at


def _is_today(row: Row, now: datetime, zone: ZoneInfo) -> bool:
    due = row["due_at"]
    return isinstance(due, datetime) and due.astimezone(zone).date() == now.astimezone(zone).date()


def _may_take(office: Office, desk: config.Desk, agent: Agent, case: Case) -> bool:
    """Whether the case waits for a team that *agent* is of."""
    return agent in Roster(agents=office.settings.agents).members(case.team or desk.team)


__all__ = ["next_digest_at", "send_digests"]
