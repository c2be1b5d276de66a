"""How a replay knows the people and the threads of mails that another system, or none, looked after.

No token is valid here: agents are known by their addresses, threads by Message-IDs and by tags, the references that
mailbot or another system kept in the subject.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection

from mailbot.config import Settings
from mailbot.core import reference as references
from mailbot.core.case import Case
from mailbot.core.mail import Mail
from mailbot.core.trust import Authority, Facts
from mailbot.pipeline import Office, Recognition
from mailbot.pipeline.office import mails_answered
from mailbot.simulate.listing import addresses
from mailbot.store import cases

_EMPTY_BRACKETS = re.compile(r"[\[(]\s*[\])]")


class Aside(StrEnum):
    """Why a mail of the past is not taken in."""

    STRAY = "an agent's mail on no known thread"
    INSIDE = "an agent's mail to neither the customer nor the desk"
    OWN = "written by the desk's own address or domain, not by an agent"
    NO_DESK = "sent to no desk"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail of the past goes."""

    rcpt_to: tuple[str, ...] = ()  #: desks' addresses that take it in
    aside: Aside | None = None
    reference: str = ""  #: the known case that it belongs to


@dataclass(frozen=True, slots=True)
class Past:
    """What tells people and threads apart."""

    settings: Settings
    tag: re.Pattern[str] | None = None  #: group 1 is another system's reference in the subject; None: mailbot's own

    @property
    def agents(self) -> frozenset[str]:
        return frozenset(a for agent in self.settings.agents for a in agent.addresses)

    def recognition(self) -> Recognition:
        return Recognition(authority=by_address, threads=self.threads, by_hand=self.agents)

    def threads(self, mail: Mail) -> tuple[str, ...]:
        """The Message-IDs that *mail* answers, and one made up for its tag."""
        tag = self.tag_id(mail)
        return (*mails_answered(mail), *((tag,) if tag else ()))

    def tag_id(self, mail: Mail) -> str:
        """The made-up Message-ID under which the tag of *mail* is remembered; "" without one."""
        if self.tag is None:
            tag = references.find(mail.subject)
        else:
            found = self.tag.search(mail.subject)
            tag = (found.group(1) or "").casefold() if found is not None else ""
        return f"<{tag}@tag.invalid>" if tag else ""

    def subject(self, mail: Mail) -> str:
        """The base subject without the tag, case-folded."""
        bare = self.tag.sub("", mail.subject) if self.tag is not None else mail.subject
        return references.base_subject(_EMPTY_BRACKETS.sub("", bare)).casefold()


@dataclass(slots=True)
class Untied:
    """The cases to which no tag belongs yet."""

    by_subject: dict[str, list[tuple[str, str]]] = field(
        default_factory=dict
    )  #: -> (reference, customer), oldest first
    subjects: dict[str, str] = field(default_factory=dict)  #: by reference

    def add(self, subject: str, case: Case) -> None:
        self.subjects[case.reference] = subject
        self.by_subject.setdefault(subject, []).append((case.reference, case.customer.casefold()))

    def tie(self, reference: str) -> None:
        subject = self.subjects.pop(reference, None)
        if subject is not None:
            self.by_subject[subject] = [known for known in self.by_subject[subject] if known[0] != reference]

    def find(self, subject: str, people: frozenset[str]) -> str:
        """The newest case of one of *people*; else the only case, whoever's it is. "" where that leaves a choice."""
        found = self.by_subject.get(subject, [])
        theirs = [reference for reference, customer in found if customer in people]
        if theirs:
            return theirs[-1]
        return found[0][0] if len(found) == 1 else ""


def by_address(facts: Facts) -> Authority:
    """In a replay a registered address is enough: nothing that it allows leaves the replay."""
    return Authority.FULL if facts.address else Authority.NONE


def place(conn: Connection, office: Office, past: Past, untied: Untied, mail: Mail) -> Place:
    """Where *mail* goes: to the desks that it names, to the case of its thread, or aside."""
    sender = mail.from_.identity if mail.from_ is not None else ""
    named = addresses(mail)
    reference = _reference(conn, past, untied, mail)
    case = cases.load(conn, reference) if reference else None
    desks = tuple(a for a in sorted(named) if office.desk_of(a) is not None)
    if sender in past.agents:
        return _of_agent(case, desks, named)
    own = past.settings.desk_addresses
    domains = {address.rpartition("@")[2] for address in own}
    if sender in own or (sender.rpartition("@")[2] in domains and not desks):
        return Place(aside=Aside.OWN, reference=reference)
    if not desks and case is not None:
        desks = (case.desk,)
    if not desks and len(past.settings.desks) == 1:
        desks = (past.settings.desks[0].address,)  # it lay in the desk's mailbox: an alias, or a blind copy
    return Place(desks, None if desks else Aside.NO_DESK, reference)


def remember(conn: Connection, message_ids: Iterable[str], reference: str) -> None:
    """Ties Message-IDs to the case, for the mails that come after; what is known already stays as it is."""
    for message_id in filter(None, message_ids):
        cases.remember(conn, message_id, reference, audience="in", seq=0)


def _of_agent(case: Case | None, desks: tuple[str, ...], named: frozenset[str]) -> Place:
    if case is None:
        return Place(aside=Aside.STRAY)
    if named and not desks and case.customer.casefold() not in named:
        return Place(aside=Aside.INSIDE, reference=case.reference)
    return Place((case.desk,), None, case.reference)


def _reference(conn: Connection, past: Past, untied: Untied, mail: Mail) -> str:
    """The case of the thread; for a tag that is seen for the first time, the case with that subject."""
    thread = cases.find_thread(conn, past.threads(mail))
    if thread is not None:
        return thread.reference
    if not past.tag_id(mail):
        return ""
    sender = {mail.from_.identity} if mail.from_ is not None else set()
    return untied.find(past.subject(mail), addresses(mail) | sender)
