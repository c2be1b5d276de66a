"""`mailbot policy show` and `mailbot policy due`."""

import json
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

from mailbot.core.case import Complexity
from mailbot.core.policy import Policy
from mailbot.core.worktime import due_at
from mailbot.errors import ConfigError
from mailbot.wire.words import promise_word, span_word, when


def show(policy: Policy, language: str) -> str:
    """The policy's promises and footer as a customer reads them."""
    title = {str(k): v for k, v in policy.title.items()}.get(language, policy.id)
    lines = [title, "=" * len(title), ""]
    for rule in policy.promises:
        name = promise_word(rule.id, language)
        lines.append(f"- {name[:1].upper()}{name[1:]}: {span_word(rule.within.normal, language)}")
    footer = {str(k): v for k, v in policy.footer.items()}.get(language, "")
    return "\n".join([*lines, "", footer]).rstrip()


def print_due(policy: Policy, promise: str, start: str, complexity: str, *, as_json: bool) -> int:
    """Prints the due moment of *promise* for a clock that starts at *start*."""
    rule = policy.rule(promise)
    if rule is None:
        known = ", ".join(r.id for r in policy.promises)
        raise ConfigError("promise", promise, f"the policy {policy.id} does not make it; it makes {known}")
    if complexity not in get_args(Complexity):
        raise ConfigError("--complexity", complexity, "use simple, normal or complex")
    zone = ZoneInfo(policy.calendar.zone)
    try:
        given = datetime.fromisoformat(start)
    except ValueError as error:
        raise ConfigError("--from", start, "not a moment; write 2026-03-02T17:00 or 2026-03-02T17:00+01:00") from error
    begun = given.replace(tzinfo=zone) if given.tzinfo is None else given
    span = rule.within.for_(complexity)  # type: ignore[arg-type]
    due = due_at(begun.astimezone(UTC), span, policy.calendar).astimezone(zone)
    if as_json:
        row = {"promise": promise, "clock": span.text, "from": begun.isoformat(), "due": due.isoformat()}
        print(json.dumps(row))
    else:
        print(f"{promise}: {span.text} of {rule.of}")
        print(f"  from {when(begun, 'en', policy.calendar.zone)}")
        print(f"  due  {when(due, 'en', policy.calendar.zone)}")
    return 0
