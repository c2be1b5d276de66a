"""What decide() asks for. Imperative; data, never code: evolve() applies them, the pipeline performs them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.case import Case, Complexity, Stage
from mailbot.core.promise import Promise


class Audience(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    MANAGER = "manager"
    PARTNER = "partner"
    WATCHER = "watcher"  #: gets a copy of what a person writes to the customer


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
    settled: bool = False  #: only thanks or a rating: it waits for no answer
    left_out: bool = False  #: no notification has room for all of its files


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
class SetCategory:
    category: str
    team: str
    by: str  #: the actor: an agent's address, or "mailbot"


@dataclass(frozen=True, slots=True)
class SetTeam:
    team: str
    by: str  #: the agent's address


@dataclass(frozen=True, slots=True)
class ReadDetails:
    """Details that the customer gave, as (label id, value)."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AddPartner:
    address: str
    by: str


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """The customer agreed that a third party may know of them (D19)."""

    by: str


@dataclass(frozen=True, slots=True)
class JoinIncident:
    name: str  #: "" leaves it
    by: str


@dataclass(frozen=True, slots=True)
class TellIncident:
    """One update for every customer of the incident; each case decides about its own mail (D23)."""

    name: str
    by: str  #: the agent's name
    text: str


@dataclass(frozen=True, slots=True)
class TakeNext:
    """The agent wants the case that has waited longest, whichever that is (C4)."""

    agent: str


@dataclass(frozen=True, slots=True)
class Errand:
    """What an agent asks of the desk and not of a case; met afterwards, and answered in a mail of its own."""

    name: str  #: mine, find, show, away or back
    agent: str
    words: str = ""  #: what follows the command
    until: datetime | None = None  #: of away


@dataclass(frozen=True, slots=True)
class SendFiles:
    """The agent wants the files of a mail that no notification had room for."""

    agent: str
    inbox_id: int


@dataclass(frozen=True, slots=True)
class JoinCase:
    """The case goes on in another one, which its agent found to be the same matter."""

    reference: str
    by: str


@dataclass(frozen=True, slots=True)
class LinkCase:
    """Another case has to do with this one."""

    reference: str
    by: str
    known: bool = False  #: the other one knows of it already


@dataclass(frozen=True, slots=True)
class SplitCase:
    """A second matter of this case gets a case of its own."""

    reference: str  #: of the new one
    by: str
    inbox_id: int  #: of the mail that tells it
    text: str  #: the agent's words; "" where it is the customer's mail


@dataclass(frozen=True, slots=True)
class AddWatcher:
    """Somebody beside the customer may write on the case; an agent let them in."""

    address: str
    by: str
    copies: bool = False  #: they get a copy of what a person writes to the customer


@dataclass(frozen=True, slots=True)
class RemoveWatcher:
    address: str
    by: str


@dataclass(frozen=True, slots=True)
class Block:
    """Mail from this address is suppressed from now on."""

    address: str
    by: str


@dataclass(frozen=True, slots=True)
class Unblock:
    address: str
    by: str


@dataclass(frozen=True, slots=True)
class MoveCase:
    """The case goes to another desk, which decides about it afterwards."""

    desk: str  #: its address
    by: str
    by_name: str


@dataclass(frozen=True, slots=True)
class ChangeDesk:
    """The case has come to this desk; nobody has it yet."""

    desk: str
    category: str
    team: str
    language: str
    by: str


@dataclass(frozen=True, slots=True)
class Undo:
    """The case is again as it was before an agent's last mail on it."""

    before: Case
    by: str
    rule: str  #: of the mail that is taken back
    first_seq: int  #: of the journal entries that are
    last_seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PassFault:
    """A fault of the software goes to the developers, or is fixed (D12)."""

    by: str
    fixed: bool = False


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
    automatic: bool = False  #: kept by a mail that no person wrote


@dataclass(frozen=True, slots=True)
class ReopenPromise:
    """The mail that kept it cannot be delivered: it is owed again (decided after a permanent failure)."""

    number: int


@dataclass(frozen=True, slots=True)
class DeferAcknowledgement:
    """The caps hold the acknowledgement back (G5), or a twin's is awaited; it is owed still, and tried again."""

    until: datetime | None  #: None: not again


@dataclass(frozen=True, slots=True)
class AcknowledgeTwin:
    """The acknowledgement of this case is another's too, which the same mail opened at another desk."""

    reference: str


@dataclass(frozen=True, slots=True)
class RecordAcknowledgement:
    """The acknowledgement of a twin told this case, too."""

    by: str  #: the twin's reference
    message_id: str
    tells: tuple[str, ...]  #: promise ids of this case that it states
    at: datetime


@dataclass(frozen=True, slots=True)
class AskPatience:
    """One more note that asked the customer for patience (C5)."""


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
class MarkReachable:
    """The customer wrote again: an earlier failure says nothing about the mail to come."""


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
    files: tuple[int, ...] = ()  #: the attachments at these positions of that mail; () is as many as fit


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
    | SetCategory
    | SetTeam
    | ReadDetails
    | AddPartner
    | RecordConsent
    | JoinIncident
    | TellIncident
    | TakeNext
    | Errand
    | SendFiles
    | JoinCase
    | LinkCase
    | SplitCase
    | AddWatcher
    | RemoveWatcher
    | Block
    | Unblock
    | MoveCase
    | ChangeDesk
    | Undo
    | PassFault
    | MakePromise
    | EndPromise
    | ReopenPromise
    | AskPatience
    | DeferAcknowledgement
    | AcknowledgeTwin
    | RecordAcknowledgement
    | ReplacePromise
    | Escalate
    | DecideReview
    | Answered
    | Rate
    | MarkFired
    | MarkUndeliverable
    | MarkReachable
    | Failed
    | SetQuiet
    | Ask
    | Send
    | Conclude
)
