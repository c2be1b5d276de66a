"""The digest: each working morning, what is late, due and waiting; never outside the agent's hours, and once a day."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.config import load
from mailbot.core.mail import Mail
from mailbot.daemon import Daemon, seeded_chance
from mailbot.pipeline import Office, send_digests
from mailbot.store import people
from mailbot.store.database import open_store
from mailbot.wire.render import Renderer
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, MONDAY, ONE, TWO, newest, play
from tests.acceptance.test_main_job import GERMAN

TEMPLATES = Path(__file__).parent.parent.parent / "templates"


def digests(here: World, agent: str = ANNA) -> list[Mail]:
    return [m for m in here.mails_to(agent) if m.subject.startswith("Your day")]


async def ask(here: World, subject: str, customer: str = CUSTOMER) -> str:
    await here.write(customer, DESK, subject, f"{GERMAN}\n{subject}")
    return next(c.reference for c in here.cases() if c.subject == subject)


def test_each_working_morning_says_what_is_to_be_done(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        waiting = await ask(here, "Rechnung")
        asked = await ask(here, "Garantie", "b@example.net")
        await here.reply(ANNA, DESK, "/wait\n\nWelches Modell ist es?")
        await here.move(days=1)
        (first,) = digests(here)
        text = " ".join(first.text.split())

        assert first.subject == "Your day: Tuesday, 3 March 2026"
        assert f"Waiting for your answer: - {waiting} Rechnung, {CUSTOMER}: since 10:00 yesterday" in text
        assert f"Waiting for others: - {asked} Garantie, b@example.net: customer, since 10:00 yesterday" in text
        assert "Late" not in text
        assert first.header("auto-submitted") == "auto-generated"
        await here.move(days=13)
        text = " ".join(digests(here)[-1].text.split())
        assert f"Late: - {waiting} Rechnung, {CUSTOMER}: " in text or "Due today" in text

    play(tmp_path, story, agents=ONE, digest=True)


def test_it_comes_with_the_agents_first_hour_on_days_on_which_the_desk_opens(tmp_path: Path) -> None:
    """Good Friday and Easter Monday are no working days in Germany, whatever Anna's hours say."""

    async def story(here: World) -> None:
        await ask(here, "Rechnung")
        seen: list[datetime] = []
        here.seen = lambda _, raw: seen.append(here.clock()) if b"Your day" in raw else None
        await here.move(days=40)

        days = {at.date() for at in seen}
        assert len(seen) == len(days)
        assert {(at.astimezone(UTC).hour, at.minute) for at in seen} == {(9, 30), (8, 30)}  # 10:30 in winter and summer
        assert not {d.isoformat() for d in days} & {"2026-04-03", "2026-04-06"}
        assert all(d.weekday() < 5 for d in days)

    agents = ONE.replace("mon-fri 09:00-17:00", "mon-fri 10:30-15:00")
    play(tmp_path, story, agents=agents, digest=True)


def test_with_nothing_to_do_nothing_comes(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.move(days=14)

        assert here.received == []

    play(tmp_path, story, digest=True)


def test_nobody_absent_gets_one_and_everybody_hears_of_cases_that_nobody_has(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        here.daemon.store.write(lambda conn: people.set_away(conn, ANNA, MONDAY + timedelta(days=9)))
        reference = await ask(here, "Rechnung")
        await ask(here, "Noch eine", "b@example.net")
        await here.move(days=1)
        (told,) = digests(here, BORIS)

        assert digests(here) == []
        assert "Without anybody, in your teams:" in told.text
        assert reference in told.text
        assert told.text.count("\n- ") == 2
        await here.move(days=9)
        assert len(digests(here)) == 1

    play(tmp_path, story, agents=TWO.replace("capacity = 1", "capacity = 0"), digest=True)


def test_a_reply_to_it_carries_out_commands(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        reference = await ask(here, "Rechnung")
        await here.move(days=1)
        await here.reply(ANNA, DESK, f"/show {reference}\n/mine")
        shown = [m for m in here.mails_to(ANNA) if reference in m.text and m.subject == "Your open cases"]

        assert len(shown) == 1
        assert any("meine Rechnung" in m.text for m in here.mails_to(ANNA)[-2:])

    play(tmp_path, story, agents=ONE, digest=True)


def test_once_a_day_across_restarts_and_on_many_nodes(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, "Rechnung")
        await here.move(days=1)
        settings = load(here.folder / "mailbot.toml")
        for _ in range(2):
            store = await asyncio.to_thread(open_store, settings.store_url)
            beside = Office(settings, store, Renderer((TEMPLATES,)), here.clock, seeded_chance(7))
            await asyncio.to_thread(send_digests, beside)
            await asyncio.to_thread(store.close)
        assert len(digests(here)) == 1
        await here.daemon.stop()
        here.daemon = Daemon(settings, clock=here.clock, bell=here.clock, chance=seeded_chance(3))
        await here.daemon.start()
        await here.daemon.settle()
        assert len(digests(here)) == 1
        await here.move(days=1)

        assert len(digests(here)) == 2

    play(tmp_path, story, agents=ONE, digest=True)


def test_a_morning_that_was_slept_through_is_made_up_for_within_the_hours_only(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, "Rechnung")
        settings = here.daemon.settings
        await here.daemon.stop()
        for later, expected in ((timedelta(days=1, hours=2), 1), (timedelta(days=2, hours=10), 1)):
            here.clock.move_to(MONDAY + later)
            here.daemon = Daemon(settings, clock=here.clock, bell=here.clock, chance=seeded_chance(3))
            await here.daemon.start()
            await here.daemon.settle()
            assert len(digests(here)) == expected
            await here.daemon.stop()
        here.daemon = Daemon(settings, clock=here.clock, bell=here.clock, chance=seeded_chance(3))
        await here.daemon.start()

    play(tmp_path, story, agents=ONE, digest=True)


def test_a_desk_that_never_closes_sends_it_at_eight(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, "Rechnung")
        at: list[str] = []
        here.seen = lambda _, raw: at.append(f"{here.clock():%H:%M}") if b"Your day" in raw else None
        await here.move(days=2)

        assert set(at) == {"07:00"}  # UTC; eight in Berlin
        assert newest(here, ANNA)

    agents = ONE.replace('hours = "mon-fri 09:00-17:00"', 'hours = "mon-sun 00:00-24:00"')
    play(tmp_path, story, agents=agents, digest=True)
