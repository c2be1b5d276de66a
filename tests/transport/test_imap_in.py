"""IMAP in, against a real Dovecot."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from mailbot.transport.imap_folder import Attachment
from mailbot.transport.imap_in import ImapPoller
from mailbot.transport.imap_login import Account
from tests.rig.dovecot import PASSWORD, Dovecot, require
from tests.rig.imap_door import Desk, Memory

USER = "support@example.org"
MAIL = b"From: a@example.net\r\nTo: support@example.org\r\nSubject: %d\r\nMessage-ID: <%d@example.net>\r\n\r\nHallo\r\n"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    require()
    with Dovecot({USER: PASSWORD}) as server:
        yield server


@pytest.fixture(autouse=True)
def _empty(dovecot: Dovecot) -> None:
    dovecot.doveadm("expunge", "-u", USER, "mailbox", "*", "all")


@contextmanager
def reading(dovecot: Dovecot, desk: Desk, memory: Memory, **changes: object) -> Iterator[ImapPoller]:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": dovecot.imap,
        "security": "none",
        "user": USER,
        "password": PASSWORD,
    }
    account = Account(**{**values, "poll_seconds": 300, "key": "k", **changes})  # type: ignore[arg-type]
    poller = ImapPoller(account, door=desk, memory=memory, first_pause=0.1)
    poller.start()
    try:
        yield poller
    finally:
        poller.stop(20)


def subjects(mails: list[bytes]) -> list[bytes]:
    return [line.split(b": ")[1] for raw in mails for line in raw.split(b"\r\n") if line.startswith(b"Subject")]


def test_new_mail_is_committed_then_moved_and_old_mail_stays(dovecot: Dovecot) -> None:
    dovecot.deliver(USER, MAIL % (1, 1))
    desk, memory = Desk(), Memory()
    with reading(dovecot, desk, memory):
        assert memory.saved.wait(20)
        dovecot.deliver(USER, MAIL % (2, 2))
        assert desk.wait_for(1)

    assert subjects(desk.got) == [b"2"]
    assert subjects(dovecot.messages(USER)) == [b"1"]
    assert subjects(dovecot.messages(USER, "mailbot/done")) == [b"2"]


def test_idle_brings_a_mail_within_seconds_although_the_poll_is_minutes_away(dovecot: Dovecot) -> None:
    desk, memory = Desk(), Memory()
    with reading(dovecot, desk, memory, poll_seconds=300):
        assert memory.saved.wait(20)
        for number in (1, 2):  # the second finds the connection inside an IDLE that was renewed
            began = time.monotonic()
            dovecot.deliver(USER, MAIL % (number, number))
            assert desk.wait_for(number)
            assert time.monotonic() - began < 5


def test_a_connection_that_the_server_ends_is_opened_again(dovecot: Dovecot) -> None:
    desk, memory = Desk(), Memory()
    with reading(dovecot, desk, memory):
        assert memory.saved.wait(20)
        dovecot.kick(USER)
        dovecot.deliver(USER, MAIL % (1, 1))
        assert desk.wait_for(1)


def test_a_mail_that_cannot_be_committed_stays_and_comes_again(dovecot: Dovecot) -> None:
    """G1."""
    desk = Desk()
    desk.refusals = 1
    dovecot.deliver(USER, MAIL % (1, 1))
    with reading(dovecot, desk, Memory(), history="process") as poller:
        assert desk.wait_for(1)

    assert len(desk.got) == 1
    assert "not writable" in poller.last_error


def test_what_was_committed_before_the_store_failed_is_put_away_all_the_same(dovecot: Dovecot) -> None:
    desk = Desk()
    desk.takes = 1
    for number in (1, 2):
        dovecot.deliver(USER, MAIL % (number, number))
    with reading(dovecot, desk, Memory(), history="process"):
        assert desk.wait_for_refusal()
        dovecot.deliver(USER, MAIL % (3, 3))

    assert subjects(dovecot.messages(USER, "mailbot/done")) == [b"1"]
    assert subjects(dovecot.messages(USER)) == [b"2", b"3"]


def test_after_a_new_uidvalidity_only_what_came_since_is_offered_again(dovecot: Dovecot) -> None:
    dovecot.deliver(USER, MAIL % (1, 1))
    memory = Memory()
    memory.places["k"] = Attachment(dovecot.uidvalidity(USER), 1, datetime.now(UTC).replace(year=2030))
    dovecot.reset_uidvalidity(USER)
    first = Desk()
    with reading(dovecot, first, memory, done=""):
        assert memory.saved.wait(20)
    assert first.got == []

    memory.places["k"] = Attachment(1, 1, datetime(2020, 1, 1, tzinfo=UTC))
    second = Desk()
    with reading(dovecot, second, memory, done=""):
        assert second.wait_for(1)


def test_a_mail_over_the_limit_stays_where_it_is_and_the_operator_is_told(dovecot: Dovecot) -> None:
    desk, memory = Desk(), Memory()
    with reading(dovecot, desk, memory, size_limit_bytes=5000):
        assert memory.saved.wait(20)
        dovecot.deliver(USER, MAIL % (1, 1) + b"x" * 70 * 100)
        dovecot.deliver(USER, MAIL % (2, 2))
        assert desk.wait_for(1)

    ((header, why),) = desk.refused
    assert b"Subject: 1" in header
    assert "listen.size_limit_bytes = 5000" in why
    assert subjects(dovecot.messages(USER)) == [b"1"]
    assert subjects(desk.got) == [b"2"]


def test_a_mail_was_received_when_it_reached_the_mailbox(dovecot: Dovecot) -> None:
    """Whoever writes on Friday was received on Friday, even where mailbot was down until Monday."""
    desk, memory = Desk(), Memory()
    friday = datetime(2026, 2, 27, 16, 0, tzinfo=UTC)
    memory.places["k"] = Attachment(dovecot.uidvalidity(USER), 0, datetime(2026, 1, 1, tzinfo=UTC))
    with dovecot.client(USER) as client:
        client.append("INBOX", MAIL % (1, 1), msg_time=friday)
    with reading(dovecot, desk, memory):
        assert desk.wait_for(1)

    assert desk.dates == [friday]


def test_a_wrong_password_is_no_reason_to_die(dovecot: Dovecot) -> None:
    desk = Desk()
    with (
        reading(dovecot, Desk(), Memory(), password="wrong") as wrong,
        reading(dovecot, desk, Memory(), history="process"),
    ):
        dovecot.deliver(USER, MAIL % (1, 1))
        assert desk.wait_for(1)

    assert "AUTHENTICATIONFAILED" in wrong.last_error


def test_starttls_and_a_trusted_certificate_lead_in_and_an_unknown_one_does_not(dovecot: Dovecot) -> None:
    trusted, wary = Desk(), Desk()
    memory = Memory()
    account = Account("localhost", dovecot.imap, "starttls", USER, PASSWORD, key="k", history="process")
    dovecot.deliver(USER, MAIL % (1, 1))
    stranger = ImapPoller(account, door=wary, memory=memory, first_pause=0.1)
    friend = ImapPoller(account, door=trusted, memory=memory, first_pause=0.1, tls_context=dovecot.client_context())
    stranger.start()
    friend.start()
    came = trusted.wait_for(1)
    friend.stop(20)
    stranger.stop(20)

    assert came
    assert wary.got == []
    assert "certificate" in stranger.last_error
