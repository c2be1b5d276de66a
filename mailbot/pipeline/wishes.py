"""What one decision asks of other cases, and the operator of the daemon: rows that are claimed and met one by one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.decide import decide
from mailbot.core.decide.join import JOINED
from mailbot.core.events import CaseJoined, CaseLinked, IncidentUpdated, Written
from mailbot.core.promise import State
from mailbot.log import get_logger
from mailbot.pipeline.bounce import fail
from mailbot.pipeline.errands import run
from mailbot.pipeline.files import send_files
from mailbot.pipeline.moving import move
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.pipeline.splitting import split
from mailbot.pipeline.story import where_it_goes_on
from mailbot.pipeline.turns import take_next
from mailbot.store import cases, events, inbox, outbox
from mailbot.store.events import Event
from mailbot.wire.parse import parse

log = get_logger()


def grant(office: Office, limit: int = 50) -> int:
    """Meets up to *limit* wishes; the number of those taken up."""
    if not office.store.read(events.waiting):
        return 0
    claimed = office.store.write(lambda conn: events.claim_events(conn, office.now(), limit))
    for event in claimed:
        try:
            office.store.write(lambda conn, event=event: _grant(conn, office, event))  # type: ignore[misc]
        except Exception as error:  # one wish: its lease runs out and it is tried again
            log.error("wish.failed", kind=event.kind, exc_info=error)
    return len(claimed)


def _grant(conn: Connection, office: Office, event: Event) -> None:
    result = "unknown"
    if event.kind == "incident-update":
        result = _tell(conn, office, event)
    elif event.kind == "join":
        result = _join(conn, office, event)
    elif event.kind == "link":
        result = _link(conn, office, event)
    elif event.kind == "split":
        result = split(conn, office, event.detail)
    elif event.kind == "move":
        result = move(conn, office, event.detail)
    elif event.kind == "next":
        result = _next(conn, office, event)
    elif event.kind == "errand":
        result = run(conn, office, event.detail)
    elif event.kind == "files":
        result = send_files(conn, office, event)
    elif event.kind == "withheld":
        result = _withheld(conn, office, event)
    events.finish_event(conn, event.id, office.now(), result)


def _tell(conn: Connection, office: Office, event: Event) -> str:
    case = cases.load(conn, str(event.detail["reference"]))
    if case is None:
        return "the case is gone"
    desk = office.desk_now(conn, case.desk)
    update = IncidentUpdated(str(event.detail["name"]), str(event.detail["by"]), str(event.detail["text"]))
    actions = decide(case, update, desk, office.now())
    if actions:
        perform(conn, office, desk, case, actions, Trigger(actor=update.by))
    return "told" if actions else "not told"


def _join(conn: Connection, office: Office, event: Event) -> str:
    """The mails of the case that was left are read again, and go on in the other one."""
    target, left = (cases.load(conn, str(event.detail[key])) for key in ("reference", "joined"))
    case = where_it_goes_on(conn, target)
    if case is None or left is None:
        return "the case is gone"
    entries = [e for e in cases.journal(conn, left.reference) if e.kind == "record_mail" and e.detail["from_customer"]]
    desk = office.desk_now(conn, case.desk)
    joined = CaseJoined(
        reference=left.reference,
        writer=left.customer,
        by=str(event.detail["by"]),
        mails=tuple(_written(conn, e.detail) for e in entries),
        unanswered_since=left.unanswered_since,
        told=tuple(p for p in left.promises if p.told_in and p.state is State.VOID and p.reason == JOINED),
    )
    perform(conn, office, desk, case, decide(case, joined, desk, office.now()), Trigger(actor=joined.by))
    return "joined"


def _link(conn: Connection, office: Office, event: Event) -> str:
    case = cases.load(conn, str(event.detail["reference"]))
    if case is None:
        return "the case is gone"
    linked = CaseLinked(str(event.detail["linked"]), str(event.detail["by"]))
    desk = office.desk_now(conn, case.desk)
    perform(conn, office, desk, case, decide(case, linked, desk, office.now()), Trigger(actor=linked.by))
    return "linked"


def _written(conn: Connection, detail: Mapping[str, Any]) -> Written:
    number = int(detail["inbox_id"])
    text = parse(inbox.get_raw(conn, number)).new_text
    return Written(str(detail["message_id"]), number, datetime.fromisoformat(str(detail["at"])), text)


def _withheld(conn: Connection, office: Office, event: Event) -> str:
    """A mail that must not leave is as undelivered as one that cannot."""
    ours = outbox.find_by_message_id(conn, str(event.detail["message_id"]))
    if ours is None:
        return "the mail is gone"
    fail(conn, office, ours, "", str(event.detail["why"]), withheld=True)
    return "told"


def _next(conn: Connection, office: Office, event: Event) -> str:
    desk = office.desk_now(conn, str(event.detail["desk"]))
    agent = desk.roster.find(str(event.detail["agent"]))
    if agent is None:
        return "no such agent"
    if take_next(conn, office, desk.address, agent):
        return "handed out"
    language = agent.language(desk.language)
    idle = do.Send("nothing-waits", agent.address, do.Audience.AGENT, do.Cause.STAFF, language)
    perform(conn, office, desk, None, (idle,), Trigger(actor="mailbot"))
    return "nothing waits"
