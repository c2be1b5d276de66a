"""The IMAP pollers of a daemon: what they fetch is accepted like any mail, what they remember is in the store."""

from collections.abc import Callable, Sequence
from datetime import datetime
from email import message_from_bytes
from email.utils import getaddresses

from mailbot.config import ImapAccount
from mailbot.core.mail import Envelope
from mailbot.pipeline import Office
from mailbot.store import imap
from mailbot.transport.imap_in import Account, Attachment, ImapPoller

_ADDRESS_FIELDS = ("delivered-to", "x-original-to", "to", "cc")


class StoredMemory:
    """Where a mailbox was left off, kept in the store."""

    def __init__(self, office: Office) -> None:
        self._store = office.store

    def attached(self, key: str) -> Attachment | None:
        row = self._store.read(lambda conn: imap.attached(conn, key))
        return Attachment(row.uidvalidity, row.last_uid, row.attached_at) if row is not None else None

    def save(self, key: str, uidvalidity: int, last_uid: int, attached_at: datetime) -> None:
        self._store.write(lambda conn: imap.save_imap(conn, key, uidvalidity, last_uid, attached_at))


def start_pollers(office: Office, accepted: Callable[[Envelope, bytes], None]) -> list[ImapPoller]:
    """One poller, in a thread of its own, for each account of the configuration."""
    pollers = []
    for account in office.settings.imaps:
        poller = ImapPoller(
            _account(account), deliver=_deliver(office, account, accepted), remember=StoredMemory(office)
        )
        poller.start()
        pollers.append(poller)
    return pollers


def _account(account: ImapAccount) -> Account:
    return Account(
        host=account.host,
        port=account.port,
        security=account.security,
        user=account.user,
        password=account.password,
        oauth_token=account.oauth_token,
        folder=account.folder,
        done=account.done,
        history=account.history,
        poll_seconds=account.poll_seconds,
        key=f"{account.user}@{account.host}:{account.port}/{account.folder}",
    )


def _deliver(
    office: Office, account: ImapAccount, accepted: Callable[[Envelope, bytes], None]
) -> Callable[[bytes, datetime], None]:
    def deliver(raw: bytes, _internal_date: datetime) -> None:
        accepted(_envelope(office, account, raw), raw)

    return deliver


def _envelope(office: Office, account: ImapAccount, raw: bytes) -> Envelope:
    """The envelope that IMAP lost: Return-Path, and the desks' addresses that the header names.

    The account's desk, or else its first address of ours in Delivered-To, X-Original-To, To, Cc; a mailbox
    that is nobody's belongs to the first desk.
    """
    header = message_from_bytes(raw.partition(b"\r\n\r\n")[0][:262144] + b"\r\n\r\n")
    named: list[str] = []
    for name in _ADDRESS_FIELDS:
        fields = [str(value) for value in header.get_all(name, [])]
        named += [a for _, a in getaddresses(fields) if office.desk_of(a) is not None]
    desk = account.desk or (named[0] if named else office.settings.desks[0].address)
    ours = office.desk_of(desk)
    rcpt_to = tuple(dict.fromkeys(a for a in named if office.desk_of(a) == ours)) or (desk,)
    path = str(header.get("return-path", "")).strip().strip("<>")
    mail_from = path if "return-path" in header else _first_from(header.get_all("from", []))
    return Envelope(mail_from, rcpt_to, office.now(), "", "imap")


def _first_from(fields: Sequence[object]) -> str:
    found = [a for _, a in getaddresses([str(f) for f in fields]) if "@" in a]
    return found[0] if found else ""
