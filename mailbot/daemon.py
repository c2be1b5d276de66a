"""Builds every part once, starts and stops them: the table of contents of a running mailbot."""

import asyncio
import random
import secrets
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from mailbot import systemd
from mailbot.clock import Bell, SchedulerBell, wall_clock
from mailbot.config import Settings, data_dir
from mailbot.core.mail import Envelope
from mailbot.errors import TransientError
from mailbot.imap_accounts import start_pollers
from mailbot.log import get_logger
from mailbot.pipeline import Deliver, Office, accept, drain, grant, hand_out_waiting, process, tick
from mailbot.store import inbox, moments, outbox
from mailbot.store.database import Store, open_store
from mailbot.transport.imap_in import ImapPoller
from mailbot.transport.maildir_out import MaildirOut
from mailbot.transport.smtp_in import Listener, listen
from mailbot.transport.smtp_out import Relay
from mailbot.wire.language import load_accurate
from mailbot.wire.render import Renderer

GRACE_SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  #: seconds after the store failed
STALLED_SECONDS = 45.0  #: a loop that has not come round for so long is not fed to the watchdog
log = get_logger()


class Daemon:
    """Owns the store, the listeners, the pollers and the loops between start() and stop()."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = wall_clock,
        bell: Bell | None = None,
        chance: Callable[[int], int] = secrets.randbits,
    ) -> None:
        self.settings = settings
        self.bell: Bell = bell or SchedulerBell()
        self.store: Store = open_store(settings.store_url, exclusive=True)
        self.store.migrate()
        if self.store.alone:  # whoever claimed them is gone: they need not wait until the lease runs out
            self.store.write(lambda conn: (inbox.unclaim(conn), moments.unclaim(conn)))
        folders = (settings.templates,) if settings.templates else ()
        renderer = Renderer((*folders, data_dir() / "templates"))
        self.office = Office(settings, self.store, renderer, clock, chance, self._woken)
        self.listeners: list[Listener] = []
        self.pollers: list[ImapPoller] = []
        self._deliver: Deliver | None = None
        self._relay: Relay | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._decide, self._send = asyncio.Event(), asyncio.Event()
        self._idle = asyncio.Condition()
        self._beats = {"decide": time.monotonic(), "send": time.monotonic()}
        self._begun = {"decide": 0, "send": 0}  #: rounds of the loops; for settle()
        self._ended = {"decide": (0, 0), "send": (0, 0)}  #: (round, how much it did)
        self._stopping = False

    async def start(self) -> None:
        """Everything is up when this returns; what cannot be is an error that names it."""
        self._loop = asyncio.get_running_loop()
        self._deliver = self._way_out()
        self.bell.start(self._ring)
        self._tasks = [
            asyncio.create_task(self._loop_of("decide", self._decide, self._decide_round), name="decide"),
            asyncio.create_task(self._loop_of("send", self._send, self._send_round), name="send"),
            asyncio.create_task(self._watchdog(), name="watchdog"),
        ]
        self.listeners = await self._listen()
        self.pollers = start_pollers(self.office, self.accept_in_thread)
        self._loop.run_in_executor(None, load_accurate)
        systemd.notify("READY=1")
        log.info("daemon.started", listeners=[str(x.address) for x in self.listeners], imap=len(self.pollers))

    async def stop(self) -> None:
        """Stops listening, lets what runs finish, and closes the store."""
        systemd.notify("STOPPING=1")
        self._stopping = True
        for listener in self.listeners:
            await listener.close(GRACE_SECONDS)
        for poller in self.pollers:
            await asyncio.to_thread(poller.stop, 5.0)
        self.bell.stop()
        self._ring()
        _, late = await asyncio.wait(self._tasks, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        if self._relay is not None:
            await self._relay.close()
        await asyncio.to_thread(self.store.close)
        log.info("daemon.stopped")

    async def run(self, stop: asyncio.Event) -> None:
        """start(), wait for *stop* or for a loop that dies, stop()."""
        await self.start()
        waiting = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([waiting, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done - {waiting}:
                task.result()  # a loop that died takes the daemon with it: systemd starts it afresh
        finally:
            waiting.cancel()
            await self.stop()

    async def settle(self) -> None:
        """Waits until nothing is left to do at this moment of the clock."""
        while True:
            wanted = {name: begun + 1 for name, begun in self._begun.items()}
            async with self._idle:
                self._ring()
                while any(self._ended[name][0] < number for name, number in wanted.items()):
                    await self._idle.wait()
            resting = all(self._ended[name] == (begun, 0) for name, begun in self._begun.items())
            if resting and not self._work_left():
                return

    async def accept(self, envelope: Envelope, raw: bytes) -> None:
        """Returns when the raw mail is on disk (G1)."""
        self._accepted(envelope, raw, await asyncio.wrap_future(accept(self.office, envelope, raw)))

    def accept_in_thread(self, envelope: Envelope, raw: bytes) -> None:
        """accept() for the threads of the IMAP pollers."""
        self._accepted(envelope, raw, accept(self.office, envelope, raw).result())

    def _accepted(self, envelope: Envelope, raw: bytes, ids: tuple[int, ...]) -> None:
        log.info("mail.accepted", inbox_id=ids, via=envelope.via, size_bytes=len(raw))
        self._woken()

    def _way_out(self) -> Deliver:
        relay = self.settings.relay
        if relay.maildir is not None:
            return MaildirOut(relay.maildir).deliver
        self._relay = Relay(
            host=relay.host,
            port=relay.port,
            security=relay.security,
            user=relay.user,
            password=relay.password,
            hostname=self.settings.listen.hostname,
        )
        return self._relay.deliver

    async def _listen(self) -> list[Listener]:
        """Sockets of systemd first; else the addresses of the configuration."""
        wanted = self.settings.listen
        inherited = systemd.listen_sockets()
        tls = _tls(self.settings)

        async def open_one(name: str, where: str) -> Listener:
            lmtp = name == "lmtp"
            unix = where if where.startswith("/") else ""
            host, _, port = where.rpartition(":")
            socket = inherited.get(name)
            return await listen(
                accept=self.accept,
                owns=lambda address: self.office.desk_of(address) is not None,
                host="" if socket or unix else host.strip("[]"),
                port=0 if socket or unix else int(port),
                sock=socket,
                unix_path="" if socket else unix,
                lmtp=lmtp,
                hostname=wanted.hostname,
                tls=tls,
                size_limit_bytes=wanted.size_limit_bytes,
                connections=wanted.connections,
            )

        return [
            await open_one(name, where)
            for name, where in (("smtp", wanted.smtp), ("lmtp", wanted.lmtp))
            if where or name in inherited
        ]

    def _woken(self) -> None:
        """Called from any thread after a commit that left something to do."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        self._decide.set()
        self._send.set()

    async def _loop_of(self, name: str, event: asyncio.Event, round_: Callable[[], Awaitable[int]]) -> None:
        """Round after round; when the store is in trouble, a pause and another try."""
        pause = FIRST_PAUSE
        while not self._stopping:
            event.clear()
            self._begun[name] += 1
            try:
                await self._came_round(name, await round_(), event)
                pause = FIRST_PAUSE
            except TransientError as error:
                log.error("store.unavailable", error=str(error)[:300], retry_seconds=pause)
                self._beats[name] = time.monotonic()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _decide_round(self) -> int:
        walks = (process, tick, grant, hand_out_waiting)
        return sum([await asyncio.to_thread(walk, self.office) for walk in walks])

    async def _send_round(self) -> int:
        assert self._deliver is not None
        paused = await asyncio.to_thread(self._paused)
        return 0 if paused else await drain(self.office, self._deliver)

    async def _came_round(self, name: str, done: int, event: asyncio.Event) -> None:
        self._beats[name] = time.monotonic()
        async with self._idle:
            self._ended[name] = (self._begun[name], done)
            self._idle.notify_all()
        if done == 0 and not self._stopping:
            self.bell.arm(await asyncio.to_thread(self.next_moment))
            await event.wait()

    def _paused(self) -> bool:
        return self.store.read(outbox.paused)

    def next_moment(self) -> datetime | None:
        """When the store next has something to do: a moment of a case, or a mail to send that may leave."""
        sending = None if self._paused() else self.store.read(outbox.next_at)
        at = [t for t in (self.store.read(moments.next_at), sending) if t is not None]
        return min(at, default=None)

    def _work_left(self) -> bool:
        now = self.office.now()
        moment = self.next_moment()
        return self.store.read(inbox.waiting) > 0 or (moment is not None and moment <= now)

    async def _watchdog(self) -> None:
        """Feeds systemd's watchdog for as long as the loop that decides comes round."""
        seconds = systemd.watchdog_seconds()
        pause = seconds / 3 if seconds else 3600.0
        while not self._stopping:
            if time.monotonic() - self._beats["decide"] < max(STALLED_SECONDS, pause):
                systemd.notify("WATCHDOG=1")
            try:
                await asyncio.wait_for(self._stopped(), pause)
            except TimeoutError:
                continue

    async def _stopped(self) -> None:
        while not self._stopping:
            await self._decide.wait()
            await asyncio.sleep(0.2)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    certificate, key = settings.listen.tls_certificate, settings.listen.tls_key
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def seeded_chance(seed: int) -> Callable[[int], int]:
    """Chance that repeats itself: for the demo and for replays, never for a running desk."""
    return random.Random(seed).getrandbits
