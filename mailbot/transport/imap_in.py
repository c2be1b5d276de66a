"""Mail in by IMAP: one thread an account that reads, waits for news, and begins afresh when anything breaks."""

import random
import socket
import ssl
import threading
import time

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from mailbot.errors import MailbotError
from mailbot.log import get_logger
from mailbot.transport.imap_folder import Door, Folder, ImapMemory
from mailbot.transport.imap_login import BROKEN, LYING, READ_SECONDS, Account, hang_up, login

IDLE_SLICE_SECONDS, IDLE_RENEW_SECONDS = 1.0, 300.0
SETTLE_SECONDS = 2.0  #: servers may forget to announce a mail that comes just as they begin to IDLE: look once more
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
STEADY_SECONDS = 60.0  #: a session that lasted so long is no failure to back off from
ALARM_SECONDS = 900.0  #: an account that fails for so long is an error in the log, no more a warning
STEP_SECONDS = 600.0  #: a single step may take so long: the biggest mail on a slow line
log = get_logger()


class ImapPoller:
    """Owns the thread and the connection of one account; a broken one never stops another."""

    def __init__(
        self,
        account: Account,
        *,
        door: Door,
        memory: ImapMemory,
        tls_context: ssl.SSLContext | None = None,
        first_pause: float = FIRST_PAUSE,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self.account = account
        self.last_error = ""
        self._door, self._memory, self._tls = door, memory, tls_context
        self._first_pause, self._read_seconds = first_pause, read_seconds
        self._client: IMAPClient | None = None
        self._stop = threading.Event()
        self._due = time.monotonic() + STEP_SECONDS
        self._failing_since: float | None = None
        self._thread = threading.Thread(target=self._run, name=f"imap-{account.user}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> None:
        self._stop.set()
        self._thread.join(timeout)

    def has_died(self) -> bool:
        """Whether the thread has ended although nobody stopped it."""
        return self._thread.ident is not None and not self._thread.is_alive() and not self._stop.is_set()

    def is_overdue(self, now: float) -> bool:
        """Whether a step has taken too long at the monotonic moment *now*; a back-off counts as work."""
        return now > self._due and not self._stop.is_set()

    def cut(self) -> None:
        """Breaks the connection from outside, so that a thread that is held up by its server begins afresh."""
        client = self._client
        if client is None:
            return
        try:
            socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)  # not SSLSocket's: it would wait its turn
        except BROKEN as error:
            log.debug("imap.failed", account=self.account.key, error=str(error))

    def _run(self) -> None:
        pause = self._first_pause
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._session()
            except (*BROKEN, *LYING, MailbotError) as error:
                if time.monotonic() - began > STEADY_SECONDS:
                    pause = self._first_pause
                self._failed(error, pause)
            self._expect_within(pause * 1.2 + STEP_SECONDS)
            self._stop.wait(pause * random.uniform(0.8, 1.2))
            pause = min(pause * 2, LONGEST_PAUSE)

    def _failed(self, error: Exception, pause: float) -> None:
        now = time.monotonic()
        self._failing_since = self._failing_since or now
        self.last_error = f"{type(error).__name__}: {error}" if isinstance(error, LYING) else str(error)
        alarming = isinstance(error, LoginError) or now - self._failing_since > ALARM_SECONDS
        tell = log.error if alarming else log.warning
        tell("imap.failed", account=self.account.key, error=self.last_error[:500], retry_seconds=round(pause, 1))

    def _session(self) -> None:
        """Logs in, and reads until the connection breaks; a client is never used again after that."""
        self._expect_within(STEP_SECONDS)
        client = self._client = login(self.account, self._tls, self._read_seconds)
        try:
            folder = Folder(client, self.account, self._door, self._memory)
            log.info("imap.connected", account=self.account.key)
            idles, news = client.has_capability("IDLE"), True
            while self._going():
                news = folder.catch_up(self._going) or news
                self._failing_since = None
                if idles:
                    self._idle(client, SETTLE_SECONDS if news else min(IDLE_RENEW_SECONDS, self.account.poll_seconds))
                    news = False
                elif not self._stop.wait(self.account.poll_seconds):
                    client.noop()
        finally:
            self._client = None
            hang_up(client)

    def _idle(self, client: IMAPClient, seconds: float) -> None:
        """Waits for news in short slices; a dead socket answers at once, so the loop must not trust the wait."""
        client.idle()
        until = time.monotonic() + seconds
        while self._going() and time.monotonic() < until:
            began = time.monotonic()
            news = client.idle_check(timeout=IDLE_SLICE_SECONDS)
            if news or time.monotonic() - began < IDLE_SLICE_SECONDS / 2:
                break
        client.idle_done()
        client.noop()

    def _going(self) -> bool:
        self._expect_within(STEP_SECONDS)
        return not self._stop.is_set()

    def _expect_within(self, seconds: float) -> None:
        self._due = time.monotonic() + seconds
