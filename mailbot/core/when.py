"""Dates as people write them: "fri 17:00", "übermorgen", "za 2 dni robocze", "до пятницы".

Every language is understood whichever is spoken; the language decides what is ambiguous ("do": until, or Thursday),
and in which words the ways to write a date are told.
"""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailbot.core.opening import Calendar
from mailbot.core.span import LONGEST, Clock, parse_span
from mailbot.core.timetable import first_moment
from mailbot.core.when_reasons import either_day, wrong_weekday
from mailbot.core.when_words import (
    ARTICLES,
    AT,
    BEFORE,
    COMING,
    EXAMPLES,
    IN,
    MONTHS,
    NEAR,
    NEXT,
    NEXT_WEEK,
    NUMBERS,
    UNITS,
    WEEKDAYS,
    plain,
)
from mailbot.core.when_zones import zone_apart
from mailbot.core.worktime import closing, due_at, is_working_day, next_opening

PAST = "in the past"  #: reasons of a ValueError; any other one is in the writer's language
CLOSED = "no working day"
FAR = "more than ten years ahead"

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:$|[ t])")
_YEAR = r"(?: r\.| г\.| roku| года)?(?:$| )"
_DOTTED = re.compile(rf"(\d{{1,2}})\. ?(\d{{1,2}})(?:\.(?: ?(\d{{4}})|(\d\d))?(?![\d:.]))?{_YEAR}")
_NAMED = re.compile(rf"(\d{{1,2}})(?:\.|st|nd|rd|th)?(?: of)? ([^\W\d_]+)\.?(?: (\d{{4}}))?{_YEAR}")
_AMERICAN = re.compile(r"([^\W\d_]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?(?:$| )(?![:.\d])")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?: ?(am|pm|uhr|h|ч\.?))?")
_DAY_OR_TIME = re.compile(r"\d{1,2}\.\d\d")
_FULL_STOP = re.compile(r"(?<=uhr|:\d\d)\.$")
_HOUR = re.compile(r"(\d{1,2}) ?(am|pm|uhr|h|ч\.?|час\w*)(?: (\d{2}))?")


def parse_moment(text: str, now: datetime, calendar: Calendar, language: str, *, opens: bool = False) -> datetime:
    """The moment that *text* means, aware UTC and after *now*.

    A day without a time is its closing, or with *opens* its opening, or the next one; a weekday, or a date without a
    year, is the next one; "next week" is its first working day; a duration runs from *now* on the clock that it names.
    What mailbot's own mails say is understood with its weekday and its zone. ValueError says PAST, CLOSED or FAR, that
    the weekday is another, which two days may be meant, or else how a date may be written.
    """
    said, zone = zone_apart(_FULL_STOP.sub("", plain(text[:200])), calendar.zone, now)
    on_clock = replace(calendar, zone=zone)
    try:
        found = _span(said, now, calendar) or _moment(said, now, on_clock, language, opens=opens)
    except OverflowError as error:
        raise ValueError(FAR) from error
    if found is None:
        raise ValueError(EXAMPLES[language])
    if found <= now:
        raise ValueError(PAST)
    return found


def _span(said: str, now: datetime, calendar: Calendar) -> datetime | None:
    """A duration: "in 2 working days", "9 working hours", "через неделю"."""
    if said == Clock.END_OF_NEXT_WORKING_DAY:
        return due_at(now, parse_span(said), calendar)
    bare = _without(said, IN)
    first, _, rest = bare.partition(" ")
    if first in NUMBERS or first.isdecimal():
        amount, unit = NUMBERS.get(first, first), rest
    elif bare != said:
        amount, unit = 1, bare
    else:
        return None
    try:
        return due_at(now, parse_span(f"{amount} {UNITS.get(unit, unit)}"), calendar)
    except ValueError as error:
        if "longer" in str(error):
            raise ValueError(FAR) from error
        return None


def _moment(said: str, now: datetime, calendar: Calendar, language: str, *, opens: bool) -> datetime | None:
    """A day with or without a time, or a time alone; German "do 17:00" is a day, and Polish "do 17:00" none."""
    if language == "de":
        return _on_a_day(said, now, calendar, language, opens=opens) or _at_a_time(said, now, calendar)
    return _at_a_time(said, now, calendar) or _on_a_day(said, now, calendar, language, opens=opens)


def _at_a_time(said: str, now: datetime, calendar: Calendar) -> datetime | None:
    """Today, or tomorrow where it has passed."""
    zone = ZoneInfo(calendar.zone)
    wall = _time(said, alone=True)
    if wall is None:
        return None
    today = now.astimezone(zone).date()
    at = first_moment(today, wall, zone)
    return at if at > now else first_moment(today + _DAY, wall, zone)


def _on_a_day(said: str, now: datetime, calendar: Calendar, language: str, *, opens: bool) -> datetime | None:
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    for start in _starts(said, language):
        rest, days = _days(start, today, calendar, language)
        wall = _time(rest) if rest else None
        if days and (wall is not None or not rest):
            return _first_after(now, days, wall, calendar, opens=opens)
    return None


def _starts(said: str, language: str) -> tuple[str, ...]:
    """*said* with and without what stands before a day: German "do" is Thursday, and Polish "do" is until."""
    bare = _without(said, BEFORE)
    return (said, bare) if language == "de" else (bare, said)


def _first_after(
    now: datetime, days: tuple[date, ...], wall: time | None, calendar: Calendar, *, opens: bool
) -> datetime | None:
    """The first of *days* that is after *now*; where none is, the last."""
    found, zone = None, ZoneInfo(calendar.zone)
    for day in days:
        if day.year > now.year + LONGEST.days // 366:
            raise ValueError(FAR)
        if wall is None and opens:
            found = next_opening(first_moment(day, time(0), zone), calendar)
        elif wall is None:
            if not is_working_day(day, calendar):
                raise ValueError(CLOSED)
            found = closing(day, calendar)
        else:
            found = first_moment(day, wall, zone)
        if found > now:
            return found
    return found


def _days(said: str, today: date, calendar: Calendar, language: str) -> tuple[str, tuple[date, ...]]:
    """(what follows, the days that may be meant, in their order); no day where *said* begins with none."""
    for words, days in NEAR.items():
        if said == words or said.startswith(f"{words} "):
            return said[len(words) :].strip(), (today + days * _DAY,)
    for words in NEXT_WEEK:
        if said == words or said.startswith(f"{words} "):
            return said[len(words) :].strip(), (_next_week(today, calendar),)
    first, _, rest = said.partition(" ")
    if first in NEXT or first in COMING:
        named, _, after = rest.partition(" ")
        weekday = WEEKDAYS.get(named.rstrip("."))
        return after, () if weekday is None else (_next_named(weekday, today, language, sure=first in COMING),)
    weekday = WEEKDAYS.get(first.rstrip("."))
    return _dated(said, today) if weekday is None else _weekday(weekday, rest, today, language)


def _weekday(weekday: int, rest: str, today: date, language: str) -> tuple[str, tuple[date, ...]]:
    """The next such day and the one after it, or the date that follows; it must be such a day."""
    after, dated = _dated(_without(rest, ARTICLES), today)
    if dated and _DAY_OR_TIME.fullmatch(rest):  # "Fr 10.12": in December, or after ten
        raise ValueError(EXAMPLES[language])
    if not dated or _time(rest) is not None:
        day = today + ((weekday - today.weekday()) % 7) * _DAY
        return rest, (day, day + _WEEK)
    if dated[0].weekday() != weekday:
        raise ValueError(wrong_weekday(dated[0], language))
    return after, tuple(day for day in dated if day.weekday() == weekday)


def _next_named(weekday: int, today: date, language: str, *, sure: bool) -> date:
    """ "Next Friday": the coming one, where that is the next week's too, or where the word leaves no doubt (*sure*)."""
    coming = today + ((weekday - today.weekday() - 1) % 7 + 1) * _DAY
    of_next_week = today + (7 - today.weekday() + weekday) * _DAY
    if coming != of_next_week and not sure:
        raise ValueError(either_day(coming, of_next_week, language))
    return coming


def _next_week(today: date, calendar: Calendar) -> date:
    monday = today + (7 - today.weekday()) * _DAY
    week = (monday + n * _DAY for n in range(7))
    return next((day for day in week if is_working_day(day, calendar)), monday)


def _dated(said: str, today: date) -> tuple[str, tuple[date, ...]]:
    """A date; without a year it is the next one."""
    if match := _ISO.match(said):
        year, month, day = match.groups()
    elif match := _DOTTED.match(said):
        day, month, year = match[1], match[2], match[3] or (match[4] and f"20{match[4]}")
    elif (match := _NAMED.match(said)) and match[2] in MONTHS:
        day, month, year = match[1], str(MONTHS[match[2]] + 1), match[3]
    elif (match := _AMERICAN.match(said)) and match[1] in MONTHS:
        day, month, year = match[2], str(MONTHS[match[1]] + 1), match[3]
    else:
        return said, ()
    years = (int(year),) if year else range(today.year, today.year + 9)
    days = tuple(d for y in years if (d := _real(y, int(month), int(day))) and (year or d >= today))
    return said[match.end() :].strip(), days[:2]


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(said: str, *, alone: bool = False) -> time | None:
    """The time of day that *said* is; a bare hour only after a word for it, and *alone*, without a day, no "17.30"."""
    bare = _without(said, AT)
    clock, hour = _CLOCK.fullmatch(bare), _HOUR.fullmatch(bare)
    if clock and not (alone and "." in clock[0] and not clock[3]):
        return _wall(int(clock[1]), int(clock[2]), clock[3])
    if hour:
        return _wall(int(hour[1]), int(hour[3] or 0), hour[2])
    return _wall(int(bare), 0, None) if bare != said and re.fullmatch(r"\d{1,2}", bare, re.ASCII) else None


def _wall(hour: int, minute: int, half: str | None) -> time | None:
    if half in ("am", "pm") and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half in ("am", "pm") else hour
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _without(said: str, words: tuple[str, ...]) -> str:
    """*said* without the longest of *words* that it begins with."""
    found = max((w for w in words if said.startswith(f"{w} ")), key=len, default="")
    return said[len(found) :].strip()


__all__ = ["CLOSED", "FAR", "PAST", "parse_moment"]
