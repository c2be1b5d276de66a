"""All that is stored about one person, as files: person.json, and every mail that they wrote or got as it is."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailbot.core.mail import identity
from mailbot.store import cases, inbox, outbox, people, privacy
from mailbot.store.cases import JournalEntry
from mailbot.store.privacy import Traces
from mailbot.wire.parse import parse

MASK = "…"  #: in the place of an agent's reply token


@dataclass(frozen=True, slots=True)
class Mails:
    """Mails by the name of their file, what JSON says of each, and the texts that stay inside."""

    files: Mapping[str, bytes]
    own: list[dict[str, object]]
    internal: list[dict[str, object]]


def export(conn: Connection, traces: Traces, now: datetime) -> dict[str, bytes]:
    """The files by name. Mail that only staff wrote or read is given as text, without what would let one act as staff."""
    found = cases.load_all(conn, traces.own)
    journals = {reference: cases.journal(conn, reference) for reference in traces.own}
    written = {e.inbox_id for entries in journals.values() for e in entries if e.detail.get("from_customer")}
    secrets = people.tokens_of(conn, traces.own)
    mails = _mails(conn, traces, written, secrets)
    person = {
        "person": traces.address,
        "written_at": now,
        "cases": [{**asdict(case), "journal": [_entry(e) for e in journals[case.reference]]} for case in found],
        "takes_part_in": _parts_of_others(conn, traces),
        "ratings": [_rating(ref, e) for ref, entries in journals.items() for e in entries if e.kind == "rate"],
        "mails": mails.own,
        "internal": mails.internal,
    }
    text = json.dumps(person, ensure_ascii=False, indent=2, default=_plain) + "\n"
    return {"person.json": _masked(text, secrets).encode(), **mails.files}


def _entry(entry: JournalEntry) -> dict[str, object]:
    """The Message-ID of a mail to staff can be as good as a reply token: it is left out."""
    told = entry.detail
    inside = entry.kind == "send" and told.get("audience") not in ("customer", "partner", "watcher")
    return {**asdict(entry), "detail": {k: v for k, v in told.items() if not (inside and k == "message_id")}}


def _rating(reference: str, entry: JournalEntry) -> dict[str, object]:
    return {"case": reference, "at": entry.at, "rating": entry.detail.get("rating"), "words": entry.detail.get("words")}


def _parts_of_others(conn: Connection, traces: Traces) -> list[dict[str, object]]:
    """Others' cases are named and not shown."""
    roles = privacy.roles(conn, traces.address, traces.own)
    return [{"case": reference, "as": list(roles.get(reference, ()))} for reference in traces.elsewhere]


def _mails(conn: Connection, traces: Traces, written: Iterable[int | None], secrets: Iterable[str]) -> Mails:
    files: dict[str, bytes] = {}
    own: list[dict[str, object]] = []
    internal: list[dict[str, object]] = []
    theirs = set(written)
    for record in inbox.records(conn, traces.inbox):
        raw = inbox.get_raw(conn, record.id)
        mail = parse(raw)
        wrote = record.id in theirs or (mail.from_ is not None and mail.from_.identity == traces.address)
        row = {"direction": "in", "at": record.received_at, "case": record.reference, "outcome": record.outcome}
        _add(files, own, internal, row | {"number": record.id}, raw, text=mail.text, shown=wrote)
    for sent in outbox.records(conn, traces.outbox):
        raw = outbox.get_raw(conn, sent.id)
        row = {"direction": "out", "at": sent.created_at, "case": sent.reference, "mail": sent.template}
        got = identity(sent.rcpt_to) == traces.address
        _add(files, own, internal, row | {"number": sent.id, "state": sent.state}, raw, text=parse(raw).text, shown=got)
    return Mails(files, own, [{**row, "text": _masked(str(row["text"]), secrets)} for row in internal])


def _add(
    files: dict[str, bytes],
    own: list[dict[str, object]],
    internal: list[dict[str, object]],
    row: dict[str, object],
    raw: bytes,
    *,
    text: str,
    shown: bool,
) -> None:
    if not shown:
        internal.append({**row, "text": text})
        return
    name = f"mails/{row['direction']}-{row['number']:0>6}.eml"
    files[name] = raw
    own.append({**row, "file": name})


def _masked(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = re.sub(re.escape(secret), MASK, text, flags=re.IGNORECASE)
    return text


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)
