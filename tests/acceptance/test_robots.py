"""Two real autoresponders against the daemon: the exchange ends by itself, and what a robot says changes nothing.

A customer writes once; their robot answers whatever reaches it. Mails are counted beyond that first one.
"""

import smtplib
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.core.case import Case, Stage
from mailbot.store import inbox
from mailbot.store.inbox import InboxRecord
from mailbot.world import World
from tests.rig import robots
from tests.rig.desk import desk, rows
from tests.rig.loop import run
from tests.rig.robots import go_on_vacation, quiet
from tests.rig.servers import ANNA, AWAY, CUSTOMER, DESK, DIRECT, FORGETFUL, ROBOT, Servers

pytestmark = pytest.mark.usefixtures("trusting")

ANSWER = "Guten Tag,\n\nich prüfe das.\n\nAnna"
RESOLUTION = "/resolve\n\nErgebnis: Sie haben recht.\nMaßnahmen: Die Rechnung ist korrigiert."
CLOCK = ["progress", "promise-changed", "progress"]  #: what twenty days without a word from the agent bring


class Exchange:
    """What goes to and fro between the desk and one customer behind a robot."""

    def __init__(self, here: World, servers: Servers, customer: str) -> None:
        self.here, self.servers, self.customer = here, servers, customer

    async def begin(self) -> None:
        """The customer writes, once and by hand."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.customer, DESK, "Rechnung 4711: Größe falsch"
        mail["Message-ID"] = "<first@example.net>"
        mail.set_content("Guten Tag,\n\nmeine Rechnung ist falsch, bitte prüfen Sie den Betrag.\n\nJan Beispiel\n")
        with smtplib.SMTP("127.0.0.1", self.servers.postfix.clients) as smtp:
            smtp.send_message(mail)
        await self.quiet()

    async def say(self, text: str) -> None:
        """The agent answers the newest notification, once what came at short notice was joined into one."""
        await self.here.move(minutes=15)
        await self.quiet()
        notice = self.servers.mails(ANNA)[-1]
        await self.here.write(
            ANNA, str(notice["Reply-To"]), f"Re: {notice['Subject']}", text, parent=str(notice["Message-ID"])
        )
        await self.quiet()

    async def move(self, days: int) -> None:
        """Day after day, so that the robot's answers come in between."""
        for _ in range(days):
            await self.here.move(days=1)
            await self.quiet()

    async def quiet(self) -> None:
        await quiet(self.here, self.servers)

    def came(self) -> list[InboxRecord]:
        """What the customer's side wrote after the first mail, oldest first."""
        found = self.here.daemon.store.read(lambda conn: inbox.listing(conn, outcome=None, limit=500))
        theirs = [row for row in reversed(found) if row.mail_from in (self.customer, "")]
        return theirs if theirs and theirs[0].mail_from == "" else theirs[1:]

    def sent(self) -> list[str]:
        """The kinds of mail that the customer got, oldest first."""
        return [r.template for r in rows(self.here) if r.rcpt_to == self.customer and r.state == "sent"]

    def count(self) -> int:
        return len(self.came()) + len(self.sent())

    def case(self) -> Case:
        (case,) = self.here.cases()
        return case


def exchange(
    servers: Servers,
    folder: Path,
    customer: str,
    story: Callable[[Exchange], Awaitable[None]],
    agent: str = ANNA,
) -> None:
    """Plays *story* with a daemon between the real servers."""
    robots.require()

    async def whole() -> None:
        async with desk(servers, folder, agent=agent) as here:
            await story(Exchange(here, servers, customer))

    run(whole())


def test_a_vacation_answers_persons_only_and_changes_nothing(servers: Servers, tmp_path: Path) -> None:
    """What the daemon writes by itself Pigeonhole leaves alone; its answers to the agent are recorded, no more."""

    async def story(it: Exchange) -> None:
        await it.begin()
        assert (it.sent(), it.came()) == (["acknowledgement"], [])
        await it.say(ANSWER)
        assert it.count() == 3
        await it.move(days=20)
        await it.say(RESOLUTION)
        assert it.case().stage is Stage.RESOLVED
        await it.here.move(days=15)
        journal = it.here.journal(it.case().reference)

        assert it.sent() == ["acknowledgement", "answer", *CLOCK, "resolution"]
        assert [(r.outcome, r.rule) for r in it.came()] == [("suppressed", "auto-reply field")] * 2
        assert {r.reference for r in it.came()} <= {it.case().reference, ""}
        assert not {r.id for r in it.came()} & {entry.inbox_id for entry in journal}
        assert it.case().stage is Stage.CLOSED

    go_on_vacation(servers)
    exchange(servers, tmp_path, AWAY, story)


def test_a_robot_that_ignores_every_header_gets_no_answer_to_its_answers(servers: Servers, tmp_path: Path) -> None:
    """It looks like a person who writes on their case: the agent reads it, and nothing goes back by itself."""

    async def story(it: Exchange) -> None:
        await it.begin()
        assert (it.sent(), len(it.came())) == (["acknowledgement"], 1)
        await it.say(ANSWER)
        assert (it.sent(), len(it.came())) == (["acknowledgement", "answer"], 2)
        await it.move(days=20)

        assert it.sent() == ["acknowledgement", "answer", *CLOCK]
        assert [r.rule for r in it.came()] == ["customer-wrote"] * 5
        assert it.case().stage is Stage.IN_WORK

    exchange(servers, tmp_path, ROBOT, story)


def test_a_robot_takes_a_resolved_case_up_again_once_for_each_resolution(servers: Servers, tmp_path: Path) -> None:
    """The word that the case is open again is the only mail of ours that its answer brings."""

    async def story(it: Exchange) -> None:
        await it.begin()
        for number in (1, 2):
            await it.say(RESOLUTION)
            assert it.sent() == ["acknowledgement", *["resolution", "reopened"] * number]
            assert len(it.came()) == len(it.sent())
        caused = [r.template for r in rows(it.here) if r.rcpt_to == ROBOT and r.cause == "mail"]

        assert caused == ["acknowledgement", "reopened", "reopened"]

    exchange(servers, tmp_path, ROBOT, story)


def test_a_robot_with_a_subject_of_its_own_opens_one_case(servers: Servers, tmp_path: Path) -> None:
    """Its first answer looks like a new matter and is acknowledged; the same words again belong to that case."""

    async def story(it: Exchange) -> None:
        await it.begin()
        assert it.sent() == ["acknowledgement"] * 2
        assert [r.rule for r in it.came()] == ["opens-case", "customer-wrote"]
        await it.move(days=20)

        assert len(it.here.cases()) == 2
        assert it.sent().count("acknowledgement") == 2
        assert len(it.came()) == len(it.sent())

    exchange(servers, tmp_path, FORGETFUL, story)


def test_a_robot_of_an_agent_is_held_and_told_so_three_times_a_day(servers: Servers, tmp_path: Path) -> None:
    """It answers the desk, not the private address: nothing that it says is obeyed, and the customer hears nothing."""

    async def story(it: Exchange) -> None:
        await it.begin()
        told = [(r.template, r.state) for r in rows(it.here) if r.rcpt_to == ROBOT]
        came = it.here.daemon.store.read(lambda conn: inbox.listing(conn, outcome="held", limit=100))

        assert told == [("notice", "sent"), *[("held", "sent")] * 3, ("held", "held")]
        assert {r.rule for r in came} == {"agent-without-authority"}
        assert it.sent() == ["acknowledgement"]
        assert it.case().stage is Stage.ASSIGNED

    exchange(servers, tmp_path, CUSTOMER, story, agent=ROBOT)


def test_robots_on_both_sides_end_at_twenty_answers_a_day(servers: Servers, tmp_path: Path) -> None:
    """The agent's robot answers the private address, so that its words are an agent's: nothing but a cap tells them."""

    async def story(it: Exchange) -> None:
        await it.begin()
        for _ in range(7):
            await it.here.move(minutes=10)
            await it.quiet()
        answers = [r.state for r in rows(it.here) if r.template == "answer"]

        assert answers == ["sent"] * 20 + ["held"]
        assert len(it.came()) == len(it.sent()) == 21

    exchange(servers, tmp_path, ROBOT, story, agent=DIRECT)
