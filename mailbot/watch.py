"""Who is at work: systemd's watchdog is fed only while every loop comes round in its time."""

import time
from collections.abc import Mapping


class Watch:
    """The last sign of life of each loop; a loop gives one after each piece of its work."""

    def __init__(self, allowed: Mapping[str, float]) -> None:
        self._allowed = dict(allowed)  #: seconds that one piece of work may take, by loop
        self._beats = dict.fromkeys(allowed, time.monotonic())

    def beat(self, name: str) -> None:
        self._beats[name] = time.monotonic()

    def late(self, now: float) -> tuple[str, ...]:
        """The loops that have given no sign for too long at the monotonic moment *now*."""
        return tuple(name for name, at in self._beats.items() if now - at > self._allowed[name])
