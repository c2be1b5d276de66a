"""`mailbot export PERSON` and `mailbot erase PERSON`."""

import os
import re
import secrets
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import typer

from mailbot.cli.look import clean
from mailbot.cli.opening import opened
from mailbot.config import Settings, load
from mailbot.errors import ConfigError, MailbotError, TransientError
from mailbot.privacy.export import export
from mailbot.privacy.traces import find
from mailbot.store import privacy
from mailbot.store.database import Store
from mailbot.store.privacy import Traces

ROUNDS = 3  #: mail may come while we erase; whoever writes faster than that is erased another time
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")


def export_person(config: Path | None, person: str, to: Path | None) -> int:
    """Writes a zip, or a folder where *to* does not end in .zip; 1 where nothing is stored."""
    settings = load(config)
    address = _address(person)
    with opened(settings) as store:
        traces = store.read(lambda conn: find(conn, address))
        if not traces.found:
            return _nothing(address)
        files = store.read(lambda conn: export(conn, traces, datetime.now(UTC)))
    target = to or Path(f"mailbot-{re.sub(r'[^a-z0-9@._+-]', '_', address)}.zip")
    try:
        _write(target, files)
    except OSError as error:
        raise MailbotError(f"{target} cannot be written: {error.strerror}") from error
    print(f"{_summary(traces)}\nWritten to {target}.")
    return 0


def erase_person(config: Path | None, person: str, *, yes: bool) -> int:
    """Forgets one person; 1 where something of them may still be in the store's files."""
    settings = load(config)
    address = _address(person)
    _refuse_staff(settings, address)
    with opened(settings) as store:
        if store.read(lambda conn: privacy.was_agent(conn, address)):
            raise MailbotError(f"{address} is or was an agent: what they wrote belongs to the customers' cases")
        traces = store.read(lambda conn: find(conn, address))
        if traces.found:
            print(_summary(traces))
            if not yes and not typer.confirm("Erase all of it? It cannot be brought back"):
                return 1
            traces = _erase(store, address, traces)
        else:
            _nothing(address)
        return _finish(store, traces)


def _address(person: str) -> str:
    if not _ADDRESS.fullmatch(person):
        raise ConfigError("PERSON", clean(person), 'not an address; write "jan@example.net"')
    return person.casefold()


def _refuse_staff(settings: Settings, address: str) -> None:
    own = [a for d in settings.desks for a in (d.address, *d.aliases, d.manager, d.policy.developers)]
    staff = {a.casefold() for a in (*own, *(a for agent in settings.agents for a in agent.addresses))}
    if address in staff:
        raise MailbotError(f"{address} is one of us: what they wrote belongs to the customers' cases")


def _erase(store: Store, address: str, traces: Traces) -> Traces:
    """What is left after some rounds: nothing, or what has come meanwhile."""
    for _ in range(ROUNDS):
        store.write(lambda conn, it=traces: privacy.forget(conn, it, datetime.now(UTC), secrets.token_hex))  # type: ignore[misc]
        traces = store.read(lambda conn: find(conn, address))
        if not traces.found:
            break
    return traces


def _finish(store: Store, traces: Traces) -> int:
    """Cleans the files, and says what is not ours to erase."""
    try:
        store.scrub()
    except TransientError as error:
        print(f"mailbot: {error}; run this again when it is quiet", file=sys.stderr)
        return 1
    if traces.named:
        print(f"Other people's mails name this address, and stay: inbox {', '.join(map(str, traces.named))}.")
    print("Mailboxes, backups and logs are not touched.")
    if traces.found:
        print("mailbot: mail of this person came meanwhile; run this again", file=sys.stderr)
    return 1 if traces.found else 0


def _nothing(address: str) -> int:
    print(f"Nothing is stored about {clean(address)}.")
    return 1


def _summary(traces: Traces) -> str:
    named = f" ({', '.join(traces.own)})" if traces.own else ""
    mails = f"mails in: {len(traces.inbox)}, mails out: {len(traces.outbox)}"
    part = f"part in cases of others: {len(traces.elsewhere)}"
    return f"{clean(traces.address)}: own cases: {len(traces.own)}{named}, {mails}, {part}."


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    """For nobody else to read; never over what is there."""
    if target.suffix != ".zip":
        target.mkdir(mode=0o700)
        for name, content in files.items():
            (target / name).parent.mkdir(mode=0o700, exist_ok=True)
            with os.fdopen(os.open(target / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
        return
    with (
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, content in files.items():
            archive.writestr(name, content)
