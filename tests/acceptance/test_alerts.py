"""Alerts: in their reader's working hours only, many of them as one mail, each rung once."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from mailbot.core import actions as do
from mailbot.pipeline.alerts import keep
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, DESK, LEAD, ONE, TWO, only_case, play
from tests.acceptance.test_main_job import GERMAN


def watch(here: World, *who: str) -> list[tuple[str, datetime, str]]:
    """(to, when, subject) of every mail to *who* that is no notification of mail."""
    seen: list[tuple[str, datetime, str]] = []

    def note(address: str, raw: bytes) -> None:
        if address in who:
            subject = here.mails_to(address)[-1].subject
            seen.append((address, here.clock().astimezone(ZoneInfo("Europe/Berlin")), subject))

    here.seen = note
    return seen


async def ask(here: World, number: int = 0) -> None:
    await here.write(f"kunde{number}@example.net", DESK, f"Frage {number}", f"{GERMAN}\n{number}")


def test_nobody_is_alerted_outside_their_hours(tmp_path: Path) -> None:
    """A promise of 48 hours that breaks on Sunday; each of the team has hours of their own."""

    async def story(here: World) -> None:
        await here.move(days=4, hours=9)  # Friday evening
        await ask(here)
        seen = watch(here, ANNA, BORIS, LEAD)
        await here.move(days=12)

        assert {to for to, _, _ in seen} == {ANNA, LEAD}
        hours = {ANNA: (11, 15), BORIS: (9, 17), LEAD: (9, 17)}
        for to, at, subject in seen:
            assert at.weekday() < 5, (to, at, subject)
            assert hours[to][0] <= at.hour + at.minute / 60 <= hours[to][1], (to, at, subject)

    agents = ONE.replace("mon-fri 09:00-17:00", "mon-fri 11:00-15:00")
    play(tmp_path, story, "item-support", agents=agents)


def test_many_alerts_at_once_are_one_mail(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.move(days=4, hours=9)
        for number in range(6):
            await ask(here, number)
        seen = watch(here, ANNA, LEAD)
        await here.move(days=3)

        subjects = [subject for to, _, subject in seen if to == LEAD]
        assert subjects == ["6 Zusagen bald fällig oder überfällig"]
        assert all(c.reference in here.mails_to(LEAD)[-1].text for c in here.cases())

    play(tmp_path, story, "item-support", agents=ONE)


def test_two_alerts_about_one_case_are_two_mails(tmp_path: Path) -> None:
    """They concern two promises, and wait for the same hour."""

    async def story(here: World) -> None:
        await ask(here)
        case = only_case(here)
        due = [p for p in case.promises if p.id in ("progress", "resolution")]
        sends = [
            do.Send(
                "missed", LEAD, do.Audience.AGENT, do.Cause.CLOCK, "en",
                facts=(("promise_id", p.id), ("due_at", p.due_at), ("rung", "manager")),
            )
            for p in due
        ]  # fmt: skip
        for send in sends:
            here.daemon.store.write(lambda conn, send=send: keep(conn, case, send))  # type: ignore[misc]
        before = len(here.mails_to(LEAD))
        await here.daemon.settle()

        assert len(here.mails_to(LEAD)) == before + 2

    play(tmp_path, story, agents=ONE)


def test_what_was_answered_meanwhile_alerts_nobody(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(ANNA, DESK, "/resolve\n\nErgebnis: Gut.\nMaßnahmen: Keine.")
        seen = watch(here, ANNA, LEAD)
        await here.move(days=10)

        assert seen == []

    play(tmp_path, story, "item-support", agents=ONE)


def test_who_handed_the_case_on_overnight_is_not_alerted_in_the_morning(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.move(hours=9)
        case = only_case(here)
        assert case.assignee == ANNA
        due = case.open_promise("resolution")
        assert due is not None
        facts = (("promise_id", due.id), ("due_at", due.due_at), ("rung", "assignee"), ("asks_for", ""))
        send = do.Send("warning", ANNA, do.Audience.AGENT, do.Cause.CLOCK, "en", facts=facts)
        here.daemon.store.write(lambda conn: keep(conn, case, send))
        await here.reply(ANNA, DESK, "/assign Boris")
        seen = watch(here, ANNA)
        await here.move(hours=16)

        assert here.clock().hour == 10
        assert seen == []
        assert "is yours now" in "".join(mail.text for mail in here.mails_to(BORIS))

    play(tmp_path, story)


def test_each_rung_reaches_its_reader_once(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        seen = watch(here, ANNA, BORIS, LEAD)
        await here.move(days=30)
        alerts = [(to, subject, at.date()) for to, at, subject in seen]
        fired = [e.detail["key"] for e in here.journal(only_case(here).reference) if e.kind == "mark_fired"]

        assert len(alerts) == len(set(alerts)) > 2
        assert len(fired) == len(set(fired))

    play(tmp_path, story, agents=TWO)
