"""Which moments a case waits for: computed afresh from the case after every decision.

The store keeps them as indexed rows; a key that has fired never fires again (G7). Keys:
`due:N` promise N falls due; `warn:N:I` rung I of its ladder; `tell:N` the last moment to promise anew;
`update:N` an honest "no news yet" goes out; `wake:T` a wait ends; `remind:T` the customer is asked again;
`close:T` silence closes a resolved case.
"""

from datetime import datetime

from mailbot.core.case import Case, Stage
from mailbot.core.desk import Desk
from mailbot.core.policy import PromiseRule
from mailbot.core.promise import Promise
from mailbot.core.worktime import Calendar, before, due_at, is_open, parse_span

_ONE_WORKING_HOUR = parse_span("1 working hours")


def agenda(case: Case, desk: Desk) -> dict[str, datetime]:
    """The moments that *case* waits for, by key, without those that have fired."""
    wanted: dict[str, datetime] = {}
    for promise in case.promises:
        if promise.is_open and not promise.obligation:
            wanted.update(_of_promise(promise, desk))
    wanted.update(_of_stage(case, desk))
    return {key: at for key, at in wanted.items() if key not in case.fired}


def _of_promise(promise: Promise, desk: Desk) -> dict[str, datetime]:
    calendar = desk.policy.calendar
    moments = {f"due:{promise.number}": promise.due_at}
    rule = desk.policy.rule(promise.id)
    if rule is None:
        return moments
    for index, rung in enumerate(rule.warn):
        moments[f"warn:{promise.number}:{index}"] = _in_open_time(
            before(promise.due_at, rung.before, calendar), promise, calendar
        )
    moments.update(_automatic(promise, rule, calendar))
    return moments


def _in_open_time(at: datetime, promise: Promise, calendar: Calendar) -> datetime:
    """*at*, or the last open moment before it, never before the promise was made."""
    moved = at if is_open(at, calendar) else before(at, _ONE_WORKING_HOUR, calendar)
    return max(moved, promise.made_at)


def _automatic(promise: Promise, rule: PromiseRule, calendar: Calendar) -> dict[str, datetime]:
    if rule.missed == "explain and promise anew" and rule.tell_before is not None:
        return {f"tell:{promise.number}": max(before(promise.due_at, rule.tell_before, calendar), promise.made_at)}
    if rule.missed == "send no news yet":
        return {f"update:{promise.number}": max(before(promise.due_at, _ONE_WORKING_HOUR, calendar), promise.made_at)}
    return {}


def _of_stage(case: Case, desk: Desk) -> dict[str, datetime]:
    policy = desk.policy
    if case.stage is Stage.RESOLVED and case.resolved_at is not None:
        return {f"close:{_stamp(case.resolved_at)}": due_at(case.resolved_at, policy.close_after, policy.calendar)}
    if case.stage is not Stage.WAITING:
        return {}
    moments: dict[str, datetime] = {}
    if case.waiting_until is not None:
        moments[f"wake:{_stamp(case.waiting_until)}"] = case.waiting_until
    if case.waiting_for == "customer" and policy.remind_after is not None and case.told_at is not None:
        moments[f"remind:{_stamp(case.told_at)}"] = due_at(case.told_at, policy.remind_after, policy.calendar)
    return moments


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp()))
