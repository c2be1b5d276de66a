"""How a mail would be read and treated, and why; writes nothing."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import wrap

from mailbot.cli.foresee import foresee
from mailbot.cli.output import clean, complain, print_json
from mailbot.config import Settings
from mailbot.core.mail import Envelope, Kind, Mail, Verdict
from mailbot.core.reference import find
from mailbot.core.rules import judge
from mailbot.wire.language import detect
from mailbot.wire.parse import parse
from mailbot.wire.plain_report import plain_reports

WIDTH = 80
#: facts with their reason, which stands behind them in the readable form
_REASONS = {
    "kind": "rule",
    "desk": "desk_from",
    "writer": "writer_rule",
    "form": "form_rule",
    "category": "category_from",
    "case_language": "language_from",
    "outcome": "outcome_rule",
    "would_send": "silent",
}


def explain(
    files: list[str], as_json: bool, own: frozenset[str], authserv_id: str, settings: Settings | None = None
) -> int:
    """Print how each of *files* is read: one JSON object a line, or readable text; 1 where a file cannot be opened.

    With *settings* also which desk would take it, what would be decided and what would leave, as for a first mail.
    """
    failed = 0
    for name in files:
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            failed = complain(f"{name}: {error.strerror}")
            continue
        mail = parse(raw, authserv_id=authserv_id)
        envelope = Envelope(mail.header("return-path").strip("<> "), (), datetime.now(UTC), via="file")
        verdict = judge(mail, envelope, own | _ourselves(mail, settings))
        language = detect(mail.new_text)
        facts = _facts(name, mail, verdict, language)
        if settings is not None:
            facts |= foresee(settings, mail, raw, envelope, verdict, language)
        if as_json:
            print_json([facts])
        else:
            print("\n".join(_readable(facts)), end="\n\n")
    return failed


def _ourselves(mail: Mail, settings: Settings | None) -> frozenset[str]:
    """The sender, where it is a desk's address with a subaddress."""
    sender = mail.from_.identity if mail.from_ is not None else ""
    return frozenset({sender}) if settings is not None and settings.desk_of(sender) is not None else frozenset()


def _readable(facts: dict[str, object]) -> Iterator[str]:
    """One fact a line, its reason in brackets; what was written is indented below its name."""
    reasons = {_REASONS[key] for key in facts.keys() & _REASONS.keys()}
    for key, value in facts.items():
        shown = clean(_words(value))
        if key in ("text", "new_text"):
            yield f"{key}:"
            yield from (f"    {line}" for line in shown.splitlines())
        elif key not in reasons:
            why = facts.get(_REASONS.get(key, ""))
            line = f"{key}: {shown}" + (f" ({clean(why)})" if why else "")
            yield from wrap(line, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {_words(v)}" for k, v in value.items() if v not in ("", None))
    if isinstance(value, list):
        return "; ".join(_words(item) for item in value) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in ("", None) else str(value)


def _facts(name: str, mail: Mail, verdict: Verdict, language: str) -> dict[str, object]:
    sender = {"name": mail.from_.display_name, "address": mail.from_.addr_spec} if mail.from_ else None
    facts: dict[str, object] = {
        "file": name,
        "message_id": mail.message_id,
        "from": sender,
        "to": [address.addr_spec for address in mail.to],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "kind": verdict.kind.value,
        "answerable": verdict.answerable,
        "rule": verdict.rule,
        "reference": find(mail.subject),
        "language": language,
        "text": mail.text.replace("\n", "\r\n") if mail.crlf else mail.text,  # as it came
        "new_text": "" if mail.only_quotes else mail.new_text,
        "attachments": [
            {
                "name": a.name,
                "content_type": a.content_type,
                "size_bytes": a.size_bytes,
                "sha256": a.sha256,
                "inline": a.inline,
            }
            for a in mail.attachments
        ],
        "defects": list(mail.defects),
    }
    reports = mail.reports or (plain_reports(mail) if verdict.kind is Kind.BOUNCE else ())
    if reports:
        r = reports[0]
        facts["report"] = {
            "action": r.action,
            "status": r.status,
            "final_recipient": r.final_recipient,
            "original_message_id": r.original_message_id,
        }
    return facts
