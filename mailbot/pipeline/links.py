"""`mailto:` links that fill in an agent's usual commands, so that one click and Send give them, on a telephone too."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from mailbot.core import actions as do
from mailbot.core.case import COMPLEXITIES, Case
from mailbot.core.desk import Desk
from mailbot.core.people import Agent
from mailbot.wire.problem_words import part_label

SUBJECT = 150  #: characters of a link's subject
COLLEAGUES = 3  #: that are named one by one; more are left to the writer
_SIGNED = "\n-- \n"  #: whatever a client puts below it is a signature, and none of the agent's words

Offer = tuple[str, str]  #: (what the link is called, the body that it fills in)


def links(desk: Desk, case: Case, action: do.Send, reply_to: str, now: datetime) -> list[dict[str, str]]:
    """The links of a mail to staff; none where it has no private address to write to."""
    if not reply_to or (action.template == "missed" and not case.is_open):
        return []
    to, subject = quote(reply_to, safe="@"), quote(f"Re: [{case.reference}] {case.subject}"[:SUBJECT], safe="")
    return [
        {
            "name": name,
            "mailto": f"mailto:{to}?subject={subject}&body={quote(body.replace(chr(10), chr(13) + chr(10)))}",
        }
        for name, body in _offers(desk, case, action, now)
    ]


def _offers(desk: Desk, case: Case, action: do.Send, now: datetime) -> Iterator[Offer]:
    facts = dict(action.facts)
    if facts.get("names"):
        yield _alone("accept")
    if not case.is_open:
        yield _with_text("reopen")
    elif not _is_his(case, action.to) and case.open_review is None:
        yield _alone("take")
    if facts.get("left_out"):
        yield _alone("files")
    yield from _answers(desk, case, action, facts)
    yield _with_text("note")
    if case.is_open:
        yield from _orders(desk, case, action, now)
    yield _alone("help")


def _answers(desk: Desk, case: Case, action: do.Send, facts: dict[str, object]) -> Iterator[Offer]:
    """The commands whose text leaves the house."""
    policy = desk.policy
    if action.note:
        yield from [("partner", f"/partner {facts['who']}\n\n")] if facts.get("what") == "reply" else ()
        yield _with_text("answer")
    elif case.open_review is not None:
        yield from [_with_text("verdict")] if _is_his(case, action.to) else ()
    elif facts.get("asks_for") == "reason":
        rule = policy.rule(str(facts.get("promise_id")))
        span = rule.extend_by.text if rule is not None and rule.extend_by is not None else "5 working days"
        yield "promise", f"/promise {span}\n\n"
    elif facts.get("asks_for") == "news":
        yield _with_text("update")
    elif case.is_open:
        labels = "".join(f"{part_label(part, case.language)} \n" for part in policy.resolution_needs)
        yield "resolve", f"/resolve\n\n{labels}"
    if facts.get("outside") and case.is_open and policy.scope is not None:
        yield _with_text("out-of-scope")


def _orders(desk: Desk, case: Case, action: do.Send, now: datetime) -> Iterator[Offer]:
    """The commands that need no text."""
    if action.template in ("notice", "assigned"):
        yield "wait", "/wait customer\n\n" if action.note else "/wait\n\n"  # a reply to a note stays inside
        for complexity in COMPLEXITIES:
            if complexity != case.complexity:
                yield _alone(f"complexity {complexity}")
    colleagues = _colleagues(desk, case, action.to, now)
    if len(colleagues) > COLLEAGUES:
        yield "assign …", "/assign "
    else:
        yield from (_alone(f"assign {a.name}") for a in colleagues)


def _colleagues(desk: Desk, case: Case, to: str, now: datetime) -> list[Agent]:
    """Who is present in the case's team and may have it."""
    rule, review = desk.policy.escalation, case.open_review is not None
    senior = review and rule is not None and rule.reviewer == "senior"
    return [
        a
        for a in desk.roster.members(case.team or desk.team)
        if a.address != to
        and desk.roster.available(a, now)
        and not (review and case.involved & set(a.addresses))
        and (a.senior or not senior)
        and desk.roster.named(a.name) == (a,)
    ]


def _is_his(case: Case, to: str) -> bool:
    return bool(case.assignee) and case.assignee == to


def _alone(command: str) -> Offer:
    return command, f"/{command}\n{_SIGNED}"


def _with_text(command: str) -> Offer:
    return command, f"/{command}\n\n"


__all__ = ["links"]
