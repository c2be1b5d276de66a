"""`mailbot export PERSON` and `mailbot erase PERSON`."""

import os
import re
import secrets
import zipfile
from contextlib import closing, suppress
from datetime import UTC, datetime
from io import BufferedWriter
from pathlib import Path

import typer

from mailbot.cli.inside import open_inside
from mailbot.cli.output import clean, complain
from mailbot.config import Settings, load
from mailbot.core.mail import identity
from mailbot.errors import MailbotError, TransientError
from mailbot.privacy.export import export
from mailbot.privacy.traces import find
from mailbot.store import privacy
from mailbot.store.database import Store
from mailbot.store.privacy import Traces

ROUNDS = 3  #: mail may come while we erase; whoever writes faster than that is erased another time
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")


def export_person(config: Path | None, person: str, to: Path | None) -> int:
    """Writes a zip that nobody else may read, never over a file that is there; 1 where nothing is stored."""
    address = _address(person)
    target = to or Path(f"mailbot-{re.sub(r'[^a-z0-9@._+-]', '_', address)}.zip")
    with _new_file(target) as file, closing(open_inside(config)) as store:  # in that order: root becomes the owner
        traces = store.read(lambda conn: find(conn, address))
        if not traces.found:
            with suppress(OSError):
                target.unlink()
            return complain(f"nothing is stored about {address}")
        files = store.read(lambda conn: export(conn, traces, datetime.now(UTC)))
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    print(f"{_summary(traces)}\nWritten to {target}.")
    return 0


def erase_person(config: Path | None, person: str, *, yes: bool) -> int:
    """Forgets one person; 1 where something of them may still be in the store's files."""
    address = _address(person)
    _refuse_staff(load(config, secrets=False), address)
    with closing(open_inside(config)) as store:
        if store.read(lambda conn: privacy.was_agent(conn, address)):
            raise MailbotError(f"{address} is or was an agent: what they wrote belongs to the customers' cases")
        traces = store.read(lambda conn: find(conn, address))
        if not traces.found:
            print(f"Nothing is stored about {clean(address)}.")
            return _finish(store, traces)
        print(_summary(traces))
        if not yes and not typer.confirm("Erase all of it? It cannot be brought back"):
            return 1
        traces = _erase(store, address, traces)
        print("Erased, but mail of theirs came meanwhile: run this again." if traces.found else "Erased.")
        return _finish(store, traces)


def _address(person: str) -> str:
    if not _ADDRESS.fullmatch(person):
        raise typer.BadParameter(f'{clean(person)}: not an address; write "jan@example.net"', param_hint="PERSON")
    return identity(person)


def _new_file(target: Path) -> BufferedWriter:
    try:
        return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise MailbotError(f"{target} cannot be written: {error.strerror}") from error


def _refuse_staff(settings: Settings, address: str) -> None:
    own = [a for d in settings.desks for a in (d.address, *d.aliases, d.manager, d.policy.developers)]
    staff = {identity(a) for a in (*own, *(a for agent in settings.agents for a in agent.addresses))}
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
        return complain(f"{error}; run this again when it is quiet")
    if traces.named:
        print(f"Other people's mails name this address, and stay: inbox {', '.join(map(str, traces.named))}.")
    print("Mailboxes, backups and logs are not touched.")
    return 1 if traces.found else 0


def _summary(traces: Traces) -> str:
    named = f" ({', '.join(traces.own)})" if traces.own else ""
    mails = f"mails in: {len(traces.inbox)}, mails out: {len(traces.outbox)}"
    part = f"part in cases of others: {len(traces.elsewhere)}"
    return f"{clean(traces.address)}: own cases: {len(traces.own)}{named}, {mails}, {part}."
