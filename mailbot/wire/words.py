"""Dates, durations and the names of our own things, in the customer's language (CLDR through Babel)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_time, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from mailbot.wire.word_table import COLUMN, Row, word

STAGES: Mapping[str, Row] = {
    "registered": ("registriert", "zarejestrowana", "зарегистрировано", "registered"),
    "assigned": ("zugewiesen", "przydzielona", "передано сотруднику", "assigned"),
    "in work": ("in Bearbeitung", "w toku", "в работе", "in progress"),
    "waiting": ("wartet", "oczekuje", "в ожидании", "waiting"),
    "resolved": ("gelöst", "rozwiązana", "решено", "resolved"),
    "closed": ("abgeschlossen", "zamknięta", "закрыто", "closed"),
    "merged": ("zusammengelegt", "połączona z inną", "объединено с другим", "merged"),
    "spam": ("Spam", "spam", "спам", "spam"),
    "reopened": ("wieder aufgenommen", "wznowiona", "возобновлено", "reopened"),
    "escalated": ("in erneuter Prüfung", "ponownie rozpatrywana", "на пересмотре", "under review"),
}
COMPLEXITIES: Mapping[str, Row] = {
    "simple": ("einfach", "prosta", "простое", "simple"),
    "normal": ("normal", "zwykła", "обычное", "normal"),
    "complex": ("komplex", "złożona", "сложное", "complex"),
}
OTHER_LANGUAGE: Row = ("andere Sprache", "inny język", "другой язык", "another language")
PROMISES: Mapping[str, Row] = {
    "acknowledgement": ("Eingangsbestätigung", "potwierdzenie odbioru", "подтверждение получения", "acknowledgement"),
    "answer": ("Antwort", "odpowiedź", "ответ", "answer"),
    "progress": ("Zwischenstand", "informacja o postępach", "сообщение о ходе работы", "progress report"),
    "resolution": ("Lösung", "rozwiązanie", "решение", "resolution"),
    "review": (
        "Ergebnis der erneuten Prüfung",
        "wynik ponownego rozpatrzenia",
        "результат пересмотра",
        "result of the review",
    ),
    "next-working-day": (
        "Bearbeitung des Anliegens",
        "podjęcie sprawy",
        "рассмотрение обращения",
        "handling of the request",
    ),
}
LOCALES = {"de": "de_DE", "pl": "pl_PL", "ru": "ru_RU", "en": "en_GB"}
#: what follows the year; CLDR writes the Russian one itself
AFTER_YEAR = {"pl": "\u00a0r."}
#: after "do" and "до": Monday to Sunday; CLDR has the nominative only
_WEEKDAYS = {
    "pl": ("poniedziałku", "wtorku", "środy", "czwartku", "piątku", "soboty", "niedzieli"),
    "ru": ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья"),
}
#: where CLDR names the region and not its time
_ZONES = {
    "Москва": "московское время",
    "Центральная Европа": "центральноевропейское время",
    "Восточная Европа": "восточноевропейское время",
    "czas Moskwa": "czas moskiewski",
}


def complexity_word(complexity: str, language: str) -> str:
    return word(COMPLEXITIES, complexity, language)


def language_word(language: str, reader: str) -> str:
    """The name of a language in the reader's: "Polnisch"; "other" is none of ours."""
    if language == "other":
        return OTHER_LANGUAGE[COLUMN[reader]]
    return str(Locale.parse(LOCALES[reader]).languages.get(language, language))


def stage_word(stage: str, language: str) -> str:
    return word(STAGES, stage, language)


def promise_word(promise: str, language: str) -> str:
    return word(PROMISES, promise, language)


def zone_word(zone: str, language: str) -> str:
    """The name of the zone's time: "Mitteleuropäische Zeit"; the zone's own name where there is none."""
    name = str(get_timezone_name(ZoneInfo(zone), locale=Locale.parse(LOCALES[language])))
    return zone if "UTC" in zone or "(" in name or "," in name else _ZONES.get(name, name)


def day(at: datetime, language: str, zone: str) -> str:
    """Weekday and date: "Montag, 9. März 2026"."""
    said = format_date(at.astimezone(ZoneInfo(zone)), "full", locale=Locale.parse(LOCALES[language]))
    return said + AFTER_YEAR.get(language, "")


def moment(at: datetime, language: str, zone: str) -> str:
    """Weekday, date and time: "Montag, 9. März 2026, 17:00 Uhr"."""
    time = format_time(at.astimezone(ZoneInfo(zone)), "HH:mm", locale=Locale.parse(LOCALES[language]))
    before, after = {"de": ("", " Uhr"), "pl": ("godz. ", "")}.get(language, ("", ""))
    return f"{day(at, language, zone)}, {before}{time}{after}"


def when(at: datetime, language: str, zone: str) -> str:
    """The moment and its zone: "Montag, 9. März 2026, 17:00 Uhr (Mitteleuropäische Zeit)"."""
    return f"{moment(at, language, zone)} ({zone_word(zone, language)})"


def genitive(at: datetime, language: str, zone: str) -> str:
    """The moment as it stands after "bis", "do", "до" and "by": "poniedziałku, 9 marca 2026 r., godz. 17:00"."""
    weekdays = _WEEKDAYS.get(language)
    said = moment(at, language, zone)
    return f"{weekdays[at.astimezone(ZoneInfo(zone)).weekday()]},{said.partition(',')[2]}" if weekdays else said


def range_of_days(low: datetime, high: datetime, language: str, zone: str) -> str:
    """One day, or the first and the last of several, joined by a dash."""
    first, last = day(low, language, zone), day(high, language, zone)
    return first if first == last else f"{first} – {last}"


def exact_duration(span: timedelta, language: str) -> str:
    """Days, hours and minutes, never rounded up: "1 dzień i 4 godziny"."""
    locale = Locale.parse(LOCALES[language])
    minutes = max(0, int(span.total_seconds() // 60))
    amounts = ((minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute"))
    units = [format_unit(n, f"duration-{unit}", locale=locale) for n, unit in amounts if n]
    return (
        format_list(units[:2], style="unit", locale=locale)
        if units
        else format_unit(0, "duration-minute", locale=locale)
    )


def one_digit(value: float, language: str) -> str:
    """One digit behind the point: "12,5"."""
    return format_decimal(value, format="#,##0.0", locale=Locale.parse(LOCALES[language]))


def percent(share: float, language: str) -> str:
    """A share from 0 to 1, rounded down, so that only all is 100 %."""
    return format_percent(int(share * 100 + 1e-9) / 100, locale=Locale.parse(LOCALES[language]))


def from_day_to_day(first: date, last: date, language: str) -> str:
    """Two days, both part of it: "1–31 Mar 2026"."""
    locale = Locale.parse(LOCALES[language])
    return format_interval(first, last, skeleton="yMMMMd", locale=locale).replace("\u2009", "")
