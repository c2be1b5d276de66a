"""What can happen to a case. Past tense: an event is a fact, never refused."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.case import Case
from mailbot.core.desk import Desk
from mailbot.core.mail import Attachment, Mail, Verdict
from mailbot.core.people import Agent
from mailbot.core.promise import Promise
from mailbot.core.trust import Authority


class Author(StrEnum):
    """Who wrote a mail, as far as the case is concerned."""

    CUSTOMER = "customer"
    AGENT = "agent"
    WATCHER = "watcher"
    PARTNER = "partner"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Twin:
    """A case that the same mail opened at another desk, and that waits to be acknowledged."""

    case: Case
    desk: Desk


@dataclass(frozen=True, slots=True)
class Written:
    """One mail of a case that another one takes over."""

    message_id: str
    inbox_id: int
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last mail of an agent that changed the case, and what stands against taking it back."""

    before: Case
    rule: str
    first_seq: int
    last_seq: int
    obstacle: str = ""  #: colleague, since, elsewhere, moved or left; "" is none
    told: tuple[str, ...] = ()  #: agents who heard of it
    withdraws: bool = False  #: mail to outsiders waits to leave
    blocked: str = ""  #: the address that it blocked
    unblocked: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What an agent's commands name beside their own case."""

    cases: tuple[Case, ...] = ()
    mail: Written | None = None  #: the one that the notification is about, where it is not the only one
    split_off: str = ""  #: the case that this mail became already
    desks: tuple[tuple[str, str], ...] = ()  #: the other desks, as (address, name)
    undoable: Undoable | None = None
    blocked: tuple[str, ...] = ()  #: every blocked address, where one is named to be let in again


@dataclass(frozen=True, slots=True)
class MailReceived:
    mail: Mail
    verdict: Verdict
    author: Author
    inbox_id: int
    received_at: datetime
    new_reference: str  #: for the case that this mail may open
    language: str = ""  #: detected; "" where unsure
    authority: Authority = Authority.NONE
    agent: Agent | None = None
    names: str = ""  #: a reference that a stranger named: routing for agents' eyes, no authority
    copied: bool = False  #: the named case's mail that this one answers was sent to its writer too
    twins: tuple[str, ...] = ()  #: the cases that the same mail opened at other desks
    waiting: tuple[Twin, ...] = ()  #: those of them that one acknowledgement can tell with this case
    awaited: bool = False  #: it names another desk, which has not decided it yet
    joinable: str = ""  #: the open case of this desk that the agent's case is linked to
    named: Named = Named()
    earlier: int = 0  #: cases that this customer had before
    last_language: str = ""  #: of the customer's last case
    capped: bool = False  #: the address had its share of automatic mail (G5)
    left_out: int = 0  #: the number of the agent's case's newest mail whose files had no room; 0: there is none
    outdated: bool = False  #: the notification that is answered is no longer the newest
    shows_private: bool = False  #: the agent's words or files show a private address of an agent
    exposed_to: tuple[str, ...] = ()  #: outsiders who saw the agent's private address; it has ended
    to_note: bool = False  #: answers the notification of a note: stays inside
    to_stop: bool = False  #: sent by a click on List-Unsubscribe
    form: str = ""  #: the contact form's sender; the mail's From is then the customer whom it names
    comment: str = ""  #: what the agent who forwarded it wrote above it
    fields: tuple[tuple[str, str], ...] = ()  #: the form's fields as (label, value)
    addresses: tuple[str, ...] = ()  #: of ours that it was sent to


@dataclass(frozen=True, slots=True)
class MomentPassed:
    key: str  #: see core.agenda
    at: datetime  #: when it was due
    capped: bool = False  #: the customer's address had its share of automatic answers (G5)
    first_time: bool = False  #: the customer has no other case at this desk
    waiting: tuple[Twin, ...] = ()  #: as in MailReceived


@dataclass(frozen=True, slots=True)
class TwinAcknowledged:
    """One mail acknowledged this case together with another, which the same mail opened at another desk."""

    by: str  #: the other case's reference
    message_id: str


@dataclass(frozen=True, slots=True)
class TurnCame:
    """A case that waits to be handed out is the next in its line, and somebody may be free."""

    mail: Mail | None = None  #: the customer's newest mail
    earlier: int = 0
    to: Agent | None = None  #: who asked for it with /next; None: whoever is free


@dataclass(frozen=True, slots=True)
class FilesWanted:
    """An agent wants the files of a mail that its notification had no room for."""

    agent: Agent
    attachments: tuple[Attachment, ...]  #: all of that mail


@dataclass(frozen=True, slots=True)
class IncidentUpdated:
    """An agent wrote one update for all customers of an incident (D23)."""

    name: str
    by: str  #: the agent's name
    text: str


@dataclass(frozen=True, slots=True)
class CaseJoined:
    """An agent found that another case is part of this one."""

    reference: str  #: of the other case
    writer: str  #: its customer
    by: str  #: the agent's address
    mails: tuple[Written, ...]
    unanswered_since: datetime | None = None  #: what the other case still owed an answer
    told: tuple[Promise, ...] = ()  #: what it had promised its customer, as it stood before it was left


@dataclass(frozen=True, slots=True)
class CaseLinked:
    """An agent found that another case has to do with this one; that one knows it already."""

    reference: str
    by: str  #: the agent's address


@dataclass(frozen=True, slots=True)
class CaseSplit:
    """An agent found that a case holds two matters; the second is told in one mail, or by the agent."""

    source: Case
    reference: str  #: of the new case
    by: str  #: the agent's address
    subject: str
    text: str
    message_id: str
    inbox_id: int
    at: datetime
    from_customer: bool
    earlier: int = 0  #: cases that this customer had before


@dataclass(frozen=True, slots=True)
class CaseMoved:
    """An agent of another desk handed the case to this one."""

    by: str  #: the agent's address
    by_name: str
    text: str = ""  #: the customer's newest mail


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """A mail of ours cannot be delivered: the relay refused it for good, or a report came back."""

    rcpt_to: str
    message_id: str
    template: str
    status: str
    text: str
    to_customer: bool


Event = (
    MailReceived
    | MomentPassed
    | TurnCame
    | FilesWanted
    | TwinAcknowledged
    | IncidentUpdated
    | CaseJoined
    | DeliveryFailed
    | CaseLinked
    | CaseSplit
    | CaseMoved
)
