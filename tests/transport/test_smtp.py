"""SMTP in and out, against each other and against a server that misbehaves."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mailbot.core.mail import Envelope
from mailbot.errors import PermanentError, TransientError
from mailbot.transport.maildir_out import MaildirOut
from mailbot.transport.smtp_in import Listener, listen
from mailbot.transport.smtp_out import Relay

RAW = b"Subject: x\r\n\r\n.dot\r\nend\r\n"


class Sink:
    def __init__(self) -> None:
        self.got: list[tuple[Envelope, bytes]] = []
        self.error: Exception | None = None
        self.over: asyncio.Event | None = None  #: what a commit waits for

    async def accept(self, envelope: Envelope, raw: bytes) -> None:
        if self.over is not None:
            await self.over.wait()
        if self.error is not None:
            raise self.error
        self.got.append((envelope, raw))


def with_listener(act: Callable[[Listener, Sink], Awaitable[None]], *, lmtp: bool = False, size: int = 100_000) -> None:
    async def whole() -> None:
        sink = Sink()
        listener = await listen(
            accept=sink.accept,
            owns=lambda a: a.endswith("@ours.example"),
            host="127.0.0.1",
            hostname="test",
            lmtp=lmtp,
            size_limit_bytes=size,
        )
        try:
            await act(listener, sink)
        finally:
            await listener.close(1.0)

    asyncio.run(whole())


def dialogue(port: int, *lines: bytes) -> list[bytes]:
    """The server's answer to each of *lines*."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        file = sock.makefile("rb")
        answers = [file.readline()]
        for line in lines:
            sock.sendall(line)
            answer = file.readline()
            while answer[3:4] == b"-":
                answer = file.readline()
            answers.append(answer)
        return answers


def test_our_relay_delivers_to_our_listener_byte_for_byte() -> None:
    async def act(listener: Listener, sink: Sink) -> None:
        relay = Relay(host="127.0.0.1", port=listener.port, security="none")
        await relay.deliver("", "a@ours.example", RAW)
        await relay.deliver("x@example.net", "b@ours.example", RAW)
        await relay.close()

        assert [(e.mail_from, e.rcpt_to, raw) for e, raw in sink.got] == [
            ("", ("a@ours.example",), RAW),
            ("x@example.net", ("b@ours.example",), RAW),
        ]

    with_listener(act)


def test_an_address_that_is_not_ours_is_refused_and_that_is_permanent() -> None:
    async def act(listener: Listener, sink: Sink) -> None:
        relay = Relay(host="127.0.0.1", port=listener.port, security="none")
        with pytest.raises(PermanentError, match=r"5\.7\.1"):
            await relay.deliver("", "a@theirs.example", RAW)
        await relay.close()

        assert sink.got == []

    with_listener(act)


def test_a_store_that_is_not_writable_is_a_451() -> None:
    """G1."""

    async def act(listener: Listener, sink: Sink) -> None:
        sink.error = TransientError("disk full")
        relay = Relay(host="127.0.0.1", port=listener.port, security="none")
        with pytest.raises(TransientError, match="451") as caught:
            await relay.deliver("", "a@ours.example", RAW)
        await relay.close()

        assert not caught.value.in_doubt

    with_listener(act)


def test_a_bug_in_accept_is_never_a_permanent_answer() -> None:
    async def act(listener: Listener, sink: Sink) -> None:
        sink.error = RuntimeError("secret")
        relay = Relay(host="127.0.0.1", port=listener.port, security="none")
        with pytest.raises(TransientError) as caught:
            await relay.deliver("", "a@ours.example", RAW)
        await relay.close()

        assert "secret" not in str(caught.value)

    with_listener(act)


def test_lmtp_answers_once_for_each_recipient() -> None:
    async def act(listener: Listener, sink: Sink) -> None:
        lines = (
            b"LHLO x\r\n",
            b"MAIL FROM:<x@example.net>\r\n",
            b"RCPT TO:<a@ours.example>\r\n",
            b"RCPT TO:<b@ours.example>\r\n",
            b"DATA\r\n",
            RAW.replace(b"\r\n.", b"\r\n..") + b".\r\n",
            b"",
            b"QUIT\r\n",
        )
        answers = await asyncio.to_thread(dialogue, listener.port, *lines)

        assert [a[:3] for a in answers[-3:]] == [b"250", b"250", b"221"]
        assert sink.got[0][0].rcpt_to == ("a@ours.example", "b@ours.example")

    with_listener(act, lmtp=True)


def test_a_mail_over_the_limit_is_refused_and_the_session_goes_on() -> None:
    async def act(listener: Listener, sink: Sink) -> None:
        relay = Relay(host="127.0.0.1", port=listener.port, security="none")
        with pytest.raises(PermanentError, match="552"):
            await relay.deliver("", "a@ours.example", b"Subject: x\r\n\r\n" + b"x" * 70 * 100 + b"\r\n")
        await relay.deliver("", "a@ours.example", RAW)
        await relay.close()

        assert len(sink.got) == 1

    with_listener(act, size=5000)


@pytest.mark.parametrize("last", [b".\r\nQUIT\r\n", b".\r\n"])
def test_a_client_that_sends_no_more_behind_its_last_mail_is_answered(last: bytes) -> None:
    """Exim sends the dot, QUIT and the end of its side at once; without an answer it offers the mail again."""

    def ends(port: int, over: Callable[[], object]) -> list[bytes]:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            sock.sendall(b"HELO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@ours.example>\r\nDATA\r\n")
            file = sock.makefile("rb")
            for _ in range(5):
                file.readline()
            sock.sendall(RAW + last)
            sock.shutdown(socket.SHUT_WR)
            over()
            return file.readlines()

    async def act(listener: Listener, sink: Sink) -> None:
        loop, sink.over = asyncio.get_running_loop(), asyncio.Event()
        answers = await asyncio.to_thread(ends, listener.port, lambda: loop.call_soon_threadsafe(sink.over.set))

        assert [a[:3] for a in answers] == ([b"250", b"221"] if b"QUIT" in last else [b"250"])
        assert len(sink.got) == 1

    with_listener(act)


@pytest.mark.parametrize("text", [b"", b"Subject: x\r\n\r\nhalf a mai"])
def test_a_mail_whose_client_leaves_before_the_end_is_not_taken(text: bytes) -> None:
    def ends(port: int) -> list[bytes]:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            sock.sendall(b"HELO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@ours.example>\r\nDATA\r\n" + text)
            sock.shutdown(socket.SHUT_WR)
            return sock.makefile("rb").readlines()

    async def act(listener: Listener, sink: Sink) -> None:
        answers = await asyncio.to_thread(ends, listener.port)

        assert [a[:3] for a in answers] == [b"220", b"250", b"250", b"250", b"354"]
        assert sink.got == []

    with_listener(act)


def test_a_lost_answer_to_the_final_dot_is_in_doubt() -> None:
    """G4."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 x\r\n")
        while line := await reader.readline():
            if line == b".\r\n":
                break
            verb = line[:4].upper()
            if verb in (b"EHLO", b"MAIL", b"RCPT"):
                writer.write(b"250 ok\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go\r\n")
        writer.close()

    async def whole() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        relay = Relay(host="127.0.0.1", port=server.sockets[0].getsockname()[1], security="none")
        with pytest.raises(TransientError) as caught:
            await relay.deliver("", "a@ours.example", RAW)
        await relay.close()
        server.close()

        assert caught.value.in_doubt

    asyncio.run(whole())


def test_without_starttls_nothing_leaves_in_clear_text() -> None:
    async def act(listener: Listener, sink: Sink) -> None:
        relay = Relay(host="127.0.0.1", port=listener.port, security="starttls", user="u", password="p")
        with pytest.raises(TransientError):
            await relay.deliver("", "a@ours.example", RAW)

        assert sink.got == []

    with_listener(act)


def test_a_maildir_holds_what_left(tmp_path: Path) -> None:
    asyncio.run(MaildirOut(tmp_path / "out").deliver("", "a@b.example", RAW))
    (written,) = (tmp_path / "out" / "new").iterdir()

    assert written.read_bytes() == b"Return-Path: <>\r\nDelivered-To: a@b.example\r\n" + RAW


def test_a_domain_of_another_script_is_asked_for_as_servers_write_it_and_a_local_part_of_one_is_refused() -> None:
    async def act(listener: Listener, sink: Sink) -> None:
        relay = Relay(host="127.0.0.1", port=listener.port, security="none")
        with pytest.raises(PermanentError, match="SMTPUTF8"):
            await relay.deliver("", "иван@ours.example", RAW)
        with pytest.raises(PermanentError, match="No such desk"):
            await relay.deliver("", "ivan@почта.example", RAW)
        await relay.close()

    with_listener(act)
