"""The second matter of a case is read from the mail that tells it, and opens a case of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailbot.core.case import Case
from mailbot.core.decide import decide
from mailbot.core.events import CaseSplit
from mailbot.core.mail import Mail
from mailbot.core.reference import base_subject
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.store import cases, inbox
from mailbot.wire.parse import parse


def split(conn: Connection, office: Office, wish: Mapping[str, Any]) -> str:
    """Opens the case; what became of the wish."""
    source = cases.load(conn, str(wish["source"]))
    if source is None:
        return "the case is gone"
    raw = inbox.get_raw(conn, int(wish["inbox_id"]))
    mail = parse(raw, authserv_id=office.settings.authserv_id)
    event = _event(conn, source, wish, mail, office.now())
    desk = office.desk_now(conn, source.desk)
    trigger = Trigger(actor=event.by, inbox_id=event.inbox_id, raw=raw, mail=mail)
    perform(conn, office, desk, None, decide(None, event, desk, office.now()), trigger)
    return "split"


def _event(conn: Connection, source: Case, wish: Mapping[str, Any], mail: Mail, now: datetime) -> CaseSplit:
    text = str(wish["text"])
    return CaseSplit(
        source=source,
        reference=str(wish["reference"]),
        by=str(wish["by"]),
        subject=source.subject if text else base_subject(mail.subject) or source.subject,
        text=text or mail.new_text,
        message_id=mail.message_id,
        inbox_id=int(wish["inbox_id"]),
        at=now if text else _came_at(conn, source, int(wish["inbox_id"]), now),
        from_customer=not text,
        earlier=len(cases.of_customer(conn, source.desk, source.customer)),
    )


def _came_at(conn: Connection, source: Case, inbox_id: int, now: datetime) -> datetime:
    """When the customer's mail came."""
    entries = (e for e in cases.mails(conn, source.reference) if e.kind == "record_mail")
    at = next((e.detail["at"] for e in entries if e.detail.get("inbox_id") == inbox_id), None)
    return datetime.fromisoformat(str(at)) if at else now


__all__ = ["split"]
