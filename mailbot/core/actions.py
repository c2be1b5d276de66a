"""What decide() asks for. Imperative; data, never code: evolve() applies them, the pipeline performs them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.case import Complexity, Stage
from mailbot.core.promise import Promise


class Audience(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    MANAGER = "manager"
    PARTNER = "partner"


class Cause(StrEnum):
    """Why a mail leaves; the caps differ (G5)."""

    MAIL = "mail"  #: an automatic answer to incoming mail
    CLOCK = "clock"
    STAFF = "staff"  #: a person wrote or ordered it


@dataclass(frozen=True, slots=True)
class OpenCase:
    reference: str
    desk: str
    customer: str
    customer_name: str
    subject: str
    language: str
    opened_at: datetime
    category: str = ""
    team: str = ""
    linked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordMail:
    """A mail joins the case. *by* is "customer" or the address of an agent, watcher or partner."""

    by: str
    at: datetime
    message_id: str
    inbox_id: int
    from_customer: bool
    from_agent: bool = False
    note: bool = False  #: stays inside
    held: bool = False  #: not trusted: agents see it, nobody else


@dataclass(frozen=True, slots=True)
class ChangeStage:
    to: Stage
    at: datetime
    waiting_for: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assign:
    agent: str  #: "" takes the case from its assignee
    by: str  #: the actor: an agent's address, or "mailbot"


@dataclass(frozen=True, slots=True)
class SetComplexity:
    complexity: Complexity
    by: str


@dataclass(frozen=True, slots=True)
class MakePromise:
    promise: Promise


@dataclass(frozen=True, slots=True)
class EndPromise:
    """Kept (or late), missed or void. *state* is worked out by whoever asks."""

    number: int
    state: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReplacePromise:
    number: int
    by: Promise
    reason: str


@dataclass(frozen=True, slots=True)
class Escalate:
    at: datetime
    reasons: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class DecideReview:
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A person's mail went to the customer."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rate:
    rating: int  #: 1 to 5
    words: str


@dataclass(frozen=True, slots=True)
class MarkFired:
    key: str


@dataclass(frozen=True, slots=True)
class MarkUndeliverable:
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A mail to somebody other than the customer cannot be delivered."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetQuiet:
    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Details that this mail asks the customer for (once)."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Send:
    """One mail to one person. *facts* are the template's own values; the rest comes from the case."""

    template: str
    to: str
    audience: Audience
    cause: Cause
    language: str = ""  #: "" is the case's
    person: str = ""  #: the agent whose words these are; "" means that no person wrote it
    tells: tuple[str, ...] = ()  #: promise ids that this mail states
    facts: tuple[tuple[str, object], ...] = ()
    attachments: bool = False  #: pass on what was attached to the mail that caused it
    note: bool = False  #: about a note: an answer to it stays inside


@dataclass(frozen=True, slots=True)
class Conclude:
    """The one outcome of an accepted mail (G10)."""

    outcome: str  #: applied, duplicate, suppressed, held or quarantined
    rule: str


Action = (
    OpenCase
    | RecordMail
    | ChangeStage
    | Assign
    | SetComplexity
    | MakePromise
    | EndPromise
    | ReplacePromise
    | Escalate
    | DecideReview
    | Answered
    | Rate
    | MarkFired
    | MarkUndeliverable
    | Failed
    | SetQuiet
    | Ask
    | Send
    | Conclude
)
