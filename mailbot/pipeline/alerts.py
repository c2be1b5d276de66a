"""Alerts reach their reader in working hours only, many of them as one mail, and none that is overtaken.

What decide() asks for is kept until its reader is at work; a newer alert about the same promise takes the place of
the older one, so that nobody hears twice of one thing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.worktime import Calendar, is_open, next_opening
from mailbot.log import get_logger
from mailbot.pipeline.office import Office
from mailbot.store import cases, meta, people

ALERTS = frozenset({"warning", "missed"})
#: what a case brings to its people by itself
NEWS = frozenset({"notice", "assigned", "unassigned", "review-request", "undeliverable", "bad-rating", "undone"})
AT_ONCE = 3  #: alerts to one reader that are mails of their own; more are one mail
_PREFIX = "alert."
_MINUTE = timedelta(minutes=1)
log = get_logger()


@dataclass(frozen=True, slots=True)
class Alert:
    """One that waits."""

    key: str
    to: str
    reference: str
    desk: str
    send: do.Send


def is_alert(action: do.Send) -> bool:
    return action.template in ALERTS and action.audience in (do.Audience.AGENT, do.Audience.MANAGER)


def keep(conn: Connection, case: Case, action: do.Send) -> None:
    """Keeps the alert until its reader is at work."""
    facts = dict(action.facts)
    value = {
        "to": action.to,
        "reference": case.reference,
        "desk": case.desk,
        "template": action.template,
        "audience": str(action.audience),
        "language": action.language,
        "facts": {k: v.isoformat() if isinstance(v, datetime) else v for k, v in facts.items()},
    }
    meta.put(conn, f"{_PREFIX}{action.to}.{case.reference}.{facts['promise_id']}", json.dumps(value))


def waiting(conn: Connection, office: Office) -> dict[str, list[Alert]]:
    """What is kept, by reader, of the desks that there are."""
    found: dict[str, list[Alert]] = {}
    known = {desk.address for desk in office.settings.desks}
    for key, value in sorted(meta.starting(conn, _PREFIX).items()):
        alert = _alert(key, json.loads(value))
        if alert.desk in known:
            found.setdefault(alert.to, []).append(alert)
    return found


def _alert(key: str, value: Mapping[str, object]) -> Alert:
    facts = dict(value["facts"])  # type: ignore[call-overload]
    facts["due_at"] = datetime.fromisoformat(str(facts["due_at"]))
    audience = do.Audience(str(value["audience"]))
    send = do.Send(
        str(value["template"]),
        str(value["to"]),
        audience,
        do.Cause.CLOCK,
        str(value["language"]),
        facts=tuple(facts.items()),
    )
    return Alert(key, send.to, str(value["reference"]), str(value["desk"]), send)


def next_alert_at(conn: Connection, office: Office) -> datetime | None:
    """When the next reader for whom something is kept is at work."""
    now = office.now()
    return min((at_work(office, found[0], now) for found in waiting(conn, office).values()), default=None)


def at_work(office: Office, alert: Alert, now: datetime) -> datetime:
    """*now* where the reader is at work, the moment of closing included; else when they are next."""
    return _at_work(_hours(office, alert.to, alert.desk), now)


def news_at(office: Office, action: do.Send, desk: str, now: datetime) -> datetime | None:
    """When what a case brings may reach its reader: in their hours. None: at once; what they asked for themselves, too."""
    if action.template not in NEWS or action.audience not in (do.Audience.AGENT, do.Audience.MANAGER):
        return None
    at = _at_work(_hours(office, action.to, desk), now)
    return at if at > now else None


def _at_work(calendar: Calendar | None, now: datetime) -> datetime:
    if calendar is None or is_open(now, calendar) or is_open(now - _MINUTE, calendar):
        return now
    return next_opening(now, calendar)


def _hours(office: Office, to: str, desk: str) -> Calendar | None:
    """The reader's own hours on the desk's working days; those of the desk for a manager who has none; None: always on duty."""
    agent = next((a for a in office.settings.agents if to in a.addresses), None)
    days = office.desk(desk).policy.calendar
    if agent is None or agent.manager:
        return days
    return replace(agent.calendar, closed=agent.calendar.closed | days.closed) if agent.calendar is not None else None


def take(conn: Connection, office: Office, found: list[Alert]) -> list[tuple[Alert, Case]]:
    """Those that are still worth a mail, with their cases; of many nodes, one takes each."""
    mine = [alert for alert in found if meta.remove(conn, alert.key)]
    away, now = people.away(conn), office.now()
    loaded = ((alert, cases.load(conn, alert.reference)) for alert in mine)
    absent = {address for address, until in away.items() if until > now} | people.disabled(conn)
    return [(alert, case) for alert, case in loaded if case is not None and _counts(alert, case, now, absent)]


def _counts(alert: Alert, case: Case, now: datetime, absent: frozenset[str] | set[str]) -> bool:
    """Whether what it says is true still, and its reader is there: an agent who is absent finds it in the digest.

    Who handed the case on is not alerted any more; who got it reads what is due in the same mail.
    """
    facts = dict(alert.send.facts)
    if alert.to in absent and alert.send.audience is do.Audience.AGENT:
        return False
    if facts["rung"] == "assignee" and case.assignee not in ("", alert.to):
        return False
    if alert.send.template == "missed":
        return True
    promise = case.open_promise(str(facts["promise_id"]))
    return promise is not None and promise.due_at == facts["due_at"] and promise.due_at > now


__all__ = ["ALERTS", "AT_ONCE", "Alert", "at_work", "is_alert", "keep", "news_at", "next_alert_at", "take", "waiting"]
