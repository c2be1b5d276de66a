"""`mailbot run` and `mailbot check`."""

import asyncio
import signal
import sys
from pathlib import Path

from mailbot import log
from mailbot.cli.output import print_json, print_line
from mailbot.cli.shapes import problem_row
from mailbot.config import Settings, data_dir, examine, load
from mailbot.daemon import Daemon
from mailbot.errors import ConfigError
from mailbot.wire.render import Renderer
from mailbot.wire.template_check import template_problems

EX_CONFIG = 78
RESTART = "the configuration is read at start only: mailbot check, then systemctl restart mailbot"


def run_daemon(config: Path | None) -> int:
    """Runs until SIGTERM or SIGINT, or until its terminal is closed; 78 when the configuration is wrong."""
    settings = load(config)
    log.configure(json=not sys.stderr.isatty(), level=settings.log_level)
    if config is None:
        _say_where(settings)
    asyncio.run(_run(settings))
    return 0


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, stop.set if sys.stderr.isatty() else _refuse_reload)
    daemon = Daemon(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await daemon.run(stop)


def _refuse_reload() -> None:
    """SIGHUP without a terminal asks for a reload; unheard it would end the daemon, for systemd cleanly."""
    log.get_logger().warning("reload.refused", remedy=RESTART)


def _say_where(settings: Settings) -> None:
    """The try-out tells a stranger what to do next."""
    desk = settings.desks[0]
    out = settings.relay.maildir
    print(f"Trying out: mail to {desk.address} by SMTP on {settings.listen.smtp}; what leaves is in {out}/new.")
    print("Write to it with any client, then look: mailbot cases, mailbot outbox list. Stop with Ctrl-C.", flush=True)


def check_all(config: Path | None, *, as_json: bool) -> int:
    """Prints every problem, then every warning; 78 if there is a problem."""
    found = examine(config)
    seen = found.seen
    folders = (seen.templates,) if seen is not None and seen.templates is not None else ()
    renderer = Renderer((*folders, data_dir() / "templates"))
    if seen is not None and not as_json:
        _say_what_to_publish(seen)
    broken, doubtful = template_problems(renderer.templates, _promised(seen))
    return _report((*found.problems, *broken), (*found.warnings, *doubtful), as_json=as_json)


def _say_what_to_publish(settings: Settings) -> None:
    if settings.signer is not None:
        for domain in dict.fromkeys(desk.address.rpartition("@")[2] for desk in settings.desks):
            name, text = settings.signer.record(domain)
            print(f'DKIM: publish {name} TXT "{text}"')


def _promised(settings: Settings | None) -> frozenset[str]:
    """The promises that some desk makes; any may be named while no desk is known."""
    policies = [desk.policy for desk in settings.desks] if settings is not None else []
    reviews = {"review"} if any(policy.escalation is not None for policy in policies) else set[str]()
    return frozenset(reviews.union(*({rule.id for rule in policy.promises} for policy in policies)))


def _report(problems: tuple[ConfigError, ...], warnings: tuple[ConfigError, ...], *, as_json: bool) -> int:
    for level, found in (("error", problems), ("warning", warnings)):
        for problem in {str(p): p for p in found}.values():  # two desks may share a policy
            if as_json:
                print_json([problem_row(level, problem)])
            else:
                print_line(str(problem), level=level)
    if not as_json and not problems:
        print("Everything is in order." if not warnings else "No errors.")
    return EX_CONFIG if problems else 0
