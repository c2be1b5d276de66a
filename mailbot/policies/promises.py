"""Promises that nothing can keep, or that contradict each other or themselves."""

from collections.abc import Iterator, Mapping

from mailbot.core.policy import Policy, PromiseRule
from mailbot.core.worktime import Clock
from mailbot.policies.finding import Finding, one_of

ANEW, NO_NEWS, PATIENCE = "explain and promise anew", "send no news yet", "ask for patience"

#: promise -> what keeps it
KEPT_BY: Mapping[str, str] = {
    "acknowledgement": "the acknowledgement",
    "answer": "a person's first mail",
    "next-working-day": "a person's first mail",
    "progress": "news of the progress",
    "resolution": "the resolution",
    "review": "the result of the review",
}
#: promise -> the moments that may start its clock
_STARTS: Mapping[str, tuple[str, ...]] = {
    "acknowledgement": ("receipt",),
    "answer": ("receipt", "acknowledgement"),
    "next-working-day": ("receipt",),
    "progress": ("receipt", "acknowledgement"),
    "resolution": ("receipt", "acknowledgement"),
    "review": ("escalation",),
}
_STAGES = ("registered", "assigned", "in work", "waiting", "resolved", "closed", "reopened", "escalated")


def promise_findings(policy: Policy) -> Iterator[Finding]:
    """One finding for each rule that is broken."""
    seen: set[str] = set()
    for index, rule in enumerate(policy.promises):
        path = ("promise", index)
        if rule.id in seen:
            yield Finding((*path, "id"), "promised twice; keep one of them")
        seen.add(rule.id)
        if rule.id not in KEPT_BY:
            yield Finding((*path, "id"), f"nothing can keep it; {one_of(rule.id, tuple(KEPT_BY))}")
            continue
        for key, hint in (*_start(rule, policy), *_repeats(rule), *_missed(rule), *_counts(rule)):
            yield Finding((*path, key), hint)
    yield from _escalation(policy)
    yield from _expectation(policy)
    for index, stage in enumerate(policy.announce):
        if stage not in _STAGES:
            yield Finding(("announce", index), f"no stage; {one_of(stage, _STAGES)}")
        elif stage in policy.announce[:index]:
            yield Finding(("announce", index), "announced twice; keep one of them")


def _start(rule: PromiseRule, policy: Policy) -> Iterator[tuple[str, str]]:
    if rule.of == "update":
        yield "of", 'no moment of its own; write of = "acknowledgement" with repeats = true'
    elif rule.of not in _STARTS[rule.id]:
        yield "of", f"cannot start this clock; {one_of('', _STARTS[rule.id])}"
    elif rule.of == "escalation" and policy.escalation is None:
        yield "of", "never comes: no case is escalated; add [escalation], or remove this promise"
    if rule.only and not _closes(policy):
        yield "only", "never comes: the calendar is always open; remove this promise"


def _closes(policy: Policy) -> bool:
    return any(not day or day[0][0] != day[-1][1] for day in policy.calendar.hours)


def _repeats(rule: PromiseRule) -> Iterator[tuple[str, str]]:
    if rule.repeats and rule.id != "progress":
        yield "repeats", "only progress repeats; remove it"
    if rule.missed == NO_NEWS and rule.id != "progress":
        yield "missed", 'news keeps progress alone; write "tell"'
    elif rule.missed == NO_NEWS and not rule.repeats:
        yield "missed", "one mail without news would end the promise; add repeats = true"
    if rule.missed in (ANEW, PATIENCE) and rule.id == "acknowledgement":
        yield "missed", 'a late acknowledgement is itself the news; write "tell"'


def _missed(rule: PromiseRule) -> Iterator[tuple[str, str]]:
    """What belongs to the word, and what does nothing without it."""
    given = rule.model_fields_set
    if rule.missed == ANEW:
        needs = [key for key in ("extend_by", "tell_before") if getattr(rule, key) is None]
        if needs:
            yield "missed", f"needs {' and '.join(needs)} as well"
        if rule.extend_at_most < 1:
            yield "extend_at_most", 'no new date is ever promised; write at least 1, or missed = "tell"'
    else:
        for key in ("extend_by", "tell_before", "extend_at_most"):
            if key in given:
                yield key, f'does nothing without missed = "{ANEW}"; add that, or remove it'
    if rule.missed in (NO_NEWS, PATIENCE):
        if rule.automatic_at_most < 1:
            yield "automatic_at_most", 'no such mail ever goes out; write at least 1, or missed = "tell"'
    elif "automatic_at_most" in given:
        yield "automatic_at_most", f'does nothing without missed = "{NO_NEWS}" or "{PATIENCE}"; remove it'


def _counts(rule: PromiseRule) -> Iterator[tuple[str, str]]:
    """Durations on a clock that does not fit."""
    spans = (rule.within.simple, rule.within.normal, rule.within.complex)
    if rule.id == "next-working-day" and any(s.clock is not Clock.END_OF_NEXT_WORKING_DAY for s in spans):
        yield "within", f'the wrong clock; its mail says "{Clock.END_OF_NEXT_WORKING_DAY}": write that'
    runs_always = (Clock.HOURS, Clock.DAYS)
    running = rule.extend_by is not None and rule.extend_by.clock in runs_always
    if running and not all(s.clock in runs_always for s in spans):
        yield "extend_by", 'the wrong clock: the new date may fall into closed time; write "5 working days"'


def _escalation(policy: Policy) -> Iterator[Finding]:
    rule, own = policy.escalation, policy.rule("review")
    if rule is None:
        return
    if rule.otherwise != "manager":
        hint = 'may have taken part, and then does not decide; the manager is told: write "manager"'
        yield Finding(("escalation", "otherwise"), hint)
    if own is not None and own.within.normal.text != rule.decide.text:
        index = policy.promises.index(own)
        hint = f"[escalation] says decide = {rule.decide.text!r}; make them the same".replace("'", '"')
        yield Finding(("promise", index, "within"), hint)


def _expectation(policy: Policy) -> Iterator[Finding]:
    rule = policy.expectation
    if rule is None:
        return
    if policy.rule("answer") is None:
        hint = 'estimates when an answer comes, and none is promised; add [[promise]] id = "answer", or remove it'
        yield Finding(("expectation",), hint)
    if rule.enough > rule.record:
        hint = f"never reached: the estimate looks at the last {rule.record}; write at most that, or raise record"
        yield Finding(("expectation", "enough"), hint)


__all__ = ["KEPT_BY", "promise_findings"]
