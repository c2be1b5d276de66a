"""What a second look at the whole found, each as a small story."""

from datetime import UTC, datetime
from pathlib import Path

from mailbot.world import World
from tests.acceptance.play import DESK, play

FRIDAY = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
#: the people of the four-day week, as its policy names their teams
CREW = 'team = "first-line"\n' + "".join(
    f"""
[[agent]]
address = "{name.casefold()}@example.org"
name = "{name}"
teams = ["{team}"]
languages = ["en"]
hours = "mon-thu 09:00-18:00"
zone = "Europe/Moscow"
capacity = {capacity}
"""
    for name, team, capacity in (("Petr", "first-line", 50), ("Nina", "complaints", 1))
)
PETR, NINA, IVAN = "petr@example.org", "nina@example.org", "ivan@example.net"
PICTURES = "Здравствуйте! На странице форума не открываются картинки. Что можно сделать?"
PAID_TWICE = "Здравствуйте! Оплата прошла дважды, верните деньги."


def test_a_stage_is_not_announced_when_it_is_past(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(IVAN, DESK, "Картинки", PICTURES)
        await here.move(days=2, hours=21)  # Monday 09:00 in Moscow: handed out
        await here.move(minutes=5)
        await here.reply(PETR, DESK, "/resolve\n\nГотово, картинки снова открываются.")
        await here.move(minutes=20)

        subjects = [mail.subject for mail in here.mails_to(IVAN)]
        assert subjects[-1].startswith("Re:")
        assert not [subject for subject in subjects if "Статус" in subject]

    play(tmp_path, story, "four-day-week", agents=CREW, now=FRIDAY)
