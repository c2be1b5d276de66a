"""From a Send to final bytes: who it is from, what it states, which thread it joins (G4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.case import Case, Stage
from mailbot.core.desk import Desk
from mailbot.core.events import MailReceived
from mailbot.core.mail import Address
from mailbot.pipeline.bounce_address import bounce_address
from mailbot.pipeline.office import Office
from mailbot.store import cases
from mailbot.store.cases import JournalEntry
from mailbot.wire.compose import Outgoing, Part, compose
from mailbot.wire.parts import extract
from mailbot.wire.words import exact_duration

ATTACHED_AT_MOST = 10 * 1024 * 1024
BUTTONS = ("take", "note", "wait", "resolve", "help")  #: commands that a notification offers as mailto: links
_STEP = {Stage.RESOLVED: 3, Stage.CLOSED: 4, Stage.REGISTERED: 1, Stage.ASSIGNED: 1}


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


def write_letter(
    conn: Connection,
    office: Office,
    desk: Desk,
    case: Case | None,
    action: do.Send,
    event: MailReceived | None,
    raw: bytes,
    entries: Sequence[JournalEntry],
) -> Letter:
    """Renders *action* and puts it together; its bytes never change again."""
    now = office.now()
    own = office.desk(desk.address)
    language = action.language or (case.language if case is not None else desk.language)
    reply_to = _reply_to(conn, office, desk, case, action, now)
    context = _context(desk, case, action, language, now, reply_to)
    rendered = office.renderer.render(action.template, language, context)
    domain = desk.address.rpartition("@")[2]
    name = office.random_name()
    message_id = f"<{name}@{domain}>"
    parent, ancestors = _thread(conn, case, action, event, entries)
    person = bool(action.person)
    outgoing = Outgoing(
        from_=Address(desk.address, f"{action.person} ({desk.name})" if person else desk.name),
        to=action.to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message_id,
        date=now,
        in_reply_to=parent,
        references=ancestors,
        reply_to=reply_to,
        auto_submitted="" if person else _auto_submitted(action),
        attachments=_attachments(action, event, raw),
    )
    verified = person or action.audience is not do.Audience.CUSTOMER
    return Letter(
        template=action.template,
        audience=str(action.audience),
        cause=str(action.cause),
        person=person,
        note=action.note,
        to=action.to,
        reverse_path=bounce_address(own, name) if verified else "",
        message_id=message_id,
        raw=compose(outgoing),
    )


def _auto_submitted(action: do.Send) -> str:
    # RFC 3834 section 5: answers to mail are auto-replied, the clock's mails auto-generated
    return "auto-replied" if action.cause is do.Cause.MAIL else "auto-generated"


def _reply_to(conn: Connection, office: Office, desk: Desk, case: Case | None, action: do.Send, now: datetime) -> str:
    """The desk's address with the agent's token; only mail to an agent carries one."""
    own = office.desk(desk.address)
    if action.audience is not do.Audience.AGENT or own.subaddress == "none":
        return ""
    local, _, domain = desk.address.rpartition("@")
    token = office.reply_token(conn, action.to, case.reference if case is not None else "", now)
    return f"{local}{own.subaddress}{token}@{domain}"


def _thread(
    conn: Connection, case: Case | None, action: do.Send, event: MailReceived | None, entries: Sequence[JournalEntry]
) -> tuple[str, tuple[str, ...]]:
    """In-Reply-To and References: the customer's thread for customers, the agent's own for agents."""
    if case is None:
        answered = event.mail.message_id if event is not None else ""
        return answered, (answered,) if answered else ()
    ids: list[str] = []
    for entry in (*cases.journal(conn, case.reference), *entries):
        detail = entry.detail
        message_id = str(detail.get("message_id") or "")
        theirs = entry.kind == "send" and detail.get("to") == action.to
        written = entry.kind == "record_mail" and detail.get("from_customer")
        if message_id and (theirs or (written and action.audience is do.Audience.CUSTOMER)):
            ids.append(message_id)
    return (ids[-1], tuple(ids)) if ids else ("", ())


def _attachments(action: do.Send, event: MailReceived | None, raw: bytes) -> tuple[Part, ...]:
    if not action.attachments or event is None:
        return ()
    parts: list[Part] = []
    total = 0
    for attachment in event.mail.attachments:
        total += attachment.size_bytes
        if total > ATTACHED_AT_MOST:
            break
        parts.append(Part(attachment.name, attachment.content_type, extract(raw, attachment.index)))
    return tuple(parts)


def _context(
    desk: Desk,
    case: Case | None,
    action: do.Send,
    language: str,
    now: datetime,
    reply_to: str,
) -> dict[str, object]:
    policy = desk.policy
    context: dict[str, object] = {
        "reference": case.reference if case is not None else "",
        "subject": case.subject if case is not None else "",
        "desk_name": desk.name,
        "footer": policy.footer.get(language, "") if action.audience is do.Audience.CUSTOMER else "",  # type: ignore[call-overload]
        "customer_name": "",
        "zone": policy.calendar.zone,
        "promises": _promises(case, action),
        "now": now,
        "stage": str(case.stage) if case is not None else "",
        "verified": False,
        "language": language,
    }
    if case is not None and action.audience is do.Audience.CUSTOMER:
        context["stage_step"] = _STEP.get(case.stage, 2)
    if case is not None:
        context |= {"category": case.category, "complexity": case.complexity, "who": case.customer}
    context |= dict(action.facts)
    return _finished(context, desk, case, action, language, now, reply_to)


def _promises(case: Case | None, action: do.Send) -> dict[str, dict[str, object]]:
    """What this mail may state: open promises that decide() named, nothing else."""
    if case is None:
        return {}
    return {p.id: {"due_at": p.due_at, "clock": p.clock} for p in case.promises if p.is_open and p.id in action.tells}


def _finished(
    context: dict[str, object],
    desk: Desk,
    case: Case | None,
    action: do.Send,
    language: str,
    now: datetime,
    reply_to: str,
) -> dict[str, object]:
    """Replaces ids by words: labels, the next promise, the links that fill in a command."""
    asks = context.get("asks")
    if isinstance(asks, tuple):
        labels = {label.id: getattr(label, language, label.en) for label in desk.policy.labels}
        context["asks"] = [labels[i] for a in asks if (i := str(a).rstrip("?")) in labels]
    if action.template in ("notice", "review-request"):
        number = context.pop("next_promise", 0)
        context["next_promise"] = _next_promise(case, number, now, language)
        context["commands"] = _links(case, reply_to)
    return context


def _next_promise(case: Case | None, number: object, now: datetime, language: str) -> dict[str, object] | None:
    promise = next((p for p in case.promises if p.number == number), None) if case is not None else None
    if promise is None:
        return None
    left = promise.due_at - now
    words = exact_duration(left, language) if left > timedelta(0) else ""
    return {"id": promise.id, "due_at": promise.due_at, "left": words}


def _links(case: Case | None, reply_to: str) -> list[dict[str, str]]:
    if case is None or not reply_to:
        return []
    subject = quote(f"Re: [{case.reference}] {case.subject}"[:150])
    return [
        {"name": name, "mailto": f"mailto:{quote(reply_to, safe='@+')}?subject={subject}&body=/{name}%0A%0A"}
        for name in BUTTONS
    ]
