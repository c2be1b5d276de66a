"""An agent wrote: commands first, all or nothing; then the text goes where the agent sent it."""

from dataclasses import replace

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.closing import only_closes
from mailbot.core.commands import ELSEWHERE, PERSONAL, SETTLING, Parsed, Problem, parse
from mailbot.core.decide.direct import answered_directly, is_direct
from mailbot.core.decide.ending import spam_problem
from mailbot.core.decide.errands import only_errands, run_errands
from mailbot.core.decide.files import unfetchable
from mailbot.core.decide.join import accept, unjoinable
from mailbot.core.decide.orders import obey
from mailbot.core.decide.possible import problems_of
from mailbot.core.decide.prepared import with_prepared
from mailbot.core.decide.speech import speak, speak_elsewhere
from mailbot.core.decide.steps import Steps, promise_again, record_own, to_agent, to_customer
from mailbot.core.decide.told import list_commands, transcript
from mailbot.core.decide.undo import undo
from mailbot.core.decide.waiting import asks_customer, wait
from mailbot.core.decide.writing import is_new, unwritable, write_first
from mailbot.core.events import MailReceived
from mailbot.core.people import Agent
from mailbot.core.rules import MAY_BE_AWAY
from mailbot.core.trust import Authority


def decide_agent(steps: Steps, event: MailReceived) -> tuple[do.Action, ...]:
    """A mail whose From is a registered agent's. What it may do follows from its authority alone."""
    agent = event.agent
    assert agent is not None
    if event.verdict.kind not in ("human", "command") or event.verdict.rule == MAY_BE_AWAY:
        return steps.done("suppressed", event.verdict.rule)  # an agent's out-of-office touches no case
    parsed = parse("" if event.mail.only_quotes else event.mail.new_text)
    if only_closes(parsed.body):
        parsed = replace(parsed, body="")
    if is_direct(steps, event, parsed):
        record_own(steps, event, agent)
        return answered_directly(steps, agent)
    if is_new(event, parsed):
        return _new(steps, event, agent, parsed)
    if event.authority is not Authority.FULL:
        return _below_full(steps, event, agent, parsed)
    if event.exposed_to:
        to_agent(steps, agent, "exposed", do.Cause.STAFF, facts=(("seen_by", event.exposed_to),))
    if steps.maybe is None or only_errands(parsed):
        return run_errands(steps, agent, parsed)
    parsed = with_prepared(steps, parsed)
    problems = (
        (parsed.problems and (*parsed.problems, *problems_of(steps, event, parsed, agent)))
        or unjoinable(steps, event, parsed)
        or unfetchable(event, parsed)
        or spam_problem(steps, parsed)
        or problems_of(steps, event, parsed, agent)
        or _nothing_said(event, parsed)
    )
    if problems:
        transcript(steps, agent, parsed, problems)
        return steps.done("held", "command-problem")
    names = {c.name for c in parsed.commands}
    if "help" in names:
        list_commands(steps, agent)
        return steps.done("applied", "help")
    if "why" in names:
        to_agent(steps, agent, "why", do.Cause.MAIL)
        return steps.done("applied", "why")
    if "undo" in names:
        undo(steps, event, agent)
        return steps.done("applied", "undo")
    if event.outdated and parsed.body and not names & (ELSEWHERE | {"send"}):
        record_own(steps, event, agent, held=True)
        to_agent(steps, agent, "outdated", do.Cause.STAFF, facts=(("body", _as_written(parsed)),))
        return steps.done("held", "outdated-answer")
    if event.shows_private and not _stays_inside(event, parsed, names):
        record_own(steps, event, agent, held=True)
        to_agent(steps, agent, "withheld", do.Cause.STAFF, facts=(("body", _as_written(parsed)),))
        return steps.done("held", "shows-private-address")
    return _apply(steps, event, agent, parsed, names)


def _as_written(parsed: Parsed) -> str:
    """The commands and the text, for the agent to send again; a prepared text is in it by now."""
    lines = [c.line for c in parsed.commands if c.name != "template"]
    return "\n".join([*lines, "", parsed.body] if lines else [parsed.body])


def _new(steps: Steps, event: MailReceived, agent: Agent, parsed: Parsed) -> tuple[do.Action, ...]:
    problems = parsed.problems or unwritable(steps, event, parsed)
    if problems:
        transcript(steps, agent, parsed, problems)
        return steps.done("held", "command-problem")
    return write_first(steps, event, agent, parsed)


def _nothing_said(event: MailReceived, parsed: Parsed) -> tuple[Problem, ...]:
    """A reply without a word of its own answers nobody, whatever it quotes or attaches."""
    if parsed.commands or parsed.body:
        return ()
    return (Problem("/note" if event.to_note else "/answer", "missing-text", "/help"),)


def _stays_inside(event: MailReceived, parsed: Parsed, names: set[str]) -> bool:
    """Whether the text is a note: it says so, or answers one; a question to the customer is none."""
    question = asks_customer(parsed) and bool(parsed.body)
    return "note" in names or (event.to_note and not parsed.names_aim and not question)


def _below_full(steps: Steps, event: MailReceived, agent: Agent, parsed: Parsed) -> tuple[do.Action, ...]:
    """Not trusted enough: the mail is a held note, and the real agent hears of it within the caps."""
    if event.authority is Authority.LIMITED and _asks_for_itself(parsed):
        return run_errands(steps, agent, parsed)
    if steps.maybe is not None:
        record_own(steps, event, agent, held=True)
    to_agent(steps, agent, "held", do.Cause.MAIL)
    return steps.done("held", "agent-without-authority" if event.authority is Authority.NONE else "agent-without-token")


def _asks_for_itself(parsed: Parsed) -> bool:
    """Whether nothing but what needs less proof is asked for, or was meant."""
    meant = [p.nearest.partition(" ")[0].removeprefix("/") for p in parsed.problems]
    names = {*meant, *(c.name for c in parsed.commands)}
    return bool(names) and names <= PERSONAL | {"help"} and not parsed.body


def _apply(steps: Steps, event: MailReceived, agent: Agent, parsed: Parsed, names: set[str]) -> tuple[do.Action, ...]:
    inside = bool(names & ELSEWHERE) or _stays_inside(event, parsed, names)
    if "reopen" in names:
        if steps.case.stage is Stage.SPAM:
            steps.move(Stage.REGISTERED)
        steps.move(Stage.IN_WORK)
        promise_again(steps, steps.now)
    record_own(steps, event, agent, note=inside)
    for command in parsed.commands:
        obey(steps, event, command, parsed, agent)
    if "files" in names:
        steps.add(do.SendFiles(agent.address, event.left_out))
    if "accept" in names:
        accept(steps, event.joinable, agent)
    if inside:
        speak_elsewhere(steps, agent, parsed, names)
    elif parsed.body or "out-of-scope" in names or "fixed" in names:
        speak(steps, agent, parsed, names)
    if "reopen" in names and not names & SETTLING:
        to_customer(steps, "reopened", do.Cause.STAFF, facts=(("wrote", False),))
    if "wait" in names and steps.case.is_open:
        wait(steps, parsed.argument("wait"), agent)
    rule = "+".join(c.name for c in parsed.commands) or ("note" if inside else "answer")
    return steps.done("applied", f"agent: {rule}")


__all__ = ["decide_agent"]
