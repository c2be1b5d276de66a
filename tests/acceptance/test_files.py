"""A customer's files reach the agent: with the notification, or with `/files`; an encrypted mail as it came."""

import base64
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from mailbot.core import mail as limits
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, newest, only_case, play
from tests.acceptance.test_links import click, drafts
from tests.acceptance.test_main_job import GERMAN

TEXT = GERMAN.replace("\n", "\r\n")
PLAN, FILM, LOG = b"plan " * 100, b"film " * 400, b"log " * 100
ENCRYPTED = """From: kunde@example.net
To: support@example.org
Subject: ...
Message-ID: <secret@example.net>
Date: Mon, 02 Mar 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"

--b
Content-Type: application/pgp-encrypted

Version: 1

--b
Content-Type: application/octet-stream; name="encrypted.asc"

-----BEGIN PGP MESSAGE-----

hQEMA9r7sYVbRz1uAQf9F
=abcd
-----END PGP MESSAGE-----
--b--
""".replace("\n", "\r\n").encode()


def lines(data: bytes) -> str:
    return base64.encodebytes(data).decode().replace("\n", "\r\n")


def with_files(**files: bytes) -> bytes:
    parts = "".join(
        f"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename={name}.bin\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{lines(data)}\r\n"
        for name, data in files.items()
    )
    return (
        f"From: {CUSTOMER}\r\nTo: {DESK}\r\nSubject: Rechnung 4711\r\nMessage-ID: <files@example.net>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{TEXT}\r\n{parts}--b--\r\n"
    ).encode()


def files_of(raw: bytes) -> dict[str, bytes]:
    message: Message = message_from_bytes(raw)
    return {str(p.get_filename()): bytes(p.get_payload(decode=True)) for p in message.walk() if p.get_filename()}  # type: ignore[arg-type]


@pytest.fixture
def room_for_1000_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ATTACHED_BYTES", 1000)


@pytest.mark.usefixtures("room_for_1000_bytes")
def test_what_a_notification_had_no_room_for_comes_when_it_is_asked_for(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.send(CUSTOMER, DESK, with_files(plan=PLAN, film=FILM, log=LOG, more=LOG))
        (first,) = [files_of(raw) for to, raw in here.received if to == ANNA]
        assert first == {"plan.bin": PLAN, "log.bin": LOG}
        assert "film.bin, more.bin" in newest(here, ANNA).text
        assert "files" in drafts(here, ANNA)
        await click(here, ANNA, "files", more="Anna Müller\nExample GmbH")
        _, *asked = [files_of(raw) for to, raw in here.received if to == ANNA]

        assert asked == [{"more.bin": LOG}, {"film.bin": FILM}]  # as few mails as carry them, the big one alone
        assert only_case(here).reference in newest(here, ANNA).subject
        assert len(here.mails_to(CUSTOMER)) == 1

    play(tmp_path, story, agents=ONE)


def test_where_nothing_was_left_out_there_is_nothing_to_fetch(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.send(CUSTOMER, DESK, with_files(plan=PLAN))
        assert "files" not in drafts(here, ANNA)
        await here.reply(ANNA, DESK, "/files")

        assert "no files were left out" in newest(here, ANNA).text

    play(tmp_path, story, agents=ONE)


@pytest.mark.parametrize("raw", [ENCRYPTED, ENCRYPTED.replace(b"Subject: ...", "Subject: Größe".encode())])
def test_an_encrypted_mail_is_handed_over_as_it_came(tmp_path: Path, raw: bytes) -> None:
    async def story(here: World) -> None:
        await here.send(CUSTOMER, DESK, raw)
        notice = here.newest(ANNA)
        (whole,) = [p for p in notice.walk() if p.get_filename() == "original.eml"]
        sent = next(sent for to, sent in reversed(here.received) if to == ANNA)

        assert "The message is encrypted." in newest(here, ANNA).text
        assert raw.strip() in (sent if raw.isascii() else bytes(whole.get_payload(decode=True)))  # type: ignore[arg-type]
        assert (whole.get_content_type() == "message/rfc822") is raw.isascii()
        assert [p.get_filename() for p in notice.walk() if p.get_filename() and p is not whole] in (
            [],
            ["encrypted.asc"],
        )

    play(tmp_path, story, agents=ONE)


def test_an_encrypted_answer_that_cannot_be_read_goes_to_nobody(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        private = str(here.newest(ANNA)["Reply-To"])
        answer = ENCRYPTED.replace(CUSTOMER.encode(), ANNA.encode()).replace(DESK.encode(), private.encode())
        await here.send(ANNA, private, answer)

        assert len(here.mails_to(CUSTOMER)) == 1
        assert "text below it is missing" in newest(here, ANNA).text

    play(tmp_path, story, agents=ONE)
