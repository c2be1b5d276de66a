"""What an agent's commands change on a case, beside the words that they send."""

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import Command, Parsed
from mailbot.core.decide.ending import end
from mailbot.core.decide.errands import run_errand
from mailbot.core.decide.escalation import escalate_for
from mailbot.core.decide.handing import hand_to_team
from mailbot.core.decide.kin import relate
from mailbot.core.decide.moving import move
from mailbot.core.decide.possible import moment_meant, replaceable
from mailbot.core.decide.steps import (
    Steps,
    end_all,
    hand_out,
    promise_from,
    replace_promise,
    to_agent,
    to_customer,
)
from mailbot.core.decide.watching import watch
from mailbot.core.events import MailReceived
from mailbot.core.people import Agent
from mailbot.core.worktime import due_at

SUGGESTED = "a suggestion"  #: why the promises of a request that was none are void


def obey(steps: Steps, event: MailReceived, command: Command, parsed: Parsed, agent: Agent) -> None:
    """Does what *command* says; problems_of() found nothing against it."""
    match command.name:
        case "take":
            assign(steps, agent, agent)
        case "next":
            steps.add(do.TakeNext(agent.address))
        case "assign":
            assign(steps, steps.desk.roster.named(command.argument)[0], agent)
        case "team":
            hand_to_team(steps, command.argument, agent)
        case "close" | "spam" | "block" | "unblock":
            end(steps, command, agent)
        case "link" | "merge" | "split":
            relate(steps, event, command, parsed, agent)
        case "move":
            move(steps, event, command, agent)
        case "cc":
            watch(steps, command, agent)
        case "escalate":
            escalate_for(steps, event, parsed.body, agent)
        case "complexity":
            _complexity(steps, command.argument.casefold(), agent)
        case "category":
            _category(steps, command.argument.casefold(), agent)
        case "promise":
            _promise(steps, command.argument, parsed, agent)
        case "consent":
            steps.add(do.RecordConsent(agent.address))
        case "partner":
            steps.add(do.AddPartner(command.argument, agent.address))
        case "incident":
            steps.add(do.JoinIncident(command.argument, agent.address))
        case "fault":
            steps.add(do.PassFault(agent.address))
            steps.add(do.AddPartner(steps.desk.policy.developers, agent.address))
        case "mine" | "find" | "show" | "away" | "back":
            run_errand(steps, command, agent)
        case "fixed":
            steps.add(do.PassFault(agent.address, fixed=True))


def assign(steps: Steps, to: Agent, by: Agent) -> None:
    steps.add(do.Assign(to.address, by.address))
    if steps.case.stage is Stage.REGISTERED:
        steps.move(Stage.ASSIGNED)
    if to.address != by.address:
        to_agent(steps, to, "assigned", do.Cause.STAFF, facts=(("by", by.name),))


def _complexity(steps: Steps, wanted: str, agent: Agent) -> None:
    """Longer: the resolution is promised anew and the customer told. Shorter: an inside matter (A6)."""
    steps.add(do.SetComplexity(wanted, agent.address))  # type: ignore[arg-type]
    rule, old = steps.desk.policy.rule("resolution"), steps.case.open_promise("resolution")
    if rule is None or old is None or steps.case.undeliverable:
        return  # a date that nobody can be told of does not change (G12)
    span = rule.within.for_(steps.case.complexity)
    due = due_at(old.since, span, steps.desk.policy.calendar)
    if due > old.due_at:
        replace_promise(steps, old, due, span.text, f"complexity {wanted}", automatic=False)
        facts = (("promise_id", "resolution"), ("old_due", old.due_at), ("reason", ""), ("why", "complexity"))
        to_customer(steps, "promise-changed", do.Cause.STAFF, facts=facts)


def _category(steps: Steps, wanted: str, agent: Agent) -> None:
    """Another category: its team takes over. A review stays where it is, whatever it is called."""
    found = steps.desk.policy.category(wanted)
    assert found is not None
    team = steps.desk.team_for(found.id)
    steps.add(do.SetCategory(found.id, team, agent.address))
    if steps.case.open_review is not None:
        return
    if found.suggestion:
        _only_suggested(steps)
    else:
        _owed_after_all(steps)
    if team and team not in agent.teams and any(team in a.teams for a in steps.desk.roster.agents):
        steps.add(do.Assign("", agent.address))
        successor = hand_out(steps)
        if successor is not None:
            to_agent(steps, successor, "assigned", do.Cause.STAFF, facts=(("by", agent.name),))


def _only_suggested(steps: Steps) -> None:
    """What was promised falls away; whoever was told a date hears it (D13)."""
    told = any(p.is_open and p.told_in for p in steps.case.promises)
    end_all(steps, SUGGESTED)
    if told:
        names = ("closed_now", "busy", "first_time")
        empty = (
            ("opens_at", None),
            ("asks", ()),
            ("invites", ()),
            ("articles", ()),
            ("also", ()),
            ("suggestion", True),
        )
        to_customer(steps, "acknowledgement", do.Cause.STAFF, facts=(*((n, False) for n in names), *empty))


def _owed_after_all(steps: Steps) -> None:
    """What was held back as a suggestion is owed from receipt, or from now where that is too late already."""
    made = False
    for rule in steps.desk.policy.promises:
        old = steps.case.promise(rule.id)
        if rule.of != "receipt" or rule.only or (old is not None and old.reason != SUGGESTED):
            continue
        promise = promise_from(rule, steps.case.opened_at, steps)
        late = promise.due_at <= steps.now
        steps.add(do.MakePromise(promise_from(rule, steps.now, steps) if late else promise))
        made = True
    if made and steps.case.acknowledged:
        to_customer(steps, "progress", do.Cause.STAFF, facts=(("note", ""),))


def _promise(steps: Steps, argument: str, parsed: Parsed, agent: Agent) -> None:
    """The agent's reason and new date reach the customer before the old date passes (B8, D26, E6)."""
    old = replaceable(steps.case)
    assert old is not None
    due = moment_meant(steps, argument, agent)
    replace_promise(steps, old, due, old.clock, parsed.body[:200], automatic=False)
    if steps.case.stage in (Stage.REGISTERED, Stage.ASSIGNED):
        steps.move(Stage.IN_WORK)
    steps.add(do.Answered(agent.address, steps.now))
    facts = (("promise_id", old.id), ("old_due", old.due_at), ("reason", parsed.body), ("why", "extend"))
    to_customer(steps, "promise-changed", do.Cause.STAFF, person=agent.name, facts=facts)


__all__ = ["assign", "obey"]
