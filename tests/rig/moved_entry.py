"""Runs the installed daemon on a moved clock: the entry that the shipped program does not have.

Arguments: the configuration file, and the moment at which the clock stands (ISO 8601, with an offset). Commands come
one a line on standard input: `move SECONDS`, `settle`, `stop`. Each is answered by one JSON line with the clock's
moment, as soon as the daemon has nothing left to do; the first such line says that the daemon is up.
"""

import asyncio
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

from mailbot import log
from mailbot.clock import MovedClock
from mailbot.config import load
from mailbot.daemon import Daemon
from mailbot.world import move_to


async def serve(config: Path, clock: MovedClock) -> None:
    daemon = Daemon(load(config), clock=clock, bell=clock)
    await daemon.start()
    try:
        await daemon.settle()
        while True:
            print(json.dumps({"now": clock().isoformat()}), flush=True)
            word, _, argument = (await asyncio.to_thread(sys.stdin.readline)).strip().partition(" ")
            match word:
                case "move":
                    await move_to(daemon, clock, clock() + timedelta(seconds=int(argument)))
                case "settle":
                    await daemon.settle()
                case _:  # stop, or the test is gone
                    return
    finally:
        await daemon.stop()


if __name__ == "__main__":
    log.configure(json=True, level="info")
    asyncio.run(serve(Path(sys.argv[1]), MovedClock(datetime.fromisoformat(sys.argv[2]))))
