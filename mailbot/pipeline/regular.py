"""The regular report: once a period, at the desk's first opening after it, to the desk's manager (D22)."""

from datetime import date, datetime

from sqlalchemy import Connection

from mailbot import config
from mailbot.core import actions as do
from mailbot.core.period import ended_at, ends
from mailbot.errors import TransientError
from mailbot.log import get_logger
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.report.figures import figures
from mailbot.report.words import context
from mailbot.store import meta

log = get_logger()


def report(office: Office) -> int:
    """Makes the reports that are due; how many."""
    made = 0
    for desk in _reported(office):
        last = office.store.read(lambda conn, desk=desk: meta.get(conn, _key(desk)))  # type: ignore[misc]
        if not last:
            office.store.write(lambda conn, desk=desk: _begin(conn, office, desk))  # type: ignore[misc]
            continue
        for end, due in _ends(office, desk):
            if end.isoformat() > last and due <= office.now():
                made += _try(office, desk, end)
    return made


def _try(office: Office, desk: config.Desk, end: date) -> int:
    try:
        return office.store.write(lambda conn: _report(conn, office, desk, end))
    except TransientError:
        raise
    except Exception as error:  # one report: it is given up, `mailbot report` shows the same figures
        log.error("report.failed", desk=desk.address, until=end.isoformat(), exc_info=error)
        office.store.write(lambda conn: meta.advance(conn, _key(desk), end.isoformat()))
        return 0


def next_report_at(conn: Connection, office: Office) -> datetime | None:
    """When the next report is due; None where none is wanted, or before the first look."""
    coming = []
    for desk in _reported(office):
        last = meta.get(conn, _key(desk))
        coming += [due for end, due in _ends(office, desk) if last and end.isoformat() > last]
    return min(coming, default=None)


def _reported(office: Office) -> list[config.Desk]:
    return [desk for desk in office.settings.desks if desk.manager] if office.settings.report_every else []


def _ends(office: Office, desk: config.Desk) -> tuple[tuple[date, datetime], ...]:
    return ends(office.settings.report_every, desk.policy.calendar, office.now())


def _key(desk: config.Desk) -> str:
    """Where the store keeps the end of the newest period that was reported."""
    return f"report.{desk.address}"


def _begin(conn: Connection, office: Office, desk: config.Desk) -> None:
    """The first look: what ended before it is nobody's to report."""
    due = [end.isoformat() for end, due in _ends(office, desk) if due <= office.now()]
    meta.put_once(conn, _key(desk), max(due, default="0"))


def _report(conn: Connection, office: Office, desk: config.Desk, end: date) -> int:
    """One report in one commit; of many nodes, the one that raises the row makes it."""
    if not meta.advance(conn, _key(desk), end.isoformat()):
        return 0
    period = ended_at(office.settings.report_every, end, desk.policy.calendar.zone)
    counted = figures(conn, desk.address, desk.policy, period, office.now())
    names = {agent.address: agent.name for agent in office.settings.agents}
    facts = context(counted, desk.name, desk.policy, names, desk.language)
    mail = do.Send(
        "report", desk.manager, do.Audience.MANAGER, do.Cause.CLOCK, desk.language, facts=tuple(facts.items())
    )
    perform(conn, office, office.desk_now(conn, desk.address), None, (mail,), Trigger(actor="clock"))
    log.info("report.made", desk=desk.address, until=end.isoformat())
    return 1
