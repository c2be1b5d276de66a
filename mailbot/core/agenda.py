"""Which moments a case waits for: computed afresh from the case after every decision.

The store keeps them as indexed rows; a key that has fired never fires again (G7). Keys:
`due:N` promise N falls due; `warn:N:I` rung I of its ladder; `tell:N` the last moment to promise anew;
`away:N:…` promise N would be broken before its agent is back; `update:N` an honest "no news yet" goes out;
`patience:N:K` the K-th note that asks for patience; `hand:T` somebody comes on duty; `ack:N` an acknowledgement that
waits is tried again; `wake:T` a wait ends; `remind:T` the customer is asked again; `close:T` silence
closes a resolved case.
"""

from datetime import datetime

from mailbot.core.case import STAFF_TURN, Case, Stage
from mailbot.core.desk import Desk
from mailbot.core.policy import Policy, PromiseRule, WarnRung
from mailbot.core.promise import Promise
from mailbot.core.worktime import Calendar, before, due_at, is_open, next_opening, parse_span

_ONE_WORKING_HOUR, _ONE_WORKING_DAY = parse_span("1 working hour"), parse_span("1 working day")


def agenda(case: Case, desk: Desk, now: datetime) -> dict[str, datetime]:
    """The moments that *case* waits for at *now*, by key, without those that have fired."""
    wanted: dict[str, datetime] = {}
    for promise in case.promises:
        rule = desk.policy.rule(promise.id)
        if promise.is_open and not promise.is_estimate and not is_paused(case, rule):
            wanted.update(_of_promise(promise, rule, case, desk, now))
    wanted.update(_of_stage(case, desk, now))
    return {key: at for key, at in wanted.items() if key not in case.fired}


def is_warning(key: str) -> bool:
    """Whether the moment *key* is a rung of a ladder."""
    return key.startswith("warn:")


def next_due(case: Case, policy: Policy) -> Promise | None:
    """What is due first of all that is owed, told or not; without estimates, and clocks that stand still."""
    owed = (p for p in case.promises if p.is_open and not p.is_estimate)
    running = (p for p in owed if not is_paused(case, policy.rule(p.id)))
    return min(running, key=lambda p: p.due_at, default=None)


def is_paused(case: Case, rule: PromiseRule | None) -> bool:
    """Whether the clock of *rule* stands still: the policy says so, and the customer is asked."""
    return (
        rule is not None
        and rule.pauses == "waiting for customer"
        and case.stage is Stage.WAITING
        and case.waiting_for == "customer"
    )


def _of_promise(
    promise: Promise, rule: PromiseRule | None, case: Case, desk: Desk, now: datetime
) -> dict[str, datetime]:
    calendar = desk.policy.calendar
    moments = {f"due:{promise.number}": promise.due_at, **_warnings(promise, case, desk)}
    moments.update(_handed_on(promise, rule, case, desk, now))
    if rule is not None and not promise.obligation:
        moments.update(_automatic(promise, rule, case, calendar))
    return moments


def _warnings(promise: Promise, case: Case, desk: Desk) -> dict[str, datetime]:
    """Each rung's moment; where the team is warned at the same moment, its member is not warned twice."""
    ladder = desk.policy.ladder(promise.id)
    at = [
        _on_duty(before(promise.due_at, rung.before, desk.policy.calendar), rung, promise, case, desk)
        for rung in ladder
    ]
    team = {moment for moment, rung in zip(at, ladder, strict=True) if rung.who == "team"}
    return {
        f"warn:{promise.number}:{index}": moment
        for index, (moment, rung) in enumerate(zip(at, ladder, strict=True))
        if rung.who != "assignee" or moment not in team
    }


def _on_duty(at: datetime, rung: WarnRung, promise: Promise, case: Case, desk: Desk) -> datetime:
    """*at*, or an hour of duty before the recipient's last closing before it.

    Where that is before the promise was made, the next duty after it, if that is still in time; else at once.
    """
    agent = desk.roster.find(case.assignee) if rung.who == "assignee" and case.assignee else None
    calendar = agent.calendar if agent is not None and agent.calendar is not None else desk.policy.calendar
    moved = at if is_open(at, calendar) else before(at, _ONE_WORKING_HOUR, calendar)
    if moved >= promise.made_at:
        return moved
    opening = next_opening(promise.made_at, calendar)
    return opening if opening < promise.due_at else promise.made_at


def _handed_on(
    promise: Promise, rule: PromiseRule | None, case: Case, desk: Desk, now: datetime
) -> dict[str, datetime]:
    """A working day before *promise* falls due, where its agent is absent then: somebody else needs that day."""
    until = desk.roster.away.get(case.assignee) if case.assignee else None
    itself = rule is not None and rule.missed == "send no news yet"
    if until is None or case.stage not in STAFF_TURN or itself or promise.due_at <= now:
        return {}
    calendar = desk.policy.calendar
    at = before(promise.due_at, _ONE_WORKING_DAY, calendar)
    if until <= max(now, at):
        return {}
    in_hours = at if is_open(at, calendar) else before(at, _ONE_WORKING_HOUR, calendar)
    return {f"away:{promise.number}:{_stamp(until)}:{case.assignee}": max(now, in_hours)}


def _automatic(promise: Promise, rule: PromiseRule, case: Case, calendar: Calendar) -> dict[str, datetime]:
    if rule.missed == "explain and promise anew" and rule.tell_before is not None:
        return {f"tell:{promise.number}": max(before(promise.due_at, rule.tell_before, calendar), promise.made_at)}
    if rule.missed == "send no news yet":
        return {f"update:{promise.number}": max(before(promise.due_at, _ONE_WORKING_HOUR, calendar), promise.made_at)}
    if rule.missed == "ask for patience" and case.patience < rule.automatic_at_most:
        at = promise.due_at
        for _ in range(case.patience):  # once a period: the promise's own length
            at = due_at(at, rule.within.for_(case.complexity), calendar)
        return {f"patience:{promise.number}:{case.patience}": at}
    return {}


def _of_stage(case: Case, desk: Desk, now: datetime) -> dict[str, datetime]:
    policy = desk.policy
    if case.stage is Stage.RESOLVED and case.resolved_at is not None:
        return {f"close:{_stamp(case.resolved_at)}": due_at(case.resolved_at, policy.close_after, policy.calendar)}
    moments: dict[str, datetime] = {}
    if case.awaits_acknowledgement and case.acknowledge_at is not None:
        moments[f"ack:{case.deferred}"] = case.acknowledge_at
    duty = desk.roster.next_duty(case.team or desk.team, now) if case.is_open and not case.assignee else None
    if duty is not None and duty > now:
        moments[f"hand:{_stamp(duty)}"] = duty
    if case.stage is not Stage.WAITING:
        return moments
    if case.waiting_until is not None:
        moments[f"wake:{_stamp(case.waiting_until)}"] = case.waiting_until
    if case.waiting_for == "customer" and policy.remind_after is not None and case.waiting_since is not None:
        moments[f"remind:{_stamp(case.waiting_since)}"] = due_at(
            case.waiting_since, policy.remind_after, policy.calendar
        )
    return moments


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp()))
