"""`mailbot cases` and `mailbot case`."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from mailbot.cli.inside import open_inside
from mailbot.cli.output import clean, column, complain, print_json, print_table, when
from mailbot.cli.shapes import case_row, journal_row, next_due
from mailbot.core import reference as references
from mailbot.core.case import Case
from mailbot.core.promise import Promise
from mailbot.store import cases

#: the facts of a journal entry that people look for, by its kind
FACTS: Mapping[str, tuple[str, ...]] = {
    "send": ("template", "to"),
    "change_stage": ("to", "waiting_for"),
    "assign": ("agent",),
    "set_complexity": ("complexity",),
    "set_category": ("category", "team"),
    "add_partner": ("address",),
    "add_watcher": ("address",),
    "remove_watcher": ("address",),
    "set_team": ("team",),
    "join_case": ("reference",),
    "link_case": ("reference",),
    "split_case": ("reference",),
    "move_case": ("desk",),
    "change_desk": ("desk",),
    "undo": ("rule", "first_seq", "last_seq"),
    "block": ("address",),
    "unblock": ("address",),
    "join_incident": ("name",),
    "end_promise": ("number", "state", "reason"),
    "reopen_promise": ("number",),
    "replace_promise": ("number", "reason"),
    "mark_fired": ("key",),
    "mark_undeliverable": ("address", "reason"),
    "failed": ("address", "reason"),
    "rate": ("rating",),
    "record_mail": ("by", "message_id"),
    "escalate": ("reviewer",),
    "decide_review": ("by",),
    "conclude": ("outcome", "rule"),
}


def list_cases(config: Path | None, *, open_only: bool, limit: int, as_json: bool) -> int:
    store = open_inside(config)
    found = store.read(lambda conn: cases.listing(conn, open_only=open_only, limit=limit, order="waiting"))
    if as_json:
        print_json(case_row(case) for case in found)
        return 0
    columns = (
        column("case", 11),
        column("stage", 10),
        column("next due (UTC)", 16),
        column("assignee", 12),
        column("customer", share=4),
        column("subject", share=5),
    )
    print_table(columns, [_row(case) for case in found])
    return 0


def _row(case: Case) -> tuple[str, ...]:
    due = when(next_due(case.promises))
    return (
        case.reference,
        case.stage.value,
        due or "-",
        case.assignee.partition("@")[0] or "-",
        case.customer,
        case.subject,
    )


def show_case(config: Path | None, reference: str, *, as_json: bool) -> int:
    wanted = references.normal(reference)
    if not wanted:
        return complain(f"{reference} is no reference: its check symbol or its form is wrong; see mailbot cases --all")
    store = open_inside(config)
    case = store.read(lambda conn: cases.load(conn, wanted))
    if case is None:
        return complain(f"there is no case {wanted}")
    journal = store.read(lambda conn: cases.journal(conn, wanted))
    if as_json:
        print_json([{**case_row(case), "journal": [journal_row(entry) for entry in journal]}])
        return 0
    _print_head(case)
    promises = (
        column("no", 4),
        column("promise", 16),
        column("within", 22),
        column("due (UTC)", 16),
        column("state", 8),
        column("ended, why", share=1),
    )
    print_table(promises, [_promise(p) for p in case.promises])
    print()
    entries = (column("no", 4), column("at (UTC)", 16), column("who", 20), column("what", 18), column("", share=1))
    print_table(entries, [(e.seq, when(e.at), e.actor, e.kind, brief(e.kind, e.detail)) for e in journal])
    return 0


def _print_head(case: Case) -> None:
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    console.print(f"{case.reference}  {clean(case.subject)}", style="bold")
    waiting = f" for {case.waiting_for}" if case.waiting_for not in ("", "until") else ""
    waiting += f" until {when(case.waiting_until)} UTC" if case.waiting_until is not None else ""
    rated = f", rated {case.rating} of 5" if case.rating else ""
    print(f"{case.stage}{waiting}, {case.complexity}{rated}")
    for name, value in (("desk", case.desk), ("customer", case.customer), ("assignee", case.assignee or "nobody")):
        print(f"{name:<8}  {clean(value)}")
    print()


def _promise(promise: Promise) -> tuple[object, ...]:
    ended = " ".join(part for part in (when(promise.ended_at), promise.reason) if part)
    state = "estimate" if promise.is_estimate else promise.state.value
    return promise.number, promise.id, promise.clock, when(promise.due_at), state, ended


def brief(kind: str, detail: Mapping[str, object]) -> str:
    """The one or two facts of a journal entry that people look for."""
    if kind == "make_promise" and isinstance(detail.get("promise"), dict):
        promise = detail["promise"]
        assert isinstance(promise, dict)
        return f"{promise.get('id')} due {str(promise.get('due_at'))[:16]}"
    return " ".join(str(detail[key]) for key in FACTS.get(kind, ()) if detail.get(key))
