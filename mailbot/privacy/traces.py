"""Where is one person to be found? In their cases, in what they wrote and got, and in others' cases as a third party."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection

from mailbot.core.mail import Mail, identity
from mailbot.core.naming import names, names_any, spellings
from mailbot.store import privacy
from mailbot.store.privacy import Traces
from mailbot.wire.parse import parse


def find(conn: Connection, person: str) -> Traces:
    """Everything that the store knows of the address *person*; reads every mail once."""
    address = identity(person)
    own = privacy.own_cases(conn, address)
    entries = privacy.entries(conn, address, own)
    elsewhere = sorted({*privacy.roles(conn, address, own), *(entry.reference for entry in entries)})
    orders = {entry.inbox_id for entry in entries if _orders_mail_to(entry, address)}
    came = [row for row in privacy.all_in(conn) if _concerns(row, address, own, orders)]
    theirs = [(row, mail) for row in came if _is_theirs(row, mail := parse(row.raw), address, own, orders)]
    ids = tuple(row.id for row, _ in theirs)
    ids = tuple(sorted({*ids, *privacy.copies(conn, ids)}))
    written = frozenset(ids) - orders
    return Traces(
        address=address,
        own=own,
        elsewhere=tuple(elsewhere),
        inbox=ids,
        outbox=_mails_out(conn, address, own, elsewhere, written),
        prints=tuple((row.id, row.desk, mail.fingerprint) for row, mail in theirs),
        named=tuple(row.id for row in came if row.id not in ids),
    )


def _orders_mail_to(entry: Any, address: str) -> bool:
    """Whether an agent's mail made this case write to them: its words were for nobody else."""
    detail = entry.detail
    third = entry.kind == "send" and detail.get("audience") == "partner"
    return third and entry.inbox_id is not None and identity(str(detail.get("to", ""))) == address


def _concerns(row: Any, address: str, own: Collection[str], orders: Collection[int | None]) -> bool:
    """Cheap: whether the mail has anything to do with them."""
    return (
        row.reference in own
        or row.id in orders
        or identity(row.mail_from) == address
        or (
            any(form.encode() in row.raw.lower() for form in spellings(address))
            and names(row.raw.decode("utf-8", "replace"), address)
        )
    )


def _is_theirs(row: Any, mail: Mail, address: str, own: Collection[str], orders: Collection[int | None]) -> bool:
    """Written by them, about a mail to them, or part of a case of theirs; a mail of another's case only by its From."""
    if row.reference in own or row.id in orders or identity(row.mail_from) == address:
        return True
    writers = [mail.from_, *(() if row.reference else (mail.sender, *mail.reply_to))]
    failed = (report.final_recipient for report in mail.reports)
    return any(a is not None and a.identity == address for a in writers) or any(names(one, address) for one in failed)


def _mails_out(
    conn: Connection, address: str, own: Sequence[str], elsewhere: Sequence[str], written: Collection[int]
) -> tuple[int, ...]:
    """To them, of their cases, notifications with their words, and what else names them and has left already."""
    found = set(privacy.mails_to(conn, address, own, privacy.caused(conn, elsewhere, written)))
    for row in privacy.finished_out(conn, elsewhere):
        words = (address,) if row.reference else (address, *(reference.casefold() for reference in own))
        if row.id not in found and _names(bytes(row.raw), words):
            found.add(row.id)
    return tuple(sorted(found))


def _names(raw: bytes, words: Collection[str]) -> bool:
    mail = parse(raw)
    return names_any((mail.subject, mail.text, raw.decode("utf-8", "replace")), words)
