"""A delivery report came back: find the mail that it is about, and the case."""

from dataclasses import replace

from sqlalchemy import Connection

from mailbot.core.case import Case, Stage
from mailbot.core.decide import decide
from mailbot.core.events import DeliveryFailed
from mailbot.core.mail import Mail, identity
from mailbot.pipeline.bounce_address import bounce_address, name_in
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.store import cases, outbox
from mailbot.store.inbox import Inbound
from mailbot.store.outbox import Outbound
from mailbot.wire.plain_report import plain_reports

NO_SUCH_ADDRESS = "5.1."  #: begins the status of what is wrong with the address, whatever the mail (RFC 3463 3.2)
OTHERS = 20  #: cases at most that hear of one failed mail beside its own


def process_report(conn: Connection, office: Office, inbound: Inbound, mail: Mail) -> str:
    """The reference of the case whose mail failed for good; "" where nothing changes.

    Only a report that came to the unguessable address of one of our mails changes anything; a forged one
    does not know it, and the true one acts once. "delayed" and the good news are recorded with the mail and change nothing.
    On a desk without subaddresses the report names the mail's Message-ID, which is as hard to guess.
    """
    ours = _mail_of_ours(conn, office, inbound, mail)
    if ours is None or not ours.reference:
        return ""
    report = next((r for r in mail.reports or plain_reports(mail) if r.action == "failed"), None)
    case = cases.load(conn, ours.reference)
    if report is None or case is None:
        return ours.reference
    if outbox.bounced(conn, ours.id, f"{report.status} {report.diagnostic_code}".strip(), office.now()):
        fail(conn, office, ours, report.status, report.diagnostic_code, inbound.id)
    return ours.reference


def _mail_of_ours(conn: Connection, office: Office, inbound: Inbound, mail: Mail) -> Outbound | None:
    desk = office.desk(inbound.desk)
    if desk.subaddress == "none":
        named = (outbox.find_by_message_id(conn, r.original_message_id) for r in mail.reports if r.original_message_id)
        return next((ours for ours in named if ours is not None and ours.reverse_path == desk.address), None)
    for address in inbound.envelope.rcpt_to:
        name = name_in(office.subaddress_of(address, desk))
        if name:
            return outbox.find_by_reverse_path(conn, bounce_address(desk, name))
    return None


def fail(
    conn: Connection,
    office: Office,
    ours: Outbound,
    status: str,
    text: str,
    inbox_id: int | None = None,
    *,
    withheld: bool = False,
) -> None:
    """The mail *ours* is undeliverable for good, or *withheld* by us: its case hears of it (once).

    Where a customer's address is wrong, so do the others of their cases that are not closed.
    """
    case = cases.load(conn, ours.reference) if ours.reference else None
    if case is None:
        return
    event = DeliveryFailed(
        rcpt_to=ours.rcpt_to,
        message_id=ours.message_id,
        template=ours.template,
        status=status,
        text=text[:500],
        to_customer=not withheld and identity(ours.rcpt_to) == identity(case.customer),
    )
    _decide(conn, office, case, event, inbox_id)
    for twin in _acknowledged_with(conn, case, ours):
        _decide(conn, office, twin, event, inbox_id)
    if event.to_customer and status.startswith(NO_SUCH_ADDRESS):
        for other in _others(conn, case):
            _decide(conn, office, other, replace(event, message_id=""), inbox_id)


def _decide(conn: Connection, office: Office, case: Case, event: DeliveryFailed, inbox_id: int | None) -> None:
    desk = office.desk_now(conn, case.desk)
    actions = decide(case, event, desk, office.now())
    perform(conn, office, desk, case, actions, Trigger(actor="mailbot", inbox_id=inbox_id))


def _acknowledged_with(conn: Connection, case: Case, ours: Outbound) -> list[Case]:
    """The cases at other desks that the failed mail acknowledged beside its own."""
    linked = (cases.load(conn, reference) for reference in case.linked) if ours.template == "acknowledgement" else ()
    return [c for c in linked if c is not None and any(ours.message_id in (p.kept_in, p.told_in) for p in c.promises)]


def _others(conn: Connection, case: Case) -> list[Case]:
    """The customer's other cases at this desk on which mail may still go to the same address."""
    references = [r for r in cases.of_customer(conn, case.desk, case.customer) if r != case.reference]
    found = (cases.load(conn, reference) for reference in references[:OTHERS])
    settled = (Stage.CLOSED, Stage.MERGED, Stage.SPAM)
    return [c for c in found if c is not None and c.stage not in settled and not c.undeliverable]
