"""An agent wrote: commands first, all or nothing; then the text goes where the agent sent it."""

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import COMMANDS, Command, Parsed, Problem, labelled, parse
from mailbot.core.decide.steps import Steps, assignee, end_all, keep, renew_progress, to_agent, to_customer
from mailbot.core.events import MailReceived
from mailbot.core.people import Agent
from mailbot.core.promise import Promise
from mailbot.core.trust import Authority
from mailbot.core.worktime import due_at


def decide_agent(steps: Steps, event: MailReceived) -> tuple[do.Action, ...]:
    """A mail whose From is a registered agent's. What it may do follows from its authority alone."""
    agent = event.agent
    assert agent is not None
    if event.verdict.kind not in ("human", "command"):
        return steps.done("suppressed", event.verdict.rule)  # an agent's out-of-office touches no case
    parsed = parse(event.mail.new_text)
    if event.authority is not Authority.FULL or steps.maybe is None:
        return _below_full(steps, event, agent, parsed)
    problems = parsed.problems or _problems(steps, parsed)
    if problems:
        _transcript(steps, agent, parsed, problems)
        return steps.done("held", "command-problem")
    names = {c.name for c in parsed.commands}
    if "help" in names:
        _help(steps, agent)
        return steps.done("applied", "help")
    if event.outdated and parsed.body and not names & {"send", "note"}:
        _record(steps, event, agent, held=True)
        to_agent(steps, agent, "outdated", do.Cause.STAFF, facts=(("body", parsed.body),))
        return steps.done("held", "outdated-answer")
    return _apply(steps, event, agent, parsed)


def _below_full(steps: Steps, event: MailReceived, agent: Agent, parsed: Parsed) -> tuple[do.Action, ...]:
    """Not trusted enough: the mail is a held note, and the real agent hears of it within the caps."""
    if event.authority is not Authority.NONE and any(c.name == "help" for c in parsed.commands):
        _help(steps, agent)
        return steps.done("applied", "help")
    if steps.maybe is not None:
        _record(steps, event, agent, held=True)
    if not event.capped:
        to_agent(steps, agent, "held", do.Cause.MAIL)
    return steps.done("held", "agent-without-authority" if event.authority is Authority.NONE else "agent-without-token")


def _help(steps: Steps, agent: Agent) -> None:
    rows = tuple({"name": name, "usage": usage, "does": does} for name, (usage, does) in COMMANDS.items())
    to_agent(steps, agent, "help", do.Cause.MAIL, facts=(("commands", rows),))


def _record(steps: Steps, event: MailReceived, agent: Agent, *, note: bool = False, held: bool = False) -> None:
    steps.add(
        do.RecordMail(
            by=agent.address,
            at=event.received_at,
            message_id=event.mail.message_id,
            inbox_id=event.inbox_id,
            from_customer=False,
            from_agent=True,
            note=note,
            held=held,
        )
    )


def _problems(steps: Steps, parsed: Parsed) -> tuple[Problem, ...]:
    """What cannot be done as things stand; nothing is done unless this is empty."""
    found: list[Problem] = []
    for command in parsed.commands:
        problem = _problem(steps, command, parsed.body)
        if problem is not None:
            found.append(problem)
    return tuple(found)


def _problem(steps: Steps, command: Command, body: str) -> Problem | None:
    case, usage = steps.case, COMMANDS[command.name][0]
    match command.name:
        case "assign":
            meant = steps.desk.roster.named(command.argument)
            if len(meant) != 1:
                names = ", ".join(a.name for a in (meant or steps.desk.roster.agents))
                return Problem(command.line, "who", usage, names)
        case "resolve":
            if not case.is_open:
                return Problem(command.line, "not-now", "/reopen", case.stage)
            return _resolution_problem(steps, command, body)
        case "update" | "verdict" | "answer" | "send" if not body:
            return Problem(command.line, "missing-text", usage)
        case "verdict" if case.escalation is None or case.escalation.decided_at is not None:
            return Problem(command.line, "not-now", "/answer", "no review is open")
        case "verdict" if case.escalation is not None and case.escalation.reviewer != case.assignee:
            return Problem(command.line, "not-now", "/note", "the review is another person's")
        case "reopen" if case.is_open:
            return Problem(command.line, "not-now", "/answer", case.stage)
        case "wait" | "take" | "complexity" if not case.is_open:
            return Problem(command.line, "not-now", "/reopen", case.stage)
    return None


def _resolution_problem(steps: Steps, command: Command, body: str) -> Problem | None:
    if not body:
        return Problem(command.line, "missing-text", "/resolve")
    parts = labelled(body)
    missing = [part for part in steps.desk.policy.resolution_needs if part not in parts]
    if missing:
        return Problem(command.line, "missing-part", "/resolve", ", ".join(missing))
    return None


def _transcript(steps: Steps, agent: Agent, parsed: Parsed, problems: tuple[Problem, ...]) -> None:
    rows = [
        {"line": p.line, "ok": False, "problem": p.text, "nearest": p.nearest, "detail": p.detail} for p in problems
    ]
    bad = {p.line for p in problems}
    rows += [
        {"line": c.line, "ok": True, "problem": "", "nearest": "", "detail": ""}
        for c in parsed.commands
        if c.line not in bad
    ]
    to_agent(steps, agent, "transcript", do.Cause.MAIL, facts=(("lines", tuple(rows)), ("applied", False)))


def _apply(steps: Steps, event: MailReceived, agent: Agent, parsed: Parsed) -> tuple[do.Action, ...]:
    names = {c.name for c in parsed.commands}
    inside = "note" in names or (event.to_note and not names & {"answer", "send", "resolve", "update", "verdict"})
    if "reopen" in names:
        steps.move(Stage.IN_WORK)
    _record(steps, event, agent, note=inside)
    for command in parsed.commands:
        _perform(steps, command, agent)
    if parsed.body and not inside:
        _speak(steps, agent, parsed, names)
    elif inside:
        _tell_colleague(steps, agent, parsed.body)
    if "wait" in names and steps.case.stage is not Stage.WAITING:
        argument = next(c.argument.casefold() for c in parsed.commands if c.name == "wait")
        steps.move(Stage.WAITING, argument or "customer")
    rule = "+".join(c.name for c in parsed.commands) or ("note" if inside else "answer")
    return steps.done("applied", f"agent: {rule}")


def _perform(steps: Steps, command: Command, agent: Agent) -> None:
    match command.name:
        case "take":
            _assign(steps, agent, agent)
        case "assign":
            _assign(steps, steps.desk.roster.named(command.argument)[0], agent)
        case "complexity":
            _complexity(steps, command.argument.casefold(), agent)


def _assign(steps: Steps, to: Agent, by: Agent) -> None:
    steps.add(do.Assign(to.address, by.address))
    if steps.case.stage is Stage.REGISTERED:
        steps.move(Stage.ASSIGNED)
    if to.address != by.address:
        to_agent(steps, to, "assigned", do.Cause.STAFF, facts=(("by", by.name),))


def _complexity(steps: Steps, wanted: str, agent: Agent) -> None:
    """Longer: the resolution is promised anew and the customer told. Shorter: an inside matter (A6)."""
    assert wanted in ("simple", "normal", "complex")
    steps.add(do.SetComplexity(wanted, agent.address))  # type: ignore[arg-type]
    rule, old = steps.desk.policy.rule("resolution"), steps.case.open_promise("resolution")
    if rule is None or old is None:
        return
    span = rule.within.for_(steps.case.complexity)
    due = due_at(old.since, span, steps.desk.policy.calendar)
    if due > old.due_at:
        number = len(steps.case.promises) + 1
        version = steps.desk.policy.version
        new = Promise("resolution", number, span.text, old.since, steps.now, due, policy_version=version)
        steps.add(do.ReplacePromise(old.number, new, f"complexity {wanted}"))
        facts = (("promise_id", "resolution"), ("old_due", old.due_at), ("reason", ""))
        to_customer(steps, "promise-changed", do.Cause.STAFF, facts=facts)


def _speak(steps: Steps, agent: Agent, parsed: Parsed, names: set[str]) -> None:
    """The agent's words go to the customer and keep what a person's mail keeps."""
    keep(steps, "answer", "next-working-day")
    if assignee(steps) is None:
        steps.add(do.Assign(agent.address, agent.address))
    facts: tuple[tuple[str, object], ...] = (("body", parsed.body), ("agent_name", agent.name))
    if "resolve" in names:
        _resolve(steps, agent, parsed, facts)
        return
    if "verdict" in names:
        keep(steps, "review")
        steps.add(do.DecideReview(steps.now, agent.address))
        steps.add(do.Answered(agent.address, steps.now))
        to_customer(steps, "verdict", do.Cause.STAFF, person=agent.name, facts=facts, attachments=True)
        end_all(steps, "solved")
        steps.move(Stage.RESOLVED)
        return
    if steps.case.stage in (Stage.REGISTERED, Stage.ASSIGNED):
        steps.move(Stage.IN_WORK)
    steps.add(do.Answered(agent.address, steps.now))
    renew_progress(steps)
    if "update" in names:
        to_customer(
            steps, "progress", do.Cause.STAFF, person=agent.name, facts=(("note", parsed.body),), attachments=True
        )
    else:
        to_customer(steps, "answer", do.Cause.STAFF, person=agent.name, facts=facts, attachments=True)


def _resolve(steps: Steps, agent: Agent, parsed: Parsed, facts: tuple[tuple[str, object], ...]) -> None:
    keep(steps, "resolution", "progress")
    steps.add(do.Answered(agent.address, steps.now))
    end_all(steps, "solved")
    steps.move(Stage.RESOLVED)
    policy = steps.desk.policy
    parts = labelled(parsed.body)
    until = None
    if policy.escalation is not None and policy.escalation.until is not None:
        until = due_at(steps.now, policy.escalation.until, policy.calendar)
    more = (
        ("outcome", parts.get("outcome", "")),
        ("measures", parts.get("measures", "")),
        ("can_escalate", policy.escalation is not None),
        ("escalate_until", until),
        ("ask_rating", policy.feedback is not None),
    )
    to_customer(steps, "resolution", do.Cause.STAFF, person=agent.name, facts=(*facts, *more), attachments=True)


def _tell_colleague(steps: Steps, agent: Agent, body: str) -> None:
    """A note reaches the assignee, where somebody else wrote it; an answer to it stays inside."""
    owner = assignee(steps)
    if owner is not None and owner.address != agent.address and body:
        facts = (("what", "note"), ("body", body), ("history", 0), ("who", agent.name))
        to_agent(steps, owner, "notice", do.Cause.STAFF, facts=facts, note=True)


__all__ = ["decide_agent"]
