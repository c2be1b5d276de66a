"""Dates, durations and the names of our own things, in the customer's language (CLDR through Babel)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from babel.lists import format_list
from babel.units import format_unit

from mailbot.core.worktime import Span

STAGES = {
    "registered": ("registriert", "zarejestrowana", "зарегистрировано", "registered"),
    "assigned": ("zugewiesen", "przydzielona", "передано сотруднику", "assigned"),
    "in work": ("in Bearbeitung", "w opracowaniu", "в работе", "in work"),
    "waiting": ("wartet auf eine Antwort", "czeka na odpowiedź", "ждёт ответа", "waiting for an answer"),
    "resolved": ("gelöst", "rozwiązana", "решено", "resolved"),
    "closed": ("abgeschlossen", "zamknięta", "закрыто", "closed"),
    "merged": ("zusammengelegt", "połączona", "объединено", "merged"),
    "spam": ("Spam", "spam", "спам", "spam"),
}
PROMISES = {
    "acknowledgement": ("Eingangsbestätigung", "potwierdzenie odbioru", "подтверждение получения", "acknowledgement"),
    "answer": ("Antwort", "odpowiedź", "ответ", "answer"),
    "progress": ("Zwischenstand", "informacja o postępach", "сообщение о ходе работы", "progress report"),
    "resolution": ("Lösung", "rozwiązanie", "решение", "resolution"),
    "review": (
        "Ergebnis der Überprüfung",
        "wynik ponownego rozpatrzenia",
        "результат пересмотра",
        "result of the review",
    ),
    "next-working-day": ("Bearbeitung", "obsługa", "обработка", "handling"),
}
_COLUMN = {"de": 0, "pl": 1, "ru": 2, "en": 3}
LOCALES = {"de": "de_DE", "pl": "pl_PL", "ru": "ru_RU", "en": "en_GB"}


def stage_word(stage: str, language: str) -> str:
    return STAGES[stage][_COLUMN[language]] if stage in STAGES else stage


def promise_word(promise: str, language: str) -> str:
    return PROMISES[promise][_COLUMN[language]] if promise in PROMISES else promise


def when(at: datetime, language: str, zone: str) -> str:
    """Weekday, date, time and the zone's name: "Montag, 9. März 2026, 17:00 Uhr (Mitteleuropäische Zeit)"."""
    locale, local = Locale.parse(LOCALES[language]), at.astimezone(ZoneInfo(zone))
    day = format_date(local, "full", locale=locale)
    hour = format_time(local, "HH:mm", locale=locale)
    name = get_timezone_name(ZoneInfo(zone), locale=locale)
    return f"{day}, {hour}{' Uhr' if language == 'de' else ''} ({name})"


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


_CLOCKS = {
    "hours": ("innerhalb von {n}", "w ciągu {n}", "в течение {n}", "within {n}"),
    "days": ("innerhalb von {n}", "w ciągu {n}", "в течение {n}", "within {n}"),
    "hours on working days": (
        "innerhalb von {n} an Werktagen",
        "w ciągu {n} w dni robocze",
        "в течение {n} по рабочим дням",
        "within {n} on working days",
    ),
    "working hours": (
        "innerhalb von {n} Arbeitszeit",
        "w ciągu {n} czasu pracy",
        "в течение {n} рабочего времени",
        "within {n} of working time",
    ),
    "working days": (
        "Werktage, höchstens: {n}",
        "dni robocze, najwyżej: {n}",
        "рабочие дни, не более: {n}",
        "working days, at most: {n}",
    ),
    "end of next working day": (
        "bis zum Ende des nächsten Werktags",
        "do końca następnego dnia roboczego",
        "до конца следующего рабочего дня",
        "by the end of the next working day",
    ),
}


def span_word(span: Span, language: str) -> str:
    """A policy's duration in words."""
    number = f"{span.amount:g}"
    if "hours" in span.clock:
        number = format_unit(span.amount, "duration-hour", locale=Locale.parse(LOCALES[language]))
    elif span.clock == "days":
        number = format_unit(span.amount, "duration-day", locale=Locale.parse(LOCALES[language]))
    return _CLOCKS[span.clock][_COLUMN[language]].format(n=number)
