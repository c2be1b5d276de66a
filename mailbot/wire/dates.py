"""Date fields in the forms that programs have given them: RFC 5322, RFC 850, asctime, ISO 8601 and what lies between."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(
    rf"(?<!\d)(\d{{1,2}})[\s-]+({'|'.join(_MONTHS)})[a-z]{{0,6}}\.?,?[\s-]+(\d{{4}}|\d{{2}})(?!\d)", re.IGNORECASE
)
_AMERICAN = re.compile(
    rf"({'|'.join(_MONTHS)})[a-z]{{0,6}}\.?\s+(\d{{1,2}})(?!\d)(?:.{{0,30}}?)(?<![:\d])(\d{{4}})(?![\d:])",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?!\d)")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})(?!\d)")
_NAMED = {
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "cet": 1,
    "cest": 2,
    "met": 1,
}
_NAMED |= {"mest": 2, "eet": 2, "eest": 3, "msk": 3, "bst": 1, "mez": 1, "mesz": 2}
_COMMENT = re.compile(r"\([^()]*\)")


def parse_date(value: str) -> datetime | None:
    """The moment, aware UTC; an unknown zone is UTC (RFC 5322 4.3); None where no day and time can be read."""
    text = _COMMENT.sub(" ", value[:200]).strip()
    with suppress(ValueError, OverflowError):
        return _utc(datetime.fromisoformat(text))
    day, american, time = _DAY.search(text), _AMERICAN.search(text), _TIME.search(text)
    if time is None or not (day or american):
        return None
    if day:
        number, month, year = int(day[1]), day[2], int(day[3])
    else:
        number, month, year = int(american[2]), american[1], int(american[3])  # type: ignore[index]
    if year < 100:
        year += 2000 if year < 50 else 1900  # RFC 5322 4.3
    with suppress(ValueError, OverflowError):
        clock = int(time[1]), int(time[2]), min(int(time[3] or 0), 59)
        month_number = _MONTHS.index(month[:3].casefold()) + 1
        return _utc(datetime(year, month_number, number, *clock, tzinfo=_zone(text[time.end() :])))
    return None


def written_offset(value: str) -> timedelta | None:
    """How far the clock on which *value* was written is from UTC; None where it does not say.

    RFC 5322 3.3: "-0000" tells nothing of where the writer is; neither does "+0000", which Exchange and webmail write
    for everybody.
    """
    text = _COMMENT.sub(" ", value[:200]).strip()
    time = _TIME.search(text)
    with suppress(ValueError):
        offset = _zone(text[time.end() :]).utcoffset(None) if time is not None else timedelta(0)
        return offset if offset and abs(offset) <= timedelta(hours=14) else None
    return None


def _zone(text: str) -> timezone:
    offset = _OFFSET.search(text)
    if offset:
        size = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(size if offset[1] == "+" else -size)
    names = re.findall(r"[a-z]{2,5}", text.casefold())
    return timezone(timedelta(hours=next((_NAMED[name] for name in names if name in _NAMED), 0)))


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
