"""A moment passed: a warning, a promise that fell due, a wait that ended, silence that closes."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Case, Stage
from mailbot.core.decide.acknowledge import acknowledge
from mailbot.core.decide.steps import (
    Steps,
    assignee,
    end_all,
    hand_out,
    renew_progress,
    replace_promise,
    resume,
    team_of,
    to_agent,
    to_customer,
    to_manager,
)
from mailbot.core.desk import Desk
from mailbot.core.events import MomentPassed
from mailbot.core.policy import PromiseRule
from mailbot.core.promise import Promise, State
from mailbot.core.worktime import due_at


def decide_moment(case: Case, event: MomentPassed, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """Marks the moment as fired, and does what it asks for if it still applies."""
    steps = Steps(case, desk, now)
    steps.add(do.MarkFired(event.key))
    kind, _, rest = event.key.partition(":")
    match kind:
        case "due" | "warn" | "tell" | "update" | "patience":
            _promise_moment(steps, kind, rest)
        case "away":
            _hand_on(steps)
        case "ack" if case.awaits_acknowledgement:
            acknowledge(steps, case.opened_at, first_time=event.first_time, capped=event.capped, twins=event.waiting)
        case "wake" if case.stage is Stage.WAITING:
            resume(steps, answered=False)
            _remind_agent(steps)
        case "remind" if case.stage is Stage.WAITING:
            to_customer(steps, "reminder", do.Cause.CLOCK)
        case "close" if case.stage is Stage.RESOLVED:
            end_all(steps, "closed")
            steps.move(Stage.CLOSED)
    return tuple(steps.actions)


def _hand_on(steps: Steps) -> None:
    """Its agent is absent and a promise would break: somebody else takes the case, or it stands in line (decision 6)."""
    absent = assignee(steps)
    if absent is None or steps.desk.roster.available(absent, steps.now) or not steps.case.is_open:
        return
    successor = hand_out(steps)
    if successor is not None:
        to_agent(steps, successor, "assigned", do.Cause.CLOCK, facts=(("by", absent.name),))
    elif not _under_review(steps) and steps.desk.roster.reachable(steps.case.team or steps.desk.team, steps.now):
        steps.add(do.Assign("", "mailbot"))


def _under_review(steps: Steps) -> bool:
    return steps.case.open_review is not None


def _promise_moment(steps: Steps, kind: str, rest: str) -> None:
    number, _, index = rest.partition(":")
    promise = next((p for p in steps.case.promises if p.number == int(number)), None)
    if promise is None or not promise.is_open:
        return
    rule = steps.desk.policy.rule(promise.id)
    if kind in ("warn", "tell") and steps.now > promise.due_at:
        return  # the clock was not ours meanwhile: what fell due says it honestly
    if kind == "due":
        _fell_due(steps, promise)
    elif kind == "warn" and int(index) < len(steps.desk.policy.ladder(promise.id)):
        _warn(steps, promise, steps.desk.policy.ladder(promise.id)[int(index)].who)
    elif rule is not None and kind == "tell":
        _promise_anew(steps, promise, rule)
    elif rule is not None and kind == "update":
        _no_news_yet(steps, rule)
    elif rule is not None and kind == "patience":
        _ask_patience(steps, promise)


def _warn(steps: Steps, promise: Promise, who: str, template: str = "warning") -> None:
    """One rung of the ladder; a rung without anybody present passes to the next."""
    rule = steps.desk.policy.rule(promise.id)
    asks = {"explain and promise anew": "reason", "send no news yet": "news"}.get(rule.missed, "") if rule else ""
    asks = "reason" if promise.id == "review" else asks
    facts = (("promise_id", promise.id), ("due_at", promise.due_at), ("asks_for", asks))
    if who == "assignee":
        agent = assignee(steps) or hand_out(steps)
        if agent is not None and steps.desk.roster.available(agent, steps.now):
            to_agent(steps, agent, template, do.Cause.CLOCK, facts=(*facts, ("rung", "assignee")))
            return
        who = "team"
    if who == "team":
        members = team_of(steps)
        for agent in members:
            to_agent(steps, agent, template, do.Cause.CLOCK, facts=(*facts, ("rung", "team")))
        if members:
            return
    to_manager(steps, template, do.Cause.CLOCK, facts=(*facts, ("rung", "manager")))


def _fell_due(steps: Steps, promise: Promise) -> None:
    """Broken: it stays open until it is kept late or its case ends; the customer and the manager hear of it."""
    facts = (("promise_id", promise.id), ("due_at", promise.due_at), ("rung", "manager"))
    to_manager(steps, "missed", do.Cause.CLOCK, facts=facts)
    agent = assignee(steps)
    if agent is not None:
        to_agent(steps, agent, "missed", do.Cause.CLOCK, facts=(*facts[:2], ("rung", "assignee")))
    if promise.obligation or promise.id in ("acknowledgement", "progress"):
        return  # never told; or the mail that is owed is itself the news
    rule = steps.desk.policy.rule(promise.id)
    if rule is not None and rule.missed == "explain and promise anew" and rule.extend_by is not None:
        _miss_and_promise_anew(steps, promise, rule)
    if rule is None or rule.missed != "ask for patience":  # else a moment of its own does, once a period
        to_customer(steps, "delay", do.Cause.CLOCK, facts=(("missed", promise.id), ("reason", "")))


def _miss_and_promise_anew(steps: Steps, promise: Promise, rule: PromiseRule) -> None:
    """Nobody could tell in time: the promise is missed, and the word that says so brings a new date (B8)."""
    if rule.extend_by is None or _extensions(steps, promise) >= rule.extend_at_most:
        return
    steps.add(do.EndPromise(promise.number, State.MISSED, steps.now, "the new date came too late"))
    due = due_at(steps.now, rule.extend_by, steps.desk.policy.calendar)
    new = Promise(
        id=promise.id,
        number=len(steps.case.promises) + 1,
        clock=rule.extend_by.text,
        since=promise.since,
        made_at=steps.now,
        due_at=due,
        policy_version=steps.desk.policy.version,
        automatic=True,
    )
    steps.add(do.MakePromise(new))


def _extensions(steps: Steps, promise: Promise) -> int:
    """How often this was promised anew without a person's word."""
    mine = (p for p in steps.case.promises if p.id == promise.id and p.since == promise.since)
    return sum(1 for p in mine if p.automatic)


def _ask_patience(steps: Steps, promise: Promise) -> None:
    """Nobody answered in the expected time: the customer is asked for patience, once a period (C5).

    Who said stop still hears once that the promise is broken.
    """
    steps.add(do.AskPatience())
    if not steps.case.quiet or steps.case.patience == 1:
        to_customer(steps, "delay", do.Cause.CLOCK, facts=(("missed", promise.id), ("reason", "")))


def _promise_anew(steps: Steps, promise: Promise, rule: PromiseRule) -> None:
    """Nobody gave a reason in time: an honest word and a new date, before the old one passes (B8, D26, E6)."""
    if rule.extend_by is None or _extensions(steps, promise) >= rule.extend_at_most or steps.case.undeliverable:
        return  # a date that nobody can be told of does not change (G12)
    due = due_at(max(promise.due_at, steps.now), rule.extend_by, steps.desk.policy.calendar)
    replace_promise(steps, promise, due, rule.extend_by.text, "takes longer", automatic=True)
    facts = (("promise_id", promise.id), ("old_due", promise.due_at), ("reason", ""), ("why", "longer"))
    to_customer(steps, "promise-changed", do.Cause.CLOCK, facts=facts)
    to_manager(
        steps,
        "missed",
        do.Cause.CLOCK,
        facts=(("promise_id", promise.id), ("due_at", promise.due_at), ("rung", "manager")),
    )


def _no_news_yet(steps: Steps, rule: PromiseRule) -> None:
    """The honest "no news yet"; never more of them in a row than the policy allows (A7, B4, E7)."""
    if steps.case.updates_in_row >= rule.automatic_at_most or steps.case.quiet or steps.case.undeliverable:
        return
    renew_progress(steps, automatic=True)
    to_customer(steps, "progress", do.Cause.CLOCK, facts=(("note", ""),))


def _remind_agent(steps: Steps) -> None:
    agent = assignee(steps) or hand_out(steps)
    if agent is not None:
        to_agent(steps, agent, "assigned", do.Cause.CLOCK, facts=(("by", ""),))


__all__ = ["decide_moment"]
