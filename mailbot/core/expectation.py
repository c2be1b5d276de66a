"""How long an answer may take with today's queue, estimated from the desk's own recent record (C2).

The record is the last answers, each as the working time from receipt to a person's answer. By Little's law it also
tells how many cases waited on average while it was made (mean time over mean pace). Today's longer queue stretches
its median and its 90th percentile in proportion: that is the range.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean, quantiles

from mailbot.core.policy import Expectation
from mailbot.core.worktime import Calendar, Clock, Span, due_at, working_time_between

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """What the store knows of a desk at one moment."""

    waiting: int  #: cases that wait for staff
    answered: tuple[tuple[datetime, datetime], ...] = ()  #: (received, answered) of the last answers, newest first


@dataclass(frozen=True, slots=True)
class Expected:
    """It may take longer; without figures where the record is too short, or too odd, to name any."""

    low_at: datetime | None = None
    high_at: datetime | None = None


def expect(queue: Queue | None, rule: Expectation | None, since: datetime, calendar: Calendar) -> Expected | None:
    """What to tell a customer whose mail came at *since*; None in usual times."""
    if queue is None or rule is None or queue.waiting <= rule.backlog:
        return None
    record = queue.answered[: rule.record]
    if len(record) < max(2, rule.enough):
        return Expected()
    times = [working_time_between(a, b, calendar) / _HOUR for a, b in record]
    ended = [b for _, b in record]
    span = working_time_between(min(ended), max(ended), calendar) / _HOUR
    usual = mean(times) * len(times) / span if span > 0 else 1.0
    stretch = max(1.0, (queue.waiting + 1) / max(1.0, usual))
    percentiles = quantiles(times, n=10, method="inclusive")
    if percentiles[4] <= 0:
        return Expected()  # most answers came outside opening hours: their working time tells nothing
    low, high = (_after(since, percentiles[n] * stretch, calendar) for n in (4, 8))
    return Expected(low, max(low, high))


def _after(since: datetime, hours: float, calendar: Calendar) -> datetime:
    return due_at(since, Span(max(hours, 1.0), Clock.WORKING_HOURS, ""), calendar)
