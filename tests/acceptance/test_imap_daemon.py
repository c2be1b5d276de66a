"""The shipped daemon on IMAP mailboxes of a real Dovecot."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.test_real_daemon import MAIL, configured, daemon, mailbot, settled
from tests.rig.dovecot import PASSWORD, Dovecot, require
from tests.rig.process import Process, Row

USER, OTHER = "support@example.org", "second@example.org"


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    require()
    with Dovecot({USER: PASSWORD, OTHER: PASSWORD}) as server:
        yield server


def account(dovecot: Dovecot, user: str = USER, password: str = PASSWORD, more: str = "") -> str:
    return (
        f'[[imap]]\nhost = "127.0.0.1"\nport = {dovecot.imap}\nsecurity = "none"\nuser = "{user}"\n'
        f'password = "{password}"\ndesk = "support@example.org"\n{more}'
    )


def mail(number: int) -> bytes:
    return MAIL.replace("{n}", str(number)).encode()


def deliver(dovecot: Dovecot, number: int) -> None:
    dovecot.deliver(USER, mail(number), mail_from=f"kunde{number}@example.net")


def logged(process: Process, *events: str) -> dict[str, Row]:
    """The first line of each of *events*, in whatever order they come."""
    found = {}
    for event in events:
        earlier = [json.loads(line) for line in process.seen if f'"event": "{event}"' in line]
        found[event] = earlier[0] if earlier else process.wait_for(event)[0]
    return found


def acknowledged(folder: Path) -> list[str]:
    """Whom the daemon wrote to."""
    out = folder / "out" / "new"
    found = [path.read_text() for path in out.iterdir()] if out.is_dir() else []
    return sorted(text.partition("Delivered-To: ")[2].partition("\n")[0].strip() for text in found)


def test_a_new_uidvalidity_and_a_mail_fetched_again_make_one_case_and_one_acknowledgement(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    """G2."""
    config, _ = configured(tmp_path, account(dovecot))
    deliver(dovecot, 0)  # it lay there before: history
    with daemon(tmp_path, config) as process:
        process.wait_for("imap.connected")
        deliver(dovecot, 1)
        logged(process, "imap.fetched", "outbox.sent")
    with dovecot.client(USER) as client:  # somebody moves it back, and the mailbox is made anew
        client.select_folder("mailbot/done")
        client.move(client.search("ALL"), "INBOX")
    dovecot.reset_uidvalidity(USER)
    with daemon(tmp_path, config) as process:
        process.wait_for("imap.fetched")
        outcomes = settled(config, 2)

    assert (outcomes["applied"], outcomes["duplicate"]) == (1, 1)
    assert len(mailbot(config, "cases", "--all", "--json").stdout.splitlines()) == 1
    assert acknowledged(tmp_path) == ["kunde1@example.net"]
    assert [b"Frage 0" in raw for raw in dovecot.messages(USER)] == [True]


def test_a_broken_account_beside_a_good_one_stops_nothing(tmp_path: Path, dovecot: Dovecot) -> None:
    deliver(dovecot, 1)
    both = account(dovecot, OTHER, "wrong") + account(dovecot, more='history = "process"\n')
    config, _ = configured(tmp_path, both)
    with daemon(tmp_path, config) as process:
        row = logged(process, "imap.failed", "outbox.sent")["imap.failed"]

    assert acknowledged(tmp_path) == ["kunde1@example.net"]
    assert row["level"] == "error"
    assert OTHER in str(row["account"])
    assert "AUTHENTICATIONFAILED" in str(row["error"])


def test_a_mail_over_the_limit_is_in_quarantine_once_and_in_the_mailbox_whole(tmp_path: Path, dovecot: Dovecot) -> None:
    config, _ = configured(tmp_path, account(dovecot))
    config.write_text(config.read_text().replace("[relay]", "size_limit_bytes = 5000\n[relay]"))
    whole = mail(1).replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n") + b"eHg=\r\n" * 1000
    logged: list[str] = []
    for _ in range(2):  # the second time under a new numbering
        with daemon(tmp_path, config) as process:
            process.wait_for("imap.connected")
            if not dovecot.messages(USER):
                dovecot.deliver(USER, whole, mail_from="kunde1@example.net")
            process.wait_for("imap.refused")
        logged += [*process.seen, *(process.lines.get() for _ in range(process.lines.qsize()))]
        dovecot.reset_uidvalidity(USER)
    (row,) = [json.loads(line) for line in mailbot(config, "quarantine", "list", "--json").stdout.splitlines()]
    shown = mailbot(config, "quarantine", "show", str(row["id"])).stdout

    assert "listen.size_limit_bytes = 5000" in row["rule"]
    assert "Subject: Frage 1" in shown
    assert f"still in the mailbox {USER}" in shown
    assert len(dovecot.messages(USER)[0]) > 5000
    assert acknowledged(tmp_path) == []
    assert sum('"event": "mail.quarantined", "level": "warning"' in line for line in logged) == 1
