"""Durations that cannot be kept as they are written, found by trying them on two usual weeks.

Every promise is counted from every hour that matters (openings, closings, nights, closed days), for each complexity.
Holidays are left out: a policy is right or wrong on a usual day.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

from mailbot.core.case import Complexity
from mailbot.core.policy import Policy, PromiseRule, Rung
from mailbot.core.worktime import Calendar, Clock, Span, before, due_at, is_open
from mailbot.policies.finding import Finding

_FIRST = datetime(2026, 3, 2)  # noqa: DTZ001 - a Monday on the policy's own walls
_MINUTE = timedelta(minutes=1)
_LENGTHS = ("until", "close_after", "reopen_for", "remind_after")
_LEVELS: tuple[Complexity, ...] = get_args(Complexity)
_RANKS: tuple[Rung, ...] = get_args(Rung)
_LONGEST_DAYS = 730


def time_findings(policy: Policy) -> Iterator[Finding]:
    """The first contradiction of each key."""
    try:
        usual = Calendar(policy.calendar.zone, policy.calendar.hours)
        starts = _starts(usual)
        for index, rule in enumerate(policy.promises):
            for path, hint in _of_promise(rule, starts, usual):
                yield Finding(("promise", index, *path), hint)
        yield from _after_the_end(policy, starts, usual)
        yield from _nights(policy)
    except ValueError as error:
        yield Finding(("calendar", "open"), f"{error}; write the hours of at least one day")


def _nights(policy: Policy) -> Iterator[Finding]:
    """Hours that close before they open are a night shift; a very long one is more likely turned round."""
    for opens, closes in {window for day in policy.calendar.hours for window in day}:
        minutes = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
        if closes != time(0) and -720 < minutes < 0:
            meant = f"{closes:%H:%M}-{opens:%H:%M}"
            hint = f'a night shift of {(minutes + 1440) // 60} hours; if that is not meant, write "{meant}"'
            yield Finding(("calendar", "open"), hint, warning=True)


def _starts(calendar: Calendar) -> tuple[datetime, ...]:
    """The moments that matter of one week, aware UTC."""
    zone, found = ZoneInfo(calendar.zone), set()
    for day in range(7):
        midnight = _FIRST + timedelta(days=day)
        walls = [timedelta(0), timedelta(hours=12)]
        for opens, closes in calendar.hours[day]:
            for wall in (opens, closes):
                at = timedelta(hours=wall.hour, minutes=wall.minute)
                walls += [at, at - _MINUTE]
        found |= {(midnight + wall).replace(tzinfo=zone).astimezone(UTC) for wall in walls}
    return tuple(sorted(found))


def _of_promise(
    rule: PromiseRule, starts: tuple[datetime, ...], calendar: Calendar
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if rule.only:
        starts = tuple(at for at in starts if not is_open(at, calendar))
    dues = {level: [due_at(at, rule.within.for_(level), calendar) for at in starts] for level in _LEVELS}
    for lower, higher in pairwise(_LEVELS):
        if any(a > b for a, b in zip(dues[lower], dues[higher], strict=True)):
            hint = f"shorter than {lower} ({rule.within.for_(lower).text}); simple comes first, complex last"
            yield ("within", higher), hint
    target = rule.target
    if target is not None:
        aims = [due_at(at, target, calendar) for at in starts]
        over = [level for level in _LEVELS if any(a > b for a, b in zip(aims, dues[level], strict=True))]
        if over:
            yield ("target",), f"later than the promise ({rule.within.for_(over[0]).text}); aim earlier, or remove it"
    ladder = _Ladder(rule, starts, calendar, dues)
    yield from ladder.problems()


class _Ladder:
    """The warnings of one promise and the last moment to tell the customer, on every start."""

    def __init__(
        self,
        rule: PromiseRule,
        starts: tuple[datetime, ...],
        calendar: Calendar,
        dues: dict[Complexity, list[datetime]],
    ) -> None:
        self.rule, self.starts, self.calendar, self.dues = rule, starts, calendar, dues

    def problems(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for index, rung in enumerate(self.rule.warn):
            path = ("warn", index)
            if rung.before.clock is Clock.END_OF_NEXT_WORKING_DAY:
                yield path, 'a moment, not a length; write "1 working day before: team"'
            elif (early := self._too_early(rung.before)) is not None:
                yield path, f"before the promise begins{early}; warn later"
            elif index and (hint := self._out_of_order(index)):
                yield path, hint
            elif self._told_already(rung.before):
                hint = f"the customer is told by then (tell_before = {_quoted(self.rule.tell_before)}); warn earlier"
                yield path, hint
        tell = self.rule.tell_before
        if tell is not None and tell.clock is Clock.END_OF_NEXT_WORKING_DAY:
            yield ("tell_before",), 'a moment, not a length; write "1 working day"'
        elif tell is not None and (early := self._too_early(tell)) is not None:
            yield ("tell_before",), f"longer than the promise{early}; tell later"

    def _moments(self, span: Span, level: Complexity) -> list[datetime]:
        return [before(due, span, self.calendar) for due in self.dues[level]]

    def _too_early(self, span: Span) -> str | None:
        """Where *span* before the due moment is not after the promise began, for which complexities, and when."""
        found: dict[Complexity, str] = {}
        for level in _LEVELS:
            for start, at in zip(self.starts, self._moments(span, level), strict=True):
                if at <= start:
                    found.setdefault(level, f"for a mail of {self._wall(start)} that is {self._wall(at)}")
        if not found:
            return None
        level, example = next(iter(found.items()))
        which = "" if len(found) == len(_LEVELS) else f" for {' and '.join(found)} cases"
        length = self.rule.within.for_(level).text
        return f"{which} ({length}): {example}"

    def _out_of_order(self, index: int) -> str:
        above, rung = self.rule.warn[index - 1], self.rule.warn[index]
        if above.before.clock is Clock.END_OF_NEXT_WORKING_DAY:
            return ""
        if self._any(rung.before, above.before, lambda mine, theirs: mine < theirs):
            return f"comes before the rung above it ({above.before.text}); write the earliest first"
        if _RANKS.index(rung.who) < _RANKS.index(above.who):
            return f"the {rung.who} hears after the {above.who}; climb from assignee to team to manager"
        return ""

    def _told_already(self, span: Span) -> bool:
        tell = self.rule.tell_before
        if tell is None or tell.clock is Clock.END_OF_NEXT_WORKING_DAY:
            return False
        return self._any(span, tell, lambda warned, told: warned >= told)

    def _any(self, one: Span, other: Span, compare: Callable[[datetime, datetime], bool]) -> bool:
        """Whether the moments that two spans name before any due moment compare so."""
        return any(
            compare(a, b)
            for level in _LEVELS
            for a, b in zip(self._moments(one, level), self._moments(other, level), strict=True)
        )

    def _wall(self, at: datetime) -> str:
        return at.astimezone(ZoneInfo(self.calendar.zone)).strftime("%a %H:%M")


def _after_the_end(policy: Policy, starts: tuple[datetime, ...], calendar: Calendar) -> Iterator[Finding]:
    """How long a resolved case stays within reach."""
    rule = policy.escalation
    spans = {name: getattr(policy, name) for name in _LENGTHS if name != "until"}
    spans["until"] = rule.until if rule is not None else None
    odd = False
    for name, span in spans.items():
        path = ("escalation", name) if name == "until" else (name,)
        if span is None or not (hint := _odd(span, shortest=0.0 if name == "remind_after" else 1.0)):
            continue
        odd = True
        yield Finding(path, hint)
    if odd or rule is None or rule.until is None:
        return
    start = starts[len(starts) // 2]
    gone = due_at(due_at(start, policy.close_after, calendar), policy.reopen_for, calendar)
    if due_at(start, rule.until, calendar) > gone:
        hint = f"the case is out of reach by then: closed after {policy.close_after.text}, reopened for {policy.reopen_for.text}"
        yield Finding(("escalation", "until"), f"{hint}; shorten this, or lengthen reopen_for")


def _odd(span: Span, shortest: float) -> str:
    if span.clock is Clock.END_OF_NEXT_WORKING_DAY:
        return 'a moment, not a length; write "14 days"'
    days = span.amount / {Clock.DAYS: 1, Clock.WORKING_DAYS: 1, Clock.WORKING_HOURS: 8}.get(span.clock, 24)
    if days < shortest:
        return 'shorter than a day: nobody comes back so soon; write "14 days"'
    return f"longer than two years; write at most {_LONGEST_DAYS} days" if days > _LONGEST_DAYS else ""


def _quoted(span: Span | None) -> str:
    return f'"{span.text}"' if span is not None else ""


__all__ = ["time_findings"]
