"""Builds every part once, starts and stops them: the table of contents of a running mailbot."""

import asyncio
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from mailbot import systemd
from mailbot.clock import Bell, SchedulerBell, wall_clock
from mailbot.config import Settings, data_dir
from mailbot.core.mail import Envelope
from mailbot.errors import MailbotError, TransientError
from mailbot.imap_accounts import start_pollers
from mailbot.listeners import open_listeners
from mailbot.log import get_logger
from mailbot.pipeline import (
    Deliver,
    Office,
    accept,
    drain,
    grant,
    hand_out_waiting,
    next_alert_at,
    next_digest_at,
    next_report_at,
    process,
    report,
    ring,
    send_digests,
    tick,
)
from mailbot.store import events, inbox, moments, outbox
from mailbot.store.database import Store, open_store
from mailbot.transport.imap_in import STEP_SECONDS, ImapPoller
from mailbot.transport.maildir_out import MaildirOut
from mailbot.transport.smtp_in import Listener
from mailbot.transport.smtp_out import Relay
from mailbot.watch import Watch
from mailbot.wire.language import load_accurate
from mailbot.wire.render import Renderer

GRACE_SECONDS, POLLER_SECONDS = 20.0, 5.0
#: how long one piece of work may take before its loop counts as stalled: one mail or moment decided, one mail
#: offered (RFC 5321 4.5.3.2 allows every command five minutes and the final dot ten)
ALLOWED_SECONDS = {"decide": 90.0, "send": 3600.0}
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  #: seconds after the store failed
LOOK_SECONDS = 10.0  #: how often the watchdog looks, at least
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
        self._take_back(suspect=True)
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
        self._watch = Watch(ALLOWED_SECONDS)
        self._left_over = False  #: whether the store failed between a claim and its end
        self._begun = {"decide": 0, "send": 0}  #: rounds of the loops; for settle()
        self._ended = {"decide": (0, 0), "send": (0, 0)}  #: (round, how much it did)
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Everything is up when this returns; what cannot be is an error that names it."""
        self._loop = asyncio.get_running_loop()
        self._deliver = self._way_out()
        self.bell.start(self._ring)
        self._tasks = [
            asyncio.create_task(self._loop_of("decide", self._decide, self._decide_once), name="decide"),
            asyncio.create_task(self._loop_of("send", self._send, self._send_once), name="send"),
            asyncio.create_task(self._watchdog(), name="watchdog"),
        ]
        self.listeners = await open_listeners(self.settings, self.accept, self._owns)
        self.pollers = start_pollers(self.office, self.accept_in_thread)
        self._loop.run_in_executor(None, load_accurate)
        systemd.notify("READY=1")
        log.info("daemon.started", listeners=[str(x.address) for x in self.listeners], imap=len(self.pollers))

    async def stop(self) -> None:
        """Stops listening, lets what runs finish, and closes the store."""
        systemd.notify("STOPPING=1")
        self._stopping.set()
        for listener in self.listeners:
            await listener.close(GRACE_SECONDS)
        await asyncio.gather(*(asyncio.to_thread(poller.stop, POLLER_SECONDS) for poller in self.pollers))
        self.bell.stop()
        self._ring()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
        if self._relay is not None:
            await self._relay.close()
        await asyncio.to_thread(self.store.close)
        log.info("daemon.stopped")

    async def run(self, stop: asyncio.Event) -> None:
        """start(), wait for *stop* or for a loop that dies, stop()."""
        waiting = asyncio.create_task(stop.wait())
        try:
            await self.start()
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

    def _owns(self, address: str) -> bool:
        return self.office.desk_of(address) is not None

    def _woken(self) -> None:
        """Called from any thread after a commit that left something to do."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        self._decide.set()
        self._send.set()

    async def _loop_of(self, name: str, rung: asyncio.Event, work: Callable[[], Awaitable[int]]) -> None:
        """Round after round; when the store is in trouble, a pause and another try."""
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            rung.clear()
            self._begun[name] += 1
            try:
                await self._came_round(name, await work(), rung)
                pause = FIRST_PAUSE
            except TransientError as error:
                log.error("store.unavailable", loop=name, error=str(error)[:300], retry_seconds=pause)
                self._watch.beat(name)
                self._left_over = self._left_over or name == "decide"
                await self._stopped_within(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _came_round(self, name: str, done: int, rung: asyncio.Event) -> None:
        """Rests until it is rung, unless there was something to do."""
        self._watch.beat(name)
        async with self._idle:
            self._ended[name] = (self._begun[name], done)
            self._idle.notify_all()
        if done == 0 and not self._stopping.is_set():
            self.bell.arm(await asyncio.to_thread(self.next_moment))
            await rung.wait()

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            return await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False

    def _take_back(self, *, suspect: bool) -> None:
        """What is claimed while nobody works on it need not wait until its lease runs out."""
        if self.store.alone:
            self.store.write(
                lambda conn: (inbox.unclaim(conn, suspect=suspect), moments.unclaim(conn), events.unclaim(conn))
            )
        self._left_over = False

    async def _decide_once(self) -> int:
        return await asyncio.to_thread(self._decide_in_thread)

    def _decide_in_thread(self) -> int:
        def alive() -> None:
            self._watch.beat("decide")

        if self._left_over:
            self._take_back(suspect=False)
        done = process(self.office, alive=alive)
        done += tick(self.office, alive=alive)
        done += ring(self.office)
        done += grant(self.office)
        alive()
        return done + hand_out_waiting(self.office) + report(self.office) + send_digests(self.office)

    async def _send_once(self) -> int:
        assert self._deliver is not None
        if await asyncio.to_thread(self._paused):
            return 0
        return await drain(self.office, self._deliver, alive=lambda: self._watch.beat("send"))

    def _paused(self) -> bool:
        return self.store.read(outbox.paused)

    def next_moment(self) -> datetime | None:
        """When the store next has something to do: a moment of a case, a mail that may leave, a report, a digest or an alert."""
        sending = None if self._paused() else self.store.read(outbox.next_at)
        reporting = self.store.read(lambda conn: next_report_at(conn, self.office))
        digest = self.store.read(lambda conn: next_digest_at(conn, self.office))
        alert = self.store.read(lambda conn: next_alert_at(conn, self.office))
        at = [t for t in (self.store.read(moments.next_at), sending, reporting, digest, alert) if t is not None]
        return min(at, default=None)

    def _work_left(self) -> bool:
        now = self.office.now()
        moment = self.next_moment()
        return self.store.read(inbox.waiting) > 0 or (moment is not None and moment <= now)

    async def _watchdog(self) -> None:
        """Feeds systemd's watchdog for as long as every loop and every account is at work."""
        pause = min(systemd.watchdog_seconds() / 3 or LOOK_SECONDS, LOOK_SECONDS)
        while not self._stopping.is_set():
            late = (*self._watch.late(time.monotonic()), *self._late_accounts(time.monotonic()))
            if late:
                log.error("daemon.stalled", loops=late)
            else:
                systemd.notify("WATCHDOG=1")
            await self._stopped_within(pause)

    def _late_accounts(self, now: float) -> tuple[str, ...]:
        """The accounts that are held up although their connection was cut; one whose thread died ends the daemon."""
        late = []
        for poller in self.pollers:
            if poller.has_died():
                raise MailbotError(f"the thread that reads {poller.account.key} died: {poller.last_error}")
            if poller.is_overdue(now):
                poller.cut()
            if poller.is_overdue(now - STEP_SECONDS):
                late.append(poller.account.key)
        return tuple(late)


def seeded_chance(seed: int) -> Callable[[int], int]:
    """Chance that repeats itself: for the demo and for replays, never for a running desk."""
    return random.Random(seed).getrandbits
