"""One SMTP or LMTP session: aiosmtpd's, with its text read in pieces, and with limits on time, errors and company."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, NoReturn

from aiosmtpd.smtp import SMTP

from mailbot.transport.smtp_data import Data
from mailbot.transport.smtp_handler import SMUGGLING, Handler, peer_of

SESSION_SECONDS = 600.0  #: a session lives no longer
COMMAND_SECONDS = 300.0  #: RFC 5321 4.5.3.2.7
CALLS = {"*": 5000, "NOOP": 100, "VRFY": 20, "EXPN": 20, "HELP": 20, "AUTH": 5, "EHLO": 20, "HELO": 20, "LHLO": 20}
ERRORS = 20  #: refusals in one session
SLOW_AFTER_SECONDS, SLOWEST = 60.0, 1024  #: seconds of grace, then bytes a second
IDLE_SECONDS = 5.0  #: who has been silent so long makes room for others when all places are taken
PIECE = 1 << 30  #: all that has come: what stands behind a mail can then be given back in its order


@dataclass(slots=True)
class Company:
    """The sessions of one listener, and how many there may be."""

    limit: int
    limit_per_address: int
    sessions: "set[Protocol]" = field(default_factory=set)

    def refusal(self, address: str, now: float) -> str:
        """Why one more session from *address* has no place; "" where it has."""
        staying = [s for s in self.sessions if not s.is_leaving]
        if address and sum(s.address == address for s in staying) >= self.limit_per_address:
            return "421 4.7.0 Too many connections from your address, please try again later"
        if len(staying) >= self.limit and not _make_room(staying, now):
            return "421 4.3.2 Too many connections, please try again later"
        return ""


def _make_room(sessions: "list[Protocol]", now: float) -> bool:
    """Lets go of the session that has been silent for longest, if that is long enough."""
    idlest = min((s for s in sessions if not s.is_busy), key=lambda s: s.heard_at, default=None)
    if idlest is None or now - idlest.heard_at < IDLE_SECONDS:
        return False
    idlest.let_go("421 4.3.2 Others need the connection, please try again later")
    return True


class Protocol(SMTP):
    """One session; known to its listener for as long as it lives."""

    line_length_limit = 1 << 20  # the reader's buffer, not the length of a line of mail

    def __init__(self, handler: Handler, company: Company, *, lmtp: bool, **options: Any) -> None:
        super().__init__(handler, timeout=COMMAND_SECONDS, command_call_limit=CALLS, **options)
        self.address = ""
        self.heard_at = 0.0  #: the loop's clock at the last sign of life
        self.is_busy = False  #: a mail is being committed
        self.is_leaving = False
        self._company = company
        self._lmtp = lmtp
        self._owed = 1  #: answers to one mail
        self._errors = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self in self._company.sessions:  # a second time: STARTTLS
            super().connection_made(transport)
            return
        assert isinstance(transport, asyncio.Transport)
        self.address = "" if self._lmtp else peer_of(transport.get_extra_info("peername"))
        refusal = self._company.refusal(self.address, self.loop.time())
        if refusal:
            transport.write(refusal.encode() + b"\r\n")
            transport.close()
            return
        self.heard_at = self.loop.time()
        self._company.sessions.add(self)
        self._deadline = self.loop.call_later(SESSION_SECONDS, self.let_go, "421 4.4.2 This takes too long")
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._company.sessions.discard(self)
        if self._deadline is not None:
            self._deadline.cancel()
        if self.session is not None:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """What the client sent before it ended its side is still answered: Exim ends it right behind its last mail."""
        if self.session is None:
            return False
        if self.session.ssl is not None:  # there is no such half on TLS
            return super().eof_received()
        self._reader.feed_eof()
        return True

    def let_go(self, words: str) -> None:
        """Says why, and closes; a commit that runs goes on."""
        self.is_leaving = True
        if self.transport is not None:
            self._writer.write(words.encode() + b"\r\n")
            self.transport.close()

    def cut_off(self) -> None:
        """Closes without waiting until the last words are read."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    async def push(self, status: Any) -> None:
        self.heard_at = self.loop.time()
        await super().push(status)
        if str(status)[:1] in ("4", "5"):
            self._errors += 1
            if self._errors >= ERRORS:
                await self._hang_up("421 4.7.0 Too many errors")

    async def _hang_up(self, words: str = "") -> NoReturn:
        """Ends the session at once: nothing that was sent behind this command is looked at."""
        if words:
            await super().push(words)
        raise asyncio.CancelledError  # aiosmtpd closes the connection on it, as if the client had gone

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, asyncio.IncompleteReadError):  # nothing more will come, and all is answered
            if self.transport is not None:
                self.transport.close()
            return "421 4.4.2 Bye"
        owed, self._owed = self._owed, 1
        return "\r\n".join([await super().handle_exception(error)] * owed)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """In pieces, where aiosmtpd reads line by line; one answer, or on LMTP one a recipient (RFC 2033 4.2)."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._owed = len(self.envelope.rcpt_tos) if self._lmtp else 1
        try:
            status = await self._answer(await self._text())
        finally:
            self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push("\r\n".join([status] * self._owed))
        self._owed = 1
        if status == SMUGGLING:
            await self._hang_up()

    async def _text(self) -> Data:
        assert self.data_size_limit is not None
        data, began = Data(self.data_size_limit), self.loop.time()
        while True:
            piece = await self._reader.read(PIECE)
            if not piece:
                await self._hang_up()
            rest = data.feed(piece)
            if rest is not None:
                if rest:
                    self._reader.feed_data(rest)
                return data
            self._reset_timeout()
            self.heard_at = self.loop.time()
            seconds = self.heard_at - began
            if seconds > SLOW_AFTER_SECONDS and data.received < seconds * SLOWEST:
                await self._hang_up("421 4.4.2 Too slow")

    async def _answer(self, data: Data) -> str:
        if data.too_big:
            return "552 5.3.4 Error: Too much mail data"
        assert self.envelope is not None
        self.envelope.original_content = self.envelope.content = data.text()
        self.is_busy = True
        try:
            return str(await self.event_handler.handle_DATA(self, self.session, self.envelope))
        finally:
            self.is_busy = False

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        await (super().smtp_MAIL(arg) if _is_clean(arg) else self.push("501 5.1.7 That is not an address"))

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        await (super().smtp_RCPT(arg) if _is_clean(arg) else self.push("501 5.1.3 That is not an address"))

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


def _is_clean(arg: str | None) -> bool:
    """Whether nothing in a command is a control character; aiosmtpd would overlook some of them."""
    return arg is None or not any(ord(character) < 32 or ord(character) == 127 for character in arg)
