"""From a Send to final bytes: who it is from, what it states, which thread it joins (G4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mailbot import config
from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.desk import Desk
from mailbot.core.mail import Address, Mail, attachable, identity
from mailbot.pipeline.bounce_address import bounce_address
from mailbot.pipeline.caps import cap_on
from mailbot.pipeline.context import context_of
from mailbot.pipeline.guard import SHOWN, shows_private, without_private
from mailbot.pipeline.office import Office
from mailbot.pipeline.unsubscribe import stop_uri
from mailbot.store import cases
from mailbot.store.cases import JournalEntry
from mailbot.wire.compose import Outgoing, Part, compose
from mailbot.wire.parts import extract
from mailbot.wire.render import Rendered

ORIGINAL = "original.eml"  #: an encrypted mail as it came: only its reader's own client can open it


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready for the outbox."""

    template: str
    audience: str
    cause: str
    person: bool
    note: bool
    to: str
    reverse_path: str
    message_id: str
    raw: bytes
    token: str = ""  #: of the agent to whom it goes
    held: str = ""  #: why it must not leave; "" where nothing is against it
    not_before: datetime | None = None  #: None: at once, as far as it goes


def write_letter(
    conn: Connection,
    office: Office,
    desk: Desk,
    case: Case | None,
    action: do.Send,
    mail: Mail | None,
    raw: bytes,
    entries: Sequence[JournalEntry],
    earlier: Sequence[tuple[Mail, bytes]] = (),
) -> Letter:
    """Renders *action* and puts it together; its bytes never change again. Files of *earlier* mails come before."""
    now = office.now()
    own = office.desk(desk.address)
    language = action.language or (case.language if case is not None else desk.language)
    name = office.random_name()
    token = _token(conn, office, own, case, action, name)
    private = private_address(own, token)
    context = context_of(conn, desk, case, action, entries, language, now, private, mail)
    if own.answers_as == "desk" and "agent_name" in context:
        context["agent_name"] = ""
    rendered = _for_reader(conn, office, action, office.renderer.render(action.template, language, context))
    attachments = tuple(p for m, r in (*earlier, (mail, raw)) for p in _attachments(action, m, r))
    domain = desk.address.rpartition("@")[2]
    message_id = f"<{name}@{domain}>"
    parent, ancestors = _thread(conn, case, action, mail, entries)
    person = bool(action.person)
    automatic = "" if person else _auto_submitted(action)
    outgoing = Outgoing(
        from_=Address(desk.address, _name(own, action)),
        to=action.to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message_id,
        date=now,
        in_reply_to=parent,
        references=ancestors,
        reply_to=private or _case_address(own, case, action),
        auto_submitted=automatic,
        bulk=bool(automatic) and _tempts_old_programs(action),
        unsubscribe=stop_uri(own, case, action),
        attachments=attachments,
    )
    verified = person or action.audience is not do.Audience.CUSTOMER
    return Letter(
        template=action.template,
        audience=str(action.audience),
        cause=str(action.cause),
        person=person,
        note=action.note,
        to=action.to,
        reverse_path=bounce_address(own, office.bounce_name(conn, name)) if verified else "",
        message_id=message_id,
        raw=_signed(office, compose(outgoing), domain),
        token=token,
        held=_reason_to_hold(conn, office, case, action, rendered, attachments),
    )


def _name(own: config.Desk, action: do.Send) -> str:
    """The display name of the mail, as the desk wants its agents to be called."""
    if not action.person or own.answers_as == "desk":
        return own.name
    return action.person if own.answers_as == "person" else f"{action.person} ({own.name})"


def _signed(office: Office, raw: bytes, domain: str) -> bytes:
    signer = office.settings.signer
    return signer.sign(raw, domain) if signer is not None else raw


def _for_reader(conn: Connection, office: Office, action: do.Send, rendered: Rendered) -> Rendered:
    """Staff see no colleague's private address: it would let them write in that name."""
    if action.audience not in (do.Audience.AGENT, do.Audience.MANAGER):
        return rendered
    text, html = (without_private(conn, office, part, action.to) for part in (rendered.text, rendered.html))
    return replace(rendered, text=text, html=html)


def _reason_to_hold(
    conn: Connection,
    office: Office,
    case: Case | None,
    action: do.Send,
    rendered: Rendered,
    attachments: Sequence[Part],
) -> str:
    """The one guard on all that leaves: nothing shows outsiders the private address of an agent, and the caps hold."""
    capped = cap_on(conn, case.reference if case is not None else "", action, office.now())
    if action.audience in (do.Audience.AGENT, do.Audience.MANAGER):
        return capped
    shown = (rendered.subject, rendered.text, rendered.html, *(p.name for p in attachments))
    found = shows_private(conn, office, (*shown, *(p.content for p in attachments)))
    return SHOWN if found else capped


def _auto_submitted(action: do.Send) -> str:
    # RFC 3834 section 5: answers to mail are auto-replied, the clock's mails auto-generated
    return "auto-replied" if action.cause is do.Cause.MAIL else "auto-generated"


def _tempts_old_programs(action: do.Send) -> bool:
    """Whether an automatic answer to the mail would do harm: one to staff would come in an agent's name, with the token.

    Precedence is discouraged (RFC 2076), and Auto-Submitted speaks for itself (RFC 3834 5). But vacation(1) and
    recipes with procmail's FROM_DAEMON (procmailrc(5)) know only the older field, and formail answers the Reply-To.
    Customers' mail has none: its null reverse-path silences such programs, and filters count "bulk" against us.
    """
    return action.audience in (do.Audience.AGENT, do.Audience.MANAGER)


def _token(conn: Connection, office: Office, own: config.Desk, case: Case | None, action: do.Send, name: str) -> str:
    """The token of this mail; only mail to an agent carries one: without subaddresses, its Message-ID is the token."""
    if action.audience is not do.Audience.AGENT:
        return ""
    if own.subaddress == "none":
        return name
    return office.reply_token(conn, action.to, case.reference if case is not None else "", name)


def _case_address(own: config.Desk, case: Case | None, action: do.Send) -> str:
    """The address of the desk that names the case: it says no more than the subject, for clients that lose that."""
    outside = action.audience in (do.Audience.CUSTOMER, do.Audience.PARTNER, do.Audience.WATCHER)
    return private_address(own, case.reference.lower()) if case is not None and outside else ""


def private_address(own: config.Desk, token: str) -> str:
    """The address of the desk at which the agent who has *token* answers; "" where it has no subaddresses."""
    local, _, domain = own.address.rpartition("@")
    return f"{local}{own.subaddress}{token}@{domain}" if token and own.subaddress != "none" else ""


def _thread(
    conn: Connection, case: Case | None, action: do.Send, mail: Mail | None, entries: Sequence[JournalEntry]
) -> tuple[str, tuple[str, ...]]:
    """In-Reply-To and References: the customer's thread for customers, the agent's own for agents."""
    if case is None:
        answered = mail.message_id if mail is not None else ""
        return answered, (answered,) if answered else ()
    ids: list[str] = []
    for entry in (*cases.mails(conn, case.reference), *entries):
        detail = entry.detail
        message_id = str(detail.get("message_id") or "")
        theirs = entry.kind == "send" and detail.get("to") == action.to
        written = entry.kind == "record_mail" and _wrote(detail, action)
        if message_id and not detail.get("held_back") and (theirs or written):
            ids.append(message_id)
    return (ids[-1], tuple(ids)) if ids else ("", ())


def _wrote(detail: Mapping[str, object], action: do.Send) -> bool:
    """Whether a recorded mail was written by the addressee of *action*."""
    if action.audience is do.Audience.CUSTOMER:
        return bool(detail.get("from_customer"))
    reads = action.audience in (do.Audience.PARTNER, do.Audience.WATCHER)
    return reads and identity(str(detail.get("by", ""))) == identity(action.to)


def _attachments(action: do.Send, mail: Mail | None, raw: bytes) -> tuple[Part, ...]:
    if not action.attachments or mail is None:
        return ()
    if mail.encrypted and action.audience in (do.Audience.AGENT, do.Audience.MANAGER):
        return (Part(ORIGINAL, "message/rfc822", raw),)
    wanted = tuple(a for a in mail.attachments if a.index in action.files)
    taken = wanted or attachable(mail.attachments)[0]
    contents = extract(raw, {a.index for a in taken}) if taken else {}
    return tuple(Part(a.name, a.content_type, contents.get(a.index, b"")) for a in taken)
