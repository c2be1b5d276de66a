"""What time it is, and who wakes us: the real clock with APScheduler as the bell, or one that is moved by hand."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

SAFETY_SECONDS = 1  #: how late a change made beside the daemon (by the command line) is noticed at most


class Bell(Protocol):
    """Rings once at a moment, and now and then for safety; never works itself."""

    def start(self, ring: Callable[[], None]) -> None: ...
    def arm(self, at: datetime | None) -> None: ...
    def stop(self) -> None: ...


def wall_clock() -> datetime:
    return datetime.now(UTC)


class SchedulerBell:
    """APScheduler in the daemon's own loop. A job only rings, so it can be re-armed at any time."""

    def __init__(self) -> None:
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._ring: Callable[[], None] = lambda: None
        self._at: datetime | None = None

    def start(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._scheduler.add_job(self._rung, "interval", seconds=SAFETY_SECONDS, id="safety")
        self._scheduler.start()

    def arm(self, at: datetime | None) -> None:
        if at is not None and at != self._at:
            self._scheduler.add_job(self._rung, "date", run_date=at, id="next", replace_existing=True)
        self._at = at

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _rung(self) -> None:
        self._ring()


class MovedClock:
    """A clock that stands still until it is moved, and the bell that goes with it."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._ring: Callable[[], None] = lambda: None

    def __call__(self) -> datetime:
        return self._now

    def start(self, ring: Callable[[], None]) -> None:
        self._ring = ring

    def arm(self, at: datetime | None) -> None:
        """Nothing: whoever moves the clock rings."""

    def stop(self) -> None:
        self._ring = lambda: None

    def move_to(self, now: datetime) -> None:
        """Moves forward to *now* (aware UTC) and rings."""
        self._now = max(self._now, now)
        self._ring()
