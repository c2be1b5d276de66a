"""A case that waits to be handed out is the next in its line (C4, D7, E4)."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.decide.orders import assign
from mailbot.core.decide.steps import Steps, files_of, hand_out, to_agent
from mailbot.core.desk import Desk
from mailbot.core.events import TurnCame


def decide_turn(case: Case, event: TurnCame, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """Hands the case out if somebody is free, with the customer's newest mail; nothing otherwise."""
    steps = Steps(case, desk, now)
    if case.assignee or not case.is_open:
        return ()
    agent = event.to or hand_out(steps)
    if agent is None:
        return ()
    if event.to is not None:
        assign(steps, event.to, event.to)
    facts = (
        ("what", "new"),
        ("body", event.mail.new_text if event.mail is not None else ""),
        ("history", event.earlier),
        ("names", ""),
        ("so_far", True),
        *files_of(event.mail),
    )
    to_agent(steps, agent, "notice", do.Cause.STAFF, facts=facts, attachments=event.mail is not None)
    return tuple(steps.actions)


__all__ = ["decide_turn"]
