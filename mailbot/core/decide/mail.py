"""A mail arrived: what does it mean for the case that it belongs to, or for the one that it opens?"""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Case, Stage
from mailbot.core.decide.acknowledge import acknowledge
from mailbot.core.decide.agent import decide_agent
from mailbot.core.decide.escalation import escalate
from mailbot.core.decide.steps import (
    Facts,
    Steps,
    assignee,
    files_of,
    hand_out,
    make_promises,
    oblige,
    promise_again,
    resume,
    team_of,
    to_agent,
    to_customer,
    to_manager,
)
from mailbot.core.decide.words import Wish, asks_status, asks_stop, reasoned, wish
from mailbot.core.desk import Desk
from mailbot.core.details import categorise, read_details, seems_outside
from mailbot.core.events import Author, MailReceived
from mailbot.core.mail import Address, ascii_domain
from mailbot.core.people import Agent
from mailbot.core.promise import State
from mailbot.core.reference import base_subject
from mailbot.core.worktime import due_at

CLICK_CHARACTERS = 100  #: of what a mail program writes into the mail of a click on "unsubscribe", at most
UNWRITABLE = "mail to such an address cannot be written from here (SMTPUTF8, quoted or too long)"


def decide_mail(case: Case | None, event: MailReceived, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """Exactly one Conclude ends the actions of a mail (G10)."""
    steps = Steps(case, desk, now)
    if event.author is Author.AGENT:
        return decide_agent(steps, event)
    if event.verdict.kind != "human":
        return steps.done("suppressed", event.verdict.rule)
    if _refused_by_border(event, desk):
        steps.maybe = None  # whoever wrote this is not known to be of any case
        return _open(steps, event, unverified=True)
    if case is not None and event.author is Author.CUSTOMER and _asks_status(case, event, desk):
        _reach_again(steps)
        if event.verdict.answerable:
            to_customer(steps, "status", do.Cause.MAIL)
        return steps.done("applied", "status-request")
    if case is None or not _may_join(case, event, desk, now):
        return _open(steps, event)
    if event.author is Author.CUSTOMER:
        return _customer_wrote(steps, event)
    return _other_wrote(steps, event)


def _refused_by_border(event: MailReceived, desk: Desk) -> bool:
    """Whether our border's own result speaks against From: it failed, or it is about another domain than we read."""
    result, from_ = event.mail.authentication, event.mail.from_
    if not desk.authenticated or result is None or from_ is None:
        return False
    other = bool(result.header_from) and ascii_domain(result.header_from) != from_.domain
    return result.dmarc in ("fail", "permerror") or other


def _asks_status(case: Case, event: MailReceived, desk: Desk) -> bool:
    """Whether the customer asks how *case* stands, and no more (E8); however long ago it was closed."""
    if not desk.policy.status_on_request or case.stage in (Stage.MERGED, Stage.SPAM):
        return False
    mail = event.mail
    return asks_status("" if mail.attachments else mail.subject, mail.new_text)


def _reach_again(steps: Steps) -> None:
    """Whoever writes has a mailbox: one bounce does not end all mail that tells of progress."""
    if steps.case.undeliverable and Address(steps.case.customer).is_writable:
        steps.add(do.MarkReachable())


def _may_join(case: Case, event: MailReceived, desk: Desk, now: datetime) -> bool:
    """Whether a mail of a member joins *case*; long after closing it opens a new, linked one."""
    if event.author is Author.STRANGER or case.stage in (Stage.MERGED, Stage.SPAM):
        return False
    if case.stage is not Stage.CLOSED or case.closed_at is None:
        return True
    return now <= due_at(case.closed_at, desk.policy.reopen_for, desk.policy.calendar)


def _open(steps: Steps, event: MailReceived, *, unverified: bool = False) -> tuple[do.Action, ...]:
    """A case of its own. *unverified*: the border says that the From is forged; nothing is sent to it, an agent decides."""
    mail = event.mail
    if mail.from_ is None:
        return steps.done("held", "no-sender")
    linked = (steps.case.reference,) if steps.maybe is not None and event.author is not Author.STRANGER else ()
    linked = (*linked, *((event.names,) if event.names else ()), *event.twins)
    steps.maybe = None
    policy = steps.desk.policy
    category = categorise(policy, event.addresses, event.fields, f"{mail.subject}\n{mail.new_text}")
    steps.add(
        do.OpenCase(
            reference=event.new_reference,
            desk=steps.desk.address,
            customer=mail.from_.addr_spec,
            customer_name=mail.from_.display_name,
            subject=base_subject(mail.subject),
            language=steps.desk.language_for(event.language, event.last_language),
            opened_at=event.received_at,
            category=category,
            team=steps.desk.team_for(category),
            linked=linked,
        )
    )
    _record(steps, event)
    _read_details(steps, event)
    make_promises(steps, "receipt", event.received_at)
    agent = hand_out(steps)
    writable = mail.from_.is_writable
    if not writable:
        steps.add(do.MarkUndeliverable(mail.from_.addr_spec, UNWRITABLE))
    if event.copied:
        _acknowledged_already(steps)
    elif event.verdict.answerable and writable and not unverified:
        acknowledge(
            steps,
            event.received_at,
            first_time=event.earlier == 0,
            capped=event.capped,
            twins=event.waiting,
            awaited=event.awaited,
        )
    _notify(steps, event, agent, "new", unverified=unverified)
    return steps.done("held", "dmarc-fail") if unverified else steps.done("applied", "opens-case")


def _acknowledged_already(steps: Steps) -> None:
    """A colleague of the customer answers a mail that was acknowledged: no second one, and none is owed."""
    promise = steps.case.open_promise("acknowledgement")
    if promise is not None:
        steps.add(do.EndPromise(promise.number, State.VOID, steps.now, "the mail that it answers was acknowledged"))


def _read_details(steps: Steps, event: MailReceived) -> None:
    given = read_details(steps.desk.policy, event.mail, event.fields)
    new = tuple(pair for pair in given if pair not in steps.case.fields)
    if new:
        steps.add(do.ReadDetails(new))


def _record(steps: Steps, event: MailReceived, *, settled: bool = False) -> None:
    by = "customer" if event.author in (Author.CUSTOMER, Author.STRANGER) else _identity(event)
    steps.add(
        do.RecordMail(
            by=by,
            at=event.received_at,
            message_id=event.mail.message_id,
            inbox_id=event.inbox_id,
            from_customer=by == "customer",
            settled=settled,
            left_out=bool(dict(files_of(event.mail))["left_out"]),
        )
    )


def _identity(event: MailReceived) -> str:
    return event.mail.from_.identity if event.mail.from_ else ""


def _notify(steps: Steps, event: MailReceived, agent: Agent | None, what: str, *, unverified: bool = False) -> None:
    facts = (
        ("what", what),
        ("body", f"{event.comment}\n\n* * *\n\n{event.mail.new_text}" if event.comment else event.mail.new_text),
        ("history", _history(event, what)),
        ("names", event.names),
        ("spoken", event.language),
        ("unverified", unverified),
        ("unwritable", not Address(steps.case.customer).is_writable),
        *files_of(event.mail),
        ("outside", seems_outside(steps.desk.policy, event.mail.new_text)),
    )
    if agent is not None:
        to_agent(steps, agent, "notice", do.Cause.STAFF, facts=facts, attachments=True)
    elif steps.desk.roster.agents and not steps.desk.roster.reachable(steps.case.team or steps.desk.team, steps.now):
        to_manager(steps, "unassigned", do.Cause.STAFF, facts=facts)


def _history(event: MailReceived, what: str) -> int:
    """How many cases this customer had before this one; of those that the event counts, an old one is itself one."""
    return event.earlier if what == "new" else max(0, event.earlier - 1)


def _customer_wrote(steps: Steps, event: MailReceived) -> tuple[do.Action, ...]:
    _reach_again(steps)
    case, feedback = steps.case, steps.desk.policy.feedback
    reasons = feedback.reasons.values() if feedback is not None else ()
    listed = tuple(reason for group in reasons for reason in group)
    asked = reasoned(event.mail.new_text, listed, again=case.rating is not None) or wish(event.mail.new_text)
    subject = "" if event.mail.attachments else event.mail.subject
    if (event.to_stop and len(event.mail.new_text) <= CLICK_CHARACTERS) or asks_stop(subject, event.mail.new_text):
        steps.add(do.SetQuiet("the customer said stop"))
        for promise in case.promises:
            if promise.is_open and promise.id == "progress":
                steps.add(do.EndPromise(promise.number, State.VOID, steps.now, "the customer said stop"))
        return steps.done("applied", "stop")
    resolved = case.stage in (Stage.RESOLVED, Stage.CLOSED)
    if asked.kind == "rating" and steps.desk.policy.feedback is not None and resolved:
        return _rated(steps, event, asked)
    thanks = asked.kind == "thanks" or (asked.kind == "content" and resolved)
    _record(steps, event, settled=thanks)
    _read_details(steps, event)
    if asked.kind == "escalate" and steps.desk.policy.escalation is not None:
        if case.open_promise("review") is not None:
            return _back_to_work(steps, event, "escalated-already")
        return escalate(steps, event, asked)
    if thanks:
        return steps.done("applied", "only-thanks")
    return _back_to_work(steps, event, "customer-wrote")


def _back_to_work(steps: Steps, event: MailReceived, rule: str) -> tuple[do.Action, ...]:
    reopened = steps.case.stage in (Stage.RESOLVED, Stage.CLOSED)
    if reopened:
        steps.move(Stage.IN_WORK)
        promise_again(steps, event.received_at)
    elif steps.case.stage is Stage.WAITING:
        resume(steps)
    oblige(steps, event.received_at)
    agent = assignee(steps) or hand_out(steps)
    if reopened and event.verdict.answerable:
        to_customer(steps, "reopened", do.Cause.MAIL, facts=(("wrote", True),))
    _notify(steps, event, agent, "reopened" if reopened else "reply")
    return steps.done("applied", "reopens-case" if reopened else rule)


def _rated(steps: Steps, event: MailReceived, asked: Wish) -> tuple[do.Action, ...]:
    _record(steps, event, settled=not asked.words)
    first = steps.case.rating is None
    steps.add(do.Rate(asked.rating, asked.words))
    if asked.rating <= 2 and asked.words:  # one answer: that the case is taken up again
        to_manager(steps, "bad-rating", do.Cause.STAFF, facts=(("rating", asked.rating), ("body", asked.words)))
        return _back_to_work(steps, event, "rating")
    why = asked.rating <= 2 and first
    facts = (("rating", asked.rating), ("words", asked.words), ("reasons", _rating_reasons(steps) if why else ()))
    to_customer(steps, "rating-thanks", do.Cause.MAIL, facts=facts)
    if asked.words:
        _notify(steps, event, assignee(steps), "reply")
    return steps.done("applied", "rating")


def _rating_reasons(steps: Steps) -> tuple[str, ...]:
    """What to choose from after a bad rating without a word (B15)."""
    feedback = steps.desk.policy.feedback
    listed = {str(language): reasons for language, reasons in feedback.reasons.items()} if feedback else {}
    return listed.get(steps.case.language, ())


def _other_wrote(steps: Steps, event: MailReceived) -> tuple[do.Action, ...]:
    """A watcher or a partner: their text reaches the agent, never the customer."""
    _record(steps, event)
    if steps.case.stage is Stage.WAITING and steps.case.waiting_for == "partner":
        resume(steps)
    _notify_inside(steps, event)
    return steps.done("applied", f"{event.author}-wrote")


def _notify_inside(steps: Steps, event: MailReceived) -> None:
    """To the assignee, or to who is free now; else to the manager, or to the present team where there is none."""
    known, manager = assignee(steps), steps.desk.roster.manager
    agent = known or hand_out(steps)
    body = event.mail.new_text
    facts: Facts = (("what", "reply"), ("body", body), ("history", 0), ("who", _identity(event)), *files_of(event.mail))
    if agent is None and manager:
        to_manager(steps, "unassigned", do.Cause.STAFF, facts=facts)
        return
    facts = (*facts, ("so_far", known is None))
    for one in team_of(steps) if agent is None else (agent,):
        to_agent(steps, one, "notice", do.Cause.STAFF, facts=facts, attachments=True, note=True)


__all__ = ["decide_mail"]
