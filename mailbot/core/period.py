"""The days that a report is about, as a desk's zone counts them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from mailbot.core.worktime import Calendar, next_opening

Every = Literal["", "week", "month"]  #: how often a regular report is due; "" is never
LOOK_BACK = 4  #: periods whose report is still made when nobody was there to make it

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days, from the *first* one up to the one before *after*."""

    first: date
    after: date
    zone: str

    @property
    def begin(self) -> datetime:
        """The local midnight that it begins at, aware UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The local midnight that it ends at, aware UTC, no longer part of it."""
        return _midnight(self.after, self.zone)


def last_full(every: Every, now: datetime, zone: str) -> Period:
    """The week or month before the one of *now* (aware UTC)."""
    after = _begun(every, now.astimezone(ZoneInfo(zone)).date())
    return ended_at(every, after, zone)


def ended_at(every: Every, after: date, zone: str) -> Period:
    """The week or month that ends where the one of *after* begins."""
    return Period(_begun(every, after - _DAY), after, zone)


def ends(every: Every, calendar: Calendar, now: datetime) -> tuple[tuple[date, datetime], ...]:
    """The newest ends of a period whose report is due at *now*, oldest first, and the next end.

    Each with the moment (aware UTC) at which its report is due: the first opening after it.
    """
    day = _begun(every, now.astimezone(ZoneInfo(calendar.zone)).date())
    days = [_begun(every, day + timedelta(days=31 if every == "month" else 7)), day]
    for _ in range(LOOK_BACK - 1):
        days.append(_begun(every, days[-1] - _DAY))
    dated = [(d, next_opening(_midnight(d, calendar.zone), calendar)) for d in reversed(days)]
    return tuple(dated[: 1 + sum(1 for _, due in dated if due <= now)])


def _begun(every: Every, day: date) -> date:
    return day.replace(day=1) if every == "month" else day - timedelta(days=day.weekday())


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
