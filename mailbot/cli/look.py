"""The commands that look inside a store, and the few that nudge it. They work beside a running daemon."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mailbot.config import store_url
from mailbot.core import reference as references
from mailbot.core.case import Case
from mailbot.store import cases, inbox, outbox
from mailbot.store.database import Store, open_store

_CONTROL = {c: f"\\x{c:02x}" for c in (*range(32), *range(127, 160)) if c not in (9, 10)}


def clean(text: object) -> str:
    """*text* without anything that a terminal would obey (C0, C1, escapes)."""
    return str(text).translate(_CONTROL)


def _store(config: Path | None) -> Store:
    store = open_store(store_url(config))
    store.migrate()
    return store


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        for row in rows:
            print("\t".join(clean(cell).replace("\n", " ") for cell in row))
        return
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(clean(cell) for cell in row))
    console.print(table)


def _line(row: Mapping[str, object]) -> None:
    print(json.dumps(row, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)


def _when(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at is not None else ""


def list_cases(config: Path | None, *, open_only: bool, limit: int, as_json: bool) -> None:
    store = _store(config)
    found = store.read(lambda conn: cases.listing(conn, open_only=open_only, limit=limit, order="waiting"))
    if as_json:
        for case in found:
            _line(asdict(case))
        return
    rows = [(c.reference, c.stage, c.assignee or "-", _due(c), c.customer, c.subject) for c in found]
    _table(("case", "stage", "assignee", "next due (UTC)", "customer", "subject"), rows)


def _due(case: Case) -> str:
    due = min((p.due_at for p in case.promises if p.is_open), default=None)
    return _when(due)


def show_case(config: Path | None, reference: str, *, as_json: bool) -> int:
    wanted = references.normal(reference) or reference
    store = _store(config)
    case = store.read(lambda conn: cases.load(conn, wanted))
    if case is None:
        print(f"mailbot: there is no case {clean(reference)}", file=sys.stderr)
        return 1
    journal = store.read(lambda conn: cases.journal(conn, wanted))
    if as_json:
        _line({**asdict(case), "journal": [asdict(e) for e in journal]})
        return 0
    print(f"{case.reference}  {clean(case.subject)}")
    print(f"{case.stage}, {case.complexity}; customer {clean(case.customer)}; assignee {case.assignee or 'nobody'}\n")
    promises = [(p.number, p.id, p.clock, _when(p.due_at), p.state, _when(p.ended_at), p.reason) for p in case.promises]
    _table(("no", "promise", "within", "due (UTC)", "state", "ended", "reason"), promises)
    print()
    _table(
        ("seq", "at (UTC)", "actor", "what", "detail"),
        [(e.seq, _when(e.at), e.actor, e.kind, brief(e.kind, e.detail)) for e in journal],
    )
    return 0


def brief(kind: str, detail: Mapping[str, object]) -> str:
    """The one or two facts of a journal entry that people look for."""
    keys = {
        "send": ("template", "to"),
        "change_stage": ("to", "waiting_for"),
        "assign": ("agent",),
        "end_promise": ("number", "state", "reason"),
        "replace_promise": ("number", "reason"),
        "mark_fired": ("key",),
        "rate": ("rating",),
        "record_mail": ("by", "message_id"),
        "escalate": ("reviewer",),
    }
    if kind == "make_promise" and isinstance(detail.get("promise"), dict):
        promise = detail["promise"]
        assert isinstance(promise, dict)
        return f"{promise.get('id')} due {str(promise.get('due_at'))[:16]}"
    return " ".join(str(detail[k]) for k in keys.get(kind, ()) if detail.get(k))


def show_why(config: Path | None, message_id: str, *, as_json: bool) -> int:
    store = _store(config)
    wanted = message_id if message_id.startswith("<") else f"<{message_id}>"
    found = store.read(lambda conn: inbox.find(conn, wanted))
    for record in found:
        if as_json:
            _line(asdict(record))
        else:
            outcome = record.outcome or "waiting"
            print(
                f"inbox {record.id}: {outcome} by {record.rule or '-'}; case {record.reference or '-'}; received {_when(record.received_at)} UTC"
            )
    sent = store.read(lambda conn: outbox.find_by_message_id(conn, wanted))
    if sent is not None:
        print(
            f"outbox {sent.id}: {sent.template} to {clean(sent.rcpt_to)}; case {sent.reference or '-'}; attempts {sent.attempts}"
        )
    if not found and sent is None:
        print(f"mailbot: no mail {clean(wanted)} was ever accepted or sent", file=sys.stderr)
        return 1
    return 0


def show_audit(config: Path | None, *, as_json: bool) -> int:
    counts = _store(config).read(inbox.audit)
    if as_json:
        _line(counts)
    else:
        _table(("outcome", "mails"), sorted(counts.items()))
    return 1 if counts.get("open", 0) else 0


def set_paused(config: Path | None, *, paused: bool) -> None:
    _store(config).write(lambda conn: outbox.set_paused(conn, paused))
    print("Nothing leaves until `mailbot resume`." if paused else "Mail leaves again.")


def list_outbox(config: Path | None, *, state: str, limit: int, as_json: bool) -> None:
    found = _store(config).read(lambda conn: outbox.listing(conn, state=state or None, limit=limit))
    if as_json:
        for record in found:
            _line({k: v for k, v in asdict(record).items() if k != "raw"})
        return
    rows = [(r.id, r.state, r.attempts, r.template, r.rcpt_to, r.reference, r.error) for r in found]
    _table(("no", "state", "tries", "mail", "to", "case", "last answer"), rows)


def show_outbox(config: Path | None, number: int) -> int:
    return _bytes(_store(config).read(lambda conn: outbox.get_raw(conn, number)), number)


def retry_outbox(config: Path | None, number: int) -> None:
    now = datetime.now(UTC)
    found = _store(config).write(lambda conn: outbox.retry(conn, number, now) or outbox.release_held(conn, number, now))
    print(f"Mail {number} is offered again at once." if found else f"Mail {number} neither failed nor waits.")


def list_quarantine(config: Path | None, *, limit: int, as_json: bool) -> None:
    found = _store(config).read(lambda conn: inbox.listing(conn, outcome="quarantined", limit=limit))
    if as_json:
        for record in found:
            _line(asdict(record))
        return
    _table(("no", "received (UTC)", "desk", "why"), [(r.id, _when(r.received_at), r.desk, r.rule) for r in found])


def show_raw(config: Path | None, number: int) -> int:
    return _bytes(_store(config).read(lambda conn: inbox.get_raw(conn, number)), number)


def _bytes(raw: bytes | None, number: int) -> int:
    if not raw:
        print(f"mailbot: there is no mail {number}", file=sys.stderr)
        return 1
    if sys.stdout.isatty():
        print(clean(raw.decode("utf-8", "replace").replace("\r\n", "\n")))
    else:
        sys.stdout.buffer.write(raw)
    return 0


def retry_quarantined(config: Path | None, number: int) -> None:
    found = _store(config).write(lambda conn: inbox.retry(conn, number))
    print(f"Mail {number} is back in the inbox." if found else f"Mail {number} is not in quarantine.")
