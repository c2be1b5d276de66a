"""Who beside the customer reads the answers: /cc +address -address."""

from pathlib import Path

import pytest

from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, newest, only_case, play
from tests.acceptance.test_case_life import RESOLVED, heard
from tests.acceptance.test_main_job import GERMAN

CHIEF, AUDITOR = "chef@example.net", "pruefer@example.net"


def test_a_watcher_gets_each_answer_as_a_mail_of_its_own_and_may_write(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, f"/cc +{CHIEF}, +{AUDITOR}\n\nWir prüfen das.")
        assert only_case(here).copied == (CHIEF, AUDITOR)
        assert [len(here.mails_to(who)) for who in (CUSTOMER, CHIEF, AUDITOR)] == [2, 1, 1]
        for who in (CUSTOMER, CHIEF, AUDITOR):
            assert "Wir prüfen das" in newest(here, who).text
            assert [a.addr_spec for a in (*newest(here, who).to, *newest(here, who).cc)] == [who]
        await here.reply(CHIEF, DESK, "Bitte auch die Rechnung vom Mai prüfen.")
        assert "Rechnung vom Mai" in newest(here, ANNA).text
        assert "Your reply stays inside" in newest(here, ANNA).text
        await here.reply(ANNA, DESK, "Gut, das bleibt unter uns.")
        assert [len(here.mails_to(who)) for who in (CUSTOMER, CHIEF, AUDITOR)] == [2, 1, 1]
        await here.reply(ANNA, DESK, f"/cc -{AUDITOR}\n/answer\n\nDer Mai ist auch geprüft.")

        assert [len(here.mails_to(who)) for who in (CUSTOMER, CHIEF, AUDITOR)] == [3, 2, 1]
        assert newest(here, CHIEF).in_reply_to != ()
        assert only_case(here).watchers == (CHIEF,)

    play(tmp_path, story, agents=ONE)


def test_no_copy_shows_a_private_address_or_asks_for_a_rating(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        private = newest(here, ANNA).reply_to[0].addr_spec.encode()
        await here.reply(ANNA, DESK, f"/cc +{CHIEF}\n{RESOLVED}")
        raws = [raw for to, raw in here.received if to == CHIEF]

        assert len(raws) == 1
        assert not any(private in raw for _, raw in here.received if _ != ANNA)
        assert "Eskalation" in newest(here, CUSTOMER).text
        assert "Eskalation" not in newest(here, CHIEF).text

    play(tmp_path, story, agents=ONE)


def test_notes_and_automatic_mail_reach_no_watcher(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, f"/cc +{CHIEF}\n/note\n\nEin heikler Kunde.")
        await here.move(days=20)

        assert len(here.mails_to(CUSTOMER)) > 1
        assert here.mails_to(CHIEF) == ()

    play(tmp_path, story, agents=ONE)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"/cc {CHIEF}", "what follows the command does not fit → /cc +ADDRESS -ADDRESS"),
        (f"/cc +{CUSTOMER}", "not a third party"),
        (f"/cc +{ANNA}", "not a third party"),
        (f"/cc -{CHIEF}", "what follows the command does not fit"),
        ("/cc +ä@example.net", "ä@example.net cannot be written to from here"),
    ],
)
def test_who_cannot_watch_is_named(tmp_path: Path, line: str, why: str) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, line)

        assert why in heard(here, ANNA)
        assert only_case(here).watchers == ()

    play(tmp_path, story, agents=ONE)


def test_a_copy_that_came_back_is_told_as_what_it_was(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        here.refused.add(CHIEF)
        await here.reply(ANNA, DESK, f"/cc +{CHIEF}\n\nWir prüfen das.")

        assert "no promise depends on it" in heard(here, ANNA)
        assert f"/cc -{CHIEF} ends the copies" in heard(here, ANNA)
        assert "count as open again" not in heard(here, ANNA)
        assert not only_case(here).undeliverable
        assert only_case(here).answered_at is not None

    play(tmp_path, story, agents=ONE)
