"""One mail at several desks: which of the cases that it opened wait to be acknowledged together."""

from collections.abc import Iterable

from sqlalchemy import Connection

from mailbot import config
from mailbot.core.case import Case
from mailbot.core.events import Twin
from mailbot.core.mail import Mail, identity
from mailbot.pipeline.office import Office
from mailbot.store import cases, inbox
from mailbot.store.inbox import Inbound


def copies_elsewhere(conn: Connection, office: Office, desk: str, fingerprint: str) -> dict[str, str]:
    """The other desks that decided the same mail, and the case that it belongs to there, or ""."""
    return inbox.copies(conn, [d.address for d in office.settings.desks if d.address != desk], fingerprint)


def is_awaited(office: Office, desk: config.Desk, inbound: Inbound, mail: Mail, decided: Iterable[str]) -> bool:
    """Whether the mail names a desk beside *desk* that is not among those that *decided* it."""
    written = (a.addr_spec for a in (*mail.to, *mail.cc))
    named = {d.address for a in (*inbound.envelope.rcpt_to, *written) if (d := office.desk_of(a)) is not None}
    return bool(named - {desk.address, *decided})


def waiting_among(conn: Connection, office: Office, references: Iterable[str], customer: str) -> tuple[Twin, ...]:
    """Those of the cases, of the same customer, whose acknowledgement is put off; they are locked."""
    found = (cases.load(conn, reference) for reference in references if reference)
    waiting = (
        c for c in found if c is not None and c.awaits_acknowledgement and identity(c.customer) == identity(customer)
    )
    return tuple(Twin(c, office.desk_now(conn, c.desk)) for c in waiting)


def waiting_beside(conn: Connection, office: Office, case: Case) -> tuple[Twin, ...]:
    """The twins of *case*, found by the mail that opened it, that wait as it does."""
    first = next((e for e in cases.mails(conn, case.reference) if e.inbox_id is not None), None)
    fingerprint = inbox.fingerprint_of(conn, first.inbox_id) if first is not None and first.inbox_id else ""
    references = copies_elsewhere(conn, office, case.desk, fingerprint).values()
    return waiting_among(conn, office, references, case.customer)


__all__ = ["copies_elsewhere", "is_awaited", "waiting_among", "waiting_beside"]
