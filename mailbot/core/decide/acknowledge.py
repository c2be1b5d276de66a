"""The acknowledgement: one a case, with what is promised, what is missing and what helps (A4, A5, C2, D10, D15, D16)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.decide.steps import Steps, keep, make_promises, tells, to_customer
from mailbot.core.desk import Desk
from mailbot.core.details import missing
from mailbot.core.events import Twin, TwinAcknowledged
from mailbot.core.expectation import Expected, expect
from mailbot.core.policy import Category
from mailbot.core.promise import Promise
from mailbot.core.worktime import is_open, next_opening

TRY_AGAIN, TRIES = timedelta(hours=6), 5  #: of what the caps hold back: until a day, and a little, has passed
TWIN_WITHIN = timedelta(minutes=5)  #: the same mail comes to another desk, or is taken for lost


def acknowledge(
    steps: Steps,
    received_at: datetime,
    *,
    first_time: bool,
    capped: bool,
    twins: tuple[Twin, ...] = (),
    awaited: bool = False,
) -> None:
    """What the caps hold back stays visible, its promise running, and is tried again within the day (G5).

    A mail to several desks is acknowledged once: the first waits a little for the others (*awaited*), and the last
    names the *twins* that wait.
    """
    policy, case = steps.desk.policy, steps.case
    if capped or awaited:
        steps.add(do.DeferAcknowledgement(_again(steps, capped=capped)))
        return
    category = policy.category(case.category)
    needed, welcome = _missing(steps)
    expected = expect(steps.desk.queue, policy.expectation, received_at, policy.calendar)
    _keep_and_promise(steps)
    _estimate(steps, received_at, expected)
    open_now = is_open(received_at, policy.calendar)
    facts = (
        ("closed_now", not open_now),
        ("opens_at", None if open_now else next_opening(received_at, policy.calendar)),
        ("asks", needed),
        ("invites", welcome),
        ("busy", expected is not None),
        ("first_time", first_time and bool(policy.welcome)),
        ("suggestion", category is not None and category.suggestion),
        ("articles", _articles(category, case.language)),
        ("also", tuple(_also(steps, twin) for twin in twins)),
    )
    to_customer(steps, "acknowledgement", do.Cause.MAIL, facts=facts)
    if needed or welcome:
        steps.add(do.Ask((*needed, *welcome)))
    for twin in twins:
        steps.add(do.AcknowledgeTwin(twin.case.reference))


def decide_twin(case: Case, event: TwinAcknowledged, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """A twin's mail acknowledged *case* too: what it keeps, promises and asks is what that mail said of it."""
    steps = Steps(case, desk, now)
    _keep_and_promise(steps)
    asked = [id for ids in _missing(steps) for id in ids]
    if asked:
        steps.add(do.Ask(tuple(asked)))
    steps.add(do.RecordAcknowledgement(event.by, event.message_id, tells(steps, "acknowledgement"), now))
    return tuple(steps.actions)


def _also(steps: Steps, twin: Twin) -> dict[str, object]:
    """What the mail says of *twin*, in the words of its own desk's policy."""
    theirs, language = Steps(twin.case, twin.desk, steps.now), steps.case.language
    _keep_and_promise(theirs)
    told, (needed, welcome) = tells(theirs, "acknowledgement"), _missing(theirs)
    stated = [p for p in theirs.case.promises if p.is_open and p.id in told]
    return {
        "reference": twin.case.reference,
        "desk": twin.desk.name,
        "zone": twin.desk.policy.calendar.zone,
        "promises": {p.id: {"due_at": p.due_at, "clock": p.clock} for p in stated},
        "asks": _names(theirs, needed, language),
        "invites": _names(theirs, welcome, language),
    }


def _again(steps: Steps, *, capped: bool) -> datetime | None:
    """When it is tried again; a twin is not awaited so long that the promise of an acknowledgement is in danger."""
    if capped:
        return steps.now + TRY_AGAIN if steps.case.deferred < TRIES else None
    promise = steps.case.open_promise("acknowledgement")
    left = (promise.due_at - steps.now) / 2 if promise is not None else TWIN_WITHIN
    return steps.now + max(timedelta(0), min(TWIN_WITHIN, left))


def _keep_and_promise(steps: Steps) -> None:
    keep(steps, "acknowledgement")
    make_promises(steps, "acknowledgement", steps.now)


def _missing(steps: Steps) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The details that the customer is asked for, and those that are welcome."""
    return missing(steps.desk.policy, steps.case.category, (id for id, _ in steps.case.fields))


def _names(steps: Steps, ids: Iterable[str], language: str) -> tuple[str, ...]:
    return tuple(label.name(language) for id in ids if (label := steps.desk.policy.label(id)) is not None)


def _estimate(steps: Steps, received_at: datetime, expected: Expected | None) -> None:
    """The range that the acknowledgement names stands in the ledger, apart from the promises (C2)."""
    if expected is None or expected.low_at is None or expected.high_at is None:
        return
    number = len(steps.case.promises) + 1
    row = Promise(
        id="estimate",
        number=number,
        clock="estimate",
        since=received_at,
        made_at=steps.now,
        due_at=expected.high_at,
        policy_version=steps.desk.policy.version,
        low_at=expected.low_at,
    )
    steps.add(do.MakePromise(row))


def _articles(category: Category | None, language: str) -> tuple[dict[str, str], ...]:
    if category is None:
        return ()
    titled = [({str(k): v for k, v in article.title.items()}, article.url) for article in category.articles]
    return tuple({"title": t.get(language) or next(iter(t.values()), url), "url": url} for t, url in titled)


__all__ = ["acknowledge", "decide_twin"]
