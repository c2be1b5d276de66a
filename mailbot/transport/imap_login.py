"""Logs in to an IMAP account, by password or by OAuth 2 token; never in clear text where TLS was asked for."""

import imaplib
import ssl
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
BROKEN = (imaplib.IMAP4.error, IMAPClientError, OSError, ssl.SSLError)
#: what a server that breaks the protocol makes the libraries raise
LYING = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox to read."""

    host: str
    port: int
    security: str  #: tls, starttls or none
    user: str
    password: str = ""
    token_file: Path | None = None  #: holds an OAuth 2 access token; read at every login, so it may be renewed there
    folder: str = "INBOX"
    done: str = "mailbot/done"  #: "" flags instead of moving
    history: str = "ignore"  #: or process: what lay there before the mailbox was attached
    poll_seconds: int = 60
    size_limit_bytes: int = 26_214_400  #: a bigger mail is left where it is
    key: str = ""  #: its name in the store


def login(account: Account, tls: ssl.SSLContext | None, read_seconds: float = READ_SECONDS) -> IMAPClient:
    """A client that is logged in. Raises one of BROKEN or LYING; LoginError where the server refuses us."""
    client = IMAPClient(
        account.host,
        account.port,
        ssl=account.security == "tls",
        ssl_context=tls if account.security == "tls" else None,
        timeout=SocketTimeout(connect=min(CONNECT_SECONDS, read_seconds), read=read_seconds),
    )
    client.normalise_times = False
    try:
        if account.security == "starttls":
            client.starttls(tls)
        _authenticate(client, account)
    except (*BROKEN, *LYING):
        hang_up(client)
        raise
    return client


def hang_up(client: IMAPClient) -> None:
    """Closes the connection without a word; a client is never used again after an error."""
    try:
        client.shutdown()
    except BROKEN:
        return


def _authenticate(client: IMAPClient, account: Account) -> None:
    if account.token_file is not None:
        _xoauth2(client, account.user, account.token_file)
    elif account.user.isascii() and account.password.isascii():
        client.login(account.user, account.password)
    else:
        client.plain_login(account.user, account.password)


def _xoauth2(client: IMAPClient, user: str, token_file: Path) -> None:
    """XOAUTH2: a refusal comes as a challenge that says why, and wants an empty answer before the final NO."""
    token = token_file.read_text("utf-8").strip()
    if not token.isascii() or not token.isprintable() or not token:
        raise LoginError(f"{token_file} holds no token: one line of ASCII is expected")
    why: list[str] = []

    def answer(challenge: bytes) -> bytes:
        if challenge.strip():
            why.append(challenge.decode("utf-8", "replace"))
            return b""
        return f"user={user}\1auth=Bearer {token}\1\1".encode()

    try:
        client.sasl_login("XOAUTH2", answer)
    except LoginError as error:
        raise LoginError(f"the token in {token_file} was refused: {' '.join((str(error), *why))}") from error
