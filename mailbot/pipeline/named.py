"""What an agent's commands name beside their own case: looked up before the decision, which reads no store."""

from datetime import datetime

from sqlalchemy import Connection

from mailbot.core import reference as references
from mailbot.core.case import Case
from mailbot.core.commands import Parsed, parse
from mailbot.core.events import Named, Written
from mailbot.core.mail import Mail
from mailbot.core.people import Agent
from mailbot.pipeline.office import Office
from mailbot.pipeline.undoing import undoable
from mailbot.store import blocked, cases

AT_MOST = 10  #: cases that one mail may name


def named_in(conn: Connection, office: Office, mail: Mail, agent: Agent, case: Case | None, seq: int | None) -> Named:
    """*seq* is how far the case was when the notification that is answered was written."""
    parsed = parse("" if mail.only_quotes else mail.new_text)
    second = _mail(conn, case, seq) if case is not None and parsed.has("split") else None
    return Named(
        cases=_cases(conn, parsed),
        mail=second,
        split_off=_split_off(conn, case, second.inbox_id) if case is not None and second is not None else "",
        desks=tuple((d.address, d.name) for d in office.settings.desks if case is None or d.address != case.desk),
        undoable=undoable(conn, case, agent) if case is not None and parsed.has("undo") else None,
        blocked=blocked.everybody(conn) if parsed.has("unblock") else (),
    )


def _cases(conn: Connection, parsed: Parsed) -> tuple[Case, ...]:
    wanted = (references.normal(c.argument.strip("[]")) for c in parsed.commands if c.name in ("link", "merge"))
    found = (cases.load(conn, reference) for reference in list(dict.fromkeys(wanted))[:AT_MOST])
    return tuple(case for case in found if case is not None)


def _mail(conn: Connection, case: Case, seq: int | None) -> Written | None:
    """The customer's mail that the notification is about; None where the case has no other."""
    entries = [e for e in cases.mails(conn, case.reference) if e.kind == "record_mail"]
    theirs = [e for e in entries if e.detail.get("from_customer") and not e.detail.get("held")]
    about = [e for e in theirs if seq is None or e.seq <= seq]
    if len(theirs) < 2 or not about:
        return None
    detail = about[-1].detail
    at = datetime.fromisoformat(str(detail["at"]))
    return Written(str(detail["message_id"]), int(detail["inbox_id"]), at, "")


def _split_off(conn: Connection, case: Case, inbox_id: int) -> str:
    """The case that this customer's mail became, which an agent split off; ""."""
    splits = (e.detail for e in cases.journal(conn, case.reference) if e.kind == "split_case")
    return next((str(d["reference"]) for d in splits if d["inbox_id"] == inbox_id), "")


__all__ = ["named_in"]
