"""four-day-week, clause by clause: an online community service, open Monday to Thursday, Moscow time."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

from mailbot.cli.person import erase_person, export_person
from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import DESK, LEAD, newest, only_case, play, promises

POLICY = "four-day-week"
IVAN, OLGA = "ivan@example.net", "olga@example.net"
PETR, SENIOR, OWNER = "petr@example.org", "vera@example.org", "nina@example.org"
DEVELOPERS, PARTNER = "developers@example.org", "hosting@example.com"
#: Tuesday 24 March 2026, 12:00 in Moscow; the next Monday is the 30th
TUESDAY = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
AGENTS = """
[[agent]]
address = "petr@example.org"
name = "Petr"
teams = ["first-line"]
languages = ["en"]
hours = "mon-thu 09:00-18:00"
zone = "Europe/Moscow"
[[agent]]
address = "vera@example.org"
name = "Vera"
teams = ["seniors"]
languages = ["en"]
hours = "mon-thu 09:00-18:00"
zone = "Europe/Moscow"
senior = true
[[agent]]
address = "nina@example.org"
name = "Nina"
teams = ["complaints"]
languages = ["en"]
hours = "mon-thu 09:00-18:00"
zone = "Europe/Moscow"
"""
DESK_TEAM = 'team = "first-line"\n'
TEXT = "Здравствуйте! На странице форума не открываются картинки. Что можно сделать?"
LOGIN = "Здравствуйте! Не могу войти на форум, пароль не подходит."
FORM = '[[form]]\nsender = "site@example.org"\npeer = "127.0.0.1"\n'
RESOLVED = "/resolve\n\nКартинки снова открываются, мы обновили сервер."


async def ask(here: World, who: str = IVAN, text: str = TEXT, subject: str = "Картинки") -> None:
    await here.write(who, DESK, subject, text)


def story_of(folder: Path, story: object, *, now: datetime = TUESDAY, more: str = "", top: str = "") -> None:
    play(folder, story, POLICY, agents=DESK_TEAM + AGENTS, now=now, more=more, top=top)  # type: ignore[arg-type]


def templates(here: World) -> list[str]:
    return [str(e.detail["template"]) for e in here.journal(only_case(here).reference) if e.kind == "send"]


def test_d1_nobody_is_disturbed_from_friday_to_sunday(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        assert only_case(here).assignee == ""
        await here.move(days=2)
        assert here.mails_to(PETR) == ()
        await here.move(hours=22)  # Monday, 10:00 in Moscow

        assert only_case(here).assignee == PETR

    story_of(tmp_path, story, now=FRIDAY)


def test_d2_every_request_is_answered_within_24_hours_on_working_days(tmp_path: Path) -> None:
    thursday = datetime(2026, 3, 26, 14, 0, tzinfo=UTC)

    async def story(here: World) -> None:
        await ask(here)
        (promise,) = promises(here, "answer")
        assert promise.due_at == datetime(2026, 3, 30, 14, 0, tzinfo=UTC)  # Thursday 17:00 to Monday 17:00
        assert "30 марта 2026" in newest(here, IVAN).text
        await here.reply(PETR, DESK, "Мы проверяем сервер.")

        assert [p.state for p in promises(here, "answer")] == [State.KEPT]

    story_of(tmp_path, story, now=thursday)


def test_d3_mail_is_handled_in_order_of_arrival_on_working_days(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for number in range(1, 4):
            await ask(here, f"u{number}@example.net")
            await here.move(hours=3)
        await here.move(days=3)
        handed = sorted(
            (e.seq, e.at, c.customer) for c in here.cases() for e in here.journal(c.reference) if e.kind == "assign"
        )
        order = [m.text for m in here.mails_to(PETR)]

        assert {at for _, at, _ in handed} == {datetime(2026, 3, 30, 6, 0, tzinfo=UTC)}  # Monday 09:00
        assert [next(n for n in (1, 2, 3) if f"u{n}@" in text) for text in order if "u" in text][:3] == [1, 2, 3]

    story_of(tmp_path, story, now=FRIDAY)


def test_d4_the_sites_form_is_confirmed_to_its_sender(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        text = f"Имя: Ольга\nE-mail: {OLGA}\nСообщение: не открываются картинки на форуме"
        await here.write("site@example.org", DESK, "Форма", text)
        confirmation = newest(here, OLGA)

        assert (only_case(here).customer, only_case(here).customer_name) == (OLGA, "Ольга")
        assert only_case(here).reference in confirmation.subject
        assert here.mails_to("site@example.org") == ()

    story_of(tmp_path, story, more=FORM)


def test_d5_everything_is_in_writing_on_the_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, "/note\nСервер номер три.")
        await here.reply(PETR, DESK, "Мы проверяем сервер.")
        await here.reply(IVAN, DESK, "Жду.")
        journal = here.journal(only_case(here).reference)
        sent = {str(e.detail["message_id"]) for e in journal if e.kind == "send"}

        assert [e.detail["by"] for e in journal if e.kind == "record_mail"] == ["customer", PETR, PETR, "customer"]
        assert {m.message_id for a in (IVAN, PETR) for m in here.mails_to(a)} <= sent
        assert [e.seq for e in journal] == list(range(1, len(journal) + 1))

    story_of(tmp_path, story)


def test_d6_the_customer_hears_of_every_stage(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.move(hours=1)
        await here.reply(PETR, DESK, "/wait partner")
        await here.move(hours=1)
        assert "в ожидании" in newest(here, IVAN).text or "ждём" in newest(here, IVAN).text
        await here.reply(PETR, DESK, RESOLVED)
        await here.reply(IVAN, DESK, "Нет, картинки всё ещё не открываются.")
        await here.reply(IVAN, DESK, "эскалация")

        assert [
            t for t in templates(here) if t in ("acknowledgement", "stage", "resolution", "reopened", "escalated")
        ] == [
            "acknowledgement",
            "stage",
            "resolution",
            "reopened",
            "escalated",
        ]

    story_of(tmp_path, story)


def test_d6_stages_that_follow_within_ten_minutes_are_joined(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.move(days=2, hours=20)
        assert templates(here).count("stage") == 0
        await here.move(hours=1)  # Monday 09:00: assigned
        await here.reply(PETR, DESK, "/wait partner")
        await here.move(minutes=11)
        told = [m for m in here.mails_to(IVAN) if m.header("auto-submitted") == "auto-generated"]

        assert templates(here).count("stage") == 2
        assert len(told) == 1
        assert "в ожидании" in told[0].text

    story_of(tmp_path, story, now=FRIDAY)


def test_d7_there_are_no_priorities(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(IVAN, DESK, "Вопрос", TEXT)
        await here.write(OLGA, DESK, "СРОЧНО!!!", TEXT, headers=("X-Priority: 1", "Importance: high"))
        first, second = (next(c for c in here.cases() if c.customer == who) for who in (IVAN, OLGA))

        assert [p.due_at for p in first.promises] == [p.due_at for p in second.promises]
        assert first.complexity == second.complexity

    story_of(tmp_path, story)


def test_d8_ordinary_requests_are_solved_in_one_to_three_working_days(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        (normal,) = promises(here, "resolution")
        assert normal.due_at == datetime(2026, 3, 26, 15, 0, tzinfo=UTC)  # two working days: Thursday 18:00
        await here.reply(PETR, DESK, "/complexity complex")

        assert promises(here, "resolution")[-1].due_at == datetime(2026, 3, 30, 15, 0, tzinfo=UTC)  # three: Monday
        assert "30 марта" in newest(here, IVAN).text

    story_of(tmp_path, story)


def test_d9_every_request_is_tracked_until_solved_and_the_outcome_reported(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, RESOLVED)
        assert "Картинки снова открываются" in newest(here, IVAN).text
        await here.move(days=15)

        assert only_case(here).stage is Stage.CLOSED
        assert all(not p.is_open for p in only_case(here).promises)

    story_of(tmp_path, story)


def test_d10_what_arrives_friday_to_sunday_is_handled_by_the_end_of_monday(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        (promise,) = promises(here, "next-working-day")
        ack = newest(here, IVAN)

        assert promise.due_at == datetime(2026, 3, 30, 15, 0, tzinfo=UTC)  # Monday 18:00
        assert "30 марта 2026" in ack.text
        assert promise.told_in == ack.message_id

    story_of(tmp_path, story, now=FRIDAY)


def test_d10_what_arrives_in_open_hours_gets_no_such_promise(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)

        assert promises(here, "next-working-day") == []

    story_of(tmp_path, story)


def test_d11_an_escalation_at_any_time_without_reasons_goes_to_a_senior(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(IVAN, DESK, "эскалация")

        assert only_case(here).escalation.reviewer == SENIOR  # type: ignore[union-attr]
        assert TEXT[:30] in newest(here, SENIOR).text
        assert promises(here, "review")[0].due_at == datetime(2026, 3, 26, 15, 0, tzinfo=UTC)

    story_of(tmp_path, story)


def test_d12_a_fault_goes_to_the_developers_and_the_customer_hears_when_it_is_fixed(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, "/fault\n\nКартинки больше 4 МБ дают ошибку 500.")
        passed = newest(here, DEVELOPERS)
        assert "ошибку 500" in passed.text
        assert "ivan" not in passed.text + passed.subject
        await here.reply(PETR, DESK, "/fixed\n\nИсправлено в версии 2.4.")

        assert "Исправлено в версии 2.4." in newest(here, IVAN).text
        assert not only_case(here).fault

    story_of(tmp_path, story)


def test_d13_a_suggestion_is_recorded_thanked_for_and_starts_no_resolution_clock(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, text="Здравствуйте! Предлагаю сделать тёмную тему для форума.", subject="Предложение")
        ack = newest(here, IVAN).text

        assert only_case(here).category == "suggestion"
        assert "пасибо" in ack or "лагодарим" in ack
        assert [p.id for p in only_case(here).promises] == []

    story_of(tmp_path, story)


def test_d14_a_complaint_has_its_own_category_and_owner(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, text="Здравствуйте! Это жалоба на работу поддержки: мне так и не ответили.")

        assert (only_case(here).category, only_case(here).assignee) == ("complaint", OWNER)

    story_of(tmp_path, story)


def test_d15_new_customers_are_welcomed_with_first_steps(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        first = newest(here, IVAN).text
        await ask(here, text=f"{TEXT} И ещё вопрос.", subject="Ещё вопрос")
        second = newest(here, IVAN).text

        assert "заполните профиль" in first
        assert "заполните профиль" not in second

    story_of(tmp_path, story)


def test_d16_the_acknowledgement_links_the_articles_of_the_category(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, text=LOGIN)

        assert only_case(here).category == "access"
        assert "Как восстановить доступ" in newest(here, IVAN).text
        assert "https://example.org/help/access" in newest(here, IVAN).text

    story_of(tmp_path, story)


def test_d17_a_partner_is_coordinated_with_on_the_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, f"/partner {PARTNER}\n/wait partner\n\nСервер три отвечает ошибкой 500.")
        assert only_case(here).stage is Stage.WAITING
        await here.reply(PARTNER, DESK, "Перезапустили.")

        assert len(here.cases()) == 1
        assert "Перезапустили." in newest(here, PETR).text
        assert "Перезапустили." not in newest(here, IVAN).text

    story_of(tmp_path, story)


def test_d18_the_ordinary_road_needs_no_hand(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        actors = {e.actor for e in here.journal(only_case(here).reference)}

        assert only_case(here).assignee == PETR
        assert newest(here, IVAN).header("auto-submitted") == "auto-replied"
        assert actors == {"customer"}  # one mail, one decision, nobody else

    story_of(tmp_path, story)


def test_d19_nothing_about_the_customer_goes_to_a_third_party_without_consent(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        text = f"Пользователь {IVAN} не видит картинки."
        await here.reply(PETR, DESK, f"/partner {PARTNER}\n\n{text}")
        assert here.mails_to(PARTNER) == ()
        assert "/consent" in newest(here, PETR).text
        await here.reply(PETR, DESK, f"/consent\n/partner {PARTNER}\n\n{text}")

        assert text in " ".join(newest(here, PARTNER).text.split())
        assert only_case(here).consent
        assert "consent" in {e.kind.removeprefix("record_") for e in here.journal(only_case(here).reference)}

    story_of(tmp_path, story)


def test_d20_agents_see_the_customers_history(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, subject="Картинки на форуме")
        first = only_case(here)
        await here.move(days=1)
        await ask(here, text=f"{TEXT} Теперь не открываются и видео.", subject="Видео")
        notice = newest(here, PETR).text

        assert first.reference in notice
        assert "Картинки на форуме" in notice

    story_of(tmp_path, story)


def test_d21_help_with_found_faults_reaches_the_developers(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, text="Здравствуйте! Нашёл ошибку в тестовой версии: меню не закрывается.")
        await here.reply(PETR, DESK, "/fault\n\nМеню в тестовой версии не закрывается.")

        assert "не закрывается" in newest(here, DEVELOPERS).text
        assert only_case(here).fault

    story_of(tmp_path, story)


def test_d22_a_regular_report_tells_what_was_kept(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, "Мы проверяем сервер.")
        await here.reply(PETR, DESK, RESOLVED)
        await here.move(days=7)  # beyond Monday's opening
        report = newest(here, LEAD)

        assert "23–29" in report.subject
        assert report.header("auto-submitted") == "auto-generated"
        assert re.search(r"ответ\s+1\b", report.text)
        assert "Petr" in report.text

    story_of(tmp_path, story, top='report_every = "week"')


def test_d23_one_update_reaches_every_customer_of_an_incident(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, IVAN)
        await here.reply(PETR, DESK, "/incident Картинки")
        await ask(here, OLGA)
        await here.reply(PETR, DESK, "/incident Картинки")
        await ask(here, "boris@example.net", LOGIN)
        await here.reply(PETR, DESK, "/note\nдругое дело")
        olga = newest(here, PETR)
        await here.reply(PETR, DESK, "/incident Картинки\n/incident-update\n\nСервер меняют, к вечеру всё заработает.")
        told = {who: "к вечеру" in newest(here, who).text for who in (IVAN, OLGA)}

        assert olga
        assert told == {IVAN: True, OLGA: True}
        assert OLGA not in newest(here, IVAN).text
        assert all(to.addr_spec in (IVAN, OLGA) for who in (IVAN, OLGA) for to in newest(here, who).to)

    story_of(tmp_path, story)


def test_d24_one_persons_data_are_exported_and_erased_on_request(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await ask(here, OLGA, LOGIN, "Вход")
        config, file = here.folder / "mailbot.toml", tmp_path / "ivan.zip"
        assert await asyncio.to_thread(export_person, config, IVAN, file) == 0
        assert file.stat().st_size > 0
        assert await asyncio.to_thread(erase_person, config, IVAN, yes=True) == 0
        stored = b"".join(path.read_bytes() for path in tmp_path.glob("test.db*"))

        assert [c.customer for c in here.cases()] == [OLGA]
        assert IVAN.encode() not in stored
        assert OLGA.encode() in stored

    story_of(tmp_path, story)


def test_d25_the_liability_notice_stands_in_the_footer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, RESOLVED)

        for mail in here.mails_to(IVAN):
            assert "не отвечаем за услуги третьих лиц" in " ".join(mail.text.split())

    story_of(tmp_path, story)


def test_d26_work_that_takes_longer_is_told_before_the_date_with_a_new_one(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, "Мы проверяем сервер.")
        await here.move(days=3)
        old, new = promises(here, "resolution")[:2]
        told = next(m for m in here.mails_to(IVAN) if m.message_id == new.told_in)

        assert old.state is State.REPLACED
        assert old.ended_at is not None
        assert old.ended_at < old.due_at
        assert new.due_at == datetime(2026, 3, 31, 15, 0, tzinfo=UTC)  # two working days after Thursday: Tuesday
        assert re.search(r"31 марта", told.text)

    story_of(tmp_path, story)


def test_d27_invitations_to_tests_go_only_to_those_who_asked(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, IVAN)
        await here.reply(PETR, DESK, "/invite\n\nПриглашаем в бета-тест версии 3.")
        assert "бета-тест" not in newest(here, IVAN).text
        assert "/invite" in newest(here, PETR).text
        await ask(here, OLGA, "Здравствуйте! Хочу участвовать в тестах новой версии.", "Тесты")
        assert next(c for c in here.cases() if c.customer == OLGA).category == "testing"
        await here.reply(PETR, DESK, "/invite\n\nПриглашаем в бета-тест версии 3.")

        assert "бета-тест версии 3" in newest(here, OLGA).text

    story_of(tmp_path, story)
