"""Mail out through a real smarthost: Postfix with TLS, AUTH, refusals, a night off, and bounces."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from mailbot.errors import MailbotError, PermanentError, TransientError
from mailbot.store import outbox
from mailbot.transport.smtp_out import Relay
from tests.rig.desk import MONDAY, desk, rows
from tests.rig.dovecot import PASSWORD
from tests.rig.loop import run
from tests.rig.servers import ANNA, CUSTOMER, DESK, RELAY_USER, Servers
from tests.rig.watch import wait_until

RAW = b"\r\n".join(
    (
        b"From: support@example.org",
        b"To: kunde@example.net",
        b"Subject: Hallo",
        b"Date: Mon, 02 Mar 2026 09:00:00 +0000",
        b"Message-ID: <1@example.org>",
        b"",
        b".Punkt",
        b"",
    )
)
TEXT = "Guten Tag,\n\nmeine Rechnung ist falsch, bitte prüfen Sie den Betrag.\n\nJan"


def relay(port: int, security: str, password: str = PASSWORD, user: str = RELAY_USER) -> Relay:
    return Relay(host="127.0.0.1", port=port, security=security, user=user, password=password)


def offer(sender: Relay, rcpt_to: str = CUSTOMER) -> str:
    """Offers one mail; the smarthost's answer."""

    async def whole() -> str:
        try:
            return await sender.deliver(DESK, rcpt_to, RAW)
        finally:
            await sender.close()

    return run(whole())


def clear_session(servers: Servers) -> str:
    """What the last session on the port without STARTTLS came to, in Postfix's own count of its commands."""

    def look() -> str:
        found = re.findall(r"postfix/clear/smtpd\[\d+\]: disconnect from (.*)", servers.postfix.log())
        return str(found[-1]) if found else ""

    return wait_until(servers.postfix.root, look)


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_leaves_encrypted_and_authenticated_and_arrives_unchanged(servers: Servers, security: str) -> None:
    port = servers.postfix.submission if security == "starttls" else servers.postfix.smtps
    answer = offer(relay(port, security))
    mail = servers.wait_for(CUSTOMER, lambda _: True)

    assert answer.startswith("250 2.0.0 Ok: queued")
    assert "with ESMTPSA" in mail.get_all("Received")[-1]  # RFC 3848: TLS and AUTH
    assert servers.dovecot.messages(CUSTOMER)[0].endswith(RAW)


@pytest.mark.usefixtures("trusting")
def test_a_wrong_password_is_tried_again_later_and_never_a_bounce(servers: Servers) -> None:
    with pytest.raises(TransientError, match="authentication failed") as caught:
        offer(relay(servers.postfix.submission, "starttls", password="wrong"))

    assert not caught.value.in_doubt
    assert servers.mails(CUSTOMER) == ()


@pytest.mark.usefixtures("trusting")
def test_a_smarthost_without_starttls_gets_neither_password_nor_mail(servers: Servers) -> None:
    with pytest.raises(TransientError, match="STARTTLS"):
        offer(relay(servers.postfix.clear, "starttls"))
    commands = clear_session(servers)

    assert "ehlo=1" in commands
    assert "auth" not in commands
    assert "mail" not in commands
    assert servers.mails(CUSTOMER) == ()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_smarthost_that_nobody_vouches_for_gets_no_mail(
    servers: Servers, security: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    port = servers.postfix.submission if security == "starttls" else servers.postfix.smtps
    with pytest.raises(TransientError, match="certificate verify failed"):
        offer(relay(port, security))

    assert servers.mails(CUSTOMER) == ()


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    ("rcpt_to", "kind", "code", "status"),
    [
        ("soft@example.net", TransientError, 450, "4.7.1"),
        ("hard@example.net", PermanentError, 550, "5.7.1"),
        ("full@example.net", PermanentError, 552, "5.2.2"),
        ("shut@example.net", TransientError, 421, "4.3.2"),
    ],
)
def test_a_refusal_is_as_final_as_the_smarthost_says_and_the_next_mail_leaves(
    servers: Servers, rcpt_to: str, kind: type[MailbotError], code: int, status: str
) -> None:
    async def whole() -> str:
        sender = relay(servers.postfix.submission, "starttls")
        with pytest.raises(kind, match=f"{code} {status}") as caught:
            await sender.deliver(DESK, rcpt_to, RAW)
        answer = await sender.deliver(DESK, CUSTOMER, RAW)
        await sender.close()
        assert not isinstance(caught.value, PermanentError) or caught.value.status == status
        return answer

    assert run(whole()).startswith("250")
    servers.wait_for(CUSTOMER, lambda _: True)


@pytest.mark.usefixtures("trusting")
def test_what_the_smarthost_refuses_for_good_fails_and_the_agent_hears_of_it(servers: Servers, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(servers, tmp_path) as here:
            for name in ("soft", "hard", "full", "shut"):
                await here.write(f"{name}@example.net", DESK, f"Rechnung {name}", TEXT)
            first = {r.rcpt_to: r for r in rows(here) if r.template == "acknowledgement"}
            told = [r for r in rows(here) if r.template == "undeliverable"]
            await here.move(hours=2)
            later = {r.rcpt_to: r for r in rows(here) if r.template == "acknowledgement"}

        states = {to.partition("@")[0]: row.state for to, row in first.items()}
        assert states == {"soft": "queued", "hard": "failed", "full": "failed", "shut": "queued"}
        assert [r.rcpt_to for r in told] == [ANNA, ANNA]
        assert (later["hard@example.net"].attempts, later["full@example.net"].attempts) == (1, 1)
        assert later["soft@example.net"].attempts > 3
        for row in told:
            servers.wait_for(ANNA, lambda mail, row=row: mail["Message-ID"] == row.message_id)

    run(story())


@pytest.mark.usefixtures("trusting")
def test_a_smarthost_that_was_down_gets_every_mail_once_when_it_is_up_again(servers: Servers, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(servers, tmp_path) as here:
            servers.postfix.stop()
            try:
                await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
                waiting = rows(here)
            finally:
                servers.postfix.start()
            await here.move(minutes=2)
            after = rows(here)

        assert [r.state for r in waiting] == ["queued", "queued"]
        assert all("127.0.0.1" in r.error for r in waiting)
        assert [r.state for r in after] == ["sent", "sent"]
        servers.wait_for(CUSTOMER, lambda _: True)
        servers.wait_for(ANNA, lambda _: True)
        assert len(servers.mails(CUSTOMER)) == len(servers.mails(ANNA)) == 1

    run(story())


@pytest.mark.usefixtures("trusting")
def test_mail_that_waited_for_the_right_password_leaves_as_it_was_written(servers: Servers, tmp_path: Path) -> None:
    """G4."""

    async def story() -> None:
        async with desk(servers, tmp_path, password="wrong") as here:
            await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
            waiting = rows(here)
            raw = here.daemon.store.read(lambda conn: outbox.get_raw(conn, waiting[0].id))
        async with desk(servers, tmp_path, at=MONDAY + timedelta(hours=1)) as here:
            await here.move(minutes=1)
        await asyncio.to_thread(servers.wait_for, CUSTOMER, lambda _: True)

        assert "535" in waiting[0].error
        assert servers.dovecot.messages(CUSTOMER)[0].endswith(raw)

    run(story())
