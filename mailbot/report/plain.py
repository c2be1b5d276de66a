"""Figures as values that JSON can hold; scripts rely on these names."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailbot.report.figures import Figures


def as_json(desks: Sequence[tuple[str, Figures]]) -> dict[str, object]:
    """One object for all *desks*, each with its name; "to" is the last day, included."""
    return {"desks": [_desk(name, figures) for name, figures in desks]}


def _desk(name: str, figures: Figures) -> dict[str, object]:
    period = figures.period
    head = {
        "desk": figures.desk,
        "name": name,
        "from": period.first.isoformat(),
        "to": (period.after - timedelta(days=1)).isoformat(),
        "zone": period.zone,
        "begin": _local(period.begin, period.zone),
        "end": _local(period.end, period.zone),
    }
    rest = {key: _plain(value) for key, value in asdict(figures).items() if key not in ("desk", "period")}
    return head | rest


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).isoformat()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
