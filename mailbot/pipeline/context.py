"""What a mail's template is told: the case's facts, the promises that it may state, the words of its people."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.case import Case, Stage
from mailbot.core.commands import harmless
from mailbot.core.desk import Desk
from mailbot.core.mail import Mail
from mailbot.core.policy import Language, Scope
from mailbot.pipeline.head import HEADS, head
from mailbot.pipeline.story import decisions, earlier_cases, story
from mailbot.store.cases import JournalEntry

SHOWN_CHARACTERS = 100_000  #: of a mail's text in a notification; the rest stays in the store
WORDS = ("body", "reasons", "words")  #: facts that somebody wrote
RETURNED = ("outdated", "withheld")  #: mails that give an agent's own words back
STORIES = ("assigned", "history", "review-request")  #: mails that show the case so far
STAFF = (do.Audience.AGENT, do.Audience.MANAGER)
_STEP = {Stage.RESOLVED: 3, Stage.CLOSED: 4, Stage.REGISTERED: 1, Stage.ASSIGNED: 1}


def context_of(
    conn: Connection,
    desk: Desk,
    case: Case | None,
    action: do.Send,
    entries: Sequence[JournalEntry],
    language: str,
    now: datetime,
    reply_to: str,
    mail: Mail | None,
) -> dict[str, object]:
    """Every name that the template of *action* may use; *entries* are the journal's newest, not yet stored."""
    context = _context(desk, case, action, language, now)
    if case is not None and action.audience in STAFF and action.template in HEADS:
        context |= head(conn, desk, case, action, language, now, reply_to, mail)
        context["details"] = _beside_the_head(context)
    if action.template == "why" and case is not None:
        context["decisions"] = decisions(conn, case, language, desk.policy.calendar.zone)
    return context | _inside(conn, case, action, entries)


def _context(
    desk: Desk,
    case: Case | None,
    action: do.Send,
    language: str,
    now: datetime,
) -> dict[str, object]:
    policy = desk.policy
    context: dict[str, object] = {
        "reference": case.reference if case is not None else "",
        "subject": case.subject if case is not None else "",
        "desk_name": desk.name,
        "footer": _in_language(policy.footer, language) if action.audience is do.Audience.CUSTOMER else "",
        "customer_name": "",
        "zone": policy.calendar.zone,
        "promises": _promises(case, action),
        "estimate": _estimate(case),
        "first_steps": _in_language(policy.welcome, language),
        "scope": _scope(policy.scope, language),
        "now": now,
        "stage": str(case.stage) if case is not None else "",
        "verified": False,
        "language": language,
        "audience": str(action.audience),
        "inside": action.note,
        "status_word": policy.status_on_request,
    }
    if case is not None and action.audience is do.Audience.CUSTOMER:
        context["stage_step"] = _STEP.get(case.stage, 2)
    if case is not None:
        context |= {"category": case.category, "complexity": case.complexity, "who": case.customer}
        context |= {"waiting_for": case.waiting_for, "patience": case.patience}
    context |= _facts(action)
    if action.audience is not do.Audience.CUSTOMER and len(str(context.get("body", ""))) > SHOWN_CHARACTERS:
        context["body"] = str(context["body"])[:SHOWN_CHARACTERS] + "\n[…]"
    return _finished(context, desk, case, action, language)


def _facts(action: do.Send) -> dict[str, object]:
    """The template's own values; a customer's words cannot give a command from inside an agent's answer (T-05)."""
    facts = dict(action.facts)
    if action.audience in (do.Audience.AGENT, do.Audience.MANAGER) and action.template not in RETURNED:
        facts |= {key: harmless(words) for key in WORDS if isinstance(words := facts.get(key), str)}
    return facts


def _inside(conn: Connection, case: Case | None, action: do.Send, entries: Sequence[JournalEntry]) -> dict[str, object]:
    """What only staff may read: the case so far, and the customer's other cases (D20)."""
    if case is None or action.audience not in STAFF:
        return {}
    told = story(conn, case, entries) if action.template in STORIES or dict(action.facts).get("so_far") else ()
    told = told if action.template in STORIES or len(told) > 1 else ()  # one mail is in the notice itself
    return {
        "story": [{"who": s.who, "at": s.at, "text": harmless(s.text)} for s in told],
        "others": [
            {"reference": c.reference, "subject": c.subject, "stage": str(c.stage)} for c in earlier_cases(conn, case)
        ]
        if action.template in STORIES or action.template == "notice"
        else [],
    }


def _promises(case: Case | None, action: do.Send) -> dict[str, dict[str, object]]:
    """What this mail may state: open promises that decide() named, nothing else."""
    if case is None:
        return {}
    told = (p for p in case.promises if p.is_open and not p.is_estimate and p.id in action.tells)
    return {p.id: {"due_at": p.due_at, "clock": p.clock} for p in told}


def _estimate(case: Case | None) -> dict[str, datetime] | None:
    """The range that the ledger holds for an answer, or None (C2)."""
    row = case.open_promise("estimate") if case is not None else None
    return {"low_at": row.low_at, "high_at": row.due_at} if row is not None and row.low_at is not None else None


def _beside_the_head(context: Mapping[str, object]) -> list[object]:
    """The details without the customer's name: the head has said it."""
    details = context["details"]
    return [d for d in details if d["value"] != context["who_name"]] if isinstance(details, list) else []


def _finished(
    context: dict[str, object],
    desk: Desk,
    case: Case | None,
    action: do.Send,
    language: str,
) -> dict[str, object]:
    """Replaces ids by words: labels, and who has the case."""
    _name_details(context, desk, language)
    if action.audience in STAFF and case is not None:
        found = desk.roster.find(case.assignee) if case.assignee else None
        context["yours"] = bool(case.assignee) and case.assignee == action.to
        context["assignee"] = found.name if found is not None else case.assignee
        context["details"] = [
            {"name": label.name(language), "value": harmless(value)}
            for id, value in case.fields
            if (label := desk.policy.label(id)) is not None and label.given_by in ("line", "sender")
        ]
    return context


def _name_details(context: dict[str, object], desk: Desk, language: str) -> None:
    """What the customer is asked for, by name, each detail once; with what the twins of the case lack (`also`)."""
    twins, named = context.get("also", ()), list[str]()
    for key in ("asks", "invites"):
        ids = context.get(key)
        if isinstance(ids, tuple) and isinstance(twins, tuple):
            own = [label.name(language) for i in ids if (label := desk.policy.label(str(i))) is not None]
            theirs = [name for twin in twins for name in twin[key]]
            context[key] = [name for name in dict.fromkeys((*own, *theirs)) if name not in named]
            named += own + theirs


def _in_language(texts: Mapping[Language, str], language: str) -> str:
    return {str(key): text for key, text in texts.items()}.get(language, "")


def _scope(scope: Scope | None, language: str) -> dict[str, object]:
    """What the desk helps with, what not, and the way on, in one language (C6 to C8)."""
    if scope is None:
        return {}
    inside, outside = (
        {str(k): v for k, v in table.items()}.get(language, ()) for table in (scope.inside, scope.outside)
    )
    return {"inside": inside, "outside": outside, "way_on": _in_language(scope.way_on, language)}
