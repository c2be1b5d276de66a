"""A month of a busy desk, as the report's template is told it."""

from collections.abc import Mapping
from datetime import date

from mailbot.wire.words import from_day_to_day, one_digit, percent

_FATES = ("kept", "kept_after_extension", "by_machine", "late", "missed", "overdue", "made", "replaced", "void", "open")


def report(said: Mapping[str, str], language: str) -> dict[str, object]:
    """The figures, in words of *language* where they are no counts."""
    return {
        "desk_name": said["desk"],
        "days": from_day_to_day(date(2026, 2, 1), date(2026, 2, 28), language),
        "opened": 128,
        "resolved": 119,
        "mails_in": {"applied": 341, "suppressed": 23, "held": 2, "duplicate": 4, "quarantined": 1, "open": 0},
        "mails_out": {"customer": 402, "agent": 377, "manager": 9, "partner": 6},
        "no_news_yet": 14,
        "ledger": [
            _row("answer", (117, 0, 0, 6, 2, 0, 130, 3, 1, 4), percent(117 / 125, language)),
            _row("resolution", (98, 11, 3, 4, 1, 1, 124, 14, 2, 18), percent(98 / 118, language)),
            _row("progress", (41, 0, 14, 0, 0, 0, 60, 0, 5, 6), percent(41 / 55, language)),
            _row("review", (2, 0, 0, 0, 0, 0, 3, 0, 0, 1), percent(1.0, language)),
        ],
        "obligations": [_row("answer", (3, 0, 0, 1, 0, 0, 5, 0, 0, 1), "")],
        "estimates": [_row("answer", (9, 0, 0, 2, 0, 0, 12, 0, 0, 1), "")],
        "answers": {
            "cases": 125,
            "all": _times("", 125, (5.2, 21.4, 7.9), (2.6, 8.1, 3.3), language),
            "by_category": [],
            "by_agent": [
                _times(said["agent"], 70, (4.8, 19.0, 7.1), (2.4, 7.7, 3.0), language),
                _times(said["colleague"], 55, (6.0, 23.5, 8.9), (3.0, 8.8, 3.7), language),
            ],
        },
        "resolutions": {
            "cases": 119,
            "all": _times("", 119, (71.5, 210.0, 96.4), (24.1, 70.6, 31.8), language),
            "by_category": [],
            "by_agent": [],
        },
        "escalations": {"asked": 3, "without_reviewer": 1, "decided": 2, "decided_late": 0, "open": 1},
        "ratings": {
            "count": 37,
            "average": one_digit(4.3, language),
            "by_value": {"1": 2, "2": 1, "3": 3, "4": 9, "5": 22},
            "with_words": 12,
        },
    }


def _row(promise: str, counts: tuple[int, ...], share: str) -> dict[str, object]:
    return {"promise": promise, **dict(zip(_FATES, counts, strict=True)), "share": share}


def _times(
    name: str, cases: int, hours: tuple[float, ...], working: tuple[float, ...], language: str
) -> dict[str, object]:
    """Hours, and working hours behind the slash."""
    pairs = zip(("median", "p90", "average"), hours, working, strict=True)
    said = {key: f"{one_digit(h, language)} / {one_digit(w, language)}" for key, h, w in pairs}
    return {"name": name, "cases": cases, **said}
