"""Structured logs: one line for each mail, decision and delivery, JSON unless on a terminal."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

#: Every event name that mailbot logs, as noun.past_participle.
EVENTS = frozenset(
    {
        "case.decided",
        "config.refused",
        "daemon.stalled",
        "daemon.started",
        "daemon.stopped",
        "imap.connected",
        "imap.failed",
        "imap.fetched",
        "imap.refused",
        "mail.accepted",
        "mail.failed",
        "mail.mended",
        "mail.processed",
        "mail.quarantined",
        "mail.refused",
        "moment.failed",
        "moment.orphaned",
        "moment.passed",
        "outbox.deferred",
        "outbox.failed",
        "outbox.held",
        "outbox.in_doubt",
        "outbox.sent",
        "alerts.failed",
        "digest.failed",
        "digest.made",
        "reload.refused",
        "report.failed",
        "report.made",
        "store.migrated",
        "store.unavailable",
        "token.exposed",
        "wish.failed",
    }
)

_QUIET = ("mail.log", "apscheduler", "sqlalchemy", "alembic", "imapclient", "asyncio")
_PRIORITY = {"debug": "<7>", "info": "<6>", "warning": "<4>", "error": "<3>", "critical": "<2>"}


def configure(*, json: bool, level: str) -> None:
    """Sends every logger's lines to standard error; tracebacks never show local variables."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if json:
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        last += [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer(), _prioritised]
    else:
        last.append(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


@contextmanager
def handed_to(sink: Callable[[str, dict[str, Any]], None]) -> Iterator[None]:
    """Warnings and errors go to *sink* as (name, keys), and nothing is written: for replays."""

    def hand_over(_logger: object, _level: str, event: Any) -> Any:
        sink(str(event.pop("event")), dict(event))
        raise structlog.DropEvent

    before = structlog.get_config()
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(processors=[hand_over], wrapper_class=quiet, cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


def _prioritised(_logger: object, _name: str, line: str) -> str:
    """journald reads the priority from the line's first characters."""
    if "JOURNAL_STREAM" not in os.environ:
        return line
    level = next((word for word in _PRIORITY if f'"level": "{word}"' in line), "info")
    return _PRIORITY[level] + line


def get_logger() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("mailbot")
    return logger
