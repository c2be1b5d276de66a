"""What is new in one IMAP folder: committed, remembered, put away; never lost, never taken twice."""

import imaplib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from mailbot.errors import MailbotError
from mailbot.log import get_logger
from mailbot.transport.imap_login import Account
from mailbot.transport.lines import canonical

BATCH = 50
ROUNDS = 5  #: how often a server may say at once that there is more
HEADER_BYTES = 65_536  #: of a mail that is left where it is
DONE_FLAG = b"$MailbotDone"
log = get_logger()


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where a mailbox was left off."""

    uidvalidity: int
    last_uid: int
    attached_at: datetime  #: mail that came before it is history


class ImapMemory(Protocol):
    def attached(self, key: str) -> Attachment | None: ...
    def save(self, key: str, uidvalidity: int, last_uid: int, attached_at: datetime) -> None: ...


class Door(Protocol):
    """Where the mail of one account goes in."""

    def deliver(self, raw: bytes, received_at: datetime) -> None:
        """Returns when the mail is on disk (G1)."""

    def refuse(self, header: bytes, received_at: datetime, why: str) -> None:
        """Tells the operator of a mail that is left where it is; *header* may be empty."""


class Folder:
    """One selected folder on one connection."""

    def __init__(self, client: IMAPClient, account: Account, door: Door, memory: ImapMemory) -> None:
        began = datetime.now(UTC)  # before SELECT: what comes from now on is no history
        selected = client.select_folder(account.folder)
        self._client, self._account, self._door, self._memory = client, account, door, memory
        self._uidvalidity, uidnext = _numbering(client, account, selected)
        known = memory.attached(account.key)
        if known is None:
            known = Attachment(self._uidvalidity, uidnext - 1 if account.history == "ignore" else 0, began)
            memory.save(account.key, known.uidvalidity, known.last_uid, known.attached_at)
        self._place = known
        # RFC 3501 2.3.1.1 forbids a UIDNEXT that falls under the same UIDVALIDITY; a mailbox made anew does it.
        self._renumbered = known.uidvalidity != self._uidvalidity or uidnext <= known.last_uid
        self._done_folder = self._make_done()

    def catch_up(self, going: Callable[[], bool]) -> bool:
        """Takes all that is new, the oldest first, until *going* says no; whether there was anything.

        What the server announces while it answers these commands is not announced again to an IDLE.
        """
        found = False
        for _ in range(ROUNDS):
            self._announced()
            found = self._take_new(going) or found
            if not (self._announced() and going()):
                break
        return found

    def _announced(self) -> bool:
        return bool(self._client._imap.untagged_responses.pop("EXISTS", None))

    def _take_new(self, going: Callable[[], bool]) -> bool:
        after = 0 if self._renumbered else self._place.last_uid
        found = self._client.search(["UID", f"{after + 1}:*", "UNKEYWORD", DONE_FLAG.decode()])
        uids = sorted({int(uid) for uid in found if int(uid) > after})  # n:* always names the last mail
        wanted = self._since_attached(uids) if self._renumbered else uids
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            taken: list[int] = []
            try:
                whole = self._take_batch(batch, taken, going)
            except MailbotError:  # the store is not writable: what it had kept before is put away all the same
                self._put_away(taken)
                raise
            self._put_away(taken)
            if not whole:
                return True
        if self._renumbered:  # only now: until all were offered again, a crash must begin afresh
            self._remember(max(uids, default=0))
            self._renumbered = False
        return bool(uids)

    def _take_batch(self, batch: list[int], taken: list[int], going: Callable[[], bool]) -> bool:
        """Adds to *taken* what was committed; whether the batch was worked through."""
        facts = self._client.fetch(batch, ["RFC822.SIZE", "INTERNALDATE"])
        for uid in batch:
            if not going():
                return False
            if self._take(uid, facts.get(uid, {})):
                taken.append(uid)
            if not self._renumbered:
                self._remember(uid)
        return True

    def _take(self, uid: int, facts: dict[bytes, Any]) -> bool:
        """Whether the mail was committed; else it is gone, or the operator is told of it."""
        received_at = self._received_at(facts)
        if int(facts.get(b"RFC822.SIZE", 0)) > self._account.size_limit_bytes:
            self._refuse(uid, received_at, _too_big(facts[b"RFC822.SIZE"], self._account))
            return False
        raw = self._part(uid, "BODY.PEEK[]", b"BODY[]")
        if raw and len(raw) <= self._account.size_limit_bytes:
            self._door.deliver(canonical(raw), received_at)
            return True
        if raw:
            self._refuse(uid, received_at, _too_big(len(raw), self._account))
        elif self._client.search(["UID", str(uid)]) and int(facts.get(b"RFC822.SIZE", 1)):
            self._refuse(uid, received_at, "the server does not hand it out")
        return False

    def _refuse(self, uid: int, received_at: datetime, why: str) -> None:
        log.error("imap.refused", account=self._account.key, uid=uid, why=why)
        header = self._part(uid, f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>", b"BODY[HEADER]<0>")
        self._door.refuse(canonical(header), received_at, why)

    def _part(self, uid: int, wanted: str, key: bytes) -> bytes:
        part = self._client.fetch([uid], [wanted]).get(uid, {}).get(key)
        return part if isinstance(part, bytes) else b""

    def _received_at(self, facts: dict[bytes, Any]) -> datetime:
        """When the mail reached the mailbox; what lay there before we came counts as received when we came."""
        now = datetime.now(UTC)
        found = facts.get(b"INTERNALDATE")
        at = found.astimezone(UTC) if isinstance(found, datetime) else now
        return min(max(at, self._place.attached_at), now)

    def _since_attached(self, uids: list[int]) -> list[int]:
        """Under a new numbering: what came since the mailbox was attached; the rest is history as before."""
        if self._account.history == "process" or not uids:
            return uids
        moment = self._place.attached_at.replace(microsecond=0)
        facts = self._client.fetch(uids, ["INTERNALDATE"])
        return [uid for uid in uids if uid in facts and facts[uid][b"INTERNALDATE"] >= moment]

    def _remember(self, last_uid: int) -> None:
        self._place = Attachment(self._uidvalidity, last_uid, self._place.attached_at)
        self._memory.save(self._account.key, self._uidvalidity, last_uid, self._place.attached_at)

    def _put_away(self, uids: Iterable[int]) -> None:
        """Moves, or flags where that is not possible; a refusal leaves the mail where it is, known and committed."""
        taken = list(uids)
        if not taken:
            return
        try:
            if self._done_folder and self._client.has_capability("MOVE"):
                self._client.move(taken, self._account.done)
            else:
                self._client.add_flags(taken, [DONE_FLAG], silent=True)
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError as error:
            log.warning("imap.refused", account=self._account.key, why=f"not put away: {error}"[:300])
        log.info("imap.fetched", account=self._account.key, mails=len(taken))

    def _make_done(self) -> bool:
        """Whether there is a folder to move to, made where it is missing."""
        done = self._account.done
        if not done:
            return False
        try:
            if not self._client.folder_exists(done):
                self._client.create_folder(done)
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError as error:
            log.warning("imap.refused", account=self._account.key, why=f"no folder {done}: {error}"[:300])
            return False
        return True


def _numbering(client: IMAPClient, account: Account, selected: dict[bytes, Any]) -> tuple[int, int]:
    """(UIDVALIDITY, UIDNEXT) of the selected folder."""
    if b"UIDVALIDITY" not in selected:
        raise MailbotError(f"the server names no UIDVALIDITY for {account.folder}")
    if b"UIDNEXT" in selected:
        return int(selected[b"UIDVALIDITY"]), int(selected[b"UIDNEXT"])
    return int(selected[b"UIDVALIDITY"]), max((int(uid) for uid in client.search("ALL")), default=0) + 1


def _too_big(size_bytes: int, account: Account) -> str:
    return f"{size_bytes} bytes are more than listen.size_limit_bytes = {account.size_limit_bytes}"
