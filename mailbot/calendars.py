"""Opening hours, holidays and extra days of a policy file, made into a calendar value."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from mailbot.core.worktime import Calendar, parse_hours
from mailbot.errors import ConfigError

AROUND = 30  #: years before and after those in use: old mail is replayed, and a daemon may run for long
BY_DECREE = frozenset({"RU"})  #: countries that move days off by a decree for each year


def calendar(table: Mapping[str, object], years: range) -> Calendar:
    """The calendar that *table* describes, for moments in *years* and a generation around them. Raises ConfigError."""
    unknown = set(table) - {"zone", "open", "holidays", "closed", "opened"}
    if unknown:
        raise ConfigError(
            f"calendar.{min(unknown)}", table[min(unknown)], "unknown; use zone, open, holidays, closed, opened"
        )
    zone = str(table.get("zone", ""))
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError("calendar.zone", zone, 'not a time zone; write "Europe/Berlin"') from error
    opening = str(table.get("open", ""))
    try:
        hours = parse_hours(opening)
    except ValueError as error:
        raise ConfigError("calendar.open", opening, str(error)) from error
    names = holiday_names(str(table.get("holidays", "")), range(years.start - AROUND, years.stop + AROUND))
    usual = next((day for day in hours if day), ())
    opened = tuple((day, hours[day.weekday()] or usual) for day in sorted(_dates(table, "opened")))
    return Calendar(zone, hours, frozenset(dict(names)) | _dates(table, "closed"), opened, names)


def holiday_dates(code: str, years: range) -> frozenset[date]:
    """The public holidays of a country, or of a region of it ("DE-BE"), transferred days included; "" has none."""
    return frozenset(dict(holiday_names(code, years)))


@lru_cache(maxsize=64)
def holiday_names(code: str, years: range) -> tuple[tuple[date, str], ...]:
    """The same days in order, with their names: English where the library has them, for people to read only."""
    if not code:
        return ()
    country, _, region = code.partition("-")
    try:
        if country not in holidays.list_supported_countries(include_aliases=True):
            raise NotImplementedError(country)
        found = holidays.country_holidays(country, subdiv=region or None, years=years, language="en_US")
    except NotImplementedError as error:
        raise ConfigError("calendar.holidays", code, 'not known; write a country or a region: "PL", "DE-BE"') from error
    return tuple(sorted(found.items()))


def undecreed_years(code: str, years: Iterable[int]) -> tuple[int, ...]:
    """Those of *years* for which the country moves days off, but has not said yet which ones, as far as we know.

    For them only the days are known that the law names. Empty for countries that decree nothing.
    """
    country = code.partition("-")[0]
    if country not in BY_DECREE:
        return ()
    decreed = holidays.country_holidays(country).special_public_holidays
    return tuple(year for year in years if year > max(decreed))


def _dates(table: Mapping[str, object], key: str) -> frozenset[date]:
    values = table.get(key, [])
    if not isinstance(values, list):
        raise ConfigError(f"calendar.{key}", values, 'write a list of days: ["2026-12-24"]')
    days = set()
    for value in values:
        try:
            days.add(_date(value))
        except ValueError as error:
            raise ConfigError(f"calendar.{key}", value, 'not a day; write "2026-12-24"') from error
    return frozenset(days)


def _date(value: object) -> date:
    """A day as text or as TOML's own date; a date with a time is none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(str(value))
