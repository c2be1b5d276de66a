"""What the walks need: the desks, the store, the templates, a clock and chance, handed in once by the daemon."""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot import config
from mailbot.core import trust
from mailbot.core.desk import Desk
from mailbot.core.expectation import Queue
from mailbot.core.mail import Mail
from mailbot.core.people import Roster
from mailbot.store import cases, meta, people
from mailbot.store.database import Store
from mailbot.wire.render import Renderer

TOKEN_LIFE = timedelta(days=30)
TOKEN_LENGTH = 20


def mails_answered(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs that *mail* answers, the nearest first."""
    return (*mail.in_reply_to, *reversed(mail.references))


@dataclass(frozen=True, slots=True)
class Recognition:
    """How people and threads are known. Its defaults are the daemon's; only a replay of old mail hands in others."""

    authority: Callable[[trust.Facts], trust.Authority] = trust.authority
    threads: Callable[[Mail], tuple[str, ...]] = mails_answered
    by_hand: frozenset[str] = frozenset()  #: desks' addresses from which people write: no loop


@dataclass(frozen=True, slots=True)
class Office:
    settings: config.Settings
    store: Store
    renderer: Renderer
    now: Callable[[], datetime]  #: the clock; aware UTC
    chance: Callable[[int], int]  #: so many random bits
    woken: Callable[[], None] = field(default=lambda: None)  #: called after a commit that left something to do
    recognition: Recognition = Recognition()

    def desk_of(self, addr_spec: str) -> config.Desk | None:
        """The desk that *addr_spec* belongs to: its address, an alias, or either with a subaddress."""
        return self.settings.desk_of(addr_spec)

    def subaddress_of(self, addr_spec: str, desk: config.Desk) -> str:
        """What stands behind the separator in an address of *desk*, lower case; "" where there is nothing."""
        if desk.subaddress == "none":
            return ""
        local = addr_spec.casefold().rpartition("@")[0]
        for own in (desk.address, *desk.aliases):
            head = own.casefold().rpartition("@")[0] + desk.subaddress
            if local.startswith(head):
                return local[len(head) :]
        return ""

    def desk(self, address: str) -> config.Desk:
        return next(d for d in self.settings.desks if d.address == address)

    def desk_now(self, conn: Connection, address: str) -> Desk:
        """The desk as decide() sees it, with the people's load and absence of this moment."""
        desk = self.desk(address)
        load = cases.load_by_agent(conn, address)
        unassigned = load.pop("", 0)
        roster = Roster(
            agents=self.settings.agents,
            manager=desk.manager,
            load=load,
            away=people.away(conn),
            disabled=people.disabled(conn),
        )
        return Desk(
            address=desk.address,
            name=desk.name,
            policy=desk.policy,
            roster=roster,
            team=desk.team,
            authenticated=bool(self.settings.authserv_id),
            prepared=self.settings.prepared,
            queue=_queue(conn, desk),
            unassigned=unassigned,
        )

    def random_name(self) -> str:
        """Twenty symbols of chance (100 bits), lower case: the local part of a Message-ID."""
        return b32encode(self.chance(100).to_bytes(13, "big")).decode("ascii").lower().strip("=")

    def reply_token(self, conn: Connection, agent: str, reference: str, name: str) -> str:
        """The token of one notification, *name* the local part of its Message-ID: it lets *agent* act on this case."""
        return self._sealed(conn, "reply", agent, reference, name)

    def bounce_name(self, conn: Connection, name: str) -> str:
        """The word of the envelope sender of one mail, *name* the local part of its Message-ID, which others know."""
        return self._sealed(conn, "bounce", name)

    def _sealed(self, conn: Connection, *words: str) -> str:
        """Twenty symbols that only who has the secret can make from *words* (HMAC, 100 bits)."""
        secret = self.settings.secret or meta.secret(conn, self.random_name)
        digest = hmac.new(secret.encode(), "|".join(words).encode(), hashlib.sha256).digest()
        return b32encode(digest).decode("ascii").lower()[:TOKEN_LENGTH]


def _queue(conn: Connection, desk: config.Desk) -> Queue | None:
    """What waits, and the record beside it where more waits than the policy calls usual (C2)."""
    rule = desk.policy.expectation
    if rule is None:
        return None
    waiting = cases.count_waiting(conn, desk.address)
    record = cases.answered(conn, desk.address, rule.record) if waiting > rule.backlog else ()
    return Queue(waiting, record)
