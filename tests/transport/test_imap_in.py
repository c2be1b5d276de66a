"""IMAP in, against a real Dovecot."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mailbot.errors import TransientError
from mailbot.transport.imap_in import Account, Attachment, ImapPoller
from tests.rig.dovecot import PASSWORD, Dovecot, require

USER = "support@example.org"
MAIL = b"From: a@example.net\r\nTo: support@example.org\r\nSubject: %d\r\nMessage-ID: <%d@example.net>\r\n\r\nHallo\r\n"


class Memory:
    def __init__(self) -> None:
        self.places: dict[str, Attachment] = {}
        self.saved = threading.Event()

    def attached(self, key: str) -> Attachment | None:
        return self.places.get(key)

    def save(self, key: str, uidvalidity: int, last_uid: int, attached_at: datetime) -> None:
        self.places[key] = Attachment(uidvalidity, last_uid, attached_at)
        self.saved.set()


class Desk:
    """Takes what is delivered; can refuse for a while."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.refusals = 0
        self.news = threading.Condition()

    def deliver(self, raw: bytes, date: datetime) -> None:
        with self.news:
            if self.refusals:
                self.refusals -= 1
                raise TransientError("not writable")
            self.got.append(raw)
            self.news.notify_all()

    def wait_for(self, number: int) -> bool:
        with self.news:
            return self.news.wait_for(lambda: len(self.got) >= number, timeout=20)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    require()
    with Dovecot({USER: PASSWORD}) as server:
        yield server


@pytest.fixture(autouse=True)
def _empty(dovecot: Dovecot) -> None:
    dovecot.doveadm("expunge", "-u", USER, "mailbox", "*", "all")


def poller(dovecot: Dovecot, desk: Desk, memory: Memory, **changes: object) -> ImapPoller:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": dovecot.imap,
        "security": "none",
        "user": USER,
        "password": PASSWORD,
    }
    account = Account(**{**values, "poll_seconds": 2, "key": "k", **changes})  # type: ignore[arg-type]
    return ImapPoller(account, deliver=desk.deliver, remember=memory, first_pause=0.1)


def test_new_mail_is_committed_then_moved_and_old_mail_stays(dovecot: Dovecot) -> None:
    dovecot.deliver(USER, MAIL % (1, 1))
    desk, memory = Desk(), Memory()
    reader = poller(dovecot, desk, memory)
    reader.start()
    assert memory.saved.wait(20)
    dovecot.deliver(USER, MAIL % (2, 2))
    came = desk.wait_for(1)
    reader.stop(20)

    assert came
    assert [b"Subject: 2" in raw for raw in desk.got] == [True]
    assert [b"Subject: 1" in raw for raw in dovecot.messages(USER)] == [True]
    assert [b"Subject: 2" in raw for raw in dovecot.messages(USER, "mailbot/done")] == [True]


def test_a_mail_that_cannot_be_committed_stays_and_comes_again(dovecot: Dovecot) -> None:
    """G1."""
    desk, memory = Desk(), Memory()
    desk.refusals = 1
    dovecot.deliver(USER, MAIL % (1, 1))
    reader = poller(dovecot, desk, memory, history="process")
    reader.start()
    came = desk.wait_for(1)
    reader.stop(20)

    assert came
    assert len(desk.got) == 1
    assert "not writable" in reader.last_error


def test_after_a_new_uidvalidity_only_what_came_since_is_offered_again(dovecot: Dovecot) -> None:
    dovecot.deliver(USER, MAIL % (1, 1))
    old = datetime(2020, 1, 1, tzinfo=UTC)
    memory = Memory()
    memory.places["k"] = Attachment(dovecot.uidvalidity(USER), 1, datetime.now(UTC).replace(year=2030))
    dovecot.reset_uidvalidity(USER)
    first = Desk()
    reader = poller(dovecot, first, memory, done="")
    reader.start()
    assert memory.saved.wait(20)
    reader.stop(20)
    assert first.got == []

    memory.places["k"] = Attachment(1, 1, old)
    second = Desk()
    reader = poller(dovecot, second, memory, done="")
    reader.start()
    came = second.wait_for(1)
    reader.stop(20)

    assert came


def test_a_wrong_password_is_no_reason_to_die(dovecot: Dovecot) -> None:
    desk, memory = Desk(), Memory()
    wrong = poller(dovecot, Desk(), Memory(), password="wrong")
    right = poller(dovecot, desk, memory, history="process")
    wrong.start()
    right.start()
    dovecot.deliver(USER, MAIL % (1, 1))
    came = desk.wait_for(1)
    right.stop(20)
    wrong.stop(20)

    assert came
