"""The head of a mail to staff: who writes and from where, how the case stands, what is due next."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.agenda import next_due
from mailbot.core.case import Case
from mailbot.core.commands import harmless
from mailbot.core.desk import Desk
from mailbot.core.mail import Mail, identity
from mailbot.pipeline.links import links
from mailbot.store import cases
from mailbot.wire.dates import written_offset

NAME = 80  #: characters of a customer's name; they write it themselves
HEADS = frozenset({"notice", "assigned", "unassigned", "review-request", "warning", "missed", "history"})


def head(
    conn: Connection,
    desk: Desk,
    case: Case,
    action: do.Send,
    language: str,
    now: datetime,
    reply_to: str,
    mail: Mail | None,
) -> dict[str, object]:
    """What the templates of HEADS are told beside the case; *mail* is the one that they are about, if any."""
    facts = dict(action.facts)
    category = desk.policy.category(case.category)
    names = {str(key): name for key, name in category.name.items()} if category is not None else {}
    earlier = [r for r in cases.of_customer(conn, case.desk, case.customer) if r != case.reference]
    return {
        "who_name": harmless(case.customer_name[:NAME]) if facts.get("who", case.customer) == case.customer else "",
        "spoken": facts.get("spoken") or case.language,
        "there": _there(desk, case, mail, now),
        "history": facts.get("history", len(earlier)),
        "category_name": names.get(language, case.category),
        "next_promise": _next_promise(desk, case, now),
        "calendar": desk.policy.calendar,
        "commands": links(desk, case, action, reply_to, now),
    }


def _next_promise(desk: Desk, case: Case, now: datetime) -> dict[str, object] | None:
    promise = next_due(case, desk.policy)
    return {"id": promise.id, "due_at": promise.due_at, "late": promise.due_at <= now} if promise is not None else None


def _there(desk: Desk, case: Case, mail: Mail | None, now: datetime) -> datetime | None:
    """*now* on the customer's clock, where their Date field was written by another one than the desk's."""
    ours = mail is not None and mail.from_ is not None and mail.from_.identity == identity(case.customer)
    offset = written_offset(mail.header("date")) if mail is not None and ours else None
    here = now.astimezone(ZoneInfo(desk.policy.calendar.zone))
    if offset is None or offset == here.utcoffset():
        return None
    return now.astimezone(timezone(offset))


__all__ = ["HEADS", "head"]
