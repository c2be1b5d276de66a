"""What the public page of a policy may say, in one language: the values that `policy.md.j2` puts into sentences."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location
from babel.lists import format_list

from mailbot.core.case import Complexity
from mailbot.core.policy import Category, EscalationRule, Language, Policy, PromiseRule, Within
from mailbot.core.worktime import Calendar, Span, closing, due_at, is_open, is_working_day
from mailbot.wire.lengths import length
from mailbot.wire.moments import by, closed_days, hours_of_week, on
from mailbot.wire.words import LOCALES, promise_word, stage_word

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365)
_LEVELS: tuple[Complexity, ...] = get_args(Complexity)
_RELATIONS = ("within", "through")
_BY_COMPLEXITY = {
    "de": "{} in einfachen Fällen, {} im Normalfall und {} in schwierigen Fällen",
    "pl": "{} w prostych sprawach, {} w zwykłych i {} w trudnych",
    "ru": "{} в простых случаях, {} в обычных и {} в сложных",
    "en": "{} in simple cases, {} normally and {} in difficult cases",
}
Words = Mapping[str, object]


def policy_view(policy: Policy, language: str, now: datetime, *, region: str = "", address: str = "") -> Words:
    """Every name that the template may use; *region* is the part of a country whose holidays count."""
    zone, calendar = policy.calendar.zone, policy.calendar
    today = now.astimezone(ZoneInfo(zone)).date()
    closed = closed_days(calendar, today, today + _YEAR, language) if calendar.closed else []
    feedback = policy.feedback
    return {
        "language": language,
        "title": _text(policy.title, language),
        "about": _text(policy.about, language),
        "address": address,
        "hours": [{"days": days, "times": times} for days, times in hours_of_week(calendar, language)],
        "town": _town(zone, language),
        "every_day": all(calendar.hours),
        "always": not _closes(calendar),
        "holidays": _holidays(
            policy.holidays, _town(zone, language) if zone.endswith(f"/{region}") else region, language
        ),
        "closed": [{"year": year, "days": ", ".join(days)} for year, days in closed],
        "promises": [_promise(rule, language) for rule in policy.promises if rule.id != "review"],
        "ids": [rule.id for rule in policy.promises],
        "clocks": _clocks(policy),
        "examples": list(_examples(policy, language, today)),
        "asks": _asks(policy, policy.asks, language),
        "sorts": [_sort(policy, category, language) for category in policy.categories if not category.suggestion],
        "suggestions": any(category.suggestion for category in policy.categories),
        "articles": any(category.articles for category in policy.categories),
        "scope": _scope(policy, language),
        "status": policy.status_on_request,
        "announce": [stage_word(stage, language) for stage in policy.announce],
        "welcome": bool(policy.welcome),
        "busy": policy.expectation is not None,
        "anew": _anew(policy, language),
        "varies": any(len({rule.within.for_(x).text for x in _LEVELS}) > 1 for rule in policy.promises),
        "pauses": any(rule.pauses for rule in policy.promises),
        "missed": sorted({rule.missed for rule in policy.promises}),
        "tells": any(_tells(rule) for rule in policy.promises),
        "report": list(policy.resolution_needs),
        "refusal": list(policy.refusal_needs),
        "developers": bool(policy.developers),
        "remind": length(policy.remind_after, language, "after") if policy.remind_after is not None else "",
        "escalation": _escalation(policy.escalation, language),
        "feedback": feedback.ask if feedback is not None else "",
        "reasons": _listed(_texts(feedback.reasons, language), language) if feedback is not None else "",
        "close": _lengths(policy.close_after, language),
        "reopen": _lengths(policy.reopen_for, language),
        "footer": _text(policy.footer, language).replace("\n", "  \n"),
    }


def _town(zone: str, language: str) -> str:
    return str(get_timezone_location(ZoneInfo(zone), locale=Locale.parse(LOCALES[language]), return_city=True))


def _holidays(code: str, region: str, language: str) -> str:
    """Whose public holidays count: "Deutschland, Berlin"."""
    country = code.partition("-")[0]
    names = Locale.parse(LOCALES[language]).territories
    return ", ".join(part for part in (names.get(country, country), region) if part)


def _promise(rule: PromiseRule, language: str) -> Words:
    """One promise: its name, its durations, what starts its clock."""
    name = promise_word(rule.id, language)
    return {
        "id": rule.id,
        "name": _capital(name),
        "within": _within(rule.within, language),
        "every": length(rule.within.normal, language, "every"),
        "target": length(rule.target, language, "within") if rule.target is not None else "",
        "of": rule.of,
        "repeats": rule.repeats,
        "pauses": bool(rule.pauses),
        "no_news": rule.missed == "send no news yet",
    }


def _tells(rule: PromiseRule) -> bool:
    """Whether the customer hears of it when the promise is broken; an acknowledgement and a report are the news."""
    return rule.id not in ("acknowledgement", "progress") and rule.missed != "ask for patience"


def _within(within: Within, language: str) -> str:
    """One duration, or one for each complexity."""
    said = [length(within.for_(level), language, "within") for level in _LEVELS]
    return said[0] if len(set(said)) == 1 else _BY_COMPLEXITY[language].format(*said)


def _lengths(span: Span, language: str) -> Words:
    return {relation: length(span, language, relation) for relation in _RELATIONS}


def _clocks(policy: Policy) -> list[str]:
    """The clocks that need a word of explanation, in the order of their first promise."""
    spans = [rule.within.for_(level) for rule in policy.promises for level in _LEVELS]
    spans += [rule.tell_before for rule in policy.promises if rule.tell_before is not None]
    spans += [policy.escalation.decide] if policy.escalation is not None else []
    spans += [policy.remind_after] if policy.remind_after is not None else []
    return list(dict.fromkeys(str(span.clock) for span in spans))


def _examples(policy: Policy, language: str, today: date) -> Iterator[Words]:
    """A mail an hour before closing on a last working day of a week, and one in closed time where that is promised."""
    usual = tuple(rule for rule in policy.promises if not rule.only and rule.of != "escalation")
    late = tuple(rule for rule in policy.promises if rule.only)
    friday = _last_working_day(today + 7 * _DAY, policy.calendar)
    if friday is None:
        return
    closes = closing(friday, policy.calendar)
    cases = [(closes - timedelta(hours=1), usual)]
    if late:
        cases.append((_closed_moment(friday, policy.calendar), late))
    for at, rules in cases:
        rows = [_due(rule, at, policy.calendar, language) for rule in rules]
        if rows:
            yield {"at": on(at, language, policy.calendar.zone), "rows": rows}


def _due(rule: PromiseRule, at: datetime, calendar: Calendar, language: str) -> Words:
    due = due_at(at, rule.within.normal, calendar)
    varies = len({rule.within.for_(level).text for level in _LEVELS}) > 1
    return {
        "name": _capital(promise_word(rule.id, language)),
        "due": by(due, language, calendar.zone),
        "usual": varies,
        "acknowledged": rule.of == "acknowledgement",
    }


def _last_working_day(day: date, calendar: Calendar) -> date | None:
    """The last working day before the first gap on or after *day*; three weeks are looked at."""
    days = [day + n * _DAY for n in range(21) if is_working_day(day + n * _DAY, calendar)]
    return next((d for d in days if not is_working_day(d + _DAY, calendar)), days[0] if days else None)


def _closed_moment(friday: date, calendar: Calendar) -> datetime:
    """Noon of the next day without work; the evening of *friday* where every day has hours."""
    noon = datetime.combine(friday + _DAY, time(12), ZoneInfo(calendar.zone))
    return noon if not is_open(noon, calendar) else closing(friday, calendar) + timedelta(hours=1)


def _closes(calendar: Calendar) -> bool:
    return bool(calendar.closed) or any(not day or sum(_minutes(o, c) for o, c in day) < 1440 for day in calendar.hours)


def _minutes(opens: time, closes: time) -> int:
    return ((closes.hour - opens.hour) * 60 + closes.minute - opens.minute - 1) % 1440 + 1


def _asks(policy: Policy, asks: tuple[str, ...], language: str) -> Words:
    """What to write, and what to add if it is at hand; the second without the label's own "(if at hand)"."""
    names = {label.id: label.name(language) for label in policy.labels}
    return {
        "needed": [names[ask] for ask in asks if not ask.endswith("?") and ask in names],
        "welcome": [
            re.sub(r"\s*\([^)]*\)$", "", names[ask.rstrip("?")])
            for ask in asks
            if ask.endswith("?") and ask.rstrip("?") in names
        ],
    }


def _sort(policy: Policy, category: Category, language: str) -> Words:
    own = category.asks if category.asks != policy.asks else ()
    return {"name": _text(category.name, language), "asks": _asks(policy, own, language), "own": bool(own)}


def _scope(policy: Policy, language: str) -> Words | None:
    scope = policy.scope
    if scope is None:
        return None
    return {
        "inside": _texts(scope.inside, language),
        "outside": _texts(scope.outside, language),
        "way_on": _text(scope.way_on, language),
    }


def _anew(policy: Policy, language: str) -> str:
    """How long before the old date the customer hears of a new one, where a promise is put off at all."""
    rules = [rule for rule in policy.promises if rule.missed == "explain and promise anew"]
    return next((length(r.tell_before, language, "before") for r in rules if r.tell_before is not None), "")


def _escalation(rule: EscalationRule | None, language: str) -> Words | None:
    if rule is None:
        return None
    return {
        "until": length(rule.until, language, "within") if rule.until is not None else "",
        "reasons": rule.reasons,
        "senior": rule.reviewer == "senior",
        "decide": length(rule.decide, language, "within"),
    }


def _text(texts: Mapping[Language, str], language: str) -> str:
    return {str(key): text for key, text in texts.items()}.get(language, "").strip()


def _texts(texts: Mapping[Language, tuple[str, ...]], language: str) -> list[str]:
    return list({str(key): group for key, group in texts.items()}.get(language, ()))


def _listed(words: list[str], language: str) -> str:
    return format_list(words, style="or", locale=Locale.parse(LOCALES[language])) if words else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


__all__ = ["policy_view"]
