"""What a piece of work costs, measured so that a busy machine and a large heap do not count."""

import gc
import time
from collections.abc import Callable


def seconds(work: Callable[[], object], times: int = 2) -> float:
    """Processor seconds of this thread: the best of *times*, while the garbage collector rests."""
    best = float("inf")
    gc.disable()
    try:
        for _ in range(times):
            begun = time.thread_time()
            work()
            best = min(best, time.thread_time() - begun)
    finally:
        gc.enable()
    return best


def grows_with_its_length(work: Callable[[int], object], count: int) -> bool:
    """Whether ten times ``count`` takes about ten times as long: less than thirty, where a square would take a hundred.

    A machine that stumbles gets two more tries.
    """
    limit = 30 * seconds(lambda: work(count)) + 0.3
    return any(seconds(lambda: work(count * 10), 1) <= limit for _ in range(3))
