"""A promise made to one customer, and how it ends."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

WAITED = "waited for the customer"  #: the reason of a new date that the promise's own text foresees


class State(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    LATE = "late"  #: kept after its due moment
    MISSED = "missed"  #: ended unkept
    REPLACED = "replaced"  #: by a new one that the customer was told of (G12)
    VOID = "void"  #: solved before it was due, merged, spam, the customer said stop


@dataclass(frozen=True, slots=True)
class Promise:
    """One row of the ledger. The due moment never changes; a new date is a new promise."""

    id: str  #: acknowledgement, answer, progress, resolution, review, next-working-day; estimate
    number: int  #: counts the promises of one case from 1; the key of a replacement
    clock: str  #: the duration as the policy writes it, for example "7 working days"
    since: datetime  #: the moment the clock started
    made_at: datetime
    due_at: datetime
    state: State = State.OPEN
    ended_at: datetime | None = None
    told_in: str = ""  #: Message-ID of the mail that told it; "" while it is owed untold
    replaced_by: int | None = None
    reason: str = ""  #: why it was replaced, missed or void
    policy_version: str = ""
    obligation: bool = False  #: untold duty of later mails: reported, never stated
    automatic: bool = False  #: made by an automatic extension, or kept by an automatic mail: reported apart
    kept_in: str = ""  #: Message-ID of the mail that kept it; a permanent delivery failure opens it again
    low_at: datetime | None = None  #: an estimate's early end (C2); a promise has none

    @property
    def is_estimate(self) -> bool:
        """A range told in words, no promise: counted apart."""
        return self.low_at is not None

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN
