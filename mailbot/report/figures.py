"""A desk's figures for a period."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mailbot.core.case import Case
from mailbot.core.period import Period
from mailbot.core.policy import Policy
from mailbot.report.speed import Lapse, Speed, speed
from mailbot.report.tally import Tally, ledgers, tallies
from mailbot.store import report
from mailbot.store.cases import JournalEntry

OUTCOMES = ("applied", "duplicate", "suppressed", "held", "quarantined", "open")
AUDIENCES = ("customer", "agent", "manager", "partner")

Answers = Mapping[str, Sequence[tuple[datetime, str]]]  #: reference -> (moment, agent's address), oldest first


@dataclass(frozen=True, slots=True)
class Escalations:
    asked: int
    without_reviewer: int  #: of those asked: nobody independent was found at once
    decided: int
    decided_late: int
    open: int  #: at the end of the period


@dataclass(frozen=True, slots=True)
class Ratings:
    """The last rating of each case that was rated."""

    count: int
    average: float | None
    by_value: Mapping[str, int]  #: "1" to "5"
    with_words: int


@dataclass(frozen=True, slots=True)
class Figures:
    desk: str
    period: Period
    cases_opened: int
    cases_resolved: int
    mails_in: Mapping[str, int]  #: by outcome
    mails_out: Mapping[str, int]  #: by audience
    no_news_yet: int  #: automatic mails that keep a progress promise without news
    promises: tuple[Tally, ...]
    obligations: tuple[Tally, ...]  #: owed, but never told to the customer
    estimates: tuple[Tally, ...]
    first_answer: Speed
    resolution: Speed
    escalations: Escalations
    ratings: Ratings


def figures(conn: Connection, desk: str, policy: Policy, period: Period, now: datetime) -> Figures:
    """What the store says of *desk* in *period*, seen at *now* (aware UTC)."""
    begin, end = period.begin, period.end
    cases = report.alive(conn, desk, begin, end)
    answers = report.answers(conn, desk, begin, end)
    ids = tuple(rule.id for rule in policy.promises)
    promises = tallies(ids, ledgers(cases, "promise"), begin, end, now)
    came, left = report.mails_in(conn, desk, begin, end), report.mails_out(conn, desk, begin, end)
    left["partner"] = left.get("partner", 0) + left.pop("watcher", 0)  # a copy goes to a third party, too
    return Figures(
        desk=desk,
        period=period,
        cases_opened=sum(begin <= case.opened_at for case in cases),
        cases_resolved=sum(_within(period, case.resolved_at) for case in cases),
        mails_in={outcome: came.get(outcome, 0) for outcome in OUTCOMES},
        mails_out={audience: left.get(audience, 0) for audience in AUDIENCES},
        no_news_yet=report.no_news(conn, desk, begin, end),
        promises=promises,
        obligations=tallies((), ledgers(cases, "obligation"), begin, end, now),
        estimates=tallies((), ledgers(cases, "estimate"), begin, end, now),
        first_answer=speed(first_answers(cases, answers, period), policy.calendar),
        resolution=speed(resolutions(cases, answers, period), policy.calendar),
        escalations=_escalations(conn, desk, period, cases, promises),
        ratings=ratings(report.happened(conn, desk, "rate", begin, end)),
    )


def first_answers(cases: Sequence[Case], answers: Answers, period: Period) -> list[Lapse]:
    """From receipt to a person's first mail, for the cases in which it left in *period*."""
    return [
        Lapse(
            case.opened_at, case.answered_at, case.category, next((by for _, by in answers.get(case.reference, ())), "")
        )
        for case in cases
        if case.answered_at is not None and _within(period, case.answered_at)
    ]


def resolutions(cases: Sequence[Case], answers: Answers, period: Period) -> list[Lapse]:
    """From receipt to the resolution that stands, for the cases in which it was given in *period*."""
    return [
        Lapse(
            case.opened_at, case.resolved_at, case.category, _author(answers.get(case.reference, ()), case.resolved_at)
        )
        for case in cases
        if case.resolved_at is not None and _within(period, case.resolved_at)
    ]


def _author(answers: Sequence[tuple[datetime, str]], until: datetime) -> str:
    return next((by for at, by in reversed(answers) if at <= until), "")


def _within(period: Period, at: datetime | None) -> bool:
    return at is not None and period.begin <= at < period.end


def _escalations(
    conn: Connection, desk: str, period: Period, cases: Sequence[Case], promises: Sequence[Tally]
) -> Escalations:
    asked = report.happened(conn, desk, "escalate", period.begin, period.end)
    marks = [case.escalation for case in cases if case.escalation is not None]
    return Escalations(
        asked=len(asked),
        without_reviewer=sum(not entry.detail.get("reviewer") for _, entry in asked),
        decided=len(report.happened(conn, desk, "decide_review", period.begin, period.end)),
        decided_late=sum(tally.late for tally in promises if tally.promise == "review"),
        open=sum(
            mark.asked_at < period.end and (mark.decided_at is None or mark.decided_at >= period.end) for mark in marks
        ),
    )


def ratings(given: Sequence[tuple[str, JournalEntry]]) -> Ratings:
    """Of (reference, entry), oldest first."""
    last = {reference: entry.detail for reference, entry in given}
    values = [int(detail["rating"]) for detail in last.values()]
    counts = Counter(values)
    return Ratings(
        count=len(values),
        average=round(sum(values) / len(values), 2) if values else None,
        by_value={str(value): counts[value] for value in range(1, 6)},
        with_words=sum(bool(detail.get("words")) for detail in last.values()),
    )
