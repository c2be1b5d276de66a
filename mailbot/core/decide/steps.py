"""Actions gathered one by one, with the case as each leaves it; and the steps that several events share."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.agenda import is_paused
from mailbot.core.case import OPEN, Case, Stage
from mailbot.core.desk import Desk
from mailbot.core.events import MailReceived
from mailbot.core.evolve import evolve
from mailbot.core.mail import Address, Mail, attachable
from mailbot.core.people import Agent
from mailbot.core.policy import PromiseRule
from mailbot.core.promise import WAITED, Promise, State
from mailbot.core.worktime import due_at, is_open, parse_span, resumed

Facts = tuple[tuple[str, object], ...]

#: the mails that print the promises: only they can have told one
STATING = frozenset(
    {
        "acknowledgement",
        "delay",
        "escalated",
        "merged",
        "progress",
        "promise-changed",
        "reopened",
        "resumed",
        "split",
        "stage",
        "status",
    }
)


class Steps:
    """The actions of one decision. Owns nothing but a list; lives as long as one call of decide()."""

    def __init__(self, case: Case | None, desk: Desk, now: datetime) -> None:
        self.maybe = case
        self.desk = desk
        self.now = now
        self.actions: list[do.Action] = []

    @property
    def case(self) -> Case:
        assert self.maybe is not None
        return self.maybe

    def add(self, action: do.Action) -> None:
        self.maybe = evolve(self.maybe, action)
        self.actions.append(action)

    def done(self, outcome: str, rule: str) -> tuple[do.Action, ...]:
        self.add(do.Conclude(outcome, rule))
        return tuple(self.actions)

    def move(self, to: Stage, waiting_for: str = "", until: datetime | None = None) -> None:
        self.add(do.ChangeStage(to, self.now, waiting_for, until))


def promise_from(rule: PromiseRule, since: datetime, steps: Steps, *, obligation: bool = False) -> Promise:
    """The promise that *rule* makes at this moment, its clock started at *since*."""
    span = rule.within.for_(steps.case.complexity)
    return Promise(
        id=rule.id,
        number=len(steps.case.promises) + 1,
        clock=span.text,
        since=since,
        made_at=steps.now,
        due_at=due_at(since, span, steps.desk.policy.calendar),
        policy_version=steps.desk.policy.version,
        obligation=obligation,
    )


def make_promises(steps: Steps, of: str, since: datetime) -> None:
    """Every promise whose clock *of* starts now; a suggestion starts none but the acknowledgement's (D13)."""
    arrived_closed = not is_open(since, steps.desk.policy.calendar)
    category = steps.desk.policy.category(steps.case.category)
    for rule in steps.desk.policy.promises:
        if rule.of != of or (rule.only and not arrived_closed):
            continue
        if category is not None and category.suggestion and rule.id != "acknowledgement":
            continue
        if steps.case.open_promise(rule.id) is None:
            steps.add(do.MakePromise(promise_from(rule, since, steps)))


def promise_again(steps: Steps, since: datetime) -> None:
    """A reopened case owes a resolution on the same clock, and news while it lasts; a suggestion owes neither."""
    category = steps.desk.policy.category(steps.case.category)
    if category is not None and category.suggestion:
        return
    for rule in steps.desk.policy.promises:
        if steps.case.open_promise(rule.id) is not None or (rule.id == "progress" and steps.case.quiet):
            continue
        if (rule.of == "receipt" and rule.id == "resolution") or (rule.id == "progress" and rule.repeats):
            steps.add(do.MakePromise(promise_from(rule, since, steps)))


def oblige(steps: Steps, since: datetime) -> None:
    """A later mail puts the answer's clock to work again, untold: it is warned of and reported."""
    rule = steps.desk.policy.rule("answer")
    if rule is not None and steps.case.open_promise("answer") is None:
        steps.add(do.MakePromise(promise_from(rule, since, steps, obligation=True)))


def resume(steps: Steps, *, answered: bool = True) -> None:
    """What was waited for is there, or the wait is over: paused clocks go on, the customer hears the new dates (G12)."""
    paused = [p for p in steps.case.promises if p.is_open and is_paused(steps.case, steps.desk.policy.rule(p.id))]
    dates = {p.number: _running_due(steps, p) for p in paused}
    steps.move(Stage.IN_WORK)
    moved = False
    for promise in paused:
        if dates[promise.number] > promise.due_at:
            replace_promise(steps, promise, dates[promise.number], promise.clock, WAITED, automatic=False)
            moved = moved or not promise.obligation
    if moved:
        to_customer(steps, "resumed", do.Cause.CLOCK, facts=(("answered", answered),))


def _running_due(steps: Steps, promise: Promise) -> datetime:
    """When *promise* is due if its clock, which may stand still, goes on now."""
    since = steps.case.waiting_since
    if since is None or not is_paused(steps.case, steps.desk.policy.rule(promise.id)):
        return promise.due_at
    return resumed(promise.due_at, parse_span(promise.clock), since, steps.now, steps.desk.policy.calendar)


def keep(steps: Steps, *ids: str, automatic: bool = False) -> None:
    """The open promises of these ids are kept now, in time or late; *automatic*: by a mail that no person wrote."""
    for promise in steps.case.promises:
        if promise.is_open and promise.id in ids:
            state = State.KEPT if steps.now <= _running_due(steps, promise) else State.LATE
            steps.add(do.EndPromise(promise.number, state, steps.now, automatic=automatic))


def end_all(steps: Steps, reason: str) -> None:
    """What is still open ends: missed where its due moment has passed, void otherwise."""
    for promise in steps.case.promises:
        if promise.is_open:
            state = State.VOID if steps.now <= _running_due(steps, promise) else State.MISSED
            steps.add(do.EndPromise(promise.number, state, steps.now, reason))


def replace_promise(steps: Steps, old: Promise, due: datetime, clock: str, reason: str, *, automatic: bool) -> None:
    """A new date for what was promised; the mail that tells it is the caller's to send (G12)."""
    new = Promise(
        id=old.id,
        number=len(steps.case.promises) + 1,
        clock=clock,
        since=old.since,
        made_at=steps.now,
        due_at=due,
        policy_version=steps.desk.policy.version,
        obligation=old.obligation,
        automatic=automatic,
    )
    steps.add(do.ReplacePromise(old.number, new, reason))


def renew_progress(steps: Steps, *, automatic: bool = False) -> None:
    """The progress clock starts again with every update (A7, B4, E7)."""
    keep(steps, "progress", automatic=automatic)
    rule = steps.desk.policy.rule("progress")
    if rule is not None and rule.repeats and steps.case.is_open and not steps.case.quiet:
        steps.add(do.MakePromise(promise_from(rule, steps.now, steps)))


def tells(steps: Steps, template: str) -> tuple[str, ...]:
    """The promises that the mail *template* states: those still ahead, without those whose clock stands still."""
    if template not in STATING:
        return ()
    ahead = (p for p in steps.case.promises if p.is_open and not p.obligation and p.due_at > steps.now)
    return tuple(
        p.id
        for p in ahead
        if p.id != "acknowledgement"
        and (template == "promise-changed" or not is_paused(steps.case, steps.desk.policy.rule(p.id)))
    )


def to_customer(
    steps: Steps,
    template: str,
    cause: do.Cause,
    *,
    person: str = "",
    facts: tuple[tuple[str, object], ...] = (),
    attachments: bool = False,
) -> None:
    """A mail to the customer; where theirs come back, only a *person* goes on writing, for the agent was told."""
    if not Address(steps.case.customer).is_writable or (steps.case.undeliverable and not person):
        return
    steps.add(
        do.Send(
            template,
            steps.case.customer,
            do.Audience.CUSTOMER,
            cause,
            person=person,
            tells=tells(steps, template),
            facts=facts,
            attachments=attachments,
        )
    )


def to_agent(
    steps: Steps,
    agent: Agent,
    template: str,
    cause: do.Cause,
    *,
    facts: tuple[tuple[str, object], ...] = (),
    attachments: bool = False,
    note: bool = False,
) -> None:
    language = language_of(steps, agent)
    steps.add(
        do.Send(
            template, agent.address, do.Audience.AGENT, cause, language, facts=facts, attachments=attachments, note=note
        )
    )


def language_of(steps: Steps, agent: Agent) -> str:
    """The language of the mails to *agent*."""
    return agent.language(steps.desk.language)


def to_manager(steps: Steps, template: str, cause: do.Cause, *, facts: Facts = ()) -> None:
    """The manager hears of it, and may answer where the roster knows them as a person."""
    person = steps.desk.roster.find(steps.desk.roster.manager)
    if person is not None:
        to_agent(steps, person, template, cause, facts=facts)
    elif steps.desk.roster.manager:
        steps.add(
            do.Send(template, steps.desk.roster.manager, do.Audience.MANAGER, cause, steps.desk.language, facts=facts)
        )


def record_own(steps: Steps, event: MailReceived, agent: Agent, *, note: bool = False, held: bool = False) -> None:
    """The mail that *agent* wrote joins the case."""
    steps.add(
        do.RecordMail(
            by=agent.address,
            at=event.received_at,
            message_id=event.mail.message_id,
            inbox_id=event.inbox_id,
            from_customer=False,
            from_agent=True,
            note=note,
            held=held,
        )
    )


def files_of(mail: Mail | None) -> Facts:
    """What a notification of *mail* has no room for; an encrypted mail is handed over whole, as it came."""
    if mail is None or mail.encrypted:
        return (("left_out", ()), ("encrypted", mail is not None))
    return (("left_out", tuple(a.name for a in attachable(mail.attachments)[1])), ("encrypted", False))


def team_of(steps: Steps) -> tuple[Agent, ...]:
    """The present members of the case's team."""
    roster = steps.desk.roster
    return tuple(a for a in roster.members(steps.case.team or steps.desk.team) if roster.available(a, steps.now))


def hand_out(steps: Steps) -> Agent | None:
    """Assigns the case to the member of its team on duty with the least open work (E4).

    None leaves it where it is: nobody is free, or others wait already, and it does not jump their line (C4).
    """
    if steps.case.open_review is not None:
        agent = find_reviewer(steps)
    else:
        agent = steps.desk.roster.next_assignee(steps.case.team or steps.desk.team, steps.now)
        if steps.desk.unassigned > 0:
            agent = None
    if agent is not None and steps.case.stage in OPEN:
        steps.add(do.Assign(agent.address, "mailbot"))
        if steps.case.stage is Stage.REGISTERED:
            steps.move(Stage.ASSIGNED)
    return agent


def find_reviewer(steps: Steps) -> Agent | None:
    """Somebody who took no part; with nobody independent the manager, who decides or hands the review on (A11)."""
    rule, roster, involved = steps.desk.policy.escalation, steps.desk.roster, steps.case.involved
    senior = rule is not None and rule.reviewer == "senior"
    manager = roster.find(roster.manager)
    independent = manager is not None and not involved & set(manager.addresses)
    return roster.next_reviewer(involved, steps.now, senior=senior) or (manager if independent else None)


def assignee(steps: Steps) -> Agent | None:
    """The active agent who has the case."""
    return steps.desk.roster.find(steps.case.assignee) if steps.case.assignee else None
