"""Why a day is refused that may be meant otherwise, in the writer's language."""

from collections.abc import Mapping
from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Monday to Sunday
_WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "pl": ("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_IS: Mapping[str, str] = {"de": "{} ist ein {}", "pl": "{} to {}", "ru": "{} — {}", "en": "{} is a {}"}
_EITHER: Mapping[str, str] = {
    "de": "{} oder {}? Bitte das Datum schreiben",
    "pl": "{} czy {}? Proszę podać datę",
    "ru": "{} или {}? Напишите дату",
    "en": "{} or {}? Write the date",
}


def wrong_weekday(day: date, language: str) -> str:
    """Which weekday *day* is: "9 Dec 2026 is a Wednesday"."""
    return _IS[language].format(_short(day, language), _WEEKDAYS[language][day.weekday()])


def either_day(one: date, other: date, language: str) -> str:
    """Which two days may be meant: "6 Mar 2026 or 13 Mar 2026? Write the date"."""
    return _EITHER[language].format(_short(one, language), _short(other, language))


def _short(day: date, language: str) -> str:
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day}.{day.month:02}.{day.year}" if language == "pl" else f"{day.day:02}.{day.month:02}.{day.year}"


__all__ = ["either_day", "wrong_weekday"]
