"""`mailbot policy due`: the due moment of a promise, and the arithmetic behind it, line by line."""

import difflib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import typer
from babel.dates import format_date

from mailbot.cli.output import print_json
from mailbot.core.case import Complexity
from mailbot.core.counting import Step, Why, steps
from mailbot.core.policy import Policy, PromiseRule
from mailbot.core.timetable import clock_changes
from mailbot.core.worktime import Calendar, Clock, Span, due_at, is_open
from mailbot.wire.words import when

FAR = 30  #: years from now, within which every policy's holidays are known
_IDLE = (Why.WEEKEND, Why.HOLIDAY, Why.CLOSED)


def print_due(policy: Policy, promise: str, start: str, complexity: Complexity, *, as_json: bool) -> int:
    """Prints the due moment of *promise* for a clock that starts at *start*, as a person or a script reads it."""
    rule = policy.rule(promise)
    if rule is None:
        known = [r.id for r in policy.promises]
        near = difflib.get_close_matches(promise, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"it makes {', '.join(known)}"
        raise typer.BadParameter(f"the policy {policy.id} makes no promise {promise!r}; {remedy}")
    calendar, zone = policy.calendar, ZoneInfo(policy.calendar.zone)
    span = rule.within.for_(complexity)
    begun = parse_moment(start, zone)
    due = due_at(begun, span, calendar)
    if as_json:
        moments = {"from": begun.astimezone(zone).isoformat(), "due": due.astimezone(zone).isoformat()}
        print_json([{"promise": promise, "clock": span.text} | moments])
    else:
        print("\n".join(_page(rule, span, begun, due, calendar)))
    return 0


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """The moment (UTC) that *text* names, in *zone* where it has no offset. Raises typer.BadParameter."""

    def refuse(why: str) -> typer.BadParameter:
        return typer.BadParameter(f"{text}: {why}", param_hint="--from")

    try:
        named = datetime.fromisoformat(text)
    except ValueError as error:
        raise refuse("not a moment; write 2026-03-02T17:00 or 2026-03-02T17:00+01:00") from error
    if abs(named.year - datetime.now(UTC).year) > FAR:
        raise refuse(f"too far away; holidays are known for {FAR} years from now")
    if named.tzinfo is not None:
        return named.astimezone(UTC)
    first, second = (named.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != named:
        raise refuse(f"the clocks of {zone.key} skip this time; write another")
    if first.utcoffset() != second.utcoffset():
        raise refuse(f"this time comes twice in {zone.key}; write {first.isoformat()} or {second.isoformat()}")
    return first.astimezone(UTC)


def _page(rule: PromiseRule, span: Span, begun: datetime, due: datetime, calendar: Calendar) -> list[str]:
    lines = list(explained(steps(begun, span, calendar), span, ZoneInfo(calendar.zone)))
    width = max(len(time) for time, _ in lines)
    note = [f"  This promise is made only to mail that {rule.only}; this mail did not."]
    return [
        f"{rule.id}: {span.text}, from {rule.of}",
        f"  from {when(begun, 'en', calendar.zone)}",
        *(f"    {time:{width}}  {words}" for time, words in lines),
        f"  due  {when(due, 'en', calendar.zone)}",
        *(note if rule.only and is_open(begun, calendar) else ()),
    ]


def explained(counted: tuple[Step, ...], span: Span, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """What a support manager reads of each step: when it was, and what it counts.

    The hours after closing time and before opening are left out, unless the clock starts in them. On the clocks of
    hours, closed days in a row that have the same reason make one line.
    """
    if span.clock in (Clock.WORKING_DAYS, Clock.END_OF_NEXT_WORKING_DAY):
        yield from ((_days(step, step, zone), _of_day(step, span, zone)) for step in counted)
        return
    left = span.length
    for (why, name), found in groupby(counted, lambda step: (step.why, step.name)):
        group = list(found)
        if why in _IDLE or (why is Why.SHUT and group[0] is counted[0]):
            yield _days(group[0], group[-1], zone), _reason(why, name)
        for step in group if why is Why.COUNTS else ():
            left -= step.counted
            rest = f", {_hours(left)} left" if left else ""
            yield _hours_of(step, zone), f"counts {_hours(step.counted)}{rest}{_changes(step, zone)}"


def _of_day(step: Step, span: Span, zone: ZoneInfo) -> str:
    next_day = span.clock is Clock.END_OF_NEXT_WORKING_DAY
    if step.why is Why.RECEIPT:
        return "has already opened" if next_day else "day of receipt, not counted"
    if step.why is not Why.COUNTS:
        return _reason(step.why, step.name)
    which = "the next working day" if next_day else f"working day {step.number} of {span.amount:g}"
    return which if step.number < span.amount else f"{which}, until {_hour(step.ends, zone)}"


def _reason(why: Why, name: str) -> str:
    return f"{why}: {name}" if name else str(why)


def _days(first: Step, last: Step, zone: ZoneInfo) -> str:
    """The days from the begin of one step to the end of another: "Sat 7 – Sun 8 Mar"."""
    begin, end = first.begins.astimezone(zone).date(), (last.ends - datetime.resolution).astimezone(zone).date()
    if begin == end or first is last:
        return format_date(begin, "EEE d MMM", "en_GB")
    pattern = "EEE d" if begin.month == end.month else "EEE d MMM"
    return f"{format_date(begin, pattern, 'en_GB')} – {format_date(end, 'EEE d MMM', 'en_GB')}"


def _hours_of(step: Step, zone: ZoneInfo) -> str:
    """The hours of a step: "Thu 5 Mar 17:00–18:00", "Thu 5 Mar 22:00 – Fri 6 Mar 06:00"."""
    begin, end = step.begins.astimezone(zone), (step.ends - datetime.resolution).astimezone(zone)
    day = format_date(begin, "EEE d MMM", "en_GB")
    if begin.date() == end.date():
        return f"{day} {begin:%H:%M}–{_hour(step.ends, zone)}"
    return f"{day} {begin:%H:%M} – {format_date(end, 'EEE d MMM', 'en_GB')} {_hour(step.ends, zone)}"


def _hour(end: datetime, zone: ZoneInfo) -> str:
    """The time of day at which something ends: midnight is 24:00."""
    shown = f"{end.astimezone(zone):%H:%M}"
    return "24:00" if shown == "00:00" else shown


def _hours(span: timedelta) -> str:
    """Never rounded: "8 h", "1 h 30 min"."""
    seconds = int(span.total_seconds())
    amounts = ((seconds // 3600, "h"), (seconds % 3600 // 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{n} {unit}" for n, unit in amounts if n)


def _changes(step: Step, zone: ZoneInfo) -> str:
    """The changes of the clocks during a step, where the walls show more or less than what ran."""
    if step.begins.astimezone(zone).utcoffset() == step.ends.astimezone(zone).utcoffset():
        return ""
    words = ""
    for at, moved in clock_changes(step.begins, step.ends, zone):
        was = at.astimezone(zone) - moved
        way = "forward" if moved > timedelta(0) else "back"
        words += (
            f"; the clocks go {way} {_hours(abs(moved))} on {format_date(was, 'EEE d MMM', 'en_GB')} at {was:%H:%M}"
        )
    return words
