"""What happened in a replay, in the order of time: mails in, mails out, stages, and the life of every promise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.promise import Promise
from mailbot.store import cases, inbox, outbox
from mailbot.store.cases import JournalEntry
from mailbot.store.database import Store

EVERYTHING = 2**31  #: rows
LATER_MAIL = "later mail"  #: the rule of an untold duty that a customer's later mail makes
#: journal entries that are shown as they are -> (event, field with the state, field with the addressee)
PLAIN = {
    "change_stage": ("stage", "to", ""),
    "assign": ("assigned", "", "agent"),
    "set_complexity": ("complexity", "complexity", ""),
    "set_category": ("category", "category", ""),
    "escalate": ("escalated", "", "reviewer"),
    "decide_review": ("reviewed", "", ""),
    "rate": ("rated", "rating", ""),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline; what does not apply is "" or None."""

    at: datetime
    event: str  #: received, sent, promise, or one of PLAIN
    case: str = ""
    mail: str = ""  #: Message-ID
    to: str = ""
    template: str = ""
    promise: str = ""
    due: datetime | None = None
    state: str = ""  #: of a promise: open, overdue, or how it ended; of a received mail: its outcome
    rule: str = ""
    actor: str = ""


def all_cases(store: Store) -> tuple[Case, ...]:
    """Every case, in the order in which their first mails came."""
    found = store.read(lambda conn: inbox.listing(conn, outcome=None, limit=EVERYTHING))
    references = dict.fromkeys(r.reference for r in reversed(found) if r.reference)
    loaded = (store.read(lambda conn, r=r: cases.load(conn, r)) for r in references)  # type: ignore[misc]
    return tuple(case for case in loaded if case is not None)


def happenings(store: Store, known: tuple[Case, ...]) -> tuple[Happening, ...]:
    """Everything that *store* tells of the mails and of the cases *known*, in the order of time."""
    told = [*_received(store), *(h for case in known for h in _of_case(store, case)), *_sent(store)]
    return tuple(sorted(told, key=lambda h: h.at))


def _received(store: Store) -> Iterator[Happening]:
    found = store.read(lambda conn: inbox.listing(conn, outcome=None, limit=EVERYTHING))
    for r in reversed(found):
        yield Happening(
            r.received_at, "received", r.reference, r.message_id, state=r.outcome, rule=r.rule, actor=r.mail_from
        )


def _sent(store: Store) -> Iterator[Happening]:
    found = store.read(lambda conn: outbox.listing(conn, state="sent", limit=EVERYTHING))
    for r in reversed(found):
        at = r.finished_at or r.created_at
        actor = "agent" if r.person else "mailbot"
        yield Happening(at, "sent", r.reference, r.message_id, r.rcpt_to, r.template, rule=r.cause, actor=actor)


def _of_case(store: Store, case: Case) -> Iterator[Happening]:
    promises = {p.number: p for p in case.promises}
    for entry in store.read(lambda conn: cases.journal(conn, case.reference)):
        if entry.kind in PLAIN:
            event, state, to = PLAIN[entry.kind]
            yield Happening(
                entry.at,
                event,
                case.reference,
                to=str(entry.detail.get(to, "")),
                state=str(entry.detail.get(state, "")),
                actor=entry.actor,
            )
        else:
            yield from _of_promise(entry, case.reference, promises)


def _of_promise(entry: JournalEntry, reference: str, promises: dict[int, Promise]) -> Iterator[Happening]:
    def told(promise: Promise, state: str, rule: str) -> Happening:
        return Happening(
            entry.at,
            "promise",
            reference,
            promise=promise.id,
            due=promise.due_at,
            state=state,
            rule=rule,
            actor=entry.actor,
        )

    match entry.kind:
        case "make_promise":
            made = promises[int(entry.detail["promise"]["number"])]
            yield told(made, "open", LATER_MAIL if made.obligation else made.clock)
        case "reopen_promise":
            yield told(promises[int(entry.detail["number"])], "open", "its mail was not delivered")
        case "end_promise":
            yield told(promises[int(entry.detail["number"])], str(entry.detail["state"]), str(entry.detail["reason"]))
        case "replace_promise":
            old, new = promises[int(entry.detail["number"])], promises[int(entry.detail["by"]["number"])]
            yield told(old, "replaced", str(entry.detail["reason"]))
            yield told(new, "open", new.clock)
        case "mark_fired" if entry.detail["key"].startswith("due:"):
            due = promises[int(entry.detail["key"].partition(":")[2])]
            if due.ended_at is None or due.ended_at > due.due_at:
                yield told(due, "overdue", "")
