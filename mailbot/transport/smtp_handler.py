"""What the SMTP and LMTP listeners let in, and what they answer; 250 only when the mail is on disk (G1)."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Received

from mailbot.core.mail import Envelope
from mailbot.errors import TransientError
from mailbot.log import get_logger
from mailbot.transport.lines import canonical, has_bare

Accept = Callable[[Envelope, bytes], Awaitable[None]]
RECIPIENTS = 100
HOPS = 50  #: Received fields; more is a loop
SMUGGLING = "550 5.6.11 Lines end in CRLF"  #: CVE-2023-51764; the session ends with it, whatever else was sent
_ADDRESS = re.compile(r"[^\s<>\"%:@\x00-\x1f\x7f]{1,64}@[^\s<>\"%:@\x00-\x1f\x7f]{1,255}")
_RECEIVED = re.compile(rb"^received:", re.IGNORECASE | re.MULTILINE)
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
        offered = [r for r in responses[:-1] if not r.startswith("250-AUTH")]  # nobody logs in here
        return [*offered, "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

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
        """One answer; a listener for LMTP gives it once for each recipient."""
        raw = envelope.original_content or b""
        if has_bare(raw):
            if not self.lmtp:
                return SMUGGLING
            raw = canonical(raw)
            log.info("mail.mended", via="lmtp", what="lone CR or LF")
        if len(_RECEIVED.findall(raw.partition(b"\r\n\r\n")[0])) > HOPS:
            return "554 5.4.6 Too many hops"
        mail = Envelope(
            "" if envelope.mail_from == "<>" else envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
            datetime.now(UTC),
            peer_of(session.peer),
            "lmtp" if self.lmtp else "smtp",
        )
        try:
            await self._shielded(mail, raw)
        except TransientError as error:
            log.warning("mail.refused", error=str(error), via=mail.via)
            return "451 4.3.0 Cannot store mail now, please try again later"
        return "250 2.0.0 Kept"

    async def handle_exception(self, error: Exception) -> str:
        log.error("mail.refused", exc_info=error)
        return "451 4.3.0 Something went wrong here, please try again later"

    async def _shielded(self, mail: Envelope, raw: bytes) -> None:
        """The commit goes on when the client hangs up; its retry is then a duplicate."""
        task: asyncio.Task[None] = asyncio.ensure_future(_plain(self.accept(mail, raw)))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        await asyncio.shield(task)


async def _plain(waiting: Awaitable[None]) -> None:
    await waiting


def peer_of(peername: object) -> str:
    """The IP address of a client; "" on a Unix socket."""
    return str(peername[0]) if isinstance(peername, tuple) and peername else ""
