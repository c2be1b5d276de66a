"""The main job on real mail: a Postfix, a Dovecot, two people with their own clients, and the installed daemon.

Only the daemon's clock is moved. Once the desk's mail comes by LMTP, once it is fetched by IMAP.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailbot.core.reference import find
from tests.rig import clients
from tests.rig.clients import Client, Mblaze, Neomutt
from tests.rig.dovecot import PASSWORD
from tests.rig.installed import Installed
from tests.rig.moved import Moved, moved
from tests.rig.servers import ANNA, BORIS, CUSTOMER, DESK, IMAP_DESK, LEAD, RELAY_USER, Servers, read, text_of

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

CONFIG = """
digest = false
[store]
url = "sqlite:///mailbot.db"
[relay]
host = "127.0.0.1"
port = {relay}
security = "{security}"
user = "{user}"
password = "{password}"
[[desk]]
address = "{desk}"
name = "Beispiel GmbH"
policy = "complaints-24h"
manager = "lead@example.org"
[[agent]]
address = "anna@example.org"
name = "Anna"
languages = ["de"]
hours = "mon-fri 09:00-17:00"
[[agent]]
address = "boris@example.org"
name = "Boris"
languages = ["de"]
hours = "mon-fri 09:00-17:00"
"""
BY_LMTP = """
[listen]
lmtp = "127.0.0.1:{port}"
"""
BY_IMAP = """
[[imap]]
host = "127.0.0.1"
port = {port}
security = "tls"
user = "{desk}"
password = "{password}"
"""

COMPLAINT = """Guten Tag,

meine Rechnung 4711 ist falsch: Die Größe stimmt nicht. Bitte prüfen Sie das.

Mit freundlichen Grüßen
Jan Beispiel
"""
ANSWER = "Guten Tag,\n\nich prüfe das und melde mich.\n\nAnna\n"
RESOLUTION = "/resolve\n\nErgebnis: Sie haben recht.\nMaßnahmen: Die Rechnung ist korrigiert.\n\nAnna\n"


@dataclass
class Story:
    """One case, and everybody in it."""

    shipped: Installed
    config: Path
    daemon: Moved
    servers: Servers
    desk: str
    customer: Client
    agent: Client

    def look(self, *arguments: str) -> list[dict[str, Any]]:
        """What a reading command of the command line prints, beside the running daemon."""
        done = self.shipped.run(self.config, *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def arrived(self, person: str, number: int) -> EmailMessage:
        """The *number*-th mail in the mailbox of *person*."""
        return self.servers.wait_for(person, lambda _: True, number)

    def posted(self) -> list[dict[str, Any]]:
        """Every mail of ours, oldest first, once each lies in the mailbox of its recipient."""
        rows = self.look("outbox", "list")[::-1]
        for row in rows:
            assert row["state"] == "sent"
            self.servers.wait_for(row["rcpt_to"], lambda mail, row=row: mail["Message-ID"] == row["message_id"])
        return rows


@pytest.fixture(params=["lmtp", "imap"])
def story(request: pytest.FixtureRequest, tmp_path: Path, shipped: Installed, servers: Servers) -> Iterator[Story]:
    clients.require()
    by_lmtp = request.param == "lmtp"
    desk = DESK if by_lmtp else IMAP_DESK
    relay, security = (servers.postfix.submission, "starttls") if by_lmtp else (servers.postfix.smtps, "tls")
    way_in = BY_LMTP if by_lmtp else BY_IMAP
    config = tmp_path / "mailbot.toml"
    config.write_text(
        (CONFIG + way_in).format(
            port=servers.desk_port if by_lmtp else servers.dovecot.imaps,
            desk=desk,
            relay=relay,
            security=security,
            user=RELAY_USER,
            password=PASSWORD,
        )
    )
    config.chmod(0o600)
    customer, agent = (Mblaze, Neomutt) if by_lmtp else (Neomutt, Mblaze)
    jan = customer(tmp_path / "jan", servers, CUSTOMER, "Jan Beispiel")
    anna = agent(tmp_path / "anna", servers, ANNA, "Anna Müller")
    with moved(shipped, config, MONDAY, servers.authority) as daemon:
        yield Story(shipped, config, daemon, servers, desk, jan, anna)
        assert daemon.stop() == 0


def test_a_case_goes_from_first_mail_to_closed_on_real_mail(story: Story) -> None:
    reference = acknowledged(story)
    answered(story)
    warned_and_told(story)
    resolved_and_rated(story)
    closed(story, reference)
    one_thread_without_private_addresses(story)


def acknowledged(story: Story) -> str:
    """The customer writes, is acknowledged, and an agent hears of it; the reference."""
    story.customer.write(story.desk, "Rechnung 4711: Größe falsch", COMPLAINT)
    assert story.daemon.processed()["rule"] == "opens-case"
    first = story.servers.sent_by(CUSTOMER, 1)["Message-ID"]
    ack, notice = story.arrived(CUSTOMER, 1), story.arrived(ANNA, 1)
    reference = find(ack["Subject"])

    assert reference
    assert (ack["In-Reply-To"], ack["References"]) == (first, first)
    assert ack["Auto-Submitted"] == "auto-replied"
    assert ack["Return-Path"] == "<>"
    assert ack["To"] == CUSTOMER
    assert reference in text_of(ack)
    assert "Die Größe stimmt nicht." in text_of(notice)
    assert str(notice["Reply-To"]).startswith(story.desk.partition("@")[0] + "+")
    return reference


def answered(story: Story) -> None:
    """The agent replies in her own client, and so does the customer."""
    story.agent.reply(ANSWER)
    assert story.daemon.processed()["rule"] == "agent: answer"
    assert len(story.servers.mails(CUSTOMER)) == 1  # it can still be taken back
    story.daemon.move(minutes=1)
    answer = story.arrived(CUSTOMER, 2)

    assert "ich prüfe das und melde mich." in text_of(answer)
    assert "Die Größe stimmt nicht." not in text_of(answer)  # her quote of the notification stays inside
    assert answer["Auto-Submitted"] is None
    assert answer["From"].addresses[0].addr_spec == story.desk

    story.customer.reply("Es geht auch um die Rechnung 4712.\n")
    assert story.daemon.processed()["rule"] == "customer-wrote"
    notice = story.arrived(ANNA, 2)
    assert "Rechnung 4712" in text_of(notice)
    assert "frühere Fälle" not in text_of(notice)  # there are none
    assert "ich prüfe das und melde mich." not in text_of(notice)  # his quote is left out


def warned_and_told(story: Story) -> None:
    """Nobody does anything: the promise is about to break, the agent is warned and the customer told in time."""
    story.daemon.move(days=15)
    rows = story.posted()
    warned = [r["created_at"] for r in rows if r["template"] == "warning" and r["rcpt_to"] == ANNA]
    told = [r["created_at"] for r in rows if r["template"] == "promise-changed" and r["rcpt_to"] == CUSTOMER]

    assert len(told) == 1
    assert min(warned) < told[0]
    assert any(r["rcpt_to"] == LEAD for r in rows)


def resolved_and_rated(story: Story) -> None:
    """The agent resolves in her client, and the customer rates in his."""
    before = len(story.servers.mails(CUSTOMER))
    story.agent.reply(RESOLUTION)
    assert story.daemon.processed()["rule"] == "agent: resolve"
    story.daemon.move(minutes=1)
    resolution = story.arrived(CUSTOMER, before + 1)
    assert "Die Rechnung ist korrigiert." in text_of(resolution)

    story.customer.reply("5\n")
    assert story.daemon.processed()["rule"] == "rating"
    assert story.arrived(CUSTOMER, before + 2)["Auto-Submitted"] == "auto-replied"


def closed(story: Story, reference: str) -> None:
    """Silence closes the case; the ledger adds up."""
    story.daemon.move(days=15)
    (case,) = story.look("case", reference)
    (audit,) = story.look("audit")
    replaced = [p for p in case["promises"] if p["state"] == "replaced"]

    assert (case["stage"], case["rating"], case["assignee"]) == ("closed", 5, ANNA)
    assert all(p["state"] != "open" for p in case["promises"])
    assert [p["id"] for p in replaced] == ["resolution"]
    assert replaced[0]["ended_at"] < replaced[0]["due_at"]
    assert audit == {"applied": 5, "duplicate": 0, "suppressed": 0, "held": 0, "quarantined": 0, "open": 0}


def one_thread_without_private_addresses(story: Story) -> None:
    """What the customer's mailbox shows in the end."""
    story.posted()
    written = {story.servers.sent_by(CUSTOMER, number)["Message-ID"] for number in (1, 2, 3)}
    raws = story.servers.dovecot.messages(CUSTOMER)

    assert len(story.servers.threads(CUSTOMER)) == 1
    assert len(story.servers.threads(ANNA)) == 1
    for raw in raws:
        mail = read(raw)
        assert written & set(str(mail["References"]).split()), mail["Subject"]
        whole = raw.decode("latin-1") + "".join(str(p.get_content()) for p in mail.walk() if not p.is_multipart())
        assert not [private for private in (ANNA, BORIS, LEAD, "Müller") if private in whole], mail["Subject"]
