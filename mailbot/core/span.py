"""Durations as a policy writes them: an amount on one of the clocks."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LONGEST = timedelta(days=3660)  #: no promise is longer than ten years


class Clock(StrEnum):
    HOURS = "hours"  #: runs always
    DAYS = "days"  #: of 24 hours, always
    HOURS_ON_WORKING_DAYS = "hours on working days"  #: all 24 hours of a working day count
    WORKING_HOURS = "working hours"  #: only opening hours count
    WORKING_DAYS = "working days"  #: the day of receipt does not count; due at closing time
    END_OF_NEXT_WORKING_DAY = "end of next working day"


@dataclass(frozen=True, slots=True)
class Span:
    """A duration on one of the clocks, as a person wrote it."""

    amount: float  #: hours or days, as the clock counts
    clock: Clock
    text: str

    @property
    def length(self) -> timedelta:
        """The amount as running time, in whole seconds. For the clocks of hours and of 24-hour days."""
        return timedelta(seconds=round(self.amount * (86400 if self.clock is Clock.DAYS else 3600)))


_SPAN = re.compile(
    r"(\d+)\s+(minutes?|hours? on working days|working hours?|hours?|working days?|business days?|days?|weeks?)"
)
_UNITS = {
    "minute": (1 / 60, Clock.HOURS),
    "hour": (1, Clock.HOURS),
    "hours on working day": (1, Clock.HOURS_ON_WORKING_DAYS),
    "hour on working day": (1, Clock.HOURS_ON_WORKING_DAYS),
    "working hour": (1, Clock.WORKING_HOURS),
    "working day": (1, Clock.WORKING_DAYS),
    "business day": (1, Clock.WORKING_DAYS),
    "day": (1, Clock.DAYS),
    "week": (7, Clock.DAYS),
}


def parse_span(text: str) -> Span:
    """The duration that *text* says; ValueError names the ways to write one."""
    plain = " ".join(text.casefold().split())
    if plain == Clock.END_OF_NEXT_WORKING_DAY:
        return Span(1, Clock.END_OF_NEXT_WORKING_DAY, plain)
    match = _SPAN.fullmatch(plain)
    if match is None or int(match.group(1)) == 0:
        raise ValueError(
            'not a duration; write "24 hours", "24 hours on working days", "9 working hours", "7 working days", '
            '"14 days" or "end of next working day"'
        )
    factor, clock = _UNITS[match.group(2).removesuffix("s")]
    amount = int(match.group(1)) * factor
    in_days = clock in (Clock.DAYS, Clock.WORKING_DAYS)
    if amount > LONGEST.days * (1 if in_days else 24):
        raise ValueError(f"longer than ten years; write at most {LONGEST.days} days")
    return Span(amount, clock, plain)
