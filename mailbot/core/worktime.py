"""The clocks of support policies: when is a promise due? (written in full by its owner)"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

Intervals = tuple[tuple[time, time], ...]


class Clock(StrEnum):
    HOURS = "hours"
    DAYS = "days"  #: calendar days of 24 hours in UTC
    HOURS_ON_WORKING_DAYS = "hours on working days"
    WORKING_HOURS = "working hours"
    WORKING_DAYS = "working days"
    END_OF_NEXT_WORKING_DAY = "end of next working day"


@dataclass(frozen=True, slots=True)
class Span:
    amount: float
    clock: Clock
    text: str


@dataclass(frozen=True, slots=True)
class Calendar:
    zone: str
    hours: tuple[Intervals, ...]
    closed: frozenset[date] = frozenset()
    opened: tuple[tuple[date, Intervals], ...] = ()


def parse_span(text: str) -> Span: ...
def due_at(start: datetime, span: Span, calendar: Calendar) -> datetime: ...
def before(due: datetime, span: Span, calendar: Calendar) -> datetime: ...
def is_open(at: datetime, calendar: Calendar) -> bool: ...
def is_working_day(day: date, calendar: Calendar) -> bool: ...
def next_opening(at: datetime, calendar: Calendar) -> datetime: ...
