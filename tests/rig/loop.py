"""An event loop that ends only when its connections have: TLS says goodbye, and that takes a round trip."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """asyncio.run(), which also waits until no socket is watched any more; raises TimeoutError where one stays open."""
    selector = selectors.DefaultSelector()

    async def whole() -> T:
        try:
            return await main
        finally:
            async with asyncio.timeout(10):
                while len(selector.get_map()) > 1:  # the one that stays is the loop's own pipe
                    await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        return runner.run(whole())
