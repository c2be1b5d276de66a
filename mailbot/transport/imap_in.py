"""Mail in by IMAP: one thread a mailbox; moved away only after the commit, never read twice, never lost."""

import imaplib
import random
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from mailbot.errors import MailbotError
from mailbot.log import get_logger

CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
IDLE_SLICE_SECONDS, IDLE_RENEW_SECONDS = 5.0, 300.0
BATCH = 50
BIGGEST_BYTES = 40 * 1024 * 1024
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
DONE_FLAG = b"$MailbotDone"
BROKEN = (imaplib.IMAP4.error, IMAPClientError, OSError, ssl.SSLError)
LYING = (KeyError, ValueError, TypeError)  #: what a server that breaks the protocol makes the library raise
log = get_logger()


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox to read."""

    host: str
    port: int
    security: str  #: tls, starttls or none
    user: str
    password: str
    oauth_token: str = ""
    folder: str = "INBOX"
    done: str = "mailbot/done"  #: "" flags instead of moving
    history: str = "ignore"  #: or process: what lay there before the mailbox was attached
    poll_seconds: int = 60
    key: str = ""  #: its name in the store


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where a mailbox was left off."""

    uidvalidity: int
    last_uid: int
    attached_at: datetime


class ImapMemory(Protocol):
    def attached(self, key: str) -> Attachment | None: ...
    def save(self, key: str, uidvalidity: int, last_uid: int, attached_at: datetime) -> None: ...


class ImapPoller:
    """Owns the thread and the connection of one account; a broken one never stops another."""

    def __init__(
        self,
        account: Account,
        *,
        deliver: Callable[[bytes, datetime], None],
        remember: ImapMemory,
        tls_context: ssl.SSLContext | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self.account = account
        self.last_error = ""
        self._deliver, self._memory, self._tls = deliver, remember, tls_context
        self._first_pause = first_pause
        self._movable = False
        self._stop = threading.Event()
        self._healthy = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=f"imap-{account.user}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> None:
        self._stop.set()
        self._thread.join(timeout)

    def healthy_at(self) -> float:
        """The monotonic moment of the last answer of the server."""
        return self._healthy

    def _run(self) -> None:
        pause = self._first_pause
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                self._session()
            except (*BROKEN, *LYING, MailbotError) as error:
                self.last_error = str(error)
                log.warning("imap.failed", account=self.account.key, error=str(error)[:300], retry_seconds=round(pause))
            if time.monotonic() - started > LONGEST_PAUSE:
                pause = self._first_pause
            self._stop.wait(pause * random.uniform(0.8, 1.2))
            pause = min(pause * 2, LONGEST_PAUSE)

    def _session(self) -> None:
        """Logs in, and reads until the connection breaks; a client is never used again after that."""
        client = self._login()
        try:
            log.info("imap.connected", account=self.account.key)
            self._read(client)
        finally:
            try:
                client.shutdown()
            except BROKEN as error:
                log.debug("imap.failed", account=self.account.key, error=str(error))

    def _login(self) -> IMAPClient:
        account = self.account
        timeout = SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        tls = account.security == "tls"
        context = self._tls if account.security != "none" else None
        client = IMAPClient(account.host, account.port, ssl=tls, ssl_context=context if tls else None, timeout=timeout)
        client.normalise_times = False
        try:
            self._authenticate(client, context)
        except (*BROKEN, *LYING):
            client.shutdown()
            raise
        self._healthy = time.monotonic()
        return client

    def _authenticate(self, client: IMAPClient, context: ssl.SSLContext | None) -> None:
        account = self.account
        if account.security == "starttls":
            client.starttls(context)
        if account.oauth_token:
            client.oauth2_login(account.user, account.oauth_token)
        elif account.user.isascii() and account.password.isascii():
            client.login(account.user, account.password)
        else:
            client.plain_login(account.user, account.password)

    def _read(self, client: IMAPClient) -> None:
        selected = client.select_folder(self.account.folder)
        uidvalidity = int(selected[b"UIDVALIDITY"])
        self._movable = self._make_done(client)
        idles = client.has_capability("IDLE")
        while not self._stop.is_set():
            self._fetch_new(client, uidvalidity)
            self._healthy = time.monotonic()
            if idles:
                self._idle(client)
            else:
                self._stop.wait(self.account.poll_seconds)
                client.noop()

    def _place(self, client: IMAPClient, uidvalidity: int) -> Attachment:
        """Where to go on; the first time after everything that lies there, unless history is wanted."""
        known = self._memory.attached(self.account.key)
        if known is not None:
            return known
        last_uid = 0
        if self.account.history == "ignore":
            last_uid = int(client.folder_status(self.account.folder, ["UIDNEXT"])[b"UIDNEXT"]) - 1
        self._memory.save(self.account.key, uidvalidity, last_uid, datetime.now(UTC))
        return Attachment(uidvalidity, last_uid, datetime.now(UTC))

    def _fetch_new(self, client: IMAPClient, uidvalidity: int) -> None:
        place = self._place(client, uidvalidity)
        renumbered = place.uidvalidity != uidvalidity
        after = 0 if renumbered else place.last_uid
        found = client.search(["UID", f"{after + 1}:*", "UNKEYWORD", DONE_FLAG.decode()])
        uids = sorted(int(uid) for uid in found if int(uid) > after)
        wanted = self._since(client, uids, place.attached_at) if renumbered else uids
        for start in range(0, len(wanted), BATCH):
            if self._stop.is_set():
                return
            self._take(client, wanted[start : start + BATCH], place, remember=not renumbered)
        if renumbered:  # only now: until all are offered again, a crash must begin afresh
            self._memory.save(self.account.key, uidvalidity, max(uids, default=0), place.attached_at)

    def _since(self, client: IMAPClient, uids: list[int], moment: datetime) -> list[int]:
        """After a new UIDVALIDITY: what came since the mailbox was attached; the rest is history as before."""
        if self.account.history == "process" or not uids:
            return uids
        facts = client.fetch(uids, ["INTERNALDATE"])
        return [uid for uid in uids if uid in facts and facts[uid][b"INTERNALDATE"] >= moment.replace(microsecond=0)]

    def _take(self, client: IMAPClient, uids: list[int], place: Attachment, *, remember: bool) -> None:
        """Commits one mail after the other, remembers each, and moves them away."""
        facts = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        taken: list[int] = []
        for uid in uids:
            if uid in facts and facts[uid][b"RFC822.SIZE"] > BIGGEST_BYTES:
                log.error("imap.refused", account=self.account.key, uid=uid, size_bytes=facts[uid][b"RFC822.SIZE"])
            elif uid in facts:  # else somebody removed it meanwhile
                body = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
                if body:
                    self._deliver(body, facts[uid][b"INTERNALDATE"].astimezone(UTC))
                    taken.append(uid)
            if remember:
                self._memory.save(self.account.key, place.uidvalidity, uid, place.attached_at)
            self._healthy = time.monotonic()
        if taken:
            self._put_away(client, taken)
            log.info("imap.fetched", account=self.account.key, mails=len(taken))

    def _put_away(self, client: IMAPClient, uids: list[int]) -> None:
        """Moves, or flags where there is no MOVE; a refusal leaves the mail where it is, known and committed."""
        try:
            if self._movable and client.has_capability("MOVE"):
                client.move(uids, self.account.done)
            else:
                client.add_flags(uids, [DONE_FLAG], silent=True)
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError as error:
            log.warning("imap.refused", account=self.account.key, error=str(error)[:300])

    def _make_done(self, client: IMAPClient) -> bool:
        """Whether there is a folder to move to, made where it is missing."""
        if not self.account.done:
            return False
        try:
            if not client.folder_exists(self.account.done):
                client.create_folder(self.account.done)
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError as error:
            log.warning("imap.refused", account=self.account.key, folder=self.account.done, error=str(error)[:300])
            return False
        return True

    def _idle(self, client: IMAPClient) -> None:
        """Waits for news in short slices; a dead socket answers at once, so the pause is our own."""
        client.idle()
        until = time.monotonic() + min(IDLE_RENEW_SECONDS, max(self.account.poll_seconds, 1))
        while not self._stop.is_set() and time.monotonic() < until:
            began = time.monotonic()
            news = client.idle_check(timeout=IDLE_SLICE_SECONDS)
            if news or time.monotonic() - began < IDLE_SLICE_SECONDS / 2:
                break
        client.idle_done()
        client.noop()
