"""The tables of the store: their rows stay in this package, others see frozen values."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
UNFIRED, LEASED = sa.text("fired_at IS NULL"), sa.text("lease_until IS NOT NULL")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def clean(text: str) -> str:
    """*text* as both databases can hold it: no NUL, no lone surrogate."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def clean_json(value: Any) -> Any:
    """clean() for every string inside *value*."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): clean_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(item) for item in value]
    return value


class Words(sa.types.TypeDecorator[str]):
    """Text that is cleaned before it is bound."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  the base's signature
        return None if value is None else clean(value)


class Document(sa.types.TypeDecorator[Any]):
    """JSON whose strings are cleaned before it is bound."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  the base's signature
        return clean_json(value)


class Base(SQLModel):
    """The root of the tables, with metadata of its own."""

    metadata = sa.MetaData(naming_convention=NAMES)


class InboxRow(Base, table=True):
    __tablename__ = "inbox"
    __table_args__ = (sa.Index("ix_inbox_state_id", "state", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    desk: str = Field(sa_type=Words)
    mail_from: str = Field(sa_type=Words)
    rcpt_to: list[str] = Field(sa_type=Document)
    received_at: datetime = Field(sa_type=UTCDateTime)
    peer: str = Field(sa_type=Words)
    via: str = Field(sa_type=Words)
    raw: bytes
    state: str = Field(sa_type=Words)
    attempts: int
    lease_until: datetime | None = Field(sa_type=UTCDateTime)
    error: str = Field(sa_type=Words)
    outcome: str = Field(sa_type=Words)
    rule: str = Field(sa_type=Words)
    reference: str = Field(sa_type=Words)
    message_id: str = Field(sa_type=Words, index=True)
    kind: str = Field(sa_type=Words)
    finished_at: datetime | None = Field(sa_type=UTCDateTime)


class FingerprintRow(Base, table=True):
    __tablename__ = "fingerprint"
    desk: str = Field(sa_type=Words, primary_key=True)
    fingerprint: str = Field(sa_type=Words, primary_key=True)
    inbox_id: int = Field(sa_type=KEY, foreign_key="inbox.id", ondelete="CASCADE", index=True)


class CaseRow(Base, table=True):
    __tablename__ = "case_"
    __table_args__ = (
        sa.Index("ix_case__desk_customer_identity", "desk", "customer_identity"),
        sa.Index("ix_case__busy", "desk", "stage", "assignee", "unanswered_since"),
    )
    reference: str = Field(sa_type=Words, primary_key=True)
    desk: str = Field(sa_type=Words)
    customer: str = Field(sa_type=Words)
    customer_identity: str = Field(sa_type=Words)
    subject: str = Field(sa_type=Words)
    language: str = Field(sa_type=Words)
    stage: str = Field(sa_type=Words, index=True)
    complexity: str = Field(sa_type=Words)
    category: str = Field(sa_type=Words)
    team: str = Field(sa_type=Words)
    assignee: str = Field(sa_type=Words, index=True)
    incident: str = Field(sa_type=Words, index=True, default="")
    opened_at: datetime = Field(sa_type=UTCDateTime, index=True)
    unanswered_since: datetime | None = Field(sa_type=UTCDateTime)
    resolved_at: datetime | None = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(sa_type=UTCDateTime)
    saved_at: datetime = Field(sa_type=UTCDateTime)
    rest: dict[str, Any] = Field(sa_type=Document)


class PromiseRow(Base, table=True):
    __tablename__ = "promise"
    __table_args__ = (sa.Index("ix_promise_id_ended_at", "id", "ended_at"),)
    reference: str = Field(sa_type=Words, primary_key=True, foreign_key="case_.reference", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    id: str = Field(sa_type=Words)
    clock: str = Field(sa_type=Words)
    since: datetime = Field(sa_type=UTCDateTime)
    made_at: datetime = Field(sa_type=UTCDateTime)
    due_at: datetime = Field(sa_type=UTCDateTime, index=True)
    state: str = Field(sa_type=Words, index=True)
    ended_at: datetime | None = Field(sa_type=UTCDateTime)
    told_in: str = Field(sa_type=Words)
    replaced_by: int | None
    reason: str = Field(sa_type=Words)
    policy_version: str = Field(sa_type=Words)
    obligation: bool
    automatic: bool
    kept_in: str = Field(sa_type=Words, default="")
    low_at: datetime | None = Field(sa_type=UTCDateTime, default=None)


class JournalRow(Base, table=True):
    __tablename__ = "journal"
    reference: str = Field(sa_type=Words, primary_key=True, foreign_key="case_.reference", ondelete="CASCADE")
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    actor: str = Field(sa_type=Words)
    kind: str = Field(sa_type=Words)
    detail: dict[str, Any] = Field(sa_type=Document)
    inbox_id: int | None = Field(sa_type=KEY, index=True)


class ThreadRow(Base, table=True):
    __tablename__ = "thread"
    message_id: str = Field(sa_type=Words, primary_key=True)
    reference: str = Field(sa_type=Words, foreign_key="case_.reference", ondelete="CASCADE", index=True)
    audience: str = Field(sa_type=Words)
    seq: int
    agent: str = Field(sa_type=Words)


class MomentRow(Base, table=True):
    __tablename__ = "moment"
    __table_args__ = (
        sa.UniqueConstraint("reference", "key", "at"),
        sa.Index("ix_moment_unfired", "at", sqlite_where=UNFIRED, postgresql_where=UNFIRED),
        sa.Index("ix_moment_leased", "lease_until", sqlite_where=LEASED, postgresql_where=LEASED),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    reference: str = Field(sa_type=Words, foreign_key="case_.reference", ondelete="CASCADE")
    key: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=UTCDateTime)
    lease_until: datetime | None = Field(sa_type=UTCDateTime)
    fired_at: datetime | None = Field(sa_type=UTCDateTime)


class OutboxRow(Base, table=True):
    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_state_not_before", "state", "not_before"),
        sa.Index("ix_outbox_rcpt_identity_created_at", "rcpt_identity", "created_at"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    reference: str = Field(sa_type=Words, index=True)
    template: str = Field(sa_type=Words)
    audience: str = Field(sa_type=Words)
    cause: str = Field(sa_type=Words)
    person: bool
    reverse_path: str = Field(sa_type=Words, index=True)
    rcpt_to: str = Field(sa_type=Words)
    rcpt_identity: str = Field(sa_type=Words)
    rcpt_domain: str = Field(sa_type=Words)
    message_id: str = Field(sa_type=Words, index=True)
    raw: bytes
    state: str = Field(sa_type=Words)
    attempts: int
    in_doubt: int
    not_before: datetime = Field(sa_type=UTCDateTime)
    lease_until: datetime | None = Field(sa_type=UTCDateTime)
    error: str = Field(sa_type=Words)
    reply: str = Field(sa_type=Words)
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)
    finished_at: datetime | None = Field(sa_type=UTCDateTime)


class TokenRow(Base, table=True):
    __tablename__ = "token"
    token: str = Field(sa_type=Words, primary_key=True)
    agent: str = Field(sa_type=Words, index=True)
    reference: str = Field(sa_type=Words)
    kind: str = Field(sa_type=Words, default="")
    seq: int | None = Field(default=None)
    issued_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(sa_type=UTCDateTime)


class AgentRow(Base, table=True):
    __tablename__ = "agent"
    agent: str = Field(sa_type=Words, primary_key=True)
    away_until: datetime | None = Field(sa_type=UTCDateTime)
    disabled_at: datetime | None = Field(sa_type=UTCDateTime)


class BlockedRow(Base, table=True):
    __tablename__ = "blocked"
    address: str = Field(sa_type=Words, primary_key=True)
    blocked_by: str = Field(sa_type=Words)
    blocked_at: datetime = Field(sa_type=UTCDateTime)


class UndoRow(Base, table=True):
    __tablename__ = "undo"
    reference: str = Field(sa_type=Words, primary_key=True, foreign_key="case_.reference", ondelete="CASCADE")
    agent: str = Field(sa_type=Words)
    rule: str = Field(sa_type=Words)
    first_seq: int
    last_seq: int
    state: dict[str, Any] = Field(sa_type=Document)


class MetaRow(Base, table=True):
    __tablename__ = "meta"
    key: str = Field(sa_type=Words, primary_key=True)
    value: str = Field(sa_type=Words)


class ImapRow(Base, table=True):
    __tablename__ = "imap"
    key: str = Field(sa_type=Words, primary_key=True)
    uidvalidity: int = Field(sa_type=KEY)
    last_uid: int = Field(sa_type=KEY)
    attached_at: datetime = Field(sa_type=UTCDateTime)


class EventRow(Base, table=True):
    __tablename__ = "event"
    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    kind: str = Field(sa_type=Words)
    detail: dict[str, Any] = Field(sa_type=Document)
    created_at: datetime = Field(sa_type=UTCDateTime)
    lease_until: datetime | None = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(sa_type=UTCDateTime, index=True)
    result: str = Field(sa_type=Words)


METADATA = Base.metadata


def table(row: type[SQLModel]) -> sa.Table:
    """The Core table of a row class."""
    return METADATA.tables[str(row.__tablename__)]
