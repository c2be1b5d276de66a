"""Which case does a mail belong to, and who wrote it? Routing only; authority is core.trust's."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mailbot import config
from mailbot.core import reference as references
from mailbot.core.case import OPEN, Case, Stage
from mailbot.core.events import Author, MailReceived, Named
from mailbot.core.mail import Mail, Verdict, identity
from mailbot.core.people import Agent
from mailbot.core.trust import Authority, facts
from mailbot.log import get_logger
from mailbot.pipeline.caps import is_capped
from mailbot.pipeline.copies import was_copied
from mailbot.pipeline.files import left_out_of
from mailbot.pipeline.guard import mail_shows_private
from mailbot.pipeline.named import named_in
from mailbot.pipeline.office import Office
from mailbot.pipeline.story import newest_mail, where_it_goes_on
from mailbot.pipeline.twins import copies_elsewhere, is_awaited, waiting_among
from mailbot.pipeline.unsubscribe import says_stop
from mailbot.store import cases, people
from mailbot.store.cases import Thread
from mailbot.store.inbox import Inbound
from mailbot.store.people import Token
from mailbot.wire.language import detect

SHORT = 200  #: characters of a customer's mail whose text may name its case
NAMED_AT_MOST = 10  #: cases that one mail may name
log = get_logger()


def received(
    conn: Connection, office: Office, inbound: Inbound, mail: Mail, verdict: Verdict
) -> tuple[Case | None, MailReceived]:
    """The event that *mail* is, and the case it belongs to; a stranger's mail belongs to none."""
    desk = office.desk(inbound.desk)
    token, word = _token(conn, office, inbound, mail, desk)
    threads = cases.find_threads(conn, office.recognition.threads(mail))
    agent = _agent(conn, office, mail)
    case = _case(conn, desk, token, threads, mail, agent, _addressed(office, inbound, desk))
    thread = next((t for t in threads if case is None or t.reference == case.reference), None)
    trusted = _token_is_valid(token, agent, case, office)
    known = facts(mail, agent, token=trusted, authserv_id=office.settings.authserv_id)
    trust = office.recognition.authority(known)
    exposed_to = _end_exposed(conn, office, mail, token, word, agent)
    shows_private = trust is Authority.FULL and mail_shows_private(conn, office, mail, inbound.raw)
    if case is None and agent is None:
        case = _said_before(conn, office, desk, mail)
    author = Author.AGENT if agent is not None else _author(case, mail)
    names = case.reference if case is not None and author is Author.STRANGER else ""
    if author is Author.STRANGER:
        case = None
    earlier = cases.of_customer(conn, inbound.desk, mail.from_.addr_spec) if mail.from_ else ()
    last = cases.load(conn, earlier[0]) if earlier else None
    copies = copies_elsewhere(conn, office, desk.address, mail.fingerprint)
    twins = tuple(reference for reference in copies.values() if reference)
    event = MailReceived(
        mail=mail,
        verdict=verdict,
        author=author,
        inbox_id=inbound.id,
        received_at=inbound.envelope.received_at,
        new_reference=_fresh_reference(conn, office),
        language=detect(mail.new_text),
        authority=trust,
        agent=agent,
        names=names,
        copied=bool(names) and was_copied(conn, mail, names),
        joinable=_joinable(conn, case) if agent is not None else "",
        twins=twins,
        waiting=waiting_among(conn, office, twins, mail.from_.addr_spec if mail.from_ else ""),
        awaited=is_awaited(office, desk, inbound, mail, copies),
        named=named_in(conn, office, mail, agent, case, _seq(token, thread, agent)) if agent is not None else Named(),
        left_out=left_out_of(conn, case) if agent is not None else 0,
        earlier=len(earlier),
        last_language=last.language if last else "",
        capped=mail.from_ is None or is_capped(conn, mail.from_.addr_spec, office.now()),
        outdated=_outdated(conn, case, _seq(token, thread, agent), agent),
        shows_private=shows_private,
        exposed_to=exposed_to,
        to_note=(token is not None and token.kind == "note") or (thread is not None and thread.audience == "note"),
        to_stop=says_stop(office, desk, inbound.envelope.rcpt_to),
        addresses=inbound.envelope.rcpt_to,
    )
    return case, event


def _token(
    conn: Connection, office: Office, inbound: Inbound, mail: Mail, desk: config.Desk
) -> tuple[Token | None, str]:
    """The first known token, and how it is spelt; good or not.

    It stands in an address that the mail came to; on a desk without subaddresses, in the Message-ID that it answers.
    """
    if desk.subaddress == "none":
        words = [one.strip("<>").partition("@")[0] for one in (*mail.in_reply_to, *reversed(mail.references))]
    else:
        words = [office.subaddress_of(address, desk) for address in inbound.envelope.rcpt_to]
    for word in words:
        found = people.find_token(conn, word) if word else None
        if found is not None:
            return found, word
    return None, ""


def _end_exposed(
    conn: Connection, office: Office, mail: Mail, token: Token | None, word: str, agent: Agent | None
) -> tuple[str, ...]:
    """The outsiders who know the token, which has served for the last time: addressees, or somebody who writes to it."""
    if token is None or not token.is_good(office.now()):
        return ()
    staff = {address for a in office.settings.agents for address in a.addresses}
    seen_by = [
        a.identity for a in (*mail.to, *mail.cc) if a.identity not in staff and office.desk_of(a.identity) is None
    ]
    if agent is None and mail.from_ is not None and mail.from_.identity not in staff:
        seen_by.append(mail.from_.identity)
    if seen_by:
        people.revoke_token(conn, word, office.now())
        log.warning("token.exposed", agent=token.agent, case=token.reference)
    return tuple(dict.fromkeys(seen_by))


def _case(
    conn: Connection,
    desk: config.Desk,
    token: Token | None,
    threads: Sequence[Thread],
    mail: Mail,
    agent: Agent | None,
    addressed: str,
) -> Case | None:
    """By token, then by the mails that it answers, by the reference in the subject or in a few words, or in the address.

    The first that the writer belongs to, staff to any; else the first at all, which is then another's. The address
    alone leads to no closed case: clients offer it again, years later, to who begins a new mail.
    """
    few = mail.new_text if agent is None and len(mail.new_text) < SHORT else ""
    written = references.find(mail.subject) or references.find(few)
    named = (token.reference if token else "", *(t.reference for t in threads), written)
    first = None
    for reference in [r for r in dict.fromkeys((*named, addressed)) if r][:NAMED_AT_MOST]:
        case = cases.load(conn, reference)
        if agent is None:
            case = where_it_goes_on(conn, case)
        if case is None or desk.address not in (case.desk, *case.came_from):
            continue
        if reference not in named and case.stage is Stage.CLOSED:
            continue
        if agent is not None or _author(case, mail) is not Author.STRANGER:
            return case
        first = first or case
    return first


def _addressed(office: Office, inbound: Inbound, desk: config.Desk) -> str:
    """The reference in an address that the mail came to, or ""."""
    words = (office.subaddress_of(address, desk) for address in inbound.envelope.rcpt_to)
    return next((found for word in words if (found := references.normal(word))), "")


def _said_before(conn: Connection, office: Office, desk: config.Desk, mail: Mail) -> Case | None:
    """The customer's case, not closed yet, whose newest mail had the same subject and the same words.

    A person who repeats them means the same matter; a robot that answers whatever we write opens no case each time.
    """
    if mail.from_ is None or mail.from_is_ambiguous or not mail.new_text or mail.attachments:
        return None
    subject = references.base_subject(mail.subject)
    theirs = cases.of_customer(conn, desk.address, mail.from_.addr_spec)[:NAMED_AT_MOST]
    for case in cases.load_all(conn, theirs):
        if case.subject == subject and (case.stage in OPEN or case.stage is Stage.RESOLVED):
            newest, _ = newest_mail(conn, office, case)
            if newest is not None and newest.new_text == mail.new_text:
                return cases.load(conn, case.reference)
    return None


def _joinable(conn: Connection, case: Case | None) -> str:
    """The first case of somebody else that the mail named which opened *case*."""
    if case is None:
        return ""
    opened = next((e for e in cases.journal(conn, case.reference) if e.kind == "open_case"), None)
    named = (cases.load(conn, reference) for reference in (opened.detail.get("linked") or () if opened else ()))
    own = identity(case.customer)
    return next(
        (c.reference for c in named if c and c.desk == case.desk and c.is_open and identity(c.customer) != own), ""
    )


def _agent(conn: Connection, office: Office, mail: Mail) -> Agent | None:
    """The registered owner of the From address, where there is exactly one and nothing is odd about it."""
    if mail.from_ is None or mail.from_is_ambiguous:
        return None
    gone = people.disabled(conn)
    identity = mail.from_.identity
    return next((a for a in office.settings.agents if identity in a.addresses and a.address not in gone), None)


def _token_is_valid(token: Token | None, agent: Agent | None, case: Case | None, office: Office) -> bool:
    return (
        token is not None
        and agent is not None
        and token.agent == agent.address
        and token.is_good(office.now())
        and token.reference == (case.reference if case is not None else "")  # one of no case serves none
    )


def _author(case: Case | None, mail: Mail) -> Author:
    if case is None or mail.from_ is None or mail.from_is_ambiguous:
        return Author.STRANGER
    who = mail.from_.identity
    if who == identity(case.customer):
        return Author.CUSTOMER
    if who in map(identity, case.watchers):
        return Author.WATCHER
    if who in map(identity, case.partners):
        return Author.PARTNER
    return Author.STRANGER


def _fresh_reference(conn: Connection, office: Office) -> str:
    while True:
        reference = references.make(office.chance(references.BITS))
        if not cases.references_exist(conn, reference):
            return reference


def _seq(token: Token | None, thread: Thread | None, agent: Agent | None) -> int | None:
    """How far the case was when the notification that *agent* answers was written; None where it is not known."""
    if agent is None:
        return None
    if token is not None and token.seq is not None:
        return token.seq
    return thread.seq if thread is not None and thread.agent == agent.address else None


def _outdated(conn: Connection, case: Case | None, seq: int | None, agent: Agent | None) -> bool:
    """Whether the customer wrote, or a colleague answered, after the notification that *agent* answers."""
    if case is None or seq is None or agent is None:
        return False
    for entry in cases.standing(cases.journal(conn, case.reference)):
        if entry.seq <= seq:
            continue
        if entry.kind == "record_mail" and entry.detail.get("from_customer"):
            return True
        if entry.kind == "answered" and entry.detail.get("by") != agent.address:
            return True
    return False
