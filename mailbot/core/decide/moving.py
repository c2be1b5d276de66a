"""`/move`: a case goes to another desk, whose policy it follows; what its customer was told stays as it was told (G12)."""

import difflib
from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.agenda import agenda, is_warning
from mailbot.core.case import Case, Stage
from mailbot.core.commands import COMMANDS, SETTLING, Command, Parsed, Problem
from mailbot.core.decide.steps import Steps, hand_out, oblige, promise_from, to_agent, to_manager
from mailbot.core.desk import Desk
from mailbot.core.events import CaseMoved, MailReceived
from mailbot.core.people import Agent
from mailbot.core.promise import State

MOVED = "moved to another desk"  #: why what was not told yet is owed no more as it was


def move_problem(steps: Steps, event: MailReceived, command: Command, parsed: Parsed) -> Problem | None:
    others = event.named.desks
    if any(c.name in SETTLING for c in parsed.commands):
        return Problem(command.line, "not-now", command.line, "it needs a mail of its own")
    if steps.case.open_review is not None:
        return Problem(command.line, "not-now", "/verdict", "a review is open")
    if not others:
        return Problem(command.line, "not-now", "/assign NAME", "there is no other desk")
    if _meant(event, command.argument):
        return None
    words = {word.casefold(): address for address, name in others for word in (address.partition("@")[0], name)}
    near = difflib.get_close_matches(command.argument.casefold(), words, n=1, cutoff=0.4)
    usage = f"/move {words[near[0]]}" if near else COMMANDS["move"][0]
    return Problem(command.line, "argument", usage, ", ".join(address for address, _ in others))


def _meant(event: MailReceived, argument: str) -> str:
    """The address of the desk that *argument* names: by its address, the part before the @, or its name; ""."""
    wanted = argument.casefold()
    for address, name in event.named.desks:
        if wanted in (address.casefold(), address.casefold().partition("@")[0], name.casefold()):
            return address
    return ""


def move(steps: Steps, event: MailReceived, command: Command, agent: Agent) -> None:
    """The other desk decides for itself, once this decision stands."""
    steps.add(do.MoveCase(_meant(event, command.argument), agent.address, agent.name))


def decide_moved(case: Case, event: CaseMoved, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """What *desk*, which the case comes to, makes of it."""
    steps = Steps(case, desk, now)
    if not case.is_open or case.desk == desk.address:
        return ()
    category = desk.policy.category(case.category)
    steps.add(
        do.ChangeDesk(
            desk=desk.address,
            category=category.id if category is not None else "",
            team=desk.team_for(case.category),
            language=desk.language_for(case.language),
            by=event.by,
        )
    )
    _promise_as_here(steps)
    for key, at in agenda(steps.case, desk, now).items():
        if is_warning(key) and at <= now:  # whoever gets the case reads now what is due
            steps.add(do.MarkFired(key))
    _tell(steps, event, hand_out(steps))
    return tuple(steps.actions)


def _promise_as_here(steps: Steps) -> None:
    """What nobody was told is owed by this desk's policy: from receipt, or from now where that is too late already."""
    owing = [p for p in steps.case.promises if p.is_open and not p.told_in]
    for promise in owing:
        steps.add(do.EndPromise(promise.number, State.VOID, steps.now, MOVED))
    found = steps.desk.policy.category(steps.case.category)
    suggestion = found is not None and found.suggestion
    for rule in steps.desk.policy.promises:
        old = steps.case.promise(rule.id)
        if rule.only or (suggestion and rule.id != "acknowledgement") or (old is not None and old.reason != MOVED):
            continue
        if old is not None and old.obligation:
            oblige(steps, steps.case.unanswered_since or old.since)
        elif rule.of == "receipt" and not _settled(steps.case, rule.id):
            promise = promise_from(rule, steps.case.opened_at, steps)
            late = promise.due_at <= steps.now
            steps.add(do.MakePromise(promise_from(rule, steps.now, steps) if late else promise))
        elif rule.of == "acknowledgement" and steps.case.acknowledged and not (rule.repeats and steps.case.quiet):
            steps.add(do.MakePromise(promise_from(rule, steps.now, steps)))
    if steps.case.unanswered_since is not None and not suggestion:
        oblige(steps, steps.case.unanswered_since)  # whatever the old desk thought of later mails


def _settled(case: Case, id: str) -> bool:
    """Whether what a promise of that id would promise has happened."""
    return (id == "acknowledgement" and case.acknowledged) or (id == "answer" and case.answered_at is not None)


def _tell(steps: Steps, event: CaseMoved, agent: Agent | None) -> None:
    """Whoever has it now reads the whole story; where nobody is there to have it, the manager hears."""
    if agent is None and steps.case.stage is Stage.ASSIGNED:
        steps.move(Stage.REGISTERED)
    if agent is not None:
        to_agent(steps, agent, "assigned", do.Cause.STAFF, facts=(("by", event.by_name),))
    elif not steps.desk.roster.reachable(steps.case.team or steps.desk.team, steps.now):
        facts = (("what", "new"), ("body", event.text), ("history", 0))
        to_manager(steps, "unassigned", do.Cause.STAFF, facts=facts)


__all__ = ["decide_moved", "move", "move_problem"]
