"""What an agent asked of the desk: a list, a case so far, an absence; each answered by a mail of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.agenda import agenda
from mailbot.core.case import Case
from mailbot.core.commands import reference_in
from mailbot.core.desk import Desk
from mailbot.core.mail import Mail
from mailbot.core.people import Agent
from mailbot.core.span import LONGEST
from mailbot.pipeline.office import Office
from mailbot.pipeline.overview import desks_of, open_cases, rows, zone_of
from mailbot.pipeline.perform import Trigger, perform
from mailbot.store import cases, inbox, moments, people
from mailbot.wire.parse import parse

FOUND_AT_MOST = 20
_OPEN_END = LONGEST / 2  #: who is away longer than that named no date


def run(conn: Connection, office: Office, detail: Mapping[str, Any]) -> str:
    """Meets the errand that *detail* describes; what became of it."""
    desk = office.desk_now(conn, str(detail["desk"]))
    agent = desk.roster.find(str(detail["agent"]))
    if agent is None:
        return "no such agent"
    trigger = Trigger(actor=agent.address, mail=_asked(conn, detail))
    name, words = str(detail["name"]), str(detail["words"])
    if name == "show":
        return _show(conn, office, desk, agent, words, trigger)
    if name in ("away", "back"):
        until = datetime.fromisoformat(detail["until"]) if detail.get("until") else None
        _absent(conn, office, agent, until)
        open_end = until is not None and until - office.now() > _OPEN_END
        many = len(open_cases(conn, office, agent))
        facts = (("away", until is not None), ("until", None if open_end else until), ("cases", many))
        _tell(conn, office, desk, agent, "away", facts, trigger)
        return name
    found = open_cases(conn, office, agent) if name == "mine" else _found(conn, office, agent, words)
    _list(conn, office, desk, agent, name, words, found, trigger)
    return f"{len(found)} cases"


def _asked(conn: Connection, detail: Mapping[str, Any]) -> Mail | None:
    """The mail that asks, which the answer answers."""
    number = detail.get("inbox_id")
    return parse(inbox.get_raw(conn, int(number))) if number else None


def _found(conn: Connection, office: Office, agent: Agent, words: str) -> tuple[Case, ...]:
    mine = [desk.address for desk in desks_of(office, agent)]
    return cases.search(conn, mine, words, reference_in(words), FOUND_AT_MOST)


def _list(
    conn: Connection,
    office: Office,
    desk: Desk,
    agent: Agent,
    what: str,
    words: str,
    found: tuple[Case, ...],
    trigger: Trigger,
) -> None:
    facts = (("what", what), ("words", words), ("rows", rows(office, found)), ("at_most", FOUND_AT_MOST))
    _tell(conn, office, desk, agent, "cases", facts, trigger)


def _show(conn: Connection, office: Office, desk: Desk, agent: Agent, words: str, trigger: Trigger) -> str:
    """The case so far; of a desk that is not the agent's, as if there were none."""
    case = cases.load(conn, reference_in(words))
    if case is None or case.desk not in {d.address for d in desks_of(office, agent)}:
        _list(conn, office, desk, agent, "find", words, (), trigger)
        return "no such case"
    _tell(conn, office, office.desk_now(conn, case.desk), agent, "history", (), trigger, case)
    return "shown"


def _absent(conn: Connection, office: Office, agent: Agent, until: datetime | None) -> None:
    """From now on nothing is handed to them; what they have is looked at again, for it may have to be handed on."""
    people.set_away(conn, agent.address, until)
    for case in open_cases(conn, office, agent):
        moments.plan(conn, case.reference, agenda(case, office.desk_now(conn, case.desk), office.now()))


def _tell(
    conn: Connection,
    office: Office,
    desk: Desk,
    agent: Agent,
    template: str,
    facts: tuple[tuple[str, object], ...],
    trigger: Trigger,
    case: Case | None = None,
) -> None:
    language = agent.language(desk.language)
    facts = (*facts, ("zone", zone_of(office, agent, desk.address)))
    mail = do.Send(template, agent.address, do.Audience.AGENT, do.Cause.MAIL, language, facts=facts)
    perform(conn, office, desk, case, (mail,), trigger)
