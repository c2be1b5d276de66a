"""How a mail would be read and treated, and why; writes nothing."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from mailbot.core.mail import Envelope, Mail, Verdict
from mailbot.core.reference import find
from mailbot.core.rules import judge
from mailbot.wire.language import detect
from mailbot.wire.parse import parse


def explain(files: list[str], as_json: bool, own: frozenset[str], authserv_id: str) -> int:
    """Print how each of *files* is read: one JSON object a line, or readable text; 1 where a file cannot be opened."""
    failed = 0
    for name in files:
        try:
            mail = parse(Path(name).read_bytes(), authserv_id=authserv_id)
        except OSError as error:
            print(f"{name}: {error.strerror}", file=sys.stderr)
            failed = 1
            continue
        envelope = Envelope(mail.header("return-path").strip("<> "), (), datetime.now(UTC), via="file")
        facts = _facts(name, mail, judge(mail, envelope, own))
        print(json.dumps(facts) if as_json else "\n".join(f"{key}: {value}" for key, value in facts.items()) + "\n")
    return failed


def _facts(name: str, mail: Mail, verdict: Verdict) -> dict[str, object]:
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
        "language": detect(mail.new_text),
        "text": mail.text,
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
    if mail.reports:
        r = mail.reports[0]
        facts["report"] = {
            "action": r.action,
            "status": r.status,
            "final_recipient": r.final_recipient,
            "original_message_id": r.original_message_id,
        }
    return facts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="mailbot explain")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args([word for n, word in enumerate(sys.argv[1:]) if n or word != "explain"])
    sys.exit(explain(arguments.files, arguments.json, frozenset(), ""))
