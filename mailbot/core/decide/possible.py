"""What an agent's command line cannot do as things stand; nothing is done unless nothing is found."""

from collections.abc import Sequence
from datetime import datetime

from mailbot.core.case import Case, Stage
from mailbot.core.commands import (
    COMMANDS,
    ELSEWHERE,
    HANDING,
    PERSONAL,
    SETTLING,
    Command,
    Parsed,
    Problem,
    labelled,
)
from mailbot.core.decide.ending import ending_problem
from mailbot.core.decide.errands import errand_problem
from mailbot.core.decide.escalation import escalate_problem
from mailbot.core.decide.handing import team_problem
from mailbot.core.decide.kin import kin_problem
from mailbot.core.decide.moving import move_problem
from mailbot.core.decide.prepared import prepared_problem
from mailbot.core.decide.steps import Steps, language_of
from mailbot.core.decide.undo import undo_problem
from mailbot.core.decide.waiting import wait_problem
from mailbot.core.decide.watching import cc_problem
from mailbot.core.details import invites
from mailbot.core.events import MailReceived
from mailbot.core.mail import Address, Attachment, attachable, identity
from mailbot.core.people import Agent
from mailbot.core.promise import Promise
from mailbot.core.when import parse_moment

_NEED_TEXT = frozenset(
    {
        "update",
        "verdict",
        "answer",
        "send",
        "resolve",
        "decline",
        "promise",
        "partner",
        "fault",
        "incident-update",
        "invite",
        "escalate",
    }
)
_NEED_OPEN = frozenset(
    {
        "verdict",
        "resolve",
        "decline",
        "out-of-scope",
        "wait",
        "take",
        "team",
        "move",
        "complexity",
        "promise",
        "update",
        "category",
        "fault",
        "incident-update",
    }
)


def problems_of(steps: Steps, event: MailReceived, parsed: Parsed, agent: Agent) -> tuple[Problem, ...]:
    """One problem for each command that cannot be done."""
    found = (_problem(steps, event, command, parsed, agent) for command in parsed.commands)
    problems = tuple(problem for problem in found if problem is not None)
    return problems or _aimless(event, parsed) or _unsendable(steps, parsed, event.mail.attachments)


def _aimless(event: MailReceived, parsed: Parsed) -> tuple[Problem, ...]:
    """Below a command that hands the case to a colleague, a text says for whom it is: one of the two must not read it."""
    names = {c.name for c in parsed.commands}
    if not parsed.body or event.to_note or not names & HANDING or parsed.names_aim:
        return ()
    line = next(c.line for c in parsed.commands if c.name in HANDING)
    return (Problem(line, "not-now", "/note", "the text may be for the colleague or for the customer"),)


def _unsendable(steps: Steps, parsed: Parsed, attachments: Sequence[Attachment]) -> tuple[Problem, ...]:
    """What could not leave is not accepted: the agent hears it, and nothing is half sent."""
    names = {c.name for c in parsed.commands}
    to_customer = bool(parsed.body) and not names & ELSEWHERE
    line = parsed.commands[-1].line if parsed.commands else "/answer"
    if to_customer and not Address(steps.case.customer).is_writable:
        return (Problem(line, "not-now", "/note", f"mail to {steps.case.customer} cannot be written from here"),)
    left_out = attachable(attachments)[1]
    if to_customer and left_out:
        return (Problem(line, "too-big", "", ", ".join(a.name for a in left_out)[:200]),)
    return ()


def _problem(steps: Steps, event: MailReceived, command: Command, parsed: Parsed, agent: Agent) -> Problem | None:
    case, usage = steps.case, COMMANDS[command.name][0]
    reopened = parsed.has("reopen")
    if command.name in PERSONAL:
        alone = bool(parsed.body) and not parsed.names_aim
        return (
            Problem(command.line, "not-now", usage, "it stands alone")
            if alone
            else errand_problem(steps, command, agent)
        )
    if command.name in _NEED_OPEN and not case.is_open and not reopened:
        return Problem(command.line, "not-now", "/reopen", case.stage)
    if command.name in _NEED_TEXT and not parsed.body:
        return Problem(command.line, "missing-text", usage)
    if command.name in SETTLING - {"verdict"} and case.open_review is not None:
        return Problem(command.line, "not-now", "/verdict", "a review is open")
    match command.name:
        case "assign":
            return _who(steps, command, usage)
        case "take" if _may_not_review(steps, agent):
            return Problem(command.line, "not-now", "/note", "the review is for somebody else")
        case "resolve":
            return _missing_part(command, parsed.body, steps.desk.policy.resolution_needs)
        case "decline":
            return _missing_part(command, parsed.body, steps.desk.policy.refusal_needs)
        case "verdict":
            return _verdict(steps, command, agent)
        case "help" | "why" if len(parsed.commands) > 1 or parsed.body:
            return Problem(command.line, "not-now", command.line, "it stands alone")
        case "wait":
            return wait_problem(steps, command, parsed, agent, to_note=event.to_note)
        case "team":
            return team_problem(steps, command)
        case "close" | "spam" | "block" | "unblock":
            return ending_problem(steps, event, command, parsed)
        case "link" | "merge" | "split":
            return kin_problem(steps, event, command, parsed)
        case "move":
            return move_problem(steps, event, command, parsed)
        case "undo":
            return undo_problem(steps, event, command, parsed)
        case "cc":
            return cc_problem(steps, command)
        case "escalate":
            return escalate_problem(steps, command, parsed)
        case "reopen" if case.stage not in (Stage.RESOLVED, Stage.CLOSED, Stage.SPAM):
            return Problem(command.line, "not-now", "/answer", case.stage)
        case "category":
            return _category(steps, command, usage)
        case "template":
            return prepared_problem(steps, command)
        case "promise":
            return _promise(steps, command, parsed, agent)
        case "partner":
            return _partner(steps, command, parsed)
        case "out-of-scope" if steps.desk.policy.scope is None:
            return Problem(command.line, "not-now", "/decline", "the policy names no scope")
        case "fault" if not steps.desk.policy.developers:
            return Problem(command.line, "not-now", "/note", "the policy names no developers")
        case "fault":
            return _unconsented(case, command, parsed)
        case "fixed" if not case.fault:
            return Problem(command.line, "not-now", "/answer", "no fault was passed on")
        case "incident-update" if not case.incident and not parsed.has("incident"):
            return Problem(command.line, "not-now", "/incident NAME", "the case is part of no incident")
        case "invite" if not invites(steps.desk.policy.category(case.category)):
            return Problem(command.line, "not-now", "/answer", "the customer did not ask to be invited")
    return None


def _who(steps: Steps, command: Command, usage: str) -> Problem | None:
    meant = steps.desk.roster.named(command.argument)
    if len(meant) == 1:
        if not steps.desk.roster.available(meant[0], steps.now):
            return Problem(command.line, "who", usage, f"{meant[0].name} is absent")
        barred = _may_not_review(steps, meant[0])
        return Problem(command.line, "who", usage, f"{meant[0].name} may not decide this review") if barred else None
    names = ", ".join(a.name for a in (meant or steps.desk.roster.agents))
    return Problem(command.line, "who", usage, names)


def _may_not_review(steps: Steps, agent: Agent) -> bool:
    """Whether a review is open that *agent* may not decide: who took part (A11), or is not senior (D11)."""
    review, rule = steps.case.open_review, steps.desk.policy.escalation
    if review is None or review.reviewer in agent.addresses:
        return False
    junior = rule is not None and rule.reviewer == "senior" and not (agent.senior or agent.manager)
    return junior or bool(steps.case.involved & set(agent.addresses))


def _missing_part(command: Command, body: str, needs: tuple[str, ...]) -> Problem | None:
    parts = labelled(body)
    missing = [part for part in needs if part not in parts]
    return Problem(command.line, "missing-part", f"/{command.name}", ", ".join(missing)) if missing else None


def _verdict(steps: Steps, command: Command, agent: Agent) -> Problem | None:
    review = steps.case.open_review
    if review is None:
        return Problem(command.line, "not-now", "/answer", "no review is open")
    if review.reviewer not in agent.addresses:
        return Problem(command.line, "not-now", "/note", "the review is another person's")
    return None


def _category(steps: Steps, command: Command, usage: str) -> Problem | None:
    known = steps.desk.policy.categories
    if any(c.id == command.argument.casefold() for c in known):
        return None
    return Problem(command.line, "argument", usage, ", ".join(c.id for c in known))


def _promise(steps: Steps, command: Command, parsed: Parsed, agent: Agent) -> Problem | None:
    old, usage = replaceable(steps.case), COMMANDS["promise"][0]
    if parsed.has("complexity") or parsed.has("category"):
        return Problem(command.line, "not-now", usage, "it needs a mail of its own")
    if old is None:
        return Problem(command.line, "not-now", "/update", "no date for the resolution is promised")
    try:
        due = moment_meant(steps, command.argument, agent)
    except ValueError as error:
        return Problem(command.line, "argument", usage, str(error))
    if due <= max(steps.now, old.due_at):
        return Problem(command.line, "argument", usage, "the new date is not later than the old one")
    return None


def replaceable(case: Case) -> Promise | None:
    """The promise that `/promise` replaces: the review's where one is open, else the resolution's."""
    return case.open_promise("review") or case.open_promise("resolution")


def moment_meant(steps: Steps, argument: str, agent: Agent) -> datetime:
    """The moment that the agent's words mean, on the desk's calendar. ValueError says what is wrong with them."""
    return parse_moment(argument, steps.now, steps.desk.policy.calendar, language_of(steps, agent))


def _partner(steps: Steps, command: Command, parsed: Parsed) -> Problem | None:
    case, address = steps.case, identity(command.argument)
    inside = {identity(case.customer), identity(steps.desk.address)}
    if address in inside or steps.desk.roster.find(address) is not None:
        return Problem(command.line, "argument", COMMANDS["partner"][0], "not a third party")
    return _unconsented(case, command, parsed)


def _unconsented(case: Case, command: Command, parsed: Parsed) -> Problem | None:
    """A text that tells a third party who the customer is, without their recorded consent (D19)."""
    if case.consent or parsed.has("consent") or not _names_customer(case, parsed.body):
        return None
    return Problem(command.line, "consent", "/consent", "the text names the customer")


def _names_customer(case: Case, text: str) -> bool:
    """Whether *text* tells who the customer is: address, name, or a detail that they gave (D19)."""
    plain = text.casefold()
    known = [case.customer, case.customer_name, *(v for _, v in case.fields)]
    return any(len(word) > 3 and word.casefold() in plain for word in known)


__all__ = ["moment_meant", "problems_of", "replaceable"]
