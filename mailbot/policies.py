"""Policy files to checked values."""

import hashlib
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from mailbot.calendars import calendar
from mailbot.core.policy import Policy
from mailbot.core.worktime import before, due_at
from mailbot.errors import ConfigError

RENAMED = {"promise": "promises", "category": "categories", "label": "labels"}
YEARS_BACK, YEARS_AHEAD = 1, 4
_PROBE = datetime(2026, 3, 2, 12, tzinfo=UTC)


def load_policy_file(path: Path) -> tuple[Policy | None, tuple[ConfigError, ...]]:
    """The policy in *path*, or all that is wrong with it."""
    try:
        raw = path.read_bytes()
        table = tomllib.loads(raw.decode("utf-8"))
    except FileNotFoundError:
        return None, (ConfigError("policy", path.stem, f"there is no such file: {path}"),)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        return None, (ConfigError("policy", path.stem, f"not readable as TOML: {error}", file=str(path)),)
    year = datetime.now(UTC).year
    try:
        table["calendar"] = calendar(table.get("calendar", {}), range(year - YEARS_BACK, year + YEARS_AHEAD))
    except ConfigError as error:
        return None, (_placed(error, path, raw),)
    for ours, theirs in RENAMED.items():
        if ours in table:
            table[theirs] = table.pop(ours)
    table |= {"id": path.stem, "version": hashlib.sha256(raw).hexdigest()[:12]}
    try:
        policy = Policy.model_validate(table)
    except ValidationError as error:
        return None, tuple(_problem(e, path, raw) for e in error.errors())  # type: ignore[arg-type]
    problems = tuple(_placed(e, path, raw) for e in lint(policy))
    return policy, problems


def lint(policy: Policy) -> tuple[ConfigError, ...]:
    """What the types allow and sense forbids."""
    found: list[ConfigError] = []
    seen: set[str] = set()
    for rule in policy.promises:
        key = f"promise {rule.id}"
        if rule.id in seen:
            found.append(ConfigError(key, rule.id, "promised twice; keep one of them"))
        seen.add(rule.id)
        if rule.id not in KNOWN:
            found.append(ConfigError(key, rule.id, f"nothing can keep it; use one of {', '.join(sorted(KNOWN))}"))
        if rule.missed == "explain and promise anew" and not (rule.extend_by and rule.tell_before):
            found.append(ConfigError(f"{key}.missed", rule.missed, "needs extend_by and tell_before as well"))
        try:
            due = due_at(_PROBE, rule.within.normal, policy.calendar)
        except ValueError as error:
            found.append(ConfigError("calendar.open", None, str(error)))
            break
        for rung in rule.warn:
            if before(due, rung.before, policy.calendar) <= _PROBE:
                hint = f"begins before the promise does ({rule.within.normal.text}); warn later"
                found.append(ConfigError(f"{key}.warn", rung.before.text, hint))
    known = {label.id for label in policy.labels}
    for ask in (*policy.asks, *(a for c in policy.categories for a in c.asks)):
        if ask.rstrip("?") not in known:
            found.append(ConfigError("asks", ask, "no [[label]] has this id"))
    missing = [language for language in policy.languages if language not in policy.footer]
    if missing:
        found.append(ConfigError("footer", missing[0], "the footer has no text in this language"))
    return tuple(found)


KNOWN = frozenset({"acknowledgement", "answer", "progress", "resolution", "review", "next-working-day"})


def _problem(error: dict[str, object], path: Path, raw: bytes) -> ConfigError:
    where = error.get("loc", ())
    names = [str(part) for part in where] if isinstance(where, tuple) else []
    back = {theirs: ours for ours, theirs in RENAMED.items()}
    names = [back.get(name, name) for name in names]
    hint = str(error.get("msg", "")).removeprefix("Value error, ")
    if error.get("type") == "extra_forbidden":
        hint = "unknown key; remove it or mend its spelling"
    value = error.get("input")
    shown = value if isinstance(value, str | int | float | bool) else None
    return _placed(ConfigError(".".join(names), shown, hint), path, raw)


def _placed(error: ConfigError, path: Path, raw: bytes) -> ConfigError:
    """*error* with its file, and with the line where its key, or else its value, stands."""
    key = error.key.rpartition(".")[2].rpartition(" ")[2]
    lines = raw.decode("utf-8", "replace").splitlines()
    words = [str(error.value)] if error.value not in (None, "") else []
    line = next((n for n, text in enumerate(lines, 1) if key in text and all(w in text for w in words)), None)
    line = line or next((n for n, text in enumerate(lines, 1) if text.split("=")[0].strip() == key), None)
    return ConfigError(error.key, error.value, error.hint, file=str(path), line=line)
