"""The clock's way in: what is due is claimed, decided and recorded like a mail."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta

from sqlalchemy import Connection

from mailbot.core.case import Case
from mailbot.core.decide import decide
from mailbot.core.events import MomentPassed
from mailbot.log import get_logger
from mailbot.pipeline.caps import is_capped
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.pipeline.twins import waiting_beside
from mailbot.store import cases, moments
from mailbot.store.moments import Moment

LEASE = timedelta(minutes=10)
log = get_logger()


def tick(office: Office, limit: int = 100, alive: Callable[[], None] = lambda: None) -> int:
    """Decides up to *limit* moments that have passed; each fires at most once (G7). *alive* is called after each."""
    due = office.store.write(lambda conn: moments.claim_due(conn, office.now(), limit=limit, lease=LEASE))
    running: list[tuple[Moment, Future[None]]] = [(m, _start(office, m)) for m in due]
    for moment, future in running:
        _finish(moment, future)
        alive()
    if due:
        office.woken()
    return len(due)


def _start(office: Office, moment: Moment) -> "Future[None]":
    return office.store.submit(lambda conn: _pass(conn, office, moment))


def _finish(moment: Moment, future: "Future[None]") -> None:
    try:
        future.result()
    except Exception as error:  # one moment: its lease runs out and it is tried again
        log.error("moment.failed", case=moment.reference, key=moment.key, exc_info=error)


def _pass(conn: Connection, office: Office, moment: Moment) -> None:
    now = office.now()
    case = cases.load(conn, moment.reference)
    own = office.desk_of(case.desk) if case is not None else None
    if case is not None and own is None:
        log.warning("moment.orphaned", case=moment.reference, key=moment.key, desk=case.desk)
        return  # its lease runs out and it is tried again: a desk that comes back finds its moments
    if not moments.fired(conn, moment.id, now) or case is None or own is None:
        return  # what came before it on the case made it needless
    desk = office.desk_now(conn, own.address)
    actions = decide(case, _event(conn, office, moment, case), desk, now)
    perform(conn, office, desk, case, actions, Trigger(actor="clock"))
    log.info("moment.passed", case=moment.reference, key=moment.key, actions=len(actions))


def _event(conn: Connection, office: Office, moment: Moment, case: Case) -> MomentPassed:
    """The moment; one at which an acknowledgement is tried again brings what it needs."""
    if not moment.key.startswith("ack:"):
        return MomentPassed(moment.key, moment.at)
    return MomentPassed(
        moment.key,
        moment.at,
        capped=is_capped(conn, case.customer, office.now()),
        first_time=len(cases.of_customer(conn, case.desk, case.customer)) == 1,
        waiting=waiting_beside(conn, office, case),
    )
