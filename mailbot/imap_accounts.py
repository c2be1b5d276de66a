"""The IMAP pollers of a daemon: what they fetch is accepted like any mail, what they remember is in the store."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailbot.config import ImapAccount
from mailbot.core.mail import Envelope, Mail
from mailbot.pipeline import Office, refuse
from mailbot.store import imap
from mailbot.transport.imap_folder import Attachment
from mailbot.transport.imap_in import ImapPoller
from mailbot.transport.imap_login import Account
from mailbot.wire.mailboxes import addresses
from mailbot.wire.parse import parse
from mailbot.wire.structure import header_block

_CONTENT = re.compile(rb"^(?:content-[^:\s]*|mime-version)[ \t]*:.*\r\n(?:[ \t].*\r\n)*", re.IGNORECASE | re.MULTILINE)
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


@dataclass(frozen=True, slots=True)
class AccountDoor:
    """Where the mail of one account goes in."""

    office: Office
    account: ImapAccount
    accepted: Callable[[Envelope, bytes], None]  #: returns when the mail is on disk

    def deliver(self, raw: bytes, received_at: datetime) -> None:
        self.accepted(envelope_of(self.office, self.account, raw, received_at), raw)

    def refuse(self, header: bytes, received_at: datetime, why: str) -> None:
        """In quarantine stands what is known of the mail, and where it lies."""
        account = self.account
        place = f"the mailbox {account.user} on {account.host}, folder {account.folder}"
        note = f"[This mail is still in {place}. It was not read: {why}.]"
        known = _CONTENT.sub(b"", header_block(header).rstrip(b"\r\n") + b"\r\n").lstrip(b"\r\n")
        raw = known + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + note.encode() + b"\r\n"
        refuse(self.office, envelope_of(self.office, account, raw, received_at), raw, why).result()


def start_pollers(office: Office, accepted: Callable[[Envelope, bytes], None]) -> list[ImapPoller]:
    """One poller, in a thread of its own, for each account of the configuration."""
    pollers = []
    for configured in office.settings.imaps:
        account = _account(configured, office.settings.listen.size_limit_bytes)
        door = AccountDoor(office, configured, accepted)
        poller = ImapPoller(account, door=door, memory=StoredMemory(office))
        poller.start()
        pollers.append(poller)
    return pollers


def _account(account: ImapAccount, size_limit_bytes: int) -> Account:
    return Account(
        host=account.host,
        port=account.port,
        security=account.security,
        user=account.user,
        password=account.password,
        token_file=account.oauth_token_file,
        folder=account.folder,
        done=account.done,
        history=account.history,
        poll_seconds=account.poll_seconds,
        size_limit_bytes=size_limit_bytes,
        key=f"{account.user}@{account.host}:{account.port}/{account.folder}",
    )


def envelope_of(office: Office, account: ImapAccount, raw: bytes, received_at: datetime) -> Envelope:
    """The envelope that IMAP lost: Return-Path, and the desk's addresses that the header names.

    The account's desk, or else its first address of ours in Delivered-To, X-Original-To, To, Cc; a mailbox
    that is nobody's belongs to the first desk.
    """
    mail = parse(header_block(raw) + b"\r\n\r\n")
    named = [a.addr_spec for name in _ADDRESS_FIELDS for value in mail.all_headers(name) for a in addresses(value)]
    ours = [a for a in named if office.desk_of(a) is not None]
    desk = account.desk or (ours[0] if ours else office.settings.desks[0].address)
    rcpt_to = tuple(dict.fromkeys(a for a in ours if office.desk_of(a) == office.desk_of(desk))) or (desk,)
    return Envelope(_mail_from(mail), rcpt_to, received_at, "", "imap")


def _mail_from(mail: Mail) -> str:
    """The reverse-path that the server wrote down; where it did not, the From address."""
    if "return-path" in dict(mail.headers):
        return mail.header("return-path").strip().strip("<>")
    return mail.from_.addr_spec if mail.from_ else ""
