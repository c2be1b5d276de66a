"""The zone that mailbot's mails name behind a time: "17:00 Uhr (Mitteleuropäische Zeit)"."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from mailbot.core.when_words import plain

_ZONED = re.compile(r"(.*\d:\d\d(?: uhr)?) \(([^()]+)\)")
#: the name of a time -> a zone for each clock that it may mean
_ZONES: Mapping[str, tuple[str, ...]] = {
    plain(words): zones
    for row, zones in {
        (
            *("Mitteleuropäische Zeit", "czas środkowoeuropejski"),
            *("центральноевропейское время", "Central European Time"),
        ): ("Europe/Berlin",),
        ("Moskauer Zeit", "czas moskiewski", "московское время", "Moscow Time"): ("Europe/Moscow",),
        (
            *("Osteuropäische Zeit", "czas wschodnioeuropejski"),
            *("восточноевропейское время", "Eastern European Time"),
        ): ("Europe/Helsinki", "Europe/Kaliningrad"),
        (
            *("Westeuropäische Zeit", "czas zachodnioeuropejski"),
            *("Западная Европа", "Western European Time"),
        ): ("Europe/Lisbon",),
    }.items()
    for words in row
}


def zone_apart(said: str, own: str, now: datetime) -> tuple[str, str]:
    """(*said* without the zone behind its time, the zone); *own*, the reader's, where none is named.

    A name that is unknown, or that may mean another clock than *own*, stays where it is.
    """
    match = _ZONED.fullmatch(said)
    if match is None:
        return said, own
    zones = (own,) if match[2] == own.casefold() else _ZONES.get(match[2], ())
    if any(_same_clock(zone, own, now.year) for zone in zones):
        return match[1], own
    return (match[1], zones[0]) if len(zones) == 1 else (said, own)


def _same_clock(one: str, other: str, year: int) -> bool:
    """Whether both show the same time in winter and in summer."""
    return all(
        at.astimezone(ZoneInfo(one)).utcoffset() == at.astimezone(ZoneInfo(other)).utcoffset()
        for at in (datetime(year, 1, 1, tzinfo=UTC), datetime(year, 7, 1, tzinfo=UTC))
    )


__all__ = ["zone_apart"]
