"""Where an agent's words go, and what a person's mail keeps."""

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import Parsed, labelled
from mailbot.core.decide.steps import Facts, Steps, assignee, end_all, keep, renew_progress, to_agent, to_customer
from mailbot.core.decide.waiting import asks_customer
from mailbot.core.people import Agent
from mailbot.core.worktime import due_at


def speak(steps: Steps, agent: Agent, parsed: Parsed, names: set[str]) -> None:
    """The agent's words go to the customer and keep what a person's mail keeps."""
    keep(steps, "acknowledgement", "answer", "next-working-day", "estimate")
    if assignee(steps) is None:
        steps.add(do.Assign(agent.address, agent.address))
    facts: Facts = (("body", parsed.body), ("agent_name", agent.name))
    if names & {"resolve", "decline", "out-of-scope", "verdict"}:
        _settle(steps, agent, parsed, names, facts)
        return
    if steps.case.stage in (Stage.REGISTERED, Stage.ASSIGNED):
        steps.move(Stage.IN_WORK)
    if "promise" in names:
        return  # its mail is on its way
    steps.add(do.Answered(agent.address, steps.now))
    renew_progress(steps)
    if "update" in names:
        _send(steps, "progress", agent, (("note", parsed.body),))
    elif "fixed" in names:
        _send(steps, "fixed", agent, facts)
    elif "invite" in names:
        _send(steps, "invitation", agent, facts)
    else:
        asks = asks_customer(parsed)
        paused = [r.id for r in steps.desk.policy.promises if r.pauses and steps.case.open_promise(r.id) is not None]
        _send(steps, "answer", agent, (*facts, ("waits", asks), ("pauses", tuple(paused) if asks else ())))


def _send(steps: Steps, template: str, agent: Agent, facts: Facts) -> None:
    to_customer(steps, template, do.Cause.STAFF, person=agent.name, facts=facts, attachments=True)


def _settle(steps: Steps, agent: Agent, parsed: Parsed, names: set[str], facts: Facts) -> None:
    """The staff's last word: resolution, refusal, out of scope, or the result of a review."""
    keep(steps, "resolution", "progress")
    if "verdict" in names:
        keep(steps, "review")
        steps.add(do.DecideReview(steps.now, agent.address))
    steps.add(do.Answered(agent.address, steps.now))
    end_all(steps, "solved")
    steps.move(Stage.RESOLVED)
    if "verdict" in names:
        _send(steps, "verdict", agent, facts)
    elif "out-of-scope" in names:
        _send(steps, "out-of-scope", agent, facts)
    else:
        template = "decline" if "decline" in names else "resolution"
        _send(steps, template, agent, (*facts, *_closing_facts(steps, parsed)))


def _closing_facts(steps: Steps, parsed: Parsed) -> Facts:
    policy = steps.desk.policy
    parts = labelled(parsed.body)
    until = None
    if policy.escalation is not None and policy.escalation.until is not None:
        until = due_at(steps.now, policy.escalation.until, policy.calendar)
    return (
        ("outcome", parts.get("outcome", "")),
        ("measures", parts.get("measures", "")),
        ("can_escalate", policy.escalation is not None),
        ("escalate_until", until),
        ("escalate_reasons", policy.escalation is not None and policy.escalation.reasons),
        ("ask_rating", policy.feedback.ask if policy.feedback is not None else ""),
    )


def speak_elsewhere(steps: Steps, agent: Agent, parsed: Parsed, names: set[str]) -> None:
    """A note stays inside; partners, developers and the customers of an incident get their own mail."""
    if "partner" in names:
        _to_third(steps, "partner", parsed.argument("partner"), agent, parsed.body)
    elif "fault" in names:
        _to_third(steps, "fault", steps.desk.policy.developers, agent, parsed.body)
    elif "incident-update" in names:
        steps.add(do.TellIncident(steps.case.incident, agent.name, parsed.body))
    elif not names & {"split", "escalate"}:  # theirs is on its way
        _tell_colleague(steps, agent, parsed.body)


def _to_third(steps: Steps, template: str, address: str, agent: Agent, body: str) -> None:
    """Nothing of the customer but what the agent wrote: no name, no subject, no attachment (D19)."""
    facts: Facts = (("body", body), ("agent_name", agent.name))
    language = steps.desk.language
    steps.add(do.Send(template, address, do.Audience.PARTNER, do.Cause.STAFF, language, person=agent.name, facts=facts))


def _tell_colleague(steps: Steps, agent: Agent, body: str) -> None:
    """A note reaches the assignee, where somebody else wrote it; an answer to it stays inside.

    Who is given the case by the same mail reads it there, with the whole story.
    """
    owner = assignee(steps)
    sent = [a for a in steps.actions if isinstance(a, do.Send) and a.template == "assigned"]
    if owner is not None and body and owner.address not in (agent.address, *(a.to for a in sent)):
        facts = (("what", "note"), ("body", body), ("history", 0), ("who", agent.name))
        to_agent(steps, owner, "notice", do.Cause.STAFF, facts=facts, note=True)


__all__ = ["speak", "speak_elsewhere"]
