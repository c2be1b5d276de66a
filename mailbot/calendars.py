"""Opening hours, holidays and extra days of a policy file, made into a calendar value."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from mailbot.core.worktime import Calendar, parse_hours
from mailbot.errors import ConfigError


def calendar(table: Mapping[str, object], years: range) -> Calendar:
    """The calendar that *table* describes, its holidays known for *years*. Raises ConfigError."""
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
    closed = holiday_dates(str(table.get("holidays", "")), years) | _dates(table, "closed")
    usual = next((day for day in hours if day), ())
    opened = tuple((day, hours[day.weekday()] or usual) for day in sorted(_dates(table, "opened")))
    return Calendar(zone, hours, closed, opened)


def holiday_dates(code: str, years: range) -> frozenset[date]:
    """The public holidays of a country, or of a region of it ("DE-BE"), transferred days included; "" has none."""
    if not code:
        return frozenset()
    country, _, region = code.partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=region or None, years=years)
    except (NotImplementedError, KeyError) as error:
        raise ConfigError("calendar.holidays", code, 'not known; write a country or a region: "PL", "DE-BE"') from error
    return frozenset(found)


def _dates(table: Mapping[str, object], key: str) -> frozenset[date]:
    values = table.get(key, [])
    if not isinstance(values, list):
        raise ConfigError(f"calendar.{key}", values, 'write a list of days: ["2026-12-24"]')
    days = set()
    for value in values:
        try:
            days.add(value if isinstance(value, date) else date.fromisoformat(str(value)))
        except ValueError as error:
            raise ConfigError(f"calendar.{key}", value, 'not a day; write "2026-12-24"') from error
    return frozenset(days)
