"""The envelope of a mail that came by IMAP, whatever its header says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.clock import wall_clock
from mailbot.config import ImapAccount, load
from mailbot.imap_accounts import envelope_of
from mailbot.pipeline import Office
from mailbot.store.database import open_store
from mailbot.wire.render import Renderer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACCOUNT = ImapAccount("imap.example.org", "u")
CONFIG = """
[listen]
smtp = "127.0.0.1:0"
[relay]
maildir = "out"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
[[desk]]
address = "sales@example.org"
name = "Sales"
policy = "complaints-24h"
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "mailbot.toml").write_text(CONFIG)
    store = open_store(f"sqlite:///{tmp_path}/x.db")
    yield Office(load(tmp_path / "mailbot.toml"), store, Renderer(()), wall_clock, lambda _bits: 0)
    store.close()


def recipients(office: Office, header: bytes, account: ImapAccount = ACCOUNT) -> tuple[str, ...]:
    return envelope_of(office, account, header + b"\r\n\r\nHallo\r\n", NOW).rcpt_to


def test_the_field_that_the_server_wrote_comes_before_those_of_the_sender(office: Office) -> None:
    header = b"To: support@example.org\r\nDelivered-To: sales+token@example.org"

    assert recipients(office, header) == ("sales+token@example.org",)


def test_the_accounts_desk_comes_first_and_keeps_its_subaddress(office: Office) -> None:
    header = b"To: sales@example.org, Support <support+token@example.org>"

    assert recipients(office, header, ImapAccount("h", "u", desk="support@example.org")) == (
        "support+token@example.org",
    )


def test_a_mailbox_that_is_nobodys_belongs_to_the_first_desk(office: Office) -> None:
    assert recipients(office, b"To: undisclosed-recipients:;") == ("support@example.org",)


@pytest.mark.parametrize(
    "header",
    [
        b"To: " + b"(" * 5000,
        b"To: " + b'"' * 60_000,
        b"From: " + b"<" * 5000 + b"\r\nTo: \xff\xfe@\xff",
        b"To: " + b"a@b.example," * 20_000,
        b"To: =?utf-8?b?////?= <",
        b"\x00" * 1000,
        b"",
    ],
)
def test_no_header_stops_the_mailbox(office: Office, header: bytes) -> None:
    assert recipients(office, header) == ("support@example.org",)


def test_the_reverse_path_is_the_one_that_the_server_wrote(office: Office) -> None:
    bounce = b"Return-Path: <>\r\nFrom: mailer-daemon@example.net\r\n\r\n"

    assert envelope_of(office, ACCOUNT, bounce, NOW).mail_from == ""
    assert envelope_of(office, ACCOUNT, b"From: A <a@example.net>\r\n\r\n", NOW).mail_from == "a@example.net"
