"""`mailbot run` and `mailbot check`."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from mailbot import log
from mailbot.config import Settings, data_dir, examine, load
from mailbot.daemon import Daemon
from mailbot.errors import ConfigError
from mailbot.wire.render import Renderer

EX_CONFIG = 78


def run_daemon(config: Path | None) -> int:
    """Runs until SIGTERM or SIGINT; 78 when the configuration is wrong."""
    settings = load(config)
    log.configure(json=not sys.stderr.isatty(), level=settings.log_level)
    if config is None:
        _say_where(settings)
    asyncio.run(_run(settings))
    return 0


async def _run(settings: Settings) -> None:
    daemon = Daemon(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await daemon.run(stop)


def _say_where(settings: Settings) -> None:
    """The try-out tells a stranger what to do next."""
    desk = settings.desks[0]
    out = settings.relay.maildir
    print(f"Trying out: mail to {desk.address} by SMTP on {settings.listen.smtp}; what leaves is in {out}/new.")
    print("Write to it with any client, then look: mailbot cases, mailbot outbox list. Stop with Ctrl-C.", flush=True)


def check_all(config: Path | None, *, as_json: bool) -> int:
    """Prints every problem, then every warning; 78 if there is a problem."""
    found = examine(config)
    folders = (found.settings.templates,) if found.settings and found.settings.templates else ()
    templates = Renderer((*folders, data_dir() / "templates")).problems()
    broken = tuple(ConfigError("templates", None, text) for text in templates)
    return _report((*found.problems, *broken), found.warnings, as_json=as_json)


def _report(problems: tuple[ConfigError, ...], warnings: tuple[ConfigError, ...], *, as_json: bool) -> int:
    for level, found in (("error", problems), ("warning", warnings)):
        for problem in found:
            if as_json:
                row = {"level": level, "file": problem.file, "line": problem.line, "key": problem.key}
                print(
                    json.dumps({**row, "value": problem.value, "hint": problem.hint}, ensure_ascii=False, default=str)
                )
            else:
                print(f"{level}: {problem}")
    if not as_json and not problems:
        print("Everything is in order." if not warnings else "No errors.")
    return EX_CONFIG if problems else 0
