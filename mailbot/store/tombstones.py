"""Fingerprints of erased mails: keyed hashes, which tell a mail that comes again and nothing else."""

import hashlib
import hmac
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mailbot.store import meta
from mailbot.store.sql import insert_once
from mailbot.store.tables import FingerprintRow, table

FINGERPRINT = table(FingerprintRow)


def bury(conn: Connection, prints: Iterable[tuple[int, str, str]], secret: str) -> None:
    """Puts keyed hashes in the place of the fingerprints of these mails, given as (inbox id, desk, fingerprint)."""
    for inbox_id, desk, fingerprint in prints:
        conn.execute(sa.delete(FINGERPRINT).where(FINGERPRINT.c.inbox_id == inbox_id))
        if not fingerprint:
            continue
        values = {"desk": desk, "fingerprint": _hash(secret, desk, fingerprint), "inbox_id": inbox_id}
        insert_once(conn, FINGERPRINT, values)


def buried(conn: Connection, desk: str, fingerprint: str) -> int | None:
    """The erased mail that had this fingerprint."""
    secret = meta.get(conn, meta.SECRET)
    if not secret:
        return None
    mine = sa.and_(FINGERPRINT.c.desk == desk, FINGERPRINT.c.fingerprint == _hash(secret, desk, fingerprint))
    return conn.execute(sa.select(FINGERPRINT.c.inbox_id).where(mine)).scalar_one_or_none()


def _hash(secret: str, desk: str, fingerprint: str) -> str:
    return hmac.new(secret.encode(), f"erased|{desk}|{fingerprint}".encode(), hashlib.sha256).hexdigest()
