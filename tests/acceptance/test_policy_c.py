"""item-support, clause by clause: an answer within 24 to 48 hours, in the order of arrival."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, LEAD, MONDAY, newest, only_case, play, promises

POLICY = "item-support"
TEXT = "Guten Tag, nach dem letzten Update lädt die Erweiterung nicht mehr. Was kann ich tun?"
#: one person who can have so many cases at once
ANNA_WITH = """
[[agent]]
address = "anna@example.org"
name = "Anna"
languages = ["en"]
hours = "mon-fri 09:00-17:00"
capacity = {capacity}
"""
BUSY = 'policies = "policies"\n'


async def question(here: World, number: int = 0, text: str = TEXT) -> None:
    await here.write(
        f"kunde{number}@example.net" if number else CUSTOMER, DESK, f"Frage {number}", f"{text} ({number})"
    )


def with_backlog(folder: Path, enough: int) -> None:
    """The shipped policy with a small backlog, as an administrator's own file."""
    shipped = Path(__file__).parent.parent.parent / "config" / "policies" / f"{POLICY}.toml"
    own = folder / "policies" / f"{POLICY}.toml"
    own.parent.mkdir()
    text = re.sub(r"(?m)^backlog = \d+", "backlog = 3", shipped.read_text(encoding="utf-8"))
    own.write_text(re.sub(r"(?m)^enough = \d+", f"enough = {enough}", text), encoding="utf-8")


def test_c1_24_hours_are_the_target_and_48_the_limit(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await question(here)
        (promise,) = promises(here, "answer")
        assert promise.due_at == MONDAY + timedelta(hours=48)
        assert "4. März 2026" in newest(here, CUSTOMER).text
        assert "3. März" not in newest(here, CUSTOMER).text  # the target is inside
        await here.move(hours=24, minutes=1)
        warned = newest(here, ANNA)
        await here.reply(ANNA, DESK, "Bitte laden Sie Version 2 herunter.")

        assert "Due soon" in warned.subject
        assert [p.state for p in promises(here, "answer")] == [State.KEPT]

    play(tmp_path, story, POLICY)


def test_c2_with_a_backlog_the_acknowledgement_says_so_and_names_a_range_from_the_record(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for number in range(1, 4):
            await question(here, number)
            await here.move(hours=2)
            await here.reply(ANNA, DESK, "Bitte laden Sie Version 2 herunter.")
        await here.move(days=1)
        for number in range(11, 16):
            await question(here, number)
        usual, busy = newest(here, "kunde11@example.net"), newest(here, "kunde15@example.net")
        row = next(p for c in here.cases() if c.customer == "kunde15@example.net" for p in c.promises if p.is_estimate)

        assert "länger" not in usual.text
        assert "länger" in busy.text
        assert row.low_at is not None
        assert row.low_at <= row.due_at
        assert row.told_in == busy.message_id
        named = set(re.findall(r"\d{1,2}\. März", busy.text))
        answer = next(
            p for c in here.cases() if c.customer == "kunde15@example.net" for p in c.promises if p.id == "answer"
        )
        assert named == {f"{at.day}. März" for at in (row.low_at, row.due_at, answer.due_at)}

    with_backlog(tmp_path, enough=3)
    play(tmp_path, story, POLICY, top=BUSY, agents=ANNA_WITH.format(capacity=20))


def test_c2_with_too_few_answers_on_record_no_figure_is_named(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for number in range(1, 6):
            await question(here, number)
        busy = newest(here, "kunde5@example.net")

        assert "länger" in busy.text
        assert set(re.findall(r"\d{1,2}\. März", busy.text)) == {"4. März"}  # the promise, nothing else
        assert not [p for c in here.cases() for p in c.promises if p.is_estimate]

    with_backlog(tmp_path, enough=20)
    play(tmp_path, story, POLICY, top=BUSY)


def test_c3_no_mail_names_a_date_that_the_policy_does_not_promise(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await question(here)
        await here.move(hours=60)
        await here.reply(ANNA, DESK, "Wir sehen uns das an.")
        await here.reply(CUSTOMER, DESK, "status")
        dates = {d for m in here.mails_to(CUSTOMER) for d in re.findall(r"\d{1,2}\. März 2026", m.text)}

        assert promises(here, "resolution") == []
        assert dates == {"4. März 2026"}

    play(tmp_path, story, POLICY)


def test_c4_whoever_waited_longest_is_handed_out_first(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for number in range(1, 5):
            await question(here, number)
            await here.move(minutes=10)
        assert [c.assignee for c in here.cases()] == [ANNA, "", "", ""]
        order = []
        for _ in range(4):
            case = next(c for c in here.cases() if c.assignee and c.stage is not Stage.RESOLVED)
            order.append(case.customer)
            assert case.customer in newest(here, ANNA).text
            await here.reply(ANNA, DESK, "/resolve\n\nBitte laden Sie Version 2 herunter.")

        assert order == [f"kunde{n}@example.net" for n in range(1, 5)]

    play(tmp_path, story, POLICY, agents=ANNA_WITH.format(capacity=1))


def test_c4_a_newcomer_does_not_jump_the_queue(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await question(here, 1)
        await question(here, 2)
        assert {c.customer: c.assignee for c in here.cases()} == {"kunde1@example.net": "", "kunde2@example.net": ""}
        await here.move(hours=11)  # Monday 20:00 in Berlin to Tuesday 07:00: nobody is there yet
        await question(here, 3)
        await here.move(hours=3)
        entries = [(e, c.customer) for c in here.cases() for e in here.journal(c.reference)]
        handed = sorted((e.at, customer) for e, customer in entries if e.kind == "assign")

        assert [customer for _, customer in handed] == [
            "kunde1@example.net",
            "kunde2@example.net",
            "kunde3@example.net",
        ]
        assert all(at >= datetime(2026, 3, 3, 8, 0, tzinfo=UTC) for at, _ in handed)

    play(tmp_path, story, POLICY, agents=ANNA_WITH.format(capacity=3), now=datetime(2026, 3, 2, 19, 0, tzinfo=UTC))


def test_c4_next_takes_the_one_that_waited_longest(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for number in range(1, 4):
            await question(here, number)
            await here.move(minutes=5)
        await here.reply(ANNA, DESK, "/next")

        assert {c.customer: c.assignee for c in here.cases()} == {
            "kunde1@example.net": ANNA,
            "kunde2@example.net": ANNA,
            "kunde3@example.net": "",
        }

    play(tmp_path, story, POLICY, agents=ANNA_WITH.format(capacity=1))


def test_c5_without_an_answer_the_customer_is_asked_for_patience_once_a_period(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await question(here)
        await here.move(hours=49)
        assert len(here.mails_to(CUSTOMER)) == 2
        assert "Geduld" in newest(here, CUSTOMER).text
        assert any("Due soon" in m.subject or "Not kept" in m.subject for m in here.mails_to(ANNA))
        assert here.mails_to(LEAD)
        await here.move(hours=46)
        assert len(here.mails_to(CUSTOMER)) == 2
        await here.move(hours=2)
        assert len(here.mails_to(CUSTOMER)) == 3
        await here.move(days=20)
        assert len(here.mails_to(CUSTOMER)) == 3  # automatic_at_most
        await here.reply(ANNA, DESK, "Bitte entschuldigen Sie. Version 2 behebt das.")

        assert [p.state for p in promises(here, "answer")] == [State.LATE]

    play(tmp_path, story, POLICY)


def test_c6_questions_in_scope_are_cases_like_any_other(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await question(here, 1, "Wie verwende ich das Menü?")
        await question(here, 2, "Eine Sicherheitslücke in der mitgelieferten Bibliothek: gibt es ein Update?")

        assert [c.stage for c in here.cases()] == [Stage.ASSIGNED, Stage.ASSIGNED]
        assert all("out-of-scope" not in m.text for m in here.mails_to(ANNA))

    play(tmp_path, story, POLICY, agents=ANNA_WITH.format(capacity=9))


def test_c7_words_suggest_out_of_scope_to_the_agent_and_refuse_no_customer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await question(here, 1, "Können Sie mir die Farben anpassen und eigenen Code einbauen?")

        assert newest(here, "kunde1@example.net").header("auto-submitted") == "auto-replied"
        assert "/out-of-scope" in newest(here, ANNA).text
        assert only_case(here).stage is Stage.ASSIGNED

    play(tmp_path, story, POLICY)


def test_c8_out_of_scope_is_answered_politely_with_the_way_on(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await question(here, 1, "Können Sie mir die Farben anpassen?")
        await here.reply(ANNA, DESK, "/out-of-scope\n\nDie Farben stecken im Theme eines anderen Anbieters.")
        answer = " ".join(newest(here, "kunde1@example.net").text.split())

        assert "Die Farben stecken im Theme eines anderen Anbieters." in answer
        assert "Anpassungen und alles, was eigenen Code braucht" in answer
        assert "bezahlten Auftrag" in answer
        assert only_case(here).stage is Stage.RESOLVED
        assert [p.state for p in promises(here, "answer")] == [State.KEPT]

    play(tmp_path, story, POLICY)
