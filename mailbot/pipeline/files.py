"""Sends the files that an agent asks for: they stand in the kept mail that brought them."""

from sqlalchemy import Connection

from mailbot.core.case import Case
from mailbot.core.decide import decide
from mailbot.core.events import FilesWanted
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.store import cases, inbox
from mailbot.store.events import Event
from mailbot.wire.parse import parse


def left_out_of(conn: Connection, case: Case | None) -> int:
    """The newest mail of *case* with files that no notification had room for, by its number in the inbox; 0."""
    entries = cases.journal(conn, case.reference) if case is not None else ()
    found = (e for e in reversed(entries) if e.kind == "record_mail" and e.detail.get("left_out"))
    return next((int(e.detail["inbox_id"]) for e in found), 0)


def send_files(conn: Connection, office: Office, event: Event) -> str:
    """Meets the wish of an agent; how it went."""
    case = cases.load(conn, str(event.detail["reference"]))
    desk = office.desk_now(conn, case.desk) if case is not None else None
    agent = desk.roster.find(str(event.detail["agent"])) if desk is not None else None
    if case is None or desk is None or agent is None:
        return "the case, or the agent, is gone"
    raw = inbox.get_raw(conn, int(event.detail["inbox_id"]))
    mail = parse(raw)
    actions = decide(case, FilesWanted(agent, mail.attachments), desk, office.now())
    perform(conn, office, desk, case, actions, Trigger(actor=agent.address, raw=raw, mail=mail))
    return f"{len(actions)} mails"


__all__ = ["left_out_of", "send_files"]
