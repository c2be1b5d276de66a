"""What the store knows of agents: their tokens, absence, and who is disabled."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.store.sql import insert_once, upsert
from mailbot.store.tables import AgentRow, TokenRow, clean, table

TOKEN = table(TokenRow)
AGENT = table(AgentRow)
_AWAY = sa.select(AGENT.c.agent, AGENT.c.away_until).where(AGENT.c.away_until.is_not(None))
_DISABLED = sa.select(AGENT.c.agent).where(AGENT.c.disabled_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Token:
    """What proves that a mail answers one that we sent to this agent."""

    agent: str
    reference: str  #: "" is any case
    expires_at: datetime
    revoked_at: datetime | None = None
    kind: str = ""  #: note: about a note, an answer stays inside; case: about anything else; "" is not known
    seq: int | None = None  #: how far the case was when it was issued; None is not known

    def is_good(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > now


def issue_token(
    conn: Connection,
    token: str,
    agent: str,
    reference: str,
    now: datetime,
    expires_at: datetime,
    kind: str = "case",
    seq: int | None = None,
) -> None:
    """Keeps a token; one that is known stays as it is."""
    values = {"token": token, "agent": agent, "reference": reference, "issued_at": now, "expires_at": expires_at}
    insert_once(conn, TOKEN, values | {"kind": kind, "seq": seq})


def find_token(conn: Connection, token: str) -> Token | None:
    """The token, valid or not."""
    wanted = [TOKEN.c[f.name] for f in fields(Token)]
    row = conn.execute(sa.select(*wanted).where(TOKEN.c.token == clean(token))).first()
    return Token(*row) if row is not None else None


def tokens_of(conn: Connection, references: Sequence[str]) -> tuple[str, ...]:
    """Every token that was issued for these cases, or for any."""
    mine = TOKEN.c.reference.in_(("", *references))
    return tuple(conn.execute(sa.select(TOKEN.c.token).where(mine)).scalars())


def revoke_token(conn: Connection, token: str, now: datetime) -> bool:
    """Whether there was a token to revoke."""
    mine = sa.and_(TOKEN.c.token == clean(token), TOKEN.c.revoked_at.is_(None))
    return conn.execute(sa.update(TOKEN).where(mine).values(revoked_at=now)).rowcount == 1


def set_away(conn: Connection, agent: str, until: datetime | None) -> None:
    """Absent until then; None: back."""
    upsert(conn, AGENT, {"agent": agent, "away_until": until})


def away(conn: Connection) -> dict[str, datetime]:
    """Until when who is absent; moments that have passed are still there."""
    return {row.agent: row.away_until for row in conn.execute(_AWAY)}


def disable(conn: Connection, agent: str, now: datetime) -> None:
    """Shuts an agent out and revokes the tokens."""
    upsert(conn, AGENT, {"agent": agent, "disabled_at": now})
    mine = sa.and_(TOKEN.c.agent == agent, TOKEN.c.revoked_at.is_(None))
    conn.execute(sa.update(TOKEN).where(mine).values(revoked_at=now))


def enable(conn: Connection, agent: str) -> None:
    """Lets an agent in again; revoked tokens stay revoked."""
    upsert(conn, AGENT, {"agent": agent, "disabled_at": None})


def disabled(conn: Connection) -> frozenset[str]:
    """The agents who are shut out."""
    return frozenset(conn.execute(_DISABLED).scalars())
