"""When something is due, as whoever works on it reads it: "today, 15:40, in 3 working hours"; late: since when."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_time

from mailbot.core.worktime import MIDNIGHT, Calendar, working_days_between, working_time_between
from mailbot.wire.lengths import counted
from mailbot.wire.words import LOCALES, genitive, moment

_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
#: yesterday, today and tomorrow, by the days from now
_DAYS = {
    "de": {-1: "gestern, {} Uhr", 0: "heute, {} Uhr", 1: "morgen, {} Uhr"},
    "pl": {-1: "wczoraj, godz. {}", 0: "dziś, godz. {}", 1: "jutro, godz. {}"},
    "ru": {-1: "вчера, {}", 0: "сегодня, {}", 1: "завтра, {}"},
    "en": {-1: "yesterday, {}", 0: "today, {}", 1: "tomorrow, {}"},
}
_SINCE = {
    "de": {0: "seit heute, {} Uhr", -1: "seit gestern, {} Uhr"},
    "pl": {0: "od dziś, godz. {}", -1: "od wczoraj, godz. {}"},
    "ru": {0: "с {} сегодняшнего дня", -1: "с {} вчерашнего дня"},
    "en": {0: "since {} today", -1: "since {} yesterday"},
}
_SINCE_DAY = {"de": "seit {}", "pl": "od {}", "ru": "с {}", "en": "since {}"}
_THERE = {"de": "dort {} Uhr ({})", "pl": "tam godz. {} ({})", "ru": "там {} ({})", "en": "{} there ({})"}


def due(at: datetime, now: datetime, calendar: Calendar, language: str, zone: str = "") -> str:
    """The day as a person calls it, the time, and how long that is: "morgen, 9:30 Uhr, in 4 Arbeitsstunden".

    Late: since when it is: "since 15:40 yesterday". On the clock of *zone*; "" is the calendar's.
    """
    zone = zone or calendar.zone
    if at <= now:
        return since(at, now, language, zone)
    return f"{near(at, now, language, zone)}, {left(at, now, calendar, language)}"


def near(at: datetime, now: datetime, language: str, zone: str) -> str:
    """The moment as a colleague calls it: "gestern, 17:00 Uhr", "Montag, 9. März, 17:00 Uhr"."""
    word = _DAYS[language].get(_days_between(now, at, zone), "")
    return word.format(clock(at, language, zone)) if word else _this_year(moment(at, language, zone), at, now, zone)


def since(at: datetime, now: datetime, language: str, zone: str) -> str:
    """Since when something waits or is late: "seit gestern, 17:00 Uhr", "since Monday, 2 March, 10:00"."""
    word = _SINCE[language].get(_days_between(now, at, zone), "")
    if word:
        return word.format(clock(at, language, zone))
    said = _SINCE_DAY[language].format(_this_year(genitive(at, language, zone), at, now, zone))
    return said.replace("с вт", "со вт").replace("с ср", "со ср") if language == "ru" else said


def _this_year(said: str, at: datetime, now: datetime, zone: str) -> str:
    """*said* without its year, where that is the year of now."""
    year = _day(at, zone).year
    return re.sub(rf"\s{year}(\s[rг]\.)?", "", said) if year == _day(now, zone).year else said


def left(at: datetime, now: datetime, calendar: Calendar, language: str) -> str:
    """What is left until *at*, never rounded up: working days, in the last of them hours; "" once it is past.

    Only the opening hours count: they are what somebody can work in. Where none of them are left, all do.
    """
    if at <= now:
        return ""
    always = all(day == ((MIDNIGHT, MIDNIGHT),) for day in calendar.hours) and not calendar.closed
    days = working_days_between(now, at, calendar)
    if days > 1:
        return counted(days, "days" if always else "working days", language, "in")
    worked = working_time_between(now, at, calendar)
    unit = "hours" if always or not worked else "working hours"
    span = worked or at - now
    if span >= _HOUR:
        return counted(span // _HOUR, unit, language, "in")
    return counted(span // _MINUTE, "minutes", language, "in")


def there(at: datetime, language: str, zone: str) -> str:
    """The time of day where somebody writes, *at* being this moment on their clock: "14:40 there (UTC+03:00)".

    With its weekday where *zone*, the desk's, has another one.
    """
    skeleton = "Hm" if at.date() == _day(at, zone) else "EHm"
    clock = str(format_skeleton(skeleton, at, locale=Locale.parse(LOCALES[language])))
    return _THERE[language].format(clock, at.tzname())


def _days_between(now: datetime, at: datetime, zone: str) -> int:
    return (_day(at, zone) - _day(now, zone)).days


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def clock(at: datetime, language: str, zone: str) -> str:
    """The time of day: "09:30"."""
    return str(format_time(at.astimezone(ZoneInfo(zone)), "HH:mm", locale=Locale.parse(LOCALES[language])))


__all__ = ["clock", "due", "left", "near", "since", "there"]
