"""The alerts that are kept leave when their readers are at work."""

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.commands import harmless
from mailbot.errors import TransientError
from mailbot.log import get_logger
from mailbot.pipeline.alerts import AT_ONCE, Alert, at_work, take, waiting
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.store import cases, meta

log = get_logger()


def ring(office: Office) -> int:
    """Sends what is kept for readers who are at work now; how many alerts were taken up."""
    rung = 0
    for found in office.store.read(lambda conn: waiting(conn, office)).values():
        if at_work(office, found[0], office.now()) > office.now():
            continue
        try:
            office.store.write(lambda conn, found=found: _ring(conn, office, found))  # type: ignore[misc]
            rung += len(found)
        except TransientError:
            raise
        except Exception as error:  # one reader: it is given up, the promises themselves stay where they are
            log.error("alerts.failed", count=len(found), exc_info=error)
            office.store.write(lambda conn, found=found: [meta.remove(conn, a.key) for a in found])  # type: ignore[misc]
    return rung


def _ring(conn: Connection, office: Office, found: list[Alert]) -> None:
    left = take(conn, office, found)
    if len(left) > AT_ONCE:
        _joined(conn, office, left)
        return
    for alert, _ in left:
        case = cases.load(conn, alert.reference)  # the alert before may have been of the same case
        desk = office.desk_now(conn, alert.desk)
        perform(conn, office, desk, case, (alert.send,), Trigger(actor="clock", rings=True))


def _joined(conn: Connection, office: Office, left: list[tuple[Alert, Case]]) -> None:
    """One mail for all of them, the earliest due first; it answers to no case."""
    first = left[0][0]
    rows = [_row(alert, case) for alert, case in left]
    facts = (("rows", tuple(sorted(rows, key=lambda row: str(row["due_at"])))),)
    mail = do.Send("alerts", first.to, first.send.audience, do.Cause.CLOCK, first.send.language, facts=facts)
    perform(conn, office, office.desk_now(conn, first.desk), None, (mail,), Trigger(actor="clock", rings=True))


def _row(alert: Alert, case: Case) -> dict[str, object]:
    facts = dict(alert.send.facts)
    told = {"reference": case.reference, "subject": harmless(case.subject), "who": case.customer}
    return {**told, "stage": str(case.stage), "promise": facts["promise_id"], "due_at": facts["due_at"]}


__all__ = ["ring"]
