"""The acknowledgement: one a case, with what is promised, what is missing and what helps (A4, A5, C2, D10, D15, D16)."""

from datetime import datetime, timedelta

from mailbot.core import actions as do
from mailbot.core.decide.steps import Steps, keep, make_promises, to_customer
from mailbot.core.details import missing
from mailbot.core.expectation import Expected, expect
from mailbot.core.policy import Category
from mailbot.core.promise import Promise
from mailbot.core.worktime import is_open, next_opening

TRY_AGAIN, TRIES = timedelta(hours=6), 5  #: of what the caps hold back: until a day, and a little, has passed


def acknowledge(steps: Steps, received_at: datetime, *, first_time: bool, capped: bool) -> None:
    """What the caps hold back stays visible, its promise running, and is tried again within the day (G5)."""
    policy, case = steps.desk.policy, steps.case
    if capped:
        again = steps.now + TRY_AGAIN if case.deferred < TRIES else None
        steps.add(do.DeferAcknowledgement(again))
        return
    category = policy.category(case.category)
    needed, welcome = missing(policy, case.category, (id for id, _ in case.fields))
    expected = expect(steps.desk.queue, policy.expectation, received_at, policy.calendar)
    keep(steps, "acknowledgement")
    make_promises(steps, "acknowledgement", steps.now)
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
    )
    to_customer(steps, "acknowledgement", do.Cause.MAIL, facts=facts)
    if needed or welcome:
        steps.add(do.Ask((*needed, *welcome)))


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


__all__ = ["acknowledge"]
