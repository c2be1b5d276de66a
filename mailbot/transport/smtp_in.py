"""Mail in by SMTP and LMTP: aiosmtpd in the daemon's own loop; 250 only when the mail is on disk (G1)."""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Received

from mailbot.core.mail import Envelope
from mailbot.errors import TransientError
from mailbot.log import get_logger
from mailbot.transport.lines import canonical, has_bare

Accept = Callable[[Envelope, bytes], Awaitable[None]]
SESSION_SECONDS = 600.0  #: a session lives no longer
COMMAND_SECONDS = 300.0
LAST_REPLY_SECONDS = 1.0  #: for the goodbye at the end of a listener
RECIPIENTS = 100
HOPS = 50  #: Received fields; more is a loop
_ADDRESS = re.compile(r"[^\s<>\"%:\x00-\x1f\x7f]{1,64}@[^\s<>\"%:@\x00-\x1f\x7f]{1,255}")
log = get_logger()


class Handler:
    """The hooks of one listener, named after the protocol."""

    def __init__(self, accept: Accept, owns: Callable[[str], bool], *, lmtp: bool) -> None:
        self.accept = accept
        self.owns = owns
        self.lmtp = lmtp
        self.running: set[asyncio.Task[None]] = set()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Received, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Received, address: str, options: list[str]
    ) -> str:
        path = "" if address == "<>" else address
        if path and not _ADDRESS.fullmatch(path):
            return "501 5.1.7 That is not an address"
        envelope.mail_from = path or "<>"  # the library takes an empty one for none
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Received, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not _ADDRESS.fullmatch(address):
            return "501 5.1.3 That is not an address"
        if not self.owns(address):
            return "550 5.7.1 No such desk here"  # never a relay
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Received) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        if has_bare(raw):
            if not self.lmtp:
                return "550 5.6.11 Lines end in CRLF"  # CVE-2023-51764: SMTP smuggling
            raw = canonical(raw)
        if _hops(raw) > HOPS:
            return self._each(envelope, "554 5.4.6 Too many hops")
        peer = session.peer[0] if isinstance(session.peer, tuple) else ""
        mail = Envelope(
            "" if envelope.mail_from == "<>" else envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
            datetime.now(UTC),
            str(peer),
            "lmtp" if self.lmtp else "smtp",
        )
        try:
            await self._shielded(mail, raw)
        except TransientError as error:
            log.warning("mail.refused", error=str(error), via=mail.via)
            return self._each(envelope, "451 4.3.0 Cannot store mail now, please try again later")
        return self._each(envelope, "250 2.0.0 Kept")

    async def handle_exception(self, error: Exception) -> str:
        log.error("mail.refused", exc_info=error)
        return "451 4.3.0 Something went wrong here, please try again later"

    def _each(self, envelope: Received, reply: str) -> str:
        """LMTP answers once for each recipient (RFC 2033 4.2)."""
        return "\r\n".join([reply] * len(envelope.rcpt_tos)) if self.lmtp else reply

    async def _shielded(self, mail: Envelope, raw: bytes) -> None:
        """The commit goes on when the client hangs up; its retry is then a duplicate."""
        task: asyncio.Task[None] = asyncio.ensure_future(_plain(self.accept(mail, raw)))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        await asyncio.shield(task)


async def _plain(waiting: Awaitable[None]) -> None:
    await waiting


def _hops(raw: bytes) -> int:
    header = raw.partition(b"\r\n\r\n")[0]
    return len(re.findall(rb"(?im)^received:", header))


class Protocol(SMTP):
    """One session; known to its listener for as long as it lives."""

    line_length_limit = 1 << 20  # real mail has lines of more than 1,001 octets

    def __init__(self, handler: Handler, sessions: "set[Protocol]", limit: int, *, lmtp: bool, **options: Any) -> None:
        super().__init__(handler, **options)
        self._sessions = sessions
        self._limit = limit
        self._lmtp = lmtp
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self._sessions) >= self._limit and self not in self._sessions:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 4.3.2 Too many connections, please try again later\r\n")
            transport.close()
            return
        if self not in self._sessions:
            self._sessions.add(self)
            self._deadline = self.loop.call_later(SESSION_SECONDS, transport.close)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._sessions.discard(self)
        if self._deadline is not None:
            self._deadline.cancel()
        if self.session is not None:
            super().connection_lost(error)

    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """RFC 2033: like EHLO, on LMTP only."""
        if self._lmtp:
            await super().smtp_EHLO(hostname)
        else:
            await self.push("500 5.5.1 This is not LMTP")

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802
        await (self.push("500 5.5.1 Say LHLO") if self._lmtp else super().smtp_HELO(hostname))

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        await (self.push("500 5.5.1 Say LHLO") if self._lmtp else super().smtp_EHLO(hostname))


class Listener:
    """One open socket and the sessions on it."""

    def __init__(self, server: asyncio.Server, sessions: set[Protocol], handler: Handler, address: str) -> None:
        self._server = server
        self._sessions = sessions
        self._handler = handler
        self.address = address

    @property
    def port(self) -> int:
        name = self._server.sockets[0].getsockname()
        return int(name[1]) if isinstance(name, tuple) else 0

    async def close(self, grace_seconds: float) -> None:
        """Stops listening, lets commits finish, and hangs up."""
        self._server.close()
        if self._handler.running:
            await asyncio.wait(self._handler.running, timeout=grace_seconds)
            await asyncio.sleep(0)
        for session in tuple(self._sessions):
            if session.transport is not None:
                session.transport.close()
        await self._hung_up()

    async def _hung_up(self) -> None:
        """Until every connection is closed; one that does not read its last reply is cut off."""
        until = time.monotonic() + LAST_REPLY_SECONDS
        while self._sessions and time.monotonic() < until:
            await asyncio.sleep(0.005)
        for session in tuple(self._sessions):
            if isinstance(session.transport, asyncio.Transport):
                session.transport.abort()
        await asyncio.sleep(0)


async def listen(
    *,
    accept: Accept,
    owns: Callable[[str], bool],
    hostname: str,
    host: str = "",
    port: int = 0,
    sock: socket.socket | None = None,
    unix_path: str = "",
    lmtp: bool = False,
    tls: ssl.SSLContext | None = None,
    size_limit_bytes: int = 26_214_400,
    connections: int = 50,
) -> Listener:
    """Opens a listener in the running loop; *accept* returns when a mail is on disk, *owns* says what is ours."""
    loop = asyncio.get_running_loop()
    sessions: set[Protocol] = set()
    handler = Handler(accept, owns, lmtp=lmtp)

    def session() -> Protocol:
        return Protocol(
            handler,
            sessions,
            connections,
            lmtp=lmtp,
            hostname=hostname,
            ident="mailbot",
            loop=loop,
            data_size_limit=size_limit_bytes,
            timeout=COMMAND_SECONDS,
            tls_context=tls,
            enable_SMTPUTF8=True,
            auth_required=False,
        )

    if sock is not None:
        server = await loop.create_server(session, sock=sock)
    elif unix_path:
        server = await loop.create_unix_server(session, unix_path)
    else:
        server = await loop.create_server(session, host, port)
    name = server.sockets[0].getsockname()
    address = f"{name[0]}:{name[1]}" if isinstance(name, tuple) else str(name)
    return Listener(server, sessions, handler, address)
