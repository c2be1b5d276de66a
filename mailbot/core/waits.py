"""`/wait`, read: for whom, and until when."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from mailbot.core.opening import Calendar
from mailbot.core.worktime import due_at, next_opening, parse_span

_WAIT = re.compile(r"(customer|partner)?\s*(?:(?<!\S)(?:until|bis|do|до)\s+(\S.*))?", re.IGNORECASE)


def read_wait(argument: str) -> tuple[str, str] | None:
    """For whom, and the words of the moment until which; "" where nothing is said of it. None: not understood.

    Who names neither waits for the customer; who names a moment alone, for that.
    """
    match = _WAIT.fullmatch(argument.strip())
    if match is None:
        return None
    until = match[2] or ""
    return (match[1] or ("until" if until else "customer")).casefold(), until


def wakes_at(text: str, now: datetime, calendar: Calendar) -> datetime:
    """The moment that *text* means, after *now*: a day's opening, or a span from now. Raises ValueError."""
    if text[:4].isdigit() and "-" in text:
        midnight = datetime.combine(date.fromisoformat(text), time(0), ZoneInfo(calendar.zone))
        at = next_opening(midnight.astimezone(UTC), calendar)
    else:
        at = due_at(now, parse_span(text), calendar)
    if at <= now:
        raise ValueError("the moment has passed")
    return at


__all__ = ["read_wait", "wakes_at"]
