"""platform-complaints, clause by clause: one database, categories with teams, one named specialist each."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import DESK, LEAD, newest, only_case, play, promises

POLICY = "platform-complaints"
IVAN = "ivan@example.net"
PAY, PAY_TOO, ACCOUNTS = "petr@example.org", "pavel@example.org", "anna@example.org"
TUESDAY = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
AGENTS = "".join(
    f'[[agent]]\naddress = "{address}"\nname = "{name}"\nteams = ["{team}"]\nlanguages = ["en"]\n'
    'hours = "mon-fri 09:00-18:00"\nzone = "Europe/Moscow"\n'
    for address, name, team in (
        (PAY, "Petr", "payments"),
        (PAY_TOO, "Pavel", "payments"),
        (ACCOUNTS, "Anna", "accounts"),
    )
)
REFUND = "Здравствуйте! Возврат денег за заказ 17 не пришёл."
FORM = '[[form]]\nsender = "cabinet@example.org"\ncustomer = "E-mail"\n[trust]\nauthserv_id = "mx.example.org"\n'
PASSED = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org"
RESOLVED = "/resolve\n\nДеньги отправлены сегодня."


async def complain(here: World, who: str = IVAN, text: str = REFUND, subject: str = "Возврат") -> None:
    await here.write(who, DESK, subject, text)


def story_of(folder: Path, story: object, *, now: datetime = TUESDAY, more: str = "") -> None:
    play(folder, story, POLICY, agents=AGENTS, now=now, more=more)  # type: ignore[arg-type]


def test_e1_the_accounts_form_comes_from_an_authenticated_source(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        text = f"E-mail: {IVAN}\nИмя: Иван\nКатегория: Аккаунт\nСообщение: мой профиль заблокирован без причины"
        await here.write("cabinet@example.org", DESK, "Обращение", text, headers=(PASSED,))
        case = only_case(here)
        assert (case.customer, case.customer_name, case.category) == (IVAN, "Иван", "account")
        assert case.reference in newest(here, IVAN).subject
        await here.write("cabinet@example.org", DESK, "Обращение", text + " ещё раз")

        assert len(here.cases()) == 1  # what does not prove itself opens nothing

    story_of(tmp_path, story, more=FORM)


def test_e2_complaints_land_in_one_database_sorted_by_category(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complain(here)
        await complain(here, "olga@example.net", "Здравствуйте! Не могу войти в свой аккаунт.", "Вход")
        await complain(
            here, "oleg@example.net", "Здравствуйте! Кто-то оставил ложный отзыв о моём объявлении.", "Отзыв"
        )

        assert sorted(c.category for c in here.cases()) == ["account", "content", "payments"]

    story_of(tmp_path, story)


def test_e3_each_category_has_its_own_team(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complain(here)
        await complain(here, "olga@example.net", "Здравствуйте! Не могу войти в свой аккаунт.", "Вход")
        found = {c.category: (c.team, c.assignee) for c in here.cases()}
        assert found == {"payments": ("payments", PAY), "account": ("accounts", ACCOUNTS)}
        await here.reply(ACCOUNTS, DESK, "/category payments")

        assert {c.assignee for c in here.cases()} == {PAY, PAY_TOO}

    story_of(tmp_path, story)


def test_e4_one_named_specialist_with_the_least_open_work(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for number in range(4):
            await complain(here, f"u{number}@example.net")
        shared = [c.assignee for c in here.cases()]

        assert sorted(shared) == [PAY_TOO, PAY_TOO, PAY, PAY]

    story_of(tmp_path, story)


def test_e4_only_those_on_duty(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complain(here)
        assert only_case(here).assignee == ""
        await here.move(hours=10)

        assert only_case(here).assignee == PAY

    story_of(tmp_path, story, now=datetime(2026, 3, 24, 20, 0, tzinfo=UTC))


def test_e5_24_hours_are_the_target_and_48_the_promise(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complain(here)
        (promise,) = promises(here, "answer")
        assert promise.due_at == TUESDAY + timedelta(hours=48)
        assert "26 марта 2026" in newest(here, IVAN).text
        await here.move(hours=24, minutes=1)
        assert any("Due soon" in m.subject for m in here.mails_to(PAY))
        await here.reply(PAY, DESK, "Проверяем платёж.")

        assert [p.state for p in promises(here, "answer")] == [State.KEPT]

    story_of(tmp_path, story)


def test_e6_where_it_takes_longer_the_user_is_told(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complain(here)
        await here.move(hours=48, minutes=1)
        sent = [str(e.detail["template"]) for e in here.journal(only_case(here).reference) if e.kind == "send"]
        assert sent.count("delay") == 1
        assert any(only_case(here).reference in m.subject for m in here.mails_to(LEAD))
        await here.reply(PAY, DESK, "Проверяем платёж, извините за задержку.")

        assert [p.state for p in promises(here, "answer")] == [State.LATE]

    story_of(tmp_path, story)


def test_e7_updates_come_at_an_interval_while_the_case_is_open(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complain(here)
        await here.reply(PAY, DESK, "Проверяем платёж.")
        await here.move(days=9)
        kept = [p for p in promises(here, "progress") if p.state is State.KEPT and p.automatic]
        asked = [m for m in here.mails_to(PAY) if "/update" in m.text]

        assert [p.due_at.date().isoformat() for p in kept] == ["2026-03-26", "2026-03-30", "2026-04-01"]
        assert len(asked) >= 3
        assert "1 апреля" in " ".join(m.text for m in here.mails_to(IVAN))

    story_of(tmp_path, story)


def test_e8_status_on_request_is_answered_at_once_and_disturbs_nobody(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complain(here)
        reference, before = only_case(here).reference, len(here.mails_to(PAY))
        await here.write(IVAN, DESK, f"[{reference}]", "Статус?")
        answer = newest(here, IVAN)

        assert reference in answer.subject
        assert "26 марта" in answer.text
        assert len(here.mails_to(PAY)) == before
        assert only_case(here).unanswered_since == TUESDAY

    story_of(tmp_path, story)


def test_e9_not_solved_reopens_the_same_case_with_its_history(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complain(here)
        await here.reply(PAY, DESK, RESOLVED)
        await here.move(days=20)
        assert only_case(here).stage is Stage.CLOSED
        await here.reply(IVAN, DESK, "Деньги так и не пришли.")

        assert only_case(here).stage is Stage.IN_WORK
        assert only_case(here).assignee == PAY
        assert [e.kind for e in here.journal(only_case(here).reference)].count("record_mail") == 3

    story_of(tmp_path, story)


def test_e10_questions_can_be_asked_at_any_time(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complain(here)
        await here.move(days=1, hours=12)  # at night
        await here.reply(IVAN, DESK, "А можно вернуть деньги на другую карту?")
        await here.move(hours=12)  # when they are at work

        assert any("на другую карту" in mail.text for mail in here.mails_to(PAY))
        assert len(here.cases()) == 1

    story_of(tmp_path, story)
