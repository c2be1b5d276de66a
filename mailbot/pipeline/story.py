"""What was written on a case so far, read from the kept mails: for agents' eyes only (D20, G11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mailbot.core.case import Case, Stage
from mailbot.core.commands import harmless
from mailbot.core.commands import parse as parse_commands
from mailbot.core.mail import Mail
from mailbot.pipeline.office import Office
from mailbot.store import cases, inbox
from mailbot.store.cases import JournalEntry
from mailbot.wire.journal_words import actor_word, happening
from mailbot.wire.parse import parse

MAILS, CHARACTERS = 30, 8000  #: of a case at most, of one mail at most
LINES = 10  #: of the journal that /why shows


@dataclass(frozen=True, slots=True)
class Said:
    """One mail of a case."""

    who: str
    at: datetime
    text: str


def story(conn: Connection, case: Case, entries: Sequence[JournalEntry] = ()) -> tuple[Said, ...]:
    """The mails that people wrote on *case*, oldest first; *entries* are those not yet stored."""
    written = [e for e in (*cases.standing(cases.journal(conn, case.reference)), *entries) if _counts(e)]
    said = (_said(conn, case, entry) for entry in written[-MAILS:])
    return tuple(one for one in said if one is not None)


def decisions(conn: Connection, case: Case, language: str, zone: str) -> list[dict[str, object]]:
    """The last lines of the journal in words, the newest first."""
    return [_decision(entry, case, language, zone) for entry in reversed(cases.journal(conn, case.reference)[-LINES:])]


def _decision(entry: JournalEntry, case: Case, language: str, zone: str) -> dict[str, object]:
    what, facts = happening(entry.kind, entry.detail, case.promises, language, zone)
    return {"at": entry.at, "who": actor_word(entry.actor, language), "what": what, "facts": harmless(facts)}


def newest_mail(conn: Connection, office: Office, case: Case) -> tuple[Mail | None, bytes]:
    """The customer's newest mail, and its bytes."""
    for entry in reversed(cases.journal(conn, case.reference)):
        if _counts(entry) and entry.detail.get("from_customer"):
            raw = inbox.get_raw(conn, int(entry.detail["inbox_id"]))
            return parse(raw, authserv_id=office.settings.authserv_id), raw
    return None, b""


def earlier_cases(conn: Connection, case: Case) -> tuple[Case, ...]:
    """The customer's other cases at this desk, newest first, at most ten."""
    others = [r for r in cases.of_customer(conn, case.desk, case.customer) if r != case.reference][:10]
    return tuple(c for r in others if (c := cases.load(conn, r)) is not None)


def _counts(entry: JournalEntry) -> bool:
    return entry.kind == "record_mail" and not entry.detail.get("held") and bool(entry.detail.get("inbox_id"))


def _said(conn: Connection, case: Case, entry: JournalEntry) -> Said | None:
    text = parse(inbox.get_raw(conn, int(entry.detail["inbox_id"]))).new_text
    who = str(entry.detail.get("by") or "")
    if entry.detail.get("from_agent"):
        text = parse_commands(text).body
    return Said(case.customer if who == "customer" else who, entry.at, text[:CHARACTERS]) if text else None


def where_it_goes_on(conn: Connection, case: Case | None) -> Case | None:
    """*case*, or the one that it was joined to."""
    seen: set[str] = set()
    while case is not None and case.stage is Stage.MERGED and case.linked and case.reference not in seen:
        seen.add(case.reference)
        case = cases.load(conn, case.linked[0])
    return case
