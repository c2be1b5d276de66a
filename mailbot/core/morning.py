"""When a working day begins for somebody: at their own first hour, on a day on which their desk opens too."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailbot.core.timetable import first_moment
from mailbot.core.worktime import Calendar, is_open, is_working_day, next_opening

EARLIEST = time(5)  #: nobody begins the day at midnight, even where the desk never closes
THEN = time(8)
_DAY = timedelta(days=1)


def morning(day: date, own: Calendar, desks: Sequence[Calendar]) -> datetime | None:
    """The moment (UTC) at which *day* begins by *own* hours; None where it is no working day there, or at no desk."""
    if not is_working_day(day, own) or not any(is_working_day(day, desk) for desk in desks):
        return None
    zone = ZoneInfo(own.zone)
    at = next_opening(first_moment(day, time(0), zone), own)
    later = first_moment(day, THEN, zone)
    return later if at.astimezone(zone).time() < EARLIEST and is_open(later, own) else at


def next_morning(now: datetime, after: str, own: Calendar, desks: Sequence[Calendar]) -> tuple[date, datetime] | None:
    """The first working day from that of *now* on that is later than *after* (ISO), and when it begins.

    None where none comes within two weeks.
    """
    today = now.astimezone(ZoneInfo(own.zone)).date()
    for day in (today + n * _DAY for n in range(15)):
        if day.isoformat() > after and (at := morning(day, own, desks)) is not None:
            return day, at
    return None


__all__ = ["morning", "next_morning"]
