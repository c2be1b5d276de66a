"""Nobody gets more automatic mail than the caps allow; what is capped stays in sight, and no words are hidden (G5)."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mailbot.core.promise import State
from mailbot.store import outbox
from mailbot.store.outbox import OutboxRecord
from mailbot.world import World
from tests.acceptance.play import BORIS, CUSTOMER, DESK, newest, only_case, play
from tests.acceptance.test_main_job import GERMAN


def rows(here: World, state: str | None = None) -> tuple[OutboxRecord, ...]:
    return here.daemon.store.read(lambda conn: outbox.listing(conn, state=state, limit=500))


def answered_from(here: World) -> str:
    """The envelope sender of a person's answer to the customer."""
    answer = next(r for r in rows(here) if r.template == "answer")
    found = here.daemon.store.read(lambda conn: outbox.find_by_message_id(conn, answer.message_id))
    assert found is not None
    return found.reverse_path


def automatic(here: World, address: str) -> int:
    """The automatic mails that *address* got."""
    return sum(1 for mail in here.mails_to(address) if mail.header("auto-submitted"))


async def cases_of_one_customer(here: World, count: int) -> None:
    for number in range(count):
        await here.write(CUSTOMER, DESK, f"Frage {number}", f"{GERMAN}\n{number}")


def test_every_kind_of_automatic_answer_is_capped_and_what_is_capped_stays_in_sight(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await cases_of_one_customer(here, 12)
        for case in here.cases():
            await here.write(CUSTOMER, DESK, f"Re: [{case.reference}] x", "Eskalation: bitte prüfen Sie es neu")
            await here.write(CUSTOMER, DESK, f"Re: [{case.reference}] x", "status")
        held = rows(here, "held")

        reviews = [p for c in here.cases() for p in c.promises if p.id == "review"]

        assert automatic(here, CUSTOMER) == 10  # three answers to mail; what promises a review counts to ten
        assert {r.template for r in held} >= {"escalated", "status"}
        assert all("cap" in r.error for r in held)
        assert all(p.state is State.OPEN for p in reviews)
        assert sum(1 for p in reviews if p.told_in) == 7

    play(tmp_path, story)


def test_a_capped_mail_goes_where_the_operator_lets_it(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await cases_of_one_customer(here, 3)
        await here.reply(CUSTOMER, DESK, "status")
        (held,) = rows(here, "held")
        here.daemon.store.write(lambda conn: outbox.release_held(conn, held.id, here.clock()))
        await here.daemon.settle()

        assert held.template == "status"
        assert automatic(here, CUSTOMER) == 4

    play(tmp_path, story)


def test_what_is_held_does_not_use_up_the_share(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await cases_of_one_customer(here, 3)
        await here.move(hours=20)
        await here.reply(CUSTOMER, DESK, "status")
        await here.move(hours=5)
        before = automatic(here, CUSTOMER)
        await here.reply(CUSTOMER, DESK, "status")

        assert automatic(here, CUSTOMER) == before + 1

    play(tmp_path, story)


def test_what_staff_and_clock_cause_is_at_most_ten_mails_a_day_to_anybody(tmp_path: Path) -> None:
    """Decision 31: the new date of a case whose complexity was raised is an automatic mail."""

    async def story(here: World) -> None:
        await cases_of_one_customer(here, 14)
        for case in here.cases():
            notice = next(m for m in here.mails_to(case.assignee) if case.reference in m.subject)
            await here.write(case.assignee, notice.reply_to[0].addr_spec, "Re: x", "/complexity complex")
        told = [m for m in here.mails_to(CUSTOMER) if m.header("auto-submitted") == "auto-generated"]
        held = [r for r in rows(here, "held") if r.template == "promise-changed"]
        promises = [p for c in here.cases() for p in c.promises if p.id == "resolution" and p.is_open]

        assert (len(told), len(held)) == (10, 4)
        assert sum(1 for p in promises if p.told_in) == 10
        assert len(promises) == 14

    play(tmp_path, story)


def test_many_mails_in_a_minute_are_few_notices_and_every_word_of_them(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        for number in range(30):
            await here.reply(CUSTOMER, DESK, f"noch etwas, Nummer {number}.")
        at_once = len(here.mails_to(agent))
        await here.move(minutes=10)
        seen = "\n".join(mail.text for mail in here.mails_to(agent))

        assert at_once <= 4
        assert len(here.mails_to(agent)) <= at_once + 2
        assert {int(n) for n in re.findall(r"Nummer (\d+)\.", seen)} == set(range(30))
        await here.reply(CUSTOMER, DESK, "und jetzt noch dies.")
        assert "und jetzt noch dies." in newest(here, agent).text

    play(tmp_path, story)


def test_the_files_of_joined_mails_reach_the_agent(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        subject = f"Re: [{only_case(here).reference}] Rechnung"
        for number in range(6):
            raw = (
                f"From: {CUSTOMER}\nTo: {DESK}\nSubject: {subject}\nMessage-ID: <file{number}@example.net>\n"
                "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nDatei.\n"
                f"--b\nContent-Type: text/csv; name=f{number}.csv\nContent-Disposition: attachment; filename=f{number}.csv\n\n"
                f"{number}\n--b--\n"
            )
            await here.send(CUSTOMER, DESK, raw.replace("\n", "\r\n").encode())
        await here.move(minutes=10)

        assert {a.name for m in here.mails_to(agent) for a in m.attachments} == {f"f{n}.csv" for n in range(6)}

    play(tmp_path, story)


def test_an_answer_to_a_joined_notice_goes_to_the_customer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        for number in range(6):
            await here.reply(CUSTOMER, DESK, f"Nummer {number}")
        await here.move(minutes=10)
        await here.reply(agent, DESK, "Ich prüfe alles.")

        assert "Ich prüfe alles." in newest(here, CUSTOMER).text

    play(tmp_path, story)


def report(rcpt: str, number: int) -> bytes:
    return (
        (
            f"From: MAILER-DAEMON@x.example\nTo: {DESK}\nSubject: failed {number}\nMessage-ID: <d{number}@x.example>\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nfailed\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
            f"Final-Recipient: rfc822; {rcpt}\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )


def test_a_forged_report_changes_nothing_though_it_names_the_message_id(tmp_path: Path) -> None:
    """DSN-2."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        await here.reply(agent, DESK, "Ich prüfe das.")
        name = str(here.newest(CUSTOMER)["Message-ID"]).strip("<>").partition("@")[0]
        before = len(here.mails_to(agent))
        for number in range(15):
            await here.send("", f"support+b.{name}@example.org", report(CUSTOMER, number))

        assert not only_case(here).undeliverable
        assert len(here.mails_to(agent)) == before

    play(tmp_path, story)


def qmail_report(rcpt: str, number: int) -> bytes:
    return (
        (
            f"From: MAILER-DAEMON@x.example\nTo: {DESK}\nSubject: failure notice\nMessage-ID: <d{number}@x.example>\n\n"
            "Hi. This is the qmail-send program at x.example.\nI'm afraid I wasn't able to deliver your message to the following"
            f" addresses.\nThis is a permanent error; I've given up.\n\n<{rcpt}>:\nSorry, no mailbox here by that name. (#5.1.1)\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )


def test_a_report_that_only_delays_changes_nothing(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        await here.reply(agent, DESK, "Ich prüfe das.")
        path = answered_from(here)
        words = b"A message that you sent has not yet been delivered. You do not need to resend it.\r\n"
        head = b"From: Mail Delivery System <mailer-daemon@x.example>\r\nSubject: Warning: message delayed 24 hours\r\n"
        await here.send("", path, head + b"Message-ID: <w@x.example>\r\n\r\n" + words)

        assert not only_case(here).undeliverable

    play(tmp_path, story)


@pytest.mark.parametrize("report", [report, qmail_report])
def test_a_report_acts_once_for_each_mail(tmp_path: Path, report: Callable[[str, int], bytes]) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        await here.reply(agent, DESK, "Ich prüfe das.")
        path = answered_from(here)
        before = len(here.mails_to(agent))
        for number in range(15):
            await here.send("", path, report(CUSTOMER, number))

        assert only_case(here).undeliverable
        assert len(here.mails_to(agent)) == before + 1
        assert "undeliverable" in newest(here, agent).subject.casefold()
        assert [r.state for r in rows(here) if r.template == "answer"] == ["bounced"]

    play(tmp_path, story)


def test_a_report_stops_what_goes_by_itself_to_that_address_on_every_open_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await cases_of_one_customer(here, 2)
        case = here.cases()[0]
        notice = next(m for m in here.mails_to(case.assignee) if case.reference in m.subject)
        await here.write(case.assignee, notice.reply_to[0].addr_spec, "Re: x", "Ich prüfe das.")
        path = answered_from(here)
        await here.send("", path, report(CUSTOMER, 1))
        before = len(here.mails_to(CUSTOMER))
        await here.move(days=40)

        assert [c.undeliverable for c in here.cases()] == [True, True]
        assert len(here.mails_to(CUSTOMER)) == before
        assert sum(r.template == "undeliverable" for r in rows(here)) == 2  # one for each case

    play(tmp_path, story)


def test_the_word_about_forged_mail_is_capped(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        for number in range(8):
            await here.write(BORIS, DESK, f"Re: [{only_case(here).reference}] {number}", f"Auftrag {number}")

        assert sum("in your name" in m.subject for m in here.mails_to(BORIS)) == 3

    play(tmp_path, story)


def test_an_agents_mistakes_are_always_told(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        private = str(here.newest(agent)["Reply-To"])
        for number in range(6):
            await here.write(agent, private, "Re: x", f"/quatsch{number}")

        assert sum("Nothing was done" in m.subject for m in here.mails_to(agent)) == 6

    play(tmp_path, story)


def test_a_robot_that_answers_the_word_about_its_own_mistake_ends_at_twenty(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        for _ in range(25):
            await here.reply(agent, DESK, "/abwesend")

        assert sum("Nothing was done" in m.subject for m in here.mails_to(agent)) == 20

    play(tmp_path, story)
