"""The case: one matter of one customer, its stages, and the only way in which a stage changes (G8).

A stage says whose turn it is. *Registered* waits to be handed out, *assigned* waits to be begun, *in work* is
the staff's turn, *waiting* somebody else's. *Resolved* is the staff's last word; silence closes it. *Escalated*
is no stage but a mark with a promise of its own. Merged and spam end a case.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, get_args

from mailbot.core.promise import Promise


class InvalidMove(Exception):
    """decide() asked for a stage change that TRANSITIONS does not know: a bug, never something a sender caused."""


class Stage(StrEnum):
    REGISTERED = "registered"
    ASSIGNED = "assigned"
    IN_WORK = "in work"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"
    SPAM = "spam"


OPEN = frozenset({Stage.REGISTERED, Stage.ASSIGNED, Stage.IN_WORK, Stage.WAITING})
STAFF_TURN = frozenset({Stage.REGISTERED, Stage.ASSIGNED, Stage.IN_WORK})

TRANSITIONS: dict[Stage, frozenset[Stage]] = {
    Stage.REGISTERED: frozenset(
        {Stage.ASSIGNED, Stage.IN_WORK, Stage.WAITING, Stage.RESOLVED, Stage.MERGED, Stage.SPAM}
    ),
    Stage.ASSIGNED: frozenset(
        {Stage.REGISTERED, Stage.IN_WORK, Stage.WAITING, Stage.RESOLVED, Stage.MERGED, Stage.SPAM}
    ),
    Stage.IN_WORK: frozenset(
        {Stage.REGISTERED, Stage.ASSIGNED, Stage.WAITING, Stage.RESOLVED, Stage.MERGED, Stage.SPAM}
    ),
    Stage.WAITING: frozenset(
        {Stage.REGISTERED, Stage.ASSIGNED, Stage.IN_WORK, Stage.RESOLVED, Stage.MERGED, Stage.SPAM}
    ),
    Stage.RESOLVED: frozenset({Stage.IN_WORK, Stage.CLOSED, Stage.MERGED, Stage.SPAM}),
    Stage.CLOSED: frozenset({Stage.IN_WORK, Stage.MERGED}),
    Stage.MERGED: frozenset(),
    Stage.SPAM: frozenset({Stage.REGISTERED}),
}

Complexity = Literal["simple", "normal", "complex"]
COMPLEXITIES = get_args(Complexity)


@dataclass(frozen=True, slots=True)
class Escalation:
    """The customer's wish for a second look (A10, B14, D11), and who takes it."""

    asked_at: datetime
    reasons: str
    reviewer: str = ""  #: agent's address; "" while nobody independent is found
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that decide() needs to know of one matter."""

    reference: str
    desk: str  #: the desk's address
    customer: str  #: addr-spec as written
    opened_at: datetime
    customer_name: str = ""
    subject: str = ""
    language: str = "en"
    stage: Stage = Stage.REGISTERED
    waiting_for: str = ""  #: customer, partner or until; "" unless waiting
    waiting_until: datetime | None = None
    waiting_since: datetime | None = None
    complexity: Complexity = "normal"
    category: str = ""
    team: str = ""
    assignee: str = ""  #: agent's address
    promises: tuple[Promise, ...] = ()
    escalation: Escalation | None = None
    watchers: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()  #: the watchers who get a copy of what a person writes to the customer
    partners: tuple[str, ...] = ()
    involved: frozenset[str] = frozenset()  #: agents who were assigned, replied, noted or decided (A11)
    fields: tuple[tuple[str, str], ...] = ()  #: details given by the customer, by label id (A3, B9)
    asked: tuple[str, ...] = ()  #: details asked for, once
    unanswered_since: datetime | None = None  #: the oldest customer's mail that no person answered
    answered_at: datetime | None = None  #: a person's first mail to the customer
    customer_wrote_at: datetime | None = None
    acknowledged: bool = False
    acknowledge_at: datetime | None = None  #: when an acknowledgement that waits is tried again
    deferred: int = 0  #: how often it was put off
    told_at: datetime | None = None  #: the last mail to the customer of any kind
    updates_in_row: int = 0  #: automatic "no news yet" mails since a person wrote
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    rating: int | None = None  #: 1 to 5
    came_from: tuple[str, ...] = ()  #: desks that it was at before; mail to them reaches it still
    linked: tuple[str, ...] = ()  #: references of related cases; a merged one goes on in the first
    undeliverable: bool = False  #: the customer's address refused our mail for good
    quiet: bool = False  #: the customer said stop: no periodic mail
    consent: bool = False  #: the customer agreed that a third party may know of them (D19)
    incident: str = ""  #: name of the incident that this case is part of (D23)
    fault: bool = False  #: passed to the developers, and not fixed yet (D12)
    rating_words: str = ""
    patience: int = 0  #: notes that asked the customer for patience (C5)
    seq: int = 0  #: number of journal entries
    fired: frozenset[str] = field(default_factory=frozenset)  #: keys of moments that have passed (G7)

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def open_review(self) -> Escalation | None:
        """The review that nobody has decided yet."""
        review = self.escalation
        return review if review is not None and review.decided_at is None else None

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether one that was put off is still wanted: a person's answer says more."""
        put_off = self.acknowledge_at is not None and not self.acknowledged and self.answered_at is None
        return put_off and self.is_open and not self.undeliverable

    def promise(self, id: str) -> Promise | None:
        """The newest promise of that id, whatever became of it."""
        return next((p for p in reversed(self.promises) if p.id == id), None)

    def open_promise(self, id: str) -> Promise | None:
        return next((p for p in reversed(self.promises) if p.id == id and p.is_open), None)
