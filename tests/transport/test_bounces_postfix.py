"""Mail that comes back: delivery reports of Postfix's own making, about mail that the smarthost had accepted."""

import asyncio
import re
import smtplib
from pathlib import Path

import pytest

from mailbot.store import inbox, outbox
from mailbot.world import World
from tests.rig.desk import desk, rows
from tests.rig.loop import run
from tests.rig.robots import quiet
from tests.rig.servers import ANNA, CUSTOMER, DESK, GONE_AGENT, LEAD, MUTE, SLOW, Servers, text_of
from tests.rig.watch import wait_until

pytestmark = pytest.mark.usefixtures("trusting")

TEXT = "Guten Tag,\n\nmeine Rechnung ist falsch, bitte prüfen Sie den Betrag.\n\nJan"


async def answered(servers: Servers, here: World, customer: str, answer: str = "Ich prüfe das.") -> None:
    """A mail of *customer*, and the agent's answer to it."""
    await here.write(customer, DESK, "Rechnung", TEXT)
    notice = await asyncio.to_thread(servers.wait_for, ANNA, lambda _: True)
    parent = str(notice["Message-ID"])
    await here.write(ANNA, str(notice["Reply-To"]), f"Re: {notice['Subject']}", answer, parent=parent)


def test_a_bounce_finds_its_case_and_the_agent_is_told(servers: Servers, tmp_path: Path) -> None:
    """The answer is accepted by the smarthost, and comes back as a delivery report of Postfix's own making."""

    async def story() -> None:
        async with desk(servers, tmp_path) as here:
            await answered(servers, here, MUTE)
            told = await asyncio.to_thread(servers.wait_for, ANNA, lambda _: True, 2)
            await here.daemon.settle()
            (case,) = here.cases()
            noted = [e for e in here.journal(case.reference) if e.kind == "mark_undeliverable"]

        assert case.undeliverable
        assert len(noted) == 1
        assert "5.1.1" in str(noted[0].detail["reason"])
        assert MUTE in text_of(told)
        assert case.reference in told["Subject"]

    run(story())


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        ("complaints-24h", "Ich prüfe das."),
        ("complaints-working-days", "/wait\n\nWelches Modell ist es?"),
        ("four-day-week", "Ich prüfe das."),
        ("item-support", "/wait\n\nWelche Version ist es?"),
        ("platform-complaints", "Ich prüfe das."),
    ],
)
def test_after_a_bounce_nothing_goes_to_that_address_by_itself(
    servers: Servers, tmp_path: Path, policy: str, answer: str
) -> None:
    async def story() -> None:
        async with desk(servers, tmp_path, policy=policy) as here:
            await answered(servers, here, MUTE, answer)
            await asyncio.to_thread(servers.wait_for, ANNA, lambda mail: "5.1.1" in text_of(mail))
            before = len([r for r in rows(here) if r.rcpt_to == MUTE])
            await here.move(days=90)
            to_it = [r.template for r in rows(here) if r.rcpt_to == MUTE]
            told = [r.rcpt_to for r in rows(here) if r.template == "undeliverable"]

        assert to_it[before:] == []
        assert told == [ANNA]

    run(story())


def test_a_report_that_a_mail_is_late_changes_nothing(servers: Servers, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(servers, tmp_path) as here:
            await answered(servers, here, SLOW)
            sent = next(r.message_id for r in rows(here) if r.template == "answer")
            mail = here.daemon.store.read(lambda conn: outbox.find_by_message_id(conn, sent))
            assert mail is not None
            back = re.compile(rf"to=<{re.escape(mail.reverse_path)}>.* status=sent")
            await asyncio.to_thread(wait_until, servers.postfix.root, lambda: back.search(servers.postfix.log()))
            await here.daemon.settle()
            (case,) = here.cases()
            audit = here.daemon.store.read(inbox.audit)
            templates = [row.template for row in rows(here)]

        assert (audit["applied"], audit["suppressed"]) == (2, 1)
        assert not case.undeliverable
        assert "undeliverable" not in templates

    run(story())


def test_a_report_that_comes_to_the_desks_own_address_is_recorded_and_no_more(servers: Servers, tmp_path: Path) -> None:
    """Somebody wrote in the desk's name from elsewhere: the report is no customer's mail, and proves nothing."""

    async def story() -> None:
        async with desk(servers, tmp_path) as here:
            await asyncio.to_thread(offer_as, servers, DESK, MUTE)
            await quiet(here, servers)
            audit = here.daemon.store.read(inbox.audit)

            assert (audit["suppressed"], sum(audit.values())) == (1, 1)
            assert here.cases() == ()
            assert rows(here) == []

    run(story())


def offer_as(servers: Servers, mail_from: str, rcpt_to: str) -> None:
    """A mail of somebody else's making."""
    with smtplib.SMTP("127.0.0.1", servers.postfix.clients) as smtp:
        smtp.sendmail(mail_from, [rcpt_to], b"From: support@example.org\r\nSubject: Hallo\r\n\r\nHallo.\r\n")


def test_an_agent_who_cannot_be_reached_is_the_managers_to_know(servers: Servers, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(servers, tmp_path, agent=GONE_AGENT) as here:
            await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
            told = await asyncio.to_thread(servers.wait_for, LEAD, lambda _: True)
            (case,) = here.cases()

        assert GONE_AGENT in text_of(told)
        assert not case.undeliverable

    run(story())
