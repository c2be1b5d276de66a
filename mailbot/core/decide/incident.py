"""One update for all customers of an incident: each case sends its own mail to its own customer (D23)."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.decide.steps import Steps, renew_progress, to_customer
from mailbot.core.desk import Desk
from mailbot.core.events import IncidentUpdated


def decide_incident(case: Case, event: IncidentUpdated, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """The update goes out if the case is still open and part of the incident; it keeps the progress promise."""
    steps = Steps(case, desk, now)
    if case.incident.casefold() != event.name.casefold() or not case.is_open or case.undeliverable:
        return ()
    renew_progress(steps)
    to_customer(steps, "progress", do.Cause.STAFF, person=event.by, facts=(("note", event.text),))
    return tuple(steps.actions)


__all__ = ["decide_incident"]
