"""What agents do that no clause foresees: sorting twice, settling under review, reopening, asking from a note."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, LEAD, newest, only_case, play, promises
from tests.acceptance.test_policy_b import KASIA, SUPPLIER, TECH
from tests.acceptance.test_policy_b import complaint as falownik
from tests.acceptance.test_policy_b import story_of as manufacturer
from tests.acceptance.test_policy_d import AGENTS, DESK_TEAM, DEVELOPERS, IVAN, PETR, TUESDAY, ask
from tests.acceptance.test_policy_d import story_of as community

TEXT = "Guten Tag, meine Rechnung 4711 ist falsch, bitte prüfen Sie den Betrag."
RESOLVED = "/resolve\n\nErgebnis: Nein.\nMaßnahmen: Geprüft."


def test_sorting_a_case_promises_nothing_again_that_was_kept(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, "Мы проверяем.")
        before = len(here.mails_to(IVAN))
        await here.reply(PETR, DESK, "/category access")

        assert [p.state for p in promises(here, "answer")] == [State.KEPT]
        assert len(here.mails_to(IVAN)) == before

    community(tmp_path, story)


def test_a_request_that_was_called_a_suggestion_is_owed_after_all_and_told(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, "/category suggestion")
        assert [p.state for p in only_case(here).promises] == [State.VOID, State.VOID]
        assert "пасибо" in newest(here, IVAN).text or "лагодарим" in newest(here, IVAN).text
        await here.move(days=5)
        await here.reply(PETR, DESK, "/category access")
        answer = promises(here, "answer")[-1]

        assert answer.is_open
        assert answer.due_at > here.clock()
        assert answer.told_in == newest(here, IVAN).message_id

    community(tmp_path, story)


def test_an_open_review_ends_with_its_verdict_and_nothing_else(tmp_path: Path) -> None:
    """A11 to A13."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
        await here.reply(ANNA, DESK, RESOLVED)
        await here.reply(CUSTOMER, DESK, "Eskalation: Sie haben nur die halbe Rechnung geprüft.")
        for agent in (ANNA, BORIS):
            await here.reply(agent, DESK, RESOLVED.replace("/resolve", "/resolve\n/send"))
            assert "/verdict" in newest(here, agent).text
        assert only_case(here).stage is Stage.IN_WORK
        await here.reply(BORIS, DESK, "/category nirgends")
        await here.reply(BORIS, DESK, "/verdict\n\nSie haben recht.")

        assert [p.state for p in promises(here, "review")] == [State.KEPT]

    play(tmp_path, story)


def test_sorting_under_review_leaves_the_review_where_it_is(tmp_path: Path) -> None:
    """A11."""

    async def story(here: World) -> None:
        await falownik(here)
        await here.reply(TECH, DESK, "/resolve\n\nWynik: Falownik działa.")
        await here.reply(KASIA, DESK, "Eskalacja")
        reviewer = only_case(here).assignee
        await here.reply(reviewer, DESK, "/category product")

        assert only_case(here).assignee == reviewer != TECH
        assert [p.id for p in only_case(here).promises if p.is_open] == ["review"]

    manufacturer(tmp_path, story)


def test_a_reviewer_is_warned_before_the_reviews_date(tmp_path: Path) -> None:
    """A12."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
        await here.reply(ANNA, DESK, RESOLVED)
        await here.reply(CUSTOMER, DESK, "Eskalation: Sie haben nur die halbe Rechnung geprüft.")
        await here.move(days=6, hours=12)
        warned = [m for m in here.mails_to(BORIS) if "Due soon" in m.subject]
        await here.reply(BORIS, DESK, "/extend 2026-03-13\n\nEin Beleg fehlt noch.")

        assert len(warned) == 1
        assert promises(here, "review")[-1].due_at == datetime(2026, 3, 13, 16, 0, tzinfo=UTC)
        assert "Ein Beleg fehlt noch." in newest(here, CUSTOMER).text

    play(tmp_path, story)


def test_reopening_by_an_agent_promises_again_and_says_so(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, "/resolve\n\nГотово.")
        await here.reply(PETR, DESK, "/reopen\n\nСмотрим ещё раз.")
        (again,) = [p for p in promises(here, "resolution") if p.is_open]

        assert only_case(here).stage is Stage.IN_WORK
        assert again.told_in in {m.message_id for m in here.mails_to(IVAN)}

    community(tmp_path, story)


def test_nobody_is_warned_at_night_or_twice_where_the_next_duty_is_in_time(tmp_path: Path) -> None:
    saturday = datetime(2026, 3, 7, 21, 0, tzinfo=UTC)

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Frage", TEXT)
        await here.move(days=2)
        entries = here.journal(only_case(here).reference)
        warnings = [(e.at, e.detail["to"]) for e in entries if e.kind == "send" and e.detail["template"] == "warning"]

        assert warnings
        assert len(warnings) == len(set(warnings))
        assert min(at for at, _ in warnings) >= datetime(2026, 3, 9, 8, 0, tzinfo=UTC)  # Monday, nine in Berlin

    play(tmp_path, story, "item-support", now=saturday)


def test_the_developers_answer_on_the_case_and_learn_of_nobody_without_consent(tmp_path: Path) -> None:
    """D12, D19."""

    async def story(here: World) -> None:
        await ask(here)
        await here.reply(PETR, DESK, f"/fault\n\nОшибка 500 у {IVAN}.")
        assert here.mails_to(DEVELOPERS) == ()
        await here.reply(PETR, DESK, "/fault\n\nОшибка 500.")
        await here.reply(DEVELOPERS, DESK, "Исправим в версии 2.4.")

        assert len(here.cases()) == 1
        assert "Исправим в версии 2.4." in newest(here, PETR).text
        assert "2.4" not in newest(here, IVAN).text

    community(tmp_path, story)


def test_a_question_under_a_partners_answer_reaches_the_customer(tmp_path: Path) -> None:
    """B5, B6."""

    async def story(here: World) -> None:
        await falownik(here)
        await here.reply(TECH, DESK, f"/partner {SUPPLIER}\n/wait partner\n\nCzy czujnik T4 jest dostępny?")
        await here.reply(SUPPLIER, DESK, "Tak, ale jaki numer seryjny?")
        assert only_case(here).stage is Stage.IN_WORK
        await here.reply(TECH, DESK, "/wait customer\n\nJaki jest numer seryjny?")

        assert "Jaki jest numer seryjny?" in newest(here, KASIA).text
        assert only_case(here).waiting_for == "customer"

    manufacturer(tmp_path, story)


def test_a_question_under_a_note_names_the_customer_or_is_not_sent(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Frage", TEXT)
        await here.reply(ANNA, DESK, "/assign Boris")
        await here.reply(ANNA, DESK, "/note\n\nWelche Version hat er?")
        before, mails = only_case(here), len(here.mails_to(CUSTOMER))
        await here.reply(BORIS, DESK, "/wait\n\nWelche Version haben Sie?")

        assert "/wait: not possible here (your reply stays inside) → /wait customer" in newest(here, BORIS).text
        assert replace(only_case(here), seq=before.seq) == before
        assert len(here.mails_to(CUSTOMER)) == mails
        notice = next(m for m in reversed(here.mails_to(BORIS)) if "Welche Version hat er" in m.text)
        text = "/wait customer\n\nWelche Version haben Sie?"
        await here.write(BORIS, notice.reply_to[0].addr_spec, "Re: x", text, parent=notice.message_id)
        assert "Welche Version haben Sie" in newest(here, CUSTOMER).text

    play(tmp_path, story)


def test_a_case_that_waits_for_a_partner_can_wait_for_the_customer_next(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await falownik(here)
        await here.reply(TECH, DESK, "/wait partner")
        await here.move(days=1)
        await here.reply(TECH, DESK, "/wait customer\n\nJaki jest numer seryjny?")

        assert (only_case(here).waiting_for, only_case(here).waiting_since) == ("customer", here.clock())

    manufacturer(tmp_path, story)


def test_two_dates_in_one_mail_are_refused_and_nothing_crashes(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here)
        for order in ("/complexity complex\n/extend 2026-04-01", "/category suggestion\n/extend 2 working days"):
            await here.reply(PETR, DESK, f"{order}\n\nПотому что.")
            assert "/promise" in newest(here, PETR).text

        assert [p.state for p in promises(here, "resolution")] == [State.OPEN]

    community(tmp_path, story)


def test_only_a_senior_decides_where_the_policy_says_so(tmp_path: Path) -> None:
    """D11."""

    async def story(here: World) -> None:
        await ask(here)
        await here.reply(IVAN, DESK, "эскалация")
        await here.reply("vera@example.org", DESK, "/assign Nina")

        assert only_case(here).assignee == "vera@example.org"

    play(tmp_path, story, "four-day-week", agents=DESK_TEAM + AGENTS, now=TUESDAY)


def test_thanks_for_a_question_disturbs_nothing(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Frage", TEXT)
        await here.reply(ANNA, DESK, "/wait\n\nWelche Version haben Sie?")
        await here.reply(CUSTOMER, DESK, "Vielen Dank!")
        await here.move(days=3)

        assert only_case(here).stage is Stage.WAITING
        assert [p for p in promises(here, "answer") if p.is_open] == []
        assert here.mails_to(LEAD) == ()

    play(tmp_path, story, "item-support")


def test_each_wrong_line_is_named_where_several_are_wrong(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
        before = only_case(here)
        await here.reply(ANNA, DESK, "/assign Zoe\n/complexety simple\n/take")
        lines = newest(here, ANNA).text.splitlines()

        assert sum("/assign Zoe:" in line for line in lines) == 1
        assert not any("/assign Zoe" in line and "fine" in line for line in lines)
        assert any("/complexity" in line for line in lines)
        assert any("/take" in line and "fine" in line for line in lines)
        assert replace(only_case(here), seq=before.seq) == before

    play(tmp_path, story)
