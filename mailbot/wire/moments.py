"""Opening hours, closed days and moments as a person says them, for pages that are read and not computed with."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton

from mailbot.core.worktime import MIDNIGHT, Calendar, is_working_day
from mailbot.wire.words import AFTER_YEAR, LOCALES

_DAY = timedelta(days=1)
_MONDAY = date(2026, 3, 2)

#: Monday to Sunday: "on", "until" or "not later than", as the language declines them
_ON = {
    "de": ("am Montag", "am Dienstag", "am Mittwoch", "am Donnerstag", "am Freitag", "am Samstag", "am Sonntag"),
    "pl": ("w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę"),
    "ru": ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье"),
    "en": ("on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "on Saturday", "on Sunday"),
}
_BY = {
    "de": tuple(f"bis {day.removeprefix('am ')}" for day in _ON["de"]),
    "pl": ("do poniedziałku", "do wtorku", "do środy", "do czwartku", "do piątku", "do soboty", "do niedzieli"),
    "ru": (
        "не позднее понедельника",
        "не позднее вторника",
        "не позднее среды",
        "не позднее четверга",
        "не позднее пятницы",
        "не позднее субботы",
        "не позднее воскресенья",
    ),
    "en": tuple(f"by {day.removeprefix('on ')}" for day in _ON["en"]),
}
_AT = {"de": "um {} Uhr", "pl": "o godz. {}", "ru": "в {}", "en": "at {}"}
_CLOCK = {"de": "{} Uhr", "pl": "godz. {}", "ru": "{}", "en": "{}"}
_TO = {"de": " bis ", "pl": "–", "ru": "–", "en": " to "}
_ALL_DAY = {"de": "rund um die Uhr", "pl": "całą dobę", "ru": "круглосуточно", "en": "around the clock"}
_AND = {"de": " und ", "pl": " i ", "ru": " и ", "en": " and "}


def on(at: datetime, language: str, zone: str) -> str:
    """When something happens: "am Freitag, 6. März 2026, um 16:00 Uhr"."""
    return _said(at, language, zone, _ON, _AT)


def by(at: datetime, language: str, zone: str) -> str:
    """When something is due: "bis Freitag, 6. März 2026, 16:00 Uhr", "не позднее пятницы, 6 марта 2026 г., 16:00"."""
    return _said(at, language, zone, _BY, _CLOCK)


def _said(at: datetime, language: str, zone: str, days: Mapping[str, tuple[str, ...]], clock: Mapping[str, str]) -> str:
    local = at.astimezone(ZoneInfo(zone))
    day = format_date(local, "long", locale=Locale.parse(LOCALES[language])) + AFTER_YEAR.get(language, "")
    return f"{days[language][local.weekday()]}, {day}, {clock[language].format(_wall(local.time()))}"


def hours_of_week(calendar: Calendar, language: str) -> list[tuple[str, str]]:
    """(days, hours) for every run of weekdays with the same hours; closed days are left out."""
    runs: list[tuple[int, int]] = []
    for day, hours in enumerate(calendar.hours):
        if runs and hours == calendar.hours[runs[-1][1]] and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        elif hours:
            runs.append((day, day))
    return [(_days(first, last, language), _hours(calendar, first, language)) for first, last in runs]


def _days(first: int, last: int, language: str) -> str:
    names = [_weekday(day, language) for day in dict.fromkeys((first, last))]
    return (_AND if last == first + 1 else _TO)[language].join(names)


def _weekday(day: int, language: str) -> str:
    return format_date(_MONDAY + day * _DAY, "EEEE", locale=Locale.parse(LOCALES[language]))


def _hours(calendar: Calendar, day: int, language: str) -> str:
    if calendar.hours[day] == ((MIDNIGHT, MIDNIGHT),):
        return _ALL_DAY[language]
    windows = [
        f"{_wall(opens)}–{'24:00' if closes == MIDNIGHT else _wall(closes)}" for opens, closes in calendar.hours[day]
    ]
    return _AND[language].join(windows) + (" Uhr" if language == "de" else "")


def _wall(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


def closed_days(calendar: Calendar, first: date, last: date, language: str) -> list[tuple[int, list[str]]]:
    """(year, days) on which the desk would be open and is not; neighbours with no open day between are joined."""
    found: list[list[date]] = []
    for day in _every(first, last):
        if not calendar.hours[day.weekday()]:
            continue
        if is_working_day(day, calendar):
            found.append([])
        elif found and found[-1]:
            found[-1].append(day)
        else:
            found.append([day])
    runs = [run for run in found if run]
    years = dict.fromkeys(run[0].year for run in runs)
    return [(year, [_run(run, language) for run in runs if run[0].year == year]) for year in years]


def _every(first: date, last: date) -> Iterator[date]:
    return (first + n * _DAY for n in range((last - first).days + 1))


def _run(days: Sequence[date], language: str) -> str:
    first, last = days[0], days[-1]
    if first == last:
        return _date(first, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{'.' if language == 'de' else ''}–{_date(last, language)}"
    year = f" {last.year}" if last.year != first.year else ""
    return f"{_date(first, language)} – {_date(last, language)}{year}"


def _date(day: date, language: str) -> str:
    return format_skeleton("MMMMd", day, locale=Locale.parse(LOCALES[language]))


__all__ = ["by", "closed_days", "hours_of_week", "on"]
