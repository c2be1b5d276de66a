"""Mail in by LMTP from a real Postfix, which keeps what we do not take, and tells its sender what we refuse."""

import asyncio
import smtplib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mailbot.core.mail import Envelope
from mailbot.errors import TransientError
from mailbot.transport.smtp_in import Listener, listen
from tests.rig.desk import desk
from tests.rig.loop import run
from tests.rig.servers import CUSTOMER, DESK, Servers

MAIL = "From: {from_}\r\nTo: {to}\r\nSubject: Rechnung\r\nMessage-ID: <1@example.net>\r\n\r\nGuten Tag, bitte helfen Sie mir mit der Rechnung.\r\n{more}"


def send(servers: Servers, *rcpt_to: str, more: str = "") -> None:
    """A customer's mail, as the customer's client hands it to the Postfix."""
    raw = MAIL.format(from_=CUSTOMER, to=", ".join(rcpt_to), more=more).encode()
    with smtplib.SMTP("127.0.0.1", servers.postfix.clients) as smtp:
        smtp.sendmail(CUSTOMER, list(rcpt_to), raw)


class Sink:
    """Takes mail; refuses it for so many times first."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.got: list[Envelope] = []
        self.news = asyncio.Event()

    async def accept(self, envelope: Envelope, _raw: bytes) -> None:
        if self.refusals:
            self.refusals -= 1
            raise TransientError("the disk is full")
        self.got.append(envelope)
        self.news.set()


def with_sink(
    servers: Servers, act: Callable[[Sink], Awaitable[None]], *, refusals: int = 0, size: int = 10**6
) -> None:
    async def whole() -> None:
        sink = Sink(refusals)
        listener: Listener = await listen(
            accept=sink.accept,
            owns=lambda _: True,
            host="127.0.0.1",
            port=servers.desk_port,
            hostname="test",
            lmtp=True,
            size_limit_bytes=size,
        )
        try:
            await act(sink)
        finally:
            await listener.close(1.0)

    run(whole())


def test_what_cannot_be_stored_is_offered_again_and_comes_once(servers: Servers) -> None:
    """G1."""

    async def act(sink: Sink) -> None:
        await asyncio.to_thread(send, servers, DESK, DESK.replace("@", "+x@"))
        await asyncio.wait_for(sink.news.wait(), 30)

        assert [set(envelope.rcpt_to) for envelope in sink.got] == [{DESK, "support+x@example.org"}]
        assert (sink.got[0].mail_from, sink.got[0].via) == (CUSTOMER, "lmtp")

    with_sink(servers, act, refusals=1)


def test_the_sender_of_a_mail_over_the_limit_is_told(servers: Servers) -> None:
    async def act(sink: Sink) -> None:
        await asyncio.to_thread(send, servers, DESK, DESK.replace("@", "+x@"), more="x" * 60 + "\r\n" * 200)
        report = await asyncio.to_thread(servers.wait_for, CUSTOMER, lambda _: True)

        assert report.get_content_type() == "multipart/report"
        assert sink.got == []

    with_sink(servers, act, size=400)


@pytest.mark.usefixtures("trusting")
def test_mail_that_came_while_the_daemon_was_down_is_acknowledged_when_it_is_up(
    servers: Servers, tmp_path: Path
) -> None:
    async def story() -> None:
        send(servers, DESK)
        async with desk(servers, tmp_path) as here:
            ack = await asyncio.to_thread(servers.wait_for, CUSTOMER, lambda mail: mail["In-Reply-To"])
            await here.daemon.settle()
            (case,) = here.cases()

        assert ack["In-Reply-To"] == "<1@example.net>"
        assert case.reference in ack["Subject"]

    run(story())
