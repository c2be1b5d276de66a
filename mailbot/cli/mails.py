"""The commands about single mails: what became of them, what waits to leave, what could not be processed."""

import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

from mailbot.cli.inside import open_inside
from mailbot.cli.output import clean, column, complain, print_json, print_table, when
from mailbot.cli.shapes import inbox_row, outbox_row, raw_row, why_in_row, why_out_row
from mailbot.store import inbox, outbox
from mailbot.store.database import Store


def show_why(config: Path | None, message_id: str, *, as_json: bool) -> int:
    store = open_inside(config)
    wanted = message_id if message_id.startswith("<") else f"<{message_id}>"
    found = store.read(lambda conn: inbox.find(conn, wanted))
    sent = store.read(lambda conn: outbox.find_by_message_id(conn, wanted))
    if as_json:
        print_json([*(why_in_row(r) for r in found), *([why_out_row(sent)] if sent is not None else [])])
    else:
        for r in found:
            head = f"inbox {r.id}: {r.outcome or 'waiting'} by {clean(r.rule) or '-'}"
            print(f"{head}; case {r.reference or '-'}; received {when(r.received_at)} UTC")
        if sent is not None:
            head = f"outbox {sent.id}: {sent.template} to {clean(sent.rcpt_to)}"
            print(f"{head}; case {sent.reference or '-'}; attempts {sent.attempts}")
    if not found and sent is None:
        return complain(f"no mail {wanted} was ever decided or sent")
    return 0


def show_audit(config: Path | None, *, as_json: bool) -> int:
    counts = open_inside(config).read(inbox.audit)
    if as_json:
        print_json([counts])
    else:
        print_table((column("outcome"), column("mails")), sorted(counts.items()))
    return 1 if counts.get("open", 0) else 0


def set_paused(config: Path | None, *, paused: bool) -> int:
    open_inside(config).write(lambda conn: outbox.set_paused(conn, paused))
    print("Nothing leaves until `mailbot resume`." if paused else "Mail leaves again.")
    return 0


def list_outbox(config: Path | None, *, state: str, limit: int, as_json: bool) -> int:
    found = open_inside(config).read(lambda conn: outbox.listing(conn, state=state or None, limit=limit))
    if as_json:
        print_json(outbox_row(record) for record in found)
        return 0
    columns = (
        column("no", 7),
        column("state", 9),
        column("tries", 5),
        column("mail", 18),
        column("case", 11),
        column("to", share=2),
        column("last answer", share=2),
    )
    rows = [(r.id, r.state, r.attempts, r.template, r.reference or "-", r.rcpt_to, r.error or r.reply) for r in found]
    print_table(columns, rows)
    return 0


def show_outbox(config: Path | None, number: int, *, as_json: bool) -> int:
    return _print_raw(open_inside(config).read(lambda conn: outbox.get_raw(conn, number)), number, as_json=as_json)


def retry_outbox(config: Path | None, number: int) -> int:
    now = datetime.now(UTC)
    store = open_inside(config)
    if not store.write(lambda conn: outbox.retry(conn, number, now) or outbox.release_held(conn, number, now)):
        return complain(f"mail {number} neither failed nor waits")
    print(f"Mail {number} is offered again at once.")
    return 0


def list_quarantine(config: Path | None, *, limit: int, as_json: bool) -> int:
    found = open_inside(config).read(lambda conn: inbox.listing(conn, outcome="quarantined", limit=limit))
    if as_json:
        print_json(inbox_row(record) for record in found)
        return 0
    columns = (column("no", 7), column("received (UTC)", 16), column("from", share=2), column("why", share=3))
    print_table(columns, [(r.id, when(r.received_at), r.mail_from or "<>", r.rule) for r in found])
    return 0


def show_quarantined(config: Path | None, number: int, *, as_json: bool) -> int:
    store = open_inside(config)
    raw = store.read(lambda conn: inbox.get_raw(conn, number))
    if elsewhere := _not_quarantined(store, number):
        return complain(elsewhere)
    return _print_raw(raw, number, as_json=as_json)


def retry_quarantined(config: Path | None, number: int) -> int:
    store = open_inside(config)
    if not store.write(lambda conn: inbox.retry(conn, number)):
        return complain(_not_quarantined(store, number) or f"mail {number} is not in the inbox, or its bytes are gone")
    print(f"Mail {number} is back in the inbox.")
    return 0


def _not_quarantined(store: Store, number: int) -> str:
    """Where the mail is instead, and the command that tells more; "" where it is in quarantine, or nowhere."""
    for r in store.read(lambda conn: tuple(inbox.records(conn, (number,)))):
        if r.outcome != "quarantined":
            more = f"mailbot why {shlex.quote(r.message_id)}" if r.message_id else "mailbot quarantine list"
            return f"mail {number} is not in quarantine but {r.outcome or 'waiting'}; see {more}"
    return ""


def _print_raw(raw: bytes, number: int, *, as_json: bool) -> int:
    """The bytes as they are; on a terminal without what it would obey."""
    if not raw:
        return complain(f"there is no mail {number}, or its bytes are gone")
    if as_json:
        print_json([raw_row(number, raw)])
    elif sys.stdout.isatty():
        print(clean(raw.decode("utf-8", "replace").replace("\r\n", "\n")))
    else:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
    return 0
