"""The listener among strangers: smuggling, injection, relaying, slow and greedy clients."""

import asyncio
import os
import smtplib
import socket
import ssl
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from mailbot.core.mail import Envelope
from mailbot.errors import TransientError
from mailbot.transport import smtp_session
from mailbot.transport.smtp_in import Listener, listen

HELLO = b"EHLO x\r\n"
BEGIN = b"MAIL FROM:<a@b.example>\r\n", b"RCPT TO:<a@ours.example>\r\n", b"DATA\r\n"
SMUGGLED = b"MAIL FROM:<evil@b.example>\r\nRCPT TO:<a@ours.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n"


class Sink:
    def __init__(self) -> None:
        self.got: list[tuple[Envelope, bytes]] = []
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def accept(self, envelope: Envelope, raw: bytes) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.got.append((envelope, raw))


@asynccontextmanager
async def listening(sink: Sink, **options: object) -> AsyncIterator[Listener]:
    values: dict[str, object] = {"host": "127.0.0.1", "hostname": "test", "size_limit_bytes": 100_000, **options}
    if "unix_path" in options:
        del values["host"]
    owns: Callable[[str], bool] = lambda address: address.endswith("@ours.example")  # noqa: E731
    listener = await listen(accept=sink.accept, owns=owns, **values)  # type: ignore[arg-type]
    try:
        yield listener
    finally:
        await listener.close(1.0)


class Client:
    """A client that says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self) -> bytes:
        """The next whole answer; b"" at the end of the connection."""
        line = await asyncio.wait_for(self.reader.readline(), 10)
        while line[3:4] == b"-":
            line = await asyncio.wait_for(self.reader.readline(), 10)
        return line

    async def say(self, *lines: bytes) -> list[bytes]:
        """One answer to each of *lines*."""
        found = []
        for line in lines:
            self.writer.write(line)
            found.append(await self.answer())
        return found


@asynccontextmanager
async def client(listener: Listener, source: str = "127.0.0.1") -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port, local_addr=(source, 0))
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


def play(story: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await story()

    asyncio.run(whole())


#: what other servers have taken for the end of a mail (CVE-2023-51764, -51765, -51766, CVE-2024-27305)
ENDS = (
    b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\n.\r", b"\r.\n", b"\r\r\n.\r\n", b"\r\n.\r\r\n",
    b"\n\n.\r\n", b"\n\r.\r\n", b"\r\n.\n\r\n", b"\r\n\0.\r\n", b"\r\n.\0\r\n",
)  # fmt: skip


@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize("in_one_piece", [True, False])
def test_no_odd_end_of_a_mail_lets_a_second_one_through(end: bytes, in_one_piece: bool) -> None:
    sink = Sink()

    async def story() -> None:
        async with listening(sink) as listener, client(listener) as here:
            await here.answer()
            await here.say(HELLO, *BEGIN)
            text = b"Subject: first\r\n\r\nfirst" + end + SMUGGLED
            pieces = [text] if in_one_piece else [text[n : n + 1] for n in range(len(text))]
            for piece in pieces:
                here.writer.write(piece)
                await here.writer.drain()
            answered = await here.answer()
            if b"\0" in end:
                assert answered.startswith(b"250 ")
            else:
                assert answered.startswith(b"550 5.6.11")
                assert await here.reader.read() == b""  # and closed: nothing behind it was looked at

    play(story)

    assert len(sink.got) == (1 if b"\0" in end else 0)
    assert all(envelope.mail_from == "a@b.example" for envelope, _ in sink.got)


def test_lmtp_mends_lone_line_ends() -> None:
    sink = Sink()

    async def story() -> None:
        async with listening(sink, lmtp=True) as listener, client(listener) as here:
            await here.answer()
            await here.say(b"LHLO x\r\n", *BEGIN, b"Subject: x\n\na\rb\r\n.\r\n")

    play(story)

    assert [raw for _, raw in sink.got] == [b"Subject: x\r\n\r\na\r\nb\r\n"]


@pytest.mark.parametrize(
    ("text", "error", "reply"),
    [
        (b"x\r\n.\r\n", None, b"250 2.0.0"),
        (b"x" * 200_000 + b"\r\n.\r\n", None, b"552 5.3.4"),
        (b"x\r\n.\r\n", TransientError("disk full"), b"451 4.3.0"),
        (b"x\r\n.\r\n", RuntimeError("a bug"), b"451 4.3.0"),
        (b"Received: x\r\n" * 60 + b"\r\n.\r\n", None, b"554 5.4.6"),
    ],
)
def test_lmtp_answers_for_each_recipient_whatever_the_answer(
    text: bytes, error: Exception | None, reply: bytes
) -> None:
    """RFC 2033 4.2."""
    sink = Sink()
    sink.error = error

    async def story() -> None:
        async with listening(sink, lmtp=True) as listener, client(listener) as here:
            await here.answer()
            await here.say(b"LHLO x\r\n", BEGIN[0], BEGIN[1], b"RCPT TO:<b@ours.example>\r\n")
            refused = await here.say(b"RCPT TO:<c@theirs.example>\r\n", BEGIN[2])
            here.writer.write(text)
            answers = [await here.answer(), await here.answer()]
            after = await here.say(b"NOOP\r\n", *BEGIN, b"y\r\n.\r\n")

            assert refused[0].startswith(b"550")
            assert [a[: len(reply)] for a in answers] == [reply, reply]
            assert after[0].startswith(b"250")
            assert len(after) == 5

    play(story)


def test_a_mail_that_says_that_it_is_too_big_is_refused_before_it_is_sent() -> None:
    async def story() -> None:
        async with listening(Sink()) as listener, client(listener) as here:
            await here.answer()
            greeted = await here.say(HELLO, b"MAIL FROM:<a@b.example> SIZE=100001\r\n", *BEGIN, b"x\r\n.\r\n")

            assert greeted[1].startswith(b"552")
            assert greeted[-1].startswith(b"250")

    play(story)


def test_commands_may_follow_a_mail_in_the_same_piece() -> None:
    """PIPELINING, RFC 2920."""
    sink = Sink()

    async def story() -> None:
        async with listening(sink) as listener, client(listener) as here:
            await here.answer()
            await here.say(HELLO, *BEGIN)
            here.writer.write(b"one\r\n.\r\n" + b"".join(BEGIN) + b"two\r\n.\r\nQUIT\r\n")
            answers = [await here.answer() for _ in range(6)]

            assert [a[:3] for a in answers] == [b"250", b"250", b"250", b"354", b"250", b"221"]

    play(story)

    assert [raw for _, raw in sink.got] == [b"one\r\n", b"two\r\n"]


def test_what_stands_behind_starttls_in_clear_text_is_never_obeyed() -> None:
    """CVE-2024-34083."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    sink = Sink()

    async def story() -> None:
        async with listening(sink, tls=context) as listener, client(listener) as here:
            await here.answer()
            greeted = await here.say(HELLO)
            here.writer.write(b"STARTTLS\r\nEHLO evil\r\n" + BEGIN[0] + BEGIN[1])
            assert (await here.answer()).startswith(b"220")
            await here.writer.start_tls(trusting, server_hostname="localhost")
            answers = await here.say(b"DATA\r\n", HELLO, b"DATA\r\n", *BEGIN, b"x\r\n.\r\n")

            assert greeted[0].startswith(b"250")
            assert [a[:3] for a in answers] == [b"503", b"250", b"503", b"250", b"250", b"354", b"250"]

    play(story)

    assert len(sink.got) == 1


RELAYS = (
    "b@theirs.example", "b%theirs.example@ours.example", "b@theirs.example@ours.example", '"b@theirs.example"@ours.example',
    "@ours.example:b@theirs.example", "b@[127.0.0.1]", "theirs.example!b", "b", "", "a\0@ours.example", "a@ours.example\0",
    "a" * 65 + "@ours.example", "a@" + "o" * 300, "a b@ours.example",
)  # fmt: skip


@pytest.mark.parametrize("address", RELAYS, ids=repr)
def test_nobody_relays_through_us(address: str) -> None:
    async def story() -> None:
        async with listening(Sink()) as listener, client(listener) as here:
            await here.answer()
            answers = await here.say(HELLO, BEGIN[0], f"RCPT TO:<{address}>\r\n".encode(), b"DATA\r\n")

            assert answers[2][:1] == b"5"
            assert answers[3].startswith(b"503")

    play(story)


@pytest.mark.parametrize("path", ["a\0b@x.example", "a@b@x.example", "<<a@x.example", "a@x.example\r"])
def test_a_reverse_path_that_is_no_address_is_refused(path: str) -> None:
    async def story() -> None:
        async with listening(Sink()) as listener, client(listener) as here:
            await here.answer()
            answers = await here.say(HELLO, f"MAIL FROM:<{path}>\r\n".encode())

            assert answers[1][:1] == b"5"

    play(story)


@pytest.mark.parametrize("word", [b"RCPT TO:<x@theirs.example>\r\n", b"XYZZY\r\n", b"DATA now\r\n"])
def test_a_session_ends_after_too_many_errors(word: bytes) -> None:
    async def story() -> None:
        async with listening(Sink()) as listener, client(listener) as here:
            await here.answer()
            await here.say(HELLO, BEGIN[0])
            answers = [b""]
            while b"oo many" not in answers[-1]:
                answers += await here.say(word)
                assert len(answers) <= 22
            assert await here.reader.read() == b""

    play(story)


def test_a_hundred_recipients_are_taken_and_one_more_is_asked_to_wait() -> None:
    async def story() -> None:
        async with listening(Sink()) as listener, client(listener) as here:
            await here.answer()
            await here.say(HELLO, BEGIN[0])
            answers = await here.say(*(f"RCPT TO:<a{n}@ours.example>\r\n".encode() for n in range(101)))

            assert all(a.startswith(b"250") for a in answers[:100])
            assert answers[100].startswith(b"452")

    play(story)


def test_one_address_cannot_take_every_place(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with listening(Sink(), connections=6, connections_per_address=4) as listener:
            greedy = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(8)]
            first = [await reader.readline() for reader, _ in greedy]
            async with client(listener, "127.0.0.2") as other:
                assert (await other.answer()).startswith(b"220")
            for _, writer in greedy:
                writer.close()

            assert sorted(line[:3] for line in first) == [b"220"] * 4 + [b"421"] * 4

    play(story)


def test_a_thousand_silent_connections_do_not_keep_a_normal_client_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """T-44: whoever has been silent for longest makes room."""
    monkeypatch.setattr(smtp_session, "IDLE_SECONDS", 0.5)
    sink = Sink()

    async def story() -> None:
        async with listening(sink, connections=50, connections_per_address=1000) as listener:
            silent = []
            for _ in range(1000):
                silent.append(await asyncio.open_connection("127.0.0.1", listener.port))
            await asyncio.sleep(0.6)
            async with client(listener) as here:
                assert (await here.answer()).startswith(b"220")
                answers = await here.say(HELLO, *BEGIN, b"x\r\n.\r\n")
                assert answers[-1].startswith(b"250")
            for _, writer in silent:
                writer.close()

    play(story)

    assert len(sink.got) == 1


def test_a_busy_session_is_never_let_go_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_session, "IDLE_SECONDS", 0.0)
    sink = Sink()

    async def story() -> None:
        sink.gate = asyncio.Event()
        async with listening(sink, connections=1) as listener, client(listener) as here:
            await here.answer()
            await here.say(HELLO, *BEGIN)
            here.writer.write(b"x\r\n.\r\n")
            while not listener._handler.running:
                await asyncio.sleep(0.01)
            async with client(listener) as other:
                assert (await other.answer()).startswith(b"421 4.3.2")
            sink.gate.set()
            assert (await here.answer()).startswith(b"250")

    play(story)


def test_a_client_that_dribbles_its_mail_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_session, "SLOW_AFTER_SECONDS", 0.3)

    async def story() -> None:
        async with listening(Sink()) as listener, client(listener) as here:
            await here.answer()
            await here.say(HELLO, *BEGIN)
            try:
                for _ in range(100):
                    here.writer.write(b"x")
                    await here.writer.drain()
                    await asyncio.sleep(0.02)
            except ConnectionError:
                return
            assert (await here.answer()).startswith(b"421 4.4.2")

    play(story)


def test_a_session_has_an_end_however_busy_it_keeps_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_session, "SESSION_SECONDS", 0.5)

    async def story() -> None:
        async with listening(Sink()) as listener, client(listener) as here:
            await here.answer()
            answer = b"250"
            while answer.startswith(b"250"):
                (answer,) = await here.say(HELLO if answer == b"250" else b"RSET\r\n")
                await asyncio.sleep(0.02)
            assert answer.startswith(b"421 4.4.2")

    play(story)


def test_a_client_that_hangs_up_while_its_mail_is_committed_loses_nothing() -> None:
    """G1: its retry is then a duplicate."""
    sink = Sink()

    async def story() -> None:
        sink.gate = asyncio.Event()
        async with listening(sink) as listener:
            async with client(listener) as here:
                await here.answer()
                await here.say(HELLO, *BEGIN)
                here.writer.write(b"x\r\n.\r\n")
                while not listener._handler.running:
                    await asyncio.sleep(0.01)
            sink.gate.set()

    play(story)

    assert len(sink.got) == 1


def test_at_the_end_everybody_is_told_and_running_commits_are_waited_for() -> None:
    sink = Sink()

    async def story() -> None:
        sink.gate = asyncio.Event()
        async with listening(sink) as listener, client(listener) as idle, client(listener) as busy:
            await idle.answer()
            await busy.answer()
            await busy.say(HELLO, *BEGIN)
            busy.writer.write(b"x\r\n.\r\n")
            while not listener._handler.running:
                await asyncio.sleep(0.01)
            asyncio.get_running_loop().call_later(0.1, sink.gate.set)
            await listener.close(5.0)

            assert (await idle.answer()).startswith(b"421 4.3.2")
            assert (await busy.answer()).startswith(b"250")

    play(story)


def test_a_unix_socket_is_for_mailbots_group_and_goes_with_the_daemon(tmp_path: Path) -> None:
    path, sink = Path(f"/tmp/mb-{os.getpid()}.lmtp"), Sink()

    def deliver() -> None:
        with smtplib.LMTP(str(path)) as link:
            link.sendmail("a@b.example", ["a@ours.example"], b"Subject: x\r\n\r\nx\r\n")

    async def story() -> None:
        async with listening(sink, unix_path=str(path), lmtp=True):
            assert stat.S_IMODE(path.stat().st_mode) == 0o660
            await asyncio.to_thread(deliver)
        assert not path.exists()

    play(story)

    assert [(e.via, e.peer) for e, _ in sink.got] == [("lmtp", "")]


def test_a_socket_file_that_a_kill_left_behind_is_replaced_and_a_live_one_is_not(tmp_path: Path) -> None:
    path = f"/tmp/mb-{os.getpid()}.stale"
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(path)

    async def story() -> None:
        async with listening(Sink(), unix_path=path, lmtp=True):
            with pytest.raises(OSError, match="in use"):
                async with listening(Sink(), unix_path=path, lmtp=True):
                    pass

    play(story)
