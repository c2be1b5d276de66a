"""Mail out: one kept connection to the next hop, one recipient a mail, and an honest word on what became of it."""

import asyncio
import re
import ssl
from collections.abc import Awaitable

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPResponseException

from mailbot.core.mail import ascii_address
from mailbot.errors import PermanentError, TransientError

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
CLOSING = 421


class Relay:
    """Owns the connection to the smarthost; deliver() opens and reopens it as needed."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        security: str = "starttls",
        user: str = "",
        password: str = "",
        hostname: str = "localhost",
        tls_context: ssl.SSLContext | None = None,
        command_seconds: float = 300.0,
        final_dot_seconds: float = 600.0,
    ) -> None:
        self._host, self._port, self._security = host, port, security
        self._user, self._password, self._hostname = user, password, hostname
        self._tls = tls_context
        self._command_seconds, self._final_dot_seconds = command_seconds, final_dot_seconds
        self._client: SMTP | None = None
        self._lock = asyncio.Lock()

    async def deliver(self, reverse_path: str, rcpt_to: str, raw: bytes) -> str:
        """Offers *raw* to the next hop; the text of its final answer.

        Raises PermanentError for 5yz, TransientError for everything else; ``in_doubt`` where the answer to the
        final dot was lost (RFC 1047).
        """
        rcpt_to = ascii_address(rcpt_to)
        if not rcpt_to.isascii():
            raise PermanentError("5.6.7", "the address needs SMTPUTF8, which this relay is not asked for")
        async with self._lock:
            client = await self._connected()
            await self._command("MAIL FROM", client.mail(reverse_path))
            await self._command("RCPT TO", client.rcpt(rcpt_to))
            return await self._data(client, raw)

    async def close(self) -> None:
        """Says goodbye; never raises."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            try:
                await asyncio.wait_for(client.quit(), 5)
            except (SMTPException, OSError, TimeoutError):
                client.close()

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.rset()
            except (SMTPException, OSError):
                self._drop()
            else:
                return self._client
        client = SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._security == "tls",
            start_tls=self._security == "starttls",
            username=self._user or None,
            password=self._password or None,
            local_hostname=self._hostname,
            timeout=self._command_seconds,
            tls_context=self._tls,
        )
        try:
            await client.connect()
        except (SMTPException, OSError) as error:
            client.close()
            raise TransientError(f"{self._host}:{self._port}: {error}") from error
        self._client = client
        return client

    async def _command(self, name: str, waiting: Awaitable[object]) -> None:
        try:
            await waiting
        except SMTPResponseException as error:
            raise self._refused(name, error.code, error.message) from error
        except (SMTPException, OSError) as error:
            self._drop()
            raise TransientError(f"{name}: {error}") from error

    async def _data(self, client: SMTP, raw: bytes) -> str:
        """DATA in two steps, to know whether the final dot was sent when the connection breaks."""
        try:
            response = await client.execute_command(b"DATA")
        except (SMTPException, OSError) as error:
            self._drop()
            raise TransientError(f"DATA: {error}") from error
        if response.code != aiosmtplib.SMTPStatus.start_input:
            raise self._refused("DATA", response.code, response.message)
        dotted = re.sub(rb"(?m)^\.", b"..", raw if raw.endswith(b"\r\n") else raw + b"\r\n")
        try:
            final = await self._body(client, dotted + b".\r\n")
        except (SMTPException, OSError) as error:
            self._drop()
            raise TransientError(f"no answer to the final dot: {error}", in_doubt=True) from error
        if final.code // 100 != 2:
            raise self._refused("final dot", final.code, final.message)
        return f"{final.code} {final.message}"

    async def _body(self, client: SMTP, body: bytes) -> SMTPResponse:
        """The second half of the library's execute_data_command(), with a timeout of its own."""
        protocol = client.protocol
        if protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("connection lost")
        protocol._response_pending = True
        protocol.write(body)
        return await protocol.read_response(timeout=self._final_dot_seconds)

    def _refused(self, name: str, code: int, message: str) -> TransientError | PermanentError:
        if code // 100 == 5:
            found = _STATUS.search(message)
            return PermanentError(found.group(1) if found else "5.0.0", f"{name}: {code} {message}")
        if code == CLOSING or code // 100 != 4:
            self._drop()
        return TransientError(f"{name}: {code} {message}")

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()
