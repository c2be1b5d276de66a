"""What a second look at the whole found, each as a small story."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.core.expectation import Expected, Queue, expect
from mailbot.core.policy import Expectation
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, LEAD, MONDAY, ONE, newest, only_case, play
from tests.core.test_decide import CALENDAR

TUESDAY = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
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


FORM = """
[[form]]
sender = "formular@example.org"
peer = "127.0.0.1"
"""


def test_a_form_whose_reply_to_is_its_own_sender_is_read_by_its_lines(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        text = "Name: Jan\nE-Mail: jan@example.net\nNachricht: Der Export stürzt ab."
        reply_to = ("Reply-To: formular@example.org",)
        await here.write("formular@example.org", DESK, "Formular", text, headers=reply_to)

        assert only_case(here).customer == "jan@example.net"
        assert here.mails_to("jan@example.net")

    play(tmp_path, story, more=FORM)


def test_the_manager_gets_a_form_that_names_nobody_but_ourselves(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        text = "Name: Jan Muster\nE-Mail: support@example.org\nNachricht: Der Export stürzt dauernd ab."
        await here.write("formular@example.org", DESK, "Formular", text)

        assert here.cases() == ()
        assert "Der Export stürzt dauernd ab" in newest(here, LEAD).text
        assert [to for to, _ in here.received] == [LEAD]

    play(tmp_path, story, more=FORM)


@pytest.mark.parametrize(
    ("subject", "text"),
    [("[{ref}] status", ""), ("вопрос", "статус {ref}"), ("Статус", "{ref}"), ("status {ref}", "")],
)
def test_the_status_is_asked_for_in_the_subject_or_beside_the_reference(
    tmp_path: Path, subject: str, text: str
) -> None:
    async def story(here: World) -> None:
        await here.write(IVAN, DESK, "Оплата", PAID_TWICE)
        ref = only_case(here).reference
        staff = len(here.mails_to(ANNA))
        await here.write(IVAN, DESK, subject.format(ref=ref), text.format(ref=ref))

        assert only_case(here).reference == ref
        assert len(here.mails_to(IVAN)) == 2
        assert ref in newest(here, IVAN).subject
        assert len(here.mails_to(ANNA)) == staff

    play(tmp_path, story, "platform-complaints", agents=ONE)


def test_a_stranger_who_names_a_reference_in_the_text_gets_a_case_of_their_own(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(IVAN, DESK, "Оплата", PAID_TWICE)
        ref = only_case(here).reference
        await here.write(CUSTOMER, DESK, "статус", ref)

        assert {case.customer for case in here.cases()} == {IVAN, CUSTOMER}
        assert ref not in newest(here, CUSTOMER).text + newest(here, CUSTOMER).subject

    play(tmp_path, story, "platform-complaints", agents=ONE)


def test_the_status_of_a_case_closed_long_ago_is_told_and_opens_none(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(IVAN, DESK, "Оплата", PAID_TWICE)
        await here.reply(ANNA, DESK, "/resolve\n\nВернули.")
        await here.move(days=80)
        told = len(here.mails_to(IVAN))
        await here.reply(IVAN, DESK, "статус")

        assert only_case(here).stage is Stage.CLOSED
        assert len(here.mails_to(IVAN)) == told + 1

    play(tmp_path, story, "platform-complaints", agents=ONE)


def test_a_customer_who_writes_after_a_bounce_hears_of_progress_again(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(IVAN, DESK, "Оплата", PAID_TWICE)
        here.refused.add(IVAN)
        await here.reply(ANNA, DESK, "Проверяем платёж.")
        here.refused.clear()
        assert only_case(here).undeliverable
        subject = f"Re: [{only_case(here).reference}] Оплата"
        await here.write(IVAN, DESK, subject, "Мой ящик был переполнен, теперь всё в порядке. Есть новости?")
        assert not only_case(here).undeliverable
        told = len(here.mails_to(IVAN))
        await here.move(days=3)

        assert len(here.mails_to(IVAN)) > told

    play(tmp_path, story, "platform-complaints", agents=ONE)


def test_a_partners_words_on_a_case_that_nobody_has_reach_the_manager_and_then_the_next_in_line(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Жалоба", "Это жалоба на поддержку, мне не ответили.")
        await here.write(IVAN, DESK, "Картинки", PICTURES)
        await here.reply(PETR, DESK, "/partner hosting@example.com\n\nОшибка 500.")
        await here.reply(PETR, DESK, "/category complaint")
        await here.reply("hosting@example.com", DESK, "Перезапустили сервер номер семь.")
        assert "номер семь" in newest(here, LEAD).text
        await here.reply(NINA, DESK, "/resolve\n\nПростите.")
        await here.move(hours=1)

        assert "номер семь" in newest(here, NINA).text
        assert "картинки" in newest(here, NINA).text

    play(tmp_path, story, "four-day-week", agents=CREW, now=TUESDAY)


@pytest.mark.parametrize(("thanks", "policy"), [("Danke!", "item-support"), ("5", "complaints-working-days")])
def test_thanks_for_a_resolution_wait_for_no_answer(tmp_path: Path, thanks: str, policy: str) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Artikel", "Guten Tag, wie benutze ich den Artikel richtig?")
        await here.reply(ANNA, DESK, "/resolve\n\nBitte Schalter A drücken.")
        await here.reply(CUSTOMER, DESK, thanks)
        assert only_case(here).unanswered_since is None
        await here.move(days=3)
        await here.reply(CUSTOMER, DESK, "Es geht doch nicht, die Anzeige bleibt leer.")

        assert only_case(here).unanswered_since == here.clock()

    play(tmp_path, story, policy, agents=ONE)


def test_an_incident_is_one_however_its_name_is_capitalised(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(IVAN, DESK, "Картинки", PICTURES)
        await here.reply(PETR, DESK, "/incident Сбой")
        await here.write(CUSTOMER, DESK, "Картинки", PICTURES)
        await here.reply(PETR, DESK, "/incident сбой")
        await here.reply(PETR, DESK, "/incident-update\n\nСкоро починим.")

        assert "Скоро починим" in newest(here, IVAN).text
        assert "Скоро починим" in newest(here, CUSTOMER).text

    play(tmp_path, story, "four-day-week", agents=CREW, now=TUESDAY)


def test_answers_that_all_came_outside_opening_hours_name_no_figure() -> None:
    saturday = datetime(2026, 2, 28, 10, tzinfo=UTC)
    record = tuple((saturday + timedelta(minutes=n), saturday + timedelta(hours=6, minutes=n)) for n in range(30))

    assert expect(Queue(25, record), Expectation(backlog=20), MONDAY, CALENDAR) == Expected()
