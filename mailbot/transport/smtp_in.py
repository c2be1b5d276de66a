"""Mail in by SMTP and LMTP: aiosmtpd in the daemon's own loop, on TCP, on a Unix socket, or on a socket handed over."""

import asyncio
import errno
import os
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

from mailbot.transport.smtp_handler import Accept, Handler
from mailbot.transport.smtp_session import Company, Protocol

__all__ = ["Accept", "Listener", "listen"]

LAST_REPLY_SECONDS = 1.0  #: for the goodbye at the end of a listener
SOCKET_MODE = 0o660  #: of a Unix socket: whoever is in mailbot's group may hand in mail


class Listener:
    """One open socket and the sessions on it."""

    def __init__(self, server: asyncio.Server, company: Company, handler: Handler, unix_path: str = "") -> None:
        self._server = server
        self._company = company
        self._handler = handler
        self._unix_path = unix_path
        name = server.sockets[0].getsockname()
        self.address = f"{name[0]}:{name[1]}" if isinstance(name, tuple) else str(name)
        self.port = int(name[1]) if isinstance(name, tuple) else 0

    async def close(self, grace_seconds: float) -> None:
        """Stops listening, lets commits finish, and hangs up."""
        self._server.close()
        if self._unix_path:
            Path(self._unix_path).unlink(missing_ok=True)
        if self._handler.running:
            await asyncio.wait(self._handler.running, timeout=grace_seconds)
            await asyncio.sleep(0)
        for session in tuple(self._company.sessions):
            session.let_go("421 4.3.2 mailbot is going down, please try again later")
        await self._hung_up()

    async def _hung_up(self) -> None:
        """Until every connection is closed; one that does not read its last reply is cut off."""
        until = time.monotonic() + LAST_REPLY_SECONDS
        while self._company.sessions and time.monotonic() < until:
            await asyncio.sleep(0.005)
        for session in tuple(self._company.sessions):
            session.cut_off()
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
    connections_per_address: int = 20,
) -> Listener:
    """Opens a listener in the running loop; *accept* returns when a mail is on disk, *owns* says what is ours.

    Raises OSError where it cannot listen.
    """
    loop = asyncio.get_running_loop()
    company = Company(connections, connections_per_address)
    handler = Handler(accept, owns, lmtp=lmtp)

    def session() -> Protocol:
        return Protocol(
            handler,
            company,
            lmtp=lmtp,
            hostname=hostname,
            ident="mailbot",
            loop=loop,
            data_size_limit=size_limit_bytes,
            tls_context=tls,
            enable_SMTPUTF8=True,
            auth_required=False,
        )

    if sock is not None:
        server = await loop.create_server(session, sock=sock)
    elif unix_path:
        _refuse_a_live_one(unix_path)
        server = await loop.create_unix_server(session, unix_path)
        os.chmod(unix_path, SOCKET_MODE)
    else:
        server = await loop.create_server(session, host, port)
    return Listener(server, company, handler, unix_path)


def _refuse_a_live_one(path: str) -> None:
    """A socket file that nobody listens on is left over from a kill, and is replaced; another's is not."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
