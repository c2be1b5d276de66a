"""How long things took: median, 90th percentile and average, on the wall and in the desk's working time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean, median, quantiles

from mailbot.core.worktime import Calendar, working_time_between

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Lapse:
    """One thing that took from *begun* to *ended*, for a case of *category*, by *agent* ("" where nobody knows)."""

    begun: datetime
    ended: datetime
    category: str
    agent: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Hours, to the hundredth."""

    median: float
    p90: float
    average: float


@dataclass(frozen=True, slots=True)
class Times:
    cases: int
    hours: Spread | None  #: None where there is no case
    working_hours: Spread | None


@dataclass(frozen=True, slots=True)
class Speed:
    all: Times
    by_category: Mapping[str, Times]
    by_agent: Mapping[str, Times]  #: by address


def speed(lapses: Sequence[Lapse], calendar: Calendar) -> Speed:
    """The times of *lapses*, together and apart."""
    return Speed(
        all=_times(lapses, calendar),
        by_category=_by(lapses, calendar, lambda lapse: lapse.category),
        by_agent=_by(lapses, calendar, lambda lapse: lapse.agent),
    )


def _by(lapses: Sequence[Lapse], calendar: Calendar, key: Callable[[Lapse], str]) -> dict[str, Times]:
    names = sorted({key(lapse) for lapse in lapses})
    return {name: _times([lapse for lapse in lapses if key(lapse) == name], calendar) for name in names}


def _times(lapses: Sequence[Lapse], calendar: Calendar) -> Times:
    return Times(
        cases=len(lapses),
        hours=spread((lapse.ended - lapse.begun) / _HOUR for lapse in lapses),
        working_hours=spread(working_time_between(lapse.begun, lapse.ended, calendar) / _HOUR for lapse in lapses),
    )


def spread(values: Iterable[float]) -> Spread | None:
    """None of no values; the 90th percentile lies between the two nearest values."""
    found = sorted(values)
    if not found:
        return None
    p90 = quantiles(found, n=10, method="inclusive")[8] if len(found) > 1 else found[0]
    return Spread(round(median(found), 2), round(p90, 2), round(mean(found), 2))
