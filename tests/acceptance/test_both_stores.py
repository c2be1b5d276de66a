"""The same walk of the daemon on SQLite and on PostgreSQL: nobody can tell from the mails, or from the ledger, which."""

import asyncio
import smtplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.store import inbox, outbox
from mailbot.world import World
from tests.rig.postgres import cluster, new_database

CUSTOMER, DESK, ANNA = "kunde@example.net", "support@example.org", "anna@example.org"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONFIG = """
send_delay_seconds = 0
digest = false
[store]
url = "STORE"
[listen]
smtp = "127.0.0.1:0"
[relay]
host = "127.0.0.1"
port = {port}
security = "none"
[[desk]]
address = "support@example.org"
name = "Beispiel GmbH"
policy = "complaints-24h"
[[agent]]
address = "anna@example.org"
name = "Anna"
languages = ["de"]
"""
TEXT = "Guten Tag,\n\nmeine Rechnung 4711 ist falsch, bitte prüfen Sie das.\n\nJan Beispiel"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store."""
    return "sqlite:///test.db" if request.param == "sqlite" else new_database(request.getfixturevalue("server"))


def test_a_mail_is_acknowledged_answered_and_resolved_on_either_store(tmp_path: Path, store: str) -> None:
    async def story() -> None:
        here = World(tmp_path, MONDAY)
        await here.start(CONFIG.replace("STORE", store))
        try:
            await walk(here)
        finally:
            await here.stop()

    asyncio.run(story())


def test_agents_take_back_join_part_and_block_on_either_store(tmp_path: Path, store: str) -> None:
    async def story() -> None:
        here = World(tmp_path, MONDAY)
        await here.start(CONFIG.replace("STORE", store))
        try:
            await orders(here)
        finally:
            await here.stop()

    asyncio.run(story())


async def orders(here: World) -> None:
    await here.write(CUSTOMER, DESK, "Rechnung 4711", TEXT)
    (before,) = here.cases()
    await here.reply(ANNA, DESK, "/wait partner until 2 working days")
    await here.reply(ANNA, DESK, "/undo")
    (after,) = here.cases()
    assert replace(after, seq=0) == replace(before, seq=0)

    await here.reply(ANNA, DESK, "/split\n\nDie Adresse ist auch falsch.")
    second = next(case for case in here.cases() if case.linked == (before.reference,))
    await here.reply(ANNA, DESK, f"/merge {before.reference}")
    stages = {case.reference: case.stage for case in here.cases()}
    assert stages == {before.reference: Stage.ASSIGNED, second.reference: Stage.MERGED}

    await here.reply(ANNA, DESK, "/block")
    await here.write(CUSTOMER, DESK, "Rechnung 4712", TEXT)
    audit = here.daemon.store.read(inbox.audit)
    assert audit == {"applied": 6, "duplicate": 0, "suppressed": 1, "held": 0, "quarantined": 0, "open": 0}


async def walk(here: World) -> None:
    raw = await here.write(CUSTOMER, DESK, "Rechnung 4711", TEXT)
    await here.send(CUSTOMER, DESK, raw)  # the client tries again: a duplicate
    (case,) = here.cases()
    (ack,) = here.mails_to(CUSTOMER)
    assert case.stage is Stage.ASSIGNED
    assert case.reference in ack.subject
    assert ack.header("auto-submitted") == "auto-replied"

    await here.reply(ANNA, DESK, "Guten Tag,\n\nich prüfe das: „Größe“ 4711 – спасибо.\n\nAnna")
    (case,) = here.cases()
    assert case.stage is Stage.IN_WORK
    assert "ich prüfe das: „Größe“ 4711 – спасибо." in here.mails_to(CUSTOMER)[1].text

    await here.move(days=8)
    assert any("Bald fällig" in mail.subject for mail in here.mails_to(ANNA))
    await here.reply(ANNA, DESK, "/resolve\n\nErgebnis: Sie haben recht.\nMaßnahmen: Korrigiert.")
    (case,) = here.cases()
    ended = {promise.id: promise.state for promise in case.promises}
    assert case.stage is Stage.RESOLVED
    assert "Korrigiert." in here.mails_to(CUSTOMER)[-1].text
    assert (ended["acknowledgement"], ended["resolution"]) == (State.KEPT, State.KEPT)

    await here.move(days=15)
    (case,) = here.cases()
    entries = here.journal(case.reference)
    audit = here.daemon.store.read(inbox.audit)
    mails = here.daemon.store.read(lambda conn: outbox.listing(conn, state=None, limit=100))
    assert case.stage is Stage.CLOSED
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert audit == {"applied": 3, "duplicate": 1, "suppressed": 0, "held": 0, "quarantined": 0, "open": 0}
    assert {mail.state for mail in mails} == {"sent"}
    assert len(mails) == len(here.received)


SECOND = """
[[desk]]
address = "billing@example.org"
name = "Rechnungsstelle"
policy = "item-support"
"""


def test_a_mail_to_two_desks_is_acknowledged_once_on_either_store(tmp_path: Path, store: str) -> None:
    async def story() -> None:
        here = World(tmp_path, MONDAY)
        await here.start(CONFIG.replace("STORE", store) + SECOND)
        try:
            await write_to_both(here)
        finally:
            await here.stop()

    asyncio.run(story())


async def write_to_both(here: World) -> None:
    desks = [DESK, "billing@example.org"]
    text = "\r\n".join(TEXT.splitlines())
    head = f"From: {CUSTOMER}\r\nTo: {', '.join(desks)}\r\nSubject: Rechnung\r\nMessage-ID: <both@example.net>\r\n"
    raw = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()

    def hand_in() -> None:
        with smtplib.SMTP("127.0.0.1", here.daemon.listeners[0].port) as smtp:
            smtp.sendmail(CUSTOMER, desks, raw)

    await asyncio.to_thread(hand_in)
    await here.daemon.settle()
    await here.move(hours=1)
    (told,) = here.mails_to(CUSTOMER)
    assert {case.desk for case in here.cases()} == set(desks)
    assert all(case.reference in told.text for case in here.cases())
    assert {p.kept_in for case in here.cases() for p in case.promises if p.id == "acknowledgement"} == {told.message_id}
