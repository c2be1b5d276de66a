"""A mail's way in: kept first, understood later, decided once."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from mailbot import config
from mailbot.core import actions as do
from mailbot.core.case import Case, Stage
from mailbot.core.decide import decide
from mailbot.core.decide.form import decide_nameless
from mailbot.core.events import Author, MailReceived
from mailbot.core.forms import FormMail, proves_itself, read, sent_by
from mailbot.core.mail import Envelope, Kind, Mail, Verdict
from mailbot.core.rules import judge
from mailbot.core.trust import Authority, dmarc_passed
from mailbot.errors import MailbotError, TransientError
from mailbot.log import get_logger
from mailbot.pipeline.bounce import process_report
from mailbot.pipeline.forwarding import as_its_writers, forwarded_by_agent
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.pipeline.route import received
from mailbot.store import blocked, inbox, privacy
from mailbot.store.inbox import Inbound
from mailbot.wire.parse import parse
from mailbot.wire.structure import TOO_COMPLEX

LEASE = timedelta(minutes=10)
ATTEMPTS = 3
BLOCKED = "blocked"  #: the rule of a mail from an address that an agent blocked
log = get_logger()


def accept(office: Office, envelope: Envelope, raw: bytes) -> "Future[tuple[int, ...]]":
    """Commits the raw mail, once for each desk that it names; done means that it is on disk (G1)."""
    envelope, desks = _addressed(office, envelope)

    def keep(conn: Connection) -> tuple[int, ...]:
        return tuple(inbox.add(conn, desk, envelope, raw) for desk in desks)

    return office.store.submit(keep)


def refuse(office: Office, envelope: Envelope, raw: bytes, why: str) -> "Future[None]":
    """Keeps in quarantine what is known of a mail that was left where it is; once, however often it is told."""
    envelope, desks = _addressed(office, envelope)
    mail = parse(raw, authserv_id=office.settings.authserv_id)

    def keep(conn: Connection) -> None:
        for desk in desks:
            number = inbox.add(conn, desk, envelope, raw)
            inbound = Inbound(number, desk, envelope, raw, 0)
            earlier = inbox.seen_before(conn, desk, mail.fingerprint, number)
            if earlier is None:
                _conclude(conn, office, inbound, mail, "quarantined", why, "")
            else:
                _conclude_copy(conn, office, inbound, mail, earlier)

    return office.store.submit(keep)


def _addressed(office: Office, envelope: Envelope) -> tuple[Envelope, tuple[str, ...]]:
    """*envelope* with the moment of receipt on our clock, and the desks that it names.

    What came by IMAP was received when it reached the mailbox, which may have been while mailbot was down.
    """
    now = office.now()
    received_at = min(envelope.received_at, now) if envelope.via == "imap" else now
    desks = dict.fromkeys(d.address for a in envelope.rcpt_to if (d := office.desk_of(a)) is not None)
    if not desks:
        raise MailbotError(f"no desk is at {', '.join(envelope.rcpt_to)}: the mail stays where it is")
    return replace(envelope, received_at=received_at), tuple(desks)


def process(office: Office, limit: int = 50, alive: Callable[[], None] = lambda: None) -> int:
    """Decides up to *limit* waiting mails, oldest first; the number of mails that were taken up.

    *alive* is called after each piece of work.
    """
    claimed = office.store.write(lambda conn: inbox.claim(conn, office.now(), limit=limit, lease=LEASE))
    running: list[tuple[Inbound, Future[None]]] = []
    troubles: list[TransientError] = []
    for inbound in claimed:
        running.append((inbound, _start(office, inbound)))
        alive()
    for inbound, future in running:
        trouble = _finish(office, inbound, future)
        troubles += [trouble] if trouble is not None else []
        alive()
    if claimed:
        office.woken()
    if troubles:
        raise troubles[0]  # the store is in trouble, the mails are not: whoever rings us pauses first
    return len(claimed)


def _start(office: Office, inbound: Inbound) -> "Future[None]":
    if inbound.attempts > ATTEMPTS:  # it took the process down with it, more than once
        return office.store.submit(lambda conn: _quarantine(conn, office, inbound, "took too many attempts"))
    try:
        mail = parse(inbound.raw, authserv_id=office.settings.authserv_id)
    except Exception as error:  # noqa: BLE001  one mail that cannot even be read: its future carries the error
        failed: Future[None] = Future()
        failed.set_exception(error)
        return failed
    return office.store.submit(lambda conn: _decide(conn, office, inbound, mail))


def _finish(office: Office, inbound: Inbound, future: "Future[None]") -> TransientError | None:
    """The store's trouble gives the mail back uncounted and is returned; the mail's own counts, and ends in quarantine."""
    try:
        future.result()
    except TransientError as error:
        why = str(error)[:500]
        office.store.write(lambda conn: inbox.release(conn, inbound, why, counts=False))
        return error
    except Exception as error:  # one mail: it is kept whole, and the mails behind it go on
        log.error("mail.failed", inbox_id=inbound.id, attempt=inbound.attempts, exc_info=error)
        text = f"{type(error).__name__}: {error}"[:500]
        if inbound.attempts >= ATTEMPTS:
            office.store.write(lambda conn: _quarantine(conn, office, inbound, text))
        else:
            office.store.write(lambda conn: inbox.release(conn, inbound, text, counts=True))
    return None


def _quarantine(conn: Connection, office: Office, inbound: Inbound, why: str) -> None:
    inbox.finish(conn, inbound.id, outcome="quarantined", rule=why, now=office.now())
    log.warning("mail.quarantined", inbox_id=inbound.id, rule=why)


def _decide(conn: Connection, office: Office, inbound: Inbound, mail: Mail) -> None:
    """One mail inside the writer's transaction: case, journal, promises, outbox and inbox change together (G3)."""
    now = office.now()
    earlier = inbox.seen_before(conn, inbound.desk, mail.fingerprint, inbound.id)
    if earlier is not None:
        _conclude_copy(conn, office, inbound, mail, earlier)
        return
    if TOO_COMPLEX in mail.defects:
        _conclude(conn, office, inbound, mail, "quarantined", TOO_COMPLEX, "")
        return
    form = sent_by(office.settings.forms, mail, inbound.desk)
    if form is not None:
        filled = read(form, mail, lambda address: office.desk_of(address) is not None)
        if not proves_itself(form, inbound.envelope, dmarc_passed(mail, office.settings.authserv_id)):
            _conclude(conn, office, inbound, mail, "held", "form without proof", "", Kind.HUMAN)
        elif filled is None:
            _pass_on(conn, office, inbound, mail)
        else:
            _decide_form(conn, office, inbound, mail, filled)
        return
    verdict = judge(mail, inbound.envelope, _own(office, mail))
    if verdict.kind is Kind.BOUNCE:
        reference = process_report(conn, office, inbound, mail)
        _conclude(conn, office, inbound, mail, "suppressed", verdict.rule, reference, Kind.BOUNCE)
        return
    case, event = received(conn, office, inbound, mail, verdict)
    if _is_unwanted(conn, mail, case, event):
        _conclude(conn, office, inbound, mail, "suppressed", BLOCKED, "", verdict.kind)
        return
    trigger = Trigger(actor=_actor(event), inbox_id=inbound.id, raw=inbound.raw, mail=mail)
    found = forwarded_by_agent(office, inbound, mail, case, event)
    if found is not None:
        event = as_its_writers(conn, office, inbound, found)
        trigger = replace(trigger, raw=found.raw, mail=found.mail)
    desk = office.desk_now(conn, _desk_of(office, case) or inbound.desk)
    actions = decide(case, event, desk, now)
    if event.agent is not None and any(isinstance(a, do.Answered) for a in actions):
        trigger = replace(trigger, actor=event.agent.address)  # what keeps a promise was proved
    result = perform(conn, office, desk, case, actions, trigger)
    _conclude(conn, office, inbound, mail, result.outcome, result.rule, result.reference, verdict.kind)


def _is_unwanted(conn: Connection, mail: Mail, case: Case | None, event: MailReceived) -> bool:
    """Whether the writer is blocked and opens a case with it: on one that is theirs and goes on, they are answered still."""
    if mail.from_ is None or event.agent is not None or not blocked.is_blocked(conn, mail.from_.identity):
        return False
    return case is None or not (case.is_open or case.stage is Stage.RESOLVED)


def _desk_of(office: Office, case: Case | None) -> str:
    """The address of the desk that has *case* now: not always the one that its mail came to."""
    own = office.desk_of(case.desk) if case is not None else None
    return own.address if own is not None else ""


def _own(office: Office, mail: Mail) -> frozenset[str]:
    """Our addresses; the sender's is one of them with any subaddress, unless people are known to write from it."""
    sender = mail.from_.identity if mail.from_ is not None else ""
    ours = {sender} if sender and office.desk_of(sender) is not None else frozenset()
    return (office.settings.desk_addresses | ours) - office.recognition.by_hand


def _pass_on(conn: Connection, office: Office, inbound: Inbound, mail: Mail) -> None:
    """A proved form that names no customer: somebody may wait for an answer, so the manager hears of it."""
    desk = office.desk_now(conn, inbound.desk)
    actions = decide_nameless(mail, desk, office.now())
    trigger = Trigger(actor="mailbot", inbox_id=inbound.id, raw=inbound.raw, mail=mail)
    result = perform(conn, office, desk, None, actions, trigger)
    _conclude(conn, office, inbound, mail, result.outcome, result.rule, "", Kind.HUMAN)


def _decide_form(conn: Connection, office: Office, inbound: Inbound, mail: Mail, filled: FormMail) -> None:
    """The customer, not the form, is the requester; the case is always a new one (A2, D4, E1)."""
    if blocked.is_blocked(conn, filled.customer.identity):
        _conclude(conn, office, inbound, mail, "suppressed", BLOCKED, "", Kind.HUMAN)
        return
    sender = mail.from_.identity if mail.from_ is not None else ""
    mail = replace(mail, from_=filled.customer, reply_to=(), in_reply_to=(), references=(), authentication=None)
    verdict = Verdict(Kind.HUMAN, answerable=True, rule="contact form")
    event = replace(
        received(conn, office, inbound, mail, verdict)[1],
        author=Author.STRANGER,
        agent=None,
        authority=Authority.NONE,
        names="",
        form=sender,
        fields=filled.fields,
    )
    desk = office.desk_now(conn, inbound.desk)
    actions = decide(None, event, desk, office.now())
    trigger = Trigger(actor="customer", inbox_id=inbound.id, raw=inbound.raw, mail=mail)
    result = perform(conn, office, desk, None, actions, trigger)
    _conclude(conn, office, inbound, mail, result.outcome, result.rule, result.reference, verdict.kind)


def _actor(event: MailReceived) -> str:
    """Who did it, for the journal; an agent's name stands there only where it is proved."""
    if event.agent is not None:
        return event.agent.address if event.authority is Authority.FULL else "unproved"
    return "customer" if event.author is Author.STRANGER else str(event.author)


def _conclude_copy(conn: Connection, office: Office, inbound: Inbound, mail: Mail, earlier: int) -> None:
    """The mail came before; where it was erased since, so is the copy (D24)."""
    _conclude(conn, office, inbound, mail, "duplicate", f"same as inbox {earlier}", "")
    privacy.forget_copy(conn, inbound.id, earlier, office.now())


def _conclude(
    conn: Connection,
    office: Office,
    inbound: Inbound,
    mail: Mail,
    outcome: str,
    rule: str,
    reference: str,
    kind: str = "",
) -> None:
    inbox.finish(
        conn,
        inbound.id,
        outcome=outcome,
        rule=rule,
        now=office.now(),
        reference=reference,
        message_id=mail.message_id,
        kind=str(kind),
    )
    if outcome == "quarantined":
        log.warning("mail.quarantined", inbox_id=inbound.id, rule=rule)
    else:
        log.info("mail.processed", inbox_id=inbound.id, outcome=outcome, rule=rule, case=reference, kind=str(kind))


def desk_for(office: Office, addresses: tuple[str, ...]) -> config.Desk | None:
    """The first desk that one of *addresses* belongs to."""
    return next((d for a in addresses if (d := office.desk_of(a)) is not None), None)
