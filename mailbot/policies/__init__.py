"""A policy file: read, checked and understood, with all that is wrong in it at once."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from mailbot.calendars import calendar, undecreed_years
from mailbot.core.policy import Policy, PromiseRule
from mailbot.core.worktime import Calendar, due_at
from mailbot.errors import ConfigError
from mailbot.policies.finding import Finding, value_at
from mailbot.policies.promises import promise_findings
from mailbot.policies.shape import Shape, check_keys, to_policy
from mailbot.policies.sorting import sorting_findings
from mailbot.policies.texts import text_findings
from mailbot.policies.times import time_findings
from mailbot.toml_lines import Path as Place
from mailbot.toml_lines import line_of, name_of, toml_lines

YEARS_BACK, YEARS_AHEAD = 1, 4
_STAND_INS = {"zone": "UTC", "open": "mon-fri 09:00-17:00"}
_LINTS = (promise_findings, time_findings, sorting_findings, text_findings)


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One file, what it says, and what is wrong with it."""

    path: Path
    policy: Policy | None = None  #: None where nothing can be made of it; with problems, not to be kept
    problems: tuple[ConfigError, ...] = ()
    warnings: tuple[ConfigError, ...] = ()
    table: Mapping[str, object] = field(default_factory=dict)  #: as written
    lines: Mapping[Place, int] = field(default_factory=dict)

    def locate(self, finding: Finding) -> ConfigError:
        """*finding* with file, line, key and the value as it is written."""
        value = value_at(self.table, finding.path)
        shown = None if isinstance(value, dict | list) else value
        line = line_of(finding.path, self.lines) or 1  # missing at the top
        return ConfigError(name_of(finding.path), shown, finding.hint, file=str(self.path), line=line)


def load_policy_file(path: Path, years: range | None = None, *, today: date | None = None) -> PolicyFile:
    """The policy in *path* and all that is wrong with it, with the holidays of *years* (None: those around today)."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError:
        return PolicyFile(path, problems=(ConfigError("policy", path.stem, f"there is no such file: {path}"),))
    except tomllib.TOMLDecodeError as error:
        return PolicyFile(path, problems=(_not_toml(path, error),))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return PolicyFile(
            path, problems=(ConfigError("syntax", None, "not UTF-8; save it as UTF-8", file=str(path), line=line),)
        )
    except OSError as error:
        hint = f"cannot be read: {error.strerror}"
        return PolicyFile(path, problems=(ConfigError("policy", path.stem, hint, file=str(path)),))
    file = PolicyFile(path, table=table, lines=toml_lines(text))
    now = datetime.combine(today or datetime.now(UTC).date(), time(12), UTC)
    return checked(file, hashlib.sha256(raw).hexdigest()[:12], years, now)


def checked(file: PolicyFile, version: str, years: range | None, now: datetime) -> PolicyFile:
    """*file* with its policy and what is wrong with it; whatever its table holds, this never raises."""
    shape = Shape(dict(file.table))
    check_keys(shape)
    days = _calendar(shape, years or range(now.year - YEARS_BACK, now.year + YEARS_AHEAD))
    policy = to_policy(shape, {"id": file.path.stem, "version": version, "calendar": days, "holidays": _code(shape)})
    further = (*lint(policy), *_undecreed(policy, now)) if policy is not None else ()
    found = (*shape.found.values(), *(f for f in further if not shape.follows(f)))
    placed = sorted(((f, file.locate(f)) for f in found), key=lambda pair: pair[1].line or 0)
    problems = tuple(error for f, error in placed if not f.warning)
    return replace(file, policy=policy, problems=problems, warnings=tuple(e for f, e in placed if f.warning))


def lint(policy: Policy) -> tuple[Finding, ...]:
    """What the types allow and sense forbids."""
    return tuple(finding for check in _LINTS for finding in check(policy))


def _undecreed(policy: Policy, now: datetime) -> Iterator[Finding]:
    """A year into which a promise made today can reach, and of which not every day off is known."""
    try:
        latest = max((_latest(rule, now, policy.calendar) for rule in policy.promises), default=now)
    except ValueError:
        return  # never opens: told already
    for year in undecreed_years(policy.holidays, range(now.year, latest.year + 1)):
        country = policy.holidays.partition("-")[0]
        hint = (
            f"{country} has not decreed yet which days off it moves in {year}, as far as we know, and promises reach into "
            "that year; install a newer holidays package, or name the days in closed and opened"
        )
        yield Finding(("calendar", "holidays"), hint, warning=True)


def _latest(rule: PromiseRule, now: datetime, days: Calendar) -> datetime:
    """When the promise, made now to a complex case, is due at the latest: put off as often as may be."""
    due = due_at(now, rule.within.complex, days)
    if rule.extend_by is not None:
        for _ in range(rule.extend_at_most):
            due = due_at(due, rule.extend_by, days)
    return due


def _calendar(shape: Shape, years: range) -> Calendar:
    """The calendar of the file; every key of it that is wrong is told, and a usual one stands in."""
    given = shape.table.get("calendar")
    rest: dict[str, object] = dict(given) if isinstance(given, dict) else dict(_STAND_INS)
    while True:
        try:
            return calendar(rest, years)
        except ConfigError as error:
            key = error.key.rpartition(".")[2]
            if ("calendar", key) in shape.found:
                raise  # not helped by leaving the key out
            path: Place = ("calendar", key)
            values = rest.get(key)
            if isinstance(values, list) and error.value in values:
                path = (*path, values.index(error.value))
            shape.add(path, error.hint if key in rest else f"missing; {error.hint.rpartition('; ')[2]}")
            rest = {k: v for k, v in rest.items() if k != key} | {k: v for k, v in _STAND_INS.items() if k == key}


def _code(shape: Shape) -> str:
    table = shape.table.get("calendar")
    return str(table.get("holidays", "")) if isinstance(table, dict) else ""


def _not_toml(path: Path, error: tomllib.TOMLDecodeError) -> ConfigError:
    found = re.search(r"line (\d+)", str(error))
    return ConfigError("syntax", None, f"not TOML: {error}", file=str(path), line=int(found[1]) if found else None)


__all__ = ["PolicyFile", "checked", "lint", "load_policy_file"]
