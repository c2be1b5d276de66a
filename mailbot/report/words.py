"""Figures as the template report.md.j2 is told them: counts as numbers, times and shares as words of a language."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from mailbot.core.policy import Policy
from mailbot.report.figures import Figures
from mailbot.report.speed import Speed, Spread, Times
from mailbot.report.tally import Tally
from mailbot.wire.words import from_day_to_day, one_digit, percent

NOTHING = "–"


def context(figures: Figures, name: str, policy: Policy, agents: Mapping[str, str], language: str) -> dict[str, object]:
    """Every name that the template uses; *agents* are names by address."""
    last = figures.period.after - timedelta(days=1)
    categories = {c.id: {str(k): v for k, v in c.name.items()}.get(language, c.id) for c in policy.categories}
    return {
        "desk_name": name,
        "days": from_day_to_day(figures.period.first, last, language),
        "opened": figures.cases_opened,
        "resolved": figures.cases_resolved,
        "mails_in": dict(figures.mails_in),
        "mails_out": dict(figures.mails_out),
        "no_news_yet": figures.no_news_yet,
        "ledger": _rows(figures.promises, language),
        "obligations": _rows(figures.obligations, language),
        "estimates": _rows(figures.estimates, language),
        "answers": _speed(figures.first_answer, categories, agents, language),
        "resolutions": _speed(figures.resolution, categories, agents, language),
        "escalations": {name: getattr(figures.escalations, name) for name in figures.escalations.__dataclass_fields__},
        "ratings": {
            "count": figures.ratings.count,
            "average": _number(figures.ratings.average, language),
            "by_value": dict(figures.ratings.by_value),
            "with_words": figures.ratings.with_words,
        },
    }


def _rows(tallies: Sequence[Tally], language: str) -> list[dict[str, object]]:
    """Of what was made, open or ended; by_machine: kept by an automatic mail, or after an automatic extension."""
    rows: list[dict[str, object]] = []
    for tally in tallies:
        figures = {name: getattr(tally, name) for name in Tally.__dataclass_fields__}
        if not any(figures[name] for name in figures if name not in ("promise", "kept_share")):
            continue
        by_machine = tally.kept_by_automatic_mail + tally.kept_after_automatic_extension
        share = NOTHING if tally.kept_share is None else percent(tally.kept_share, language)
        rows.append({**figures, "by_machine": by_machine, "share": share})
    return rows


def _speed(speed: Speed, categories: Mapping[str, str], agents: Mapping[str, str], language: str) -> dict[str, object]:
    """All, and the kinds and people apart where there is more than one of them to tell apart."""
    by_category = [_times(categories.get(id, id), times, language) for id, times in speed.by_category.items()]
    by_agent = [_times(agents.get(who, who), times, language) for who, times in speed.by_agent.items()]
    return {
        "cases": speed.all.cases,
        "all": _times("", speed.all, language),
        "by_category": by_category if any(speed.by_category) else [],
        "by_agent": by_agent,
    }


def _times(name: str, times: Times, language: str) -> dict[str, object]:
    pairs = {key: _pair(key, times.hours, times.working_hours, language) for key in Spread.__dataclass_fields__}
    return {"name": name, "cases": times.cases, **pairs}


def _pair(key: str, hours: Spread | None, working: Spread | None, language: str) -> str:
    """Hours, and working hours behind the slash."""
    if hours is None or working is None:
        return NOTHING
    return f"{one_digit(getattr(hours, key), language)} / {one_digit(getattr(working, key), language)}"


def _number(value: float | None, language: str) -> str:
    return NOTHING if value is None else one_digit(value, language)
