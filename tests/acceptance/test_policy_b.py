"""complaints-working-days, clause by clause: a manufacturer of solar inverters, counted in working days."""

from datetime import UTC, datetime
from pathlib import Path

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import DESK, LEAD, newest, only_case, play, promises

POLICY = "complaints-working-days"
KASIA = "kasia@example.net"
SERWIS, TECH, MAREK, SUPPLIER = "ola@example.org", "tomek@example.org", "marek@example.org", "czesci@example.com"
#: Thursday; 3 May and 1 May are holidays, Corpus Christi is 4 June
START = datetime(2026, 4, 9, 8, 12, tzinfo=UTC)
AGENTS = """
[[agent]]
address = "ola@example.org"
name = "Ola"
teams = ["service"]
languages = ["en"]
hours = "mon-fri 08:00-16:00"
[[agent]]
address = "tomek@example.org"
name = "Tomek"
teams = ["technical"]
languages = ["en"]
hours = "mon-fri 08:00-16:00"
[[agent]]
address = "marek@example.org"
name = "Marek"
teams = ["review"]
languages = ["en"]
hours = "mon-fri 08:00-16:00"
reviewer = true
"""
PRODUCT = "Dzień dobry,\n\nmój falownik wyłącza się codziennie około południa. Proszę o pomoc.\n\nKasia Nowak"
SERVICE = (
    "Dzień dobry,\n\nzgłaszałam serwis trzy tygodnie temu i nikt nie przyjechał na umówiony termin.\n\nKasia Nowak"
)
RESOLVED = "/resolve\n\nWynik: Falownik działa.\nDziałania: Wymieniliśmy czujnik."


async def complaint(here: World, text: str = PRODUCT, subject: str = "Reklamacja") -> None:
    await here.write(KASIA, DESK, subject, text)


def story_of(folder: Path, story: object, more: str = "") -> None:
    play(folder, story, POLICY, agents=AGENTS, now=START, more=more)  # type: ignore[arg-type]


def test_b1_all_complaints_come_to_one_address(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here, PRODUCT)
        await here.write("piotr@example.net", DESK, "Serwis", SERVICE)

        assert {(c.customer, c.category) for c in here.cases()} == {
            (KASIA, "product"),
            ("piotr@example.net", "service"),
        }

    story_of(tmp_path, story)


def test_b2_what_is_missing_is_asked_for_by_name(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        ack = newest(here, KASIA).text

        assert "model falownika" in ack
        assert "opis problemu" not in ack  # the text describes it

    story_of(tmp_path, story)


def test_b3_receipt_is_acknowledged_within_7_working_days(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        (promise,) = promises(here, "acknowledgement")

        assert promise.due_at == datetime(2026, 4, 20, 14, 0, tzinfo=UTC)  # 10, 13–17, 20 April at 16:00
        assert promise.state is State.KEPT

    story_of(tmp_path, story)


def test_b4_the_progress_clock_starts_at_the_acknowledgement(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        (progress,) = promises(here, "progress")
        assert progress.since == START
        assert progress.due_at == datetime(2026, 4, 29, 14, 0, tzinfo=UTC)
        await here.move(days=21)
        first, second = promises(here, "progress")
        report = newest(here, KASIA)

        assert (first.state, first.automatic) == (State.KEPT, True)
        assert second.due_at == datetime(2026, 5, 20, 14, 0, tzinfo=UTC)  # 1 May is a holiday
        assert "20 maja 2026" in report.text
        assert "22 maja 2026" in report.text  # the resolution

    story_of(tmp_path, story)


def test_b5_a_case_waits_for_the_customer_says_so_and_reminds(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        before = promises(here, "resolution")
        await here.reply(TECH, DESK, "/wait\n\nJaki kod błędu pokazuje wyświetlacz?")
        asked = newest(here, KASIA)
        assert only_case(here).stage is Stage.WAITING
        assert "potrzebujemy teraz" in asked.text.casefold()
        await here.move(days=8)
        assert len([e for e in here.journal(only_case(here).reference) if e.detail.get("template") == "reminder"]) == 1
        await here.reply(KASIA, DESK, "Kod E-031.")

        assert only_case(here).stage is Stage.IN_WORK
        assert "E-031" in newest(here, TECH).text
        assert promises(here, "resolution") == before  # told dates do not pause

    story_of(tmp_path, story)


def test_b6_partners_are_written_to_on_the_case_and_nobody_sees_the_others_mail(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here, "Model: SX-5\n" + PRODUCT)
        await here.reply(TECH, DESK, f"/partner {SUPPLIER}\n\nCzy czujnik T4 jest dostępny od ręki?")
        to_partner = newest(here, SUPPLIER)
        assert "T4" in to_partner.text
        assert "kasia" not in (to_partner.text + to_partner.subject).casefold()
        assert "Reklamacja" not in to_partner.subject
        assert len(here.mails_to(KASIA)) == 1
        await here.reply(SUPPLIER, DESK, "Tak, wysyłka jutro.")
        assert "wysyłka jutro" in newest(here, TECH).text
        assert len(here.mails_to(KASIA)) == 1
        await here.reply(TECH, DESK, f"/partner {SUPPLIER}\n\nProszę wysłać.")
        second = newest(here, SUPPLIER)

        assert len(here.cases()) == 1
        assert set(to_partner.references) < set(second.references)
        assert not {m.message_id for m in here.mails_to(KASIA)} & set(second.references)

    story_of(tmp_path, story)


def test_b7_resolution_within_30_working_days_of_receipt(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        (promise,) = promises(here, "resolution")
        assert promise.due_at == datetime(2026, 5, 22, 14, 0, tzinfo=UTC)
        assert "22 maja 2026" in newest(here, KASIA).text
        await here.reply(TECH, DESK, RESOLVED)

        assert promises(here, "resolution")[-1].state is State.KEPT

    story_of(tmp_path, story)


def test_b8_missed_resolution_is_explained_and_promised_anew(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.move(days=44)
        asked = [m for m in here.mails_to(TECH) if "/promise" in m.text]
        told = newest(here, KASIA)
        old, new = promises(here, "resolution")

        assert asked
        assert (old.state, old.replaced_by) == (State.REPLACED, new.number)
        assert old.ended_at is not None
        assert old.ended_at < old.due_at
        assert new.due_at == datetime(
            2026, 6, 8, 14, 0, tzinfo=UTC
        )  # ten working days after 22 May; 4 June is a holiday
        assert new.automatic
        assert "8 czerwca 2026" in told.text
        assert new.told_in == told.message_id
        assert here.mails_to(LEAD)

    story_of(tmp_path, story)


def test_b8_the_agents_reason_and_date_come_first(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.move(days=40)
        await here.reply(TECH, DESK, "/extend 2026-06-01\n\nCzujnik dotrze do nas dopiero 28 maja.")
        told = newest(here, KASIA)
        old, new = promises(here, "resolution")
        await here.move(days=10)

        assert "Czujnik dotrze do nas dopiero 28 maja." in told.text
        assert told.header("auto-submitted") == ""
        assert (new.due_at, new.automatic) == (datetime(2026, 6, 1, 14, 0, tzinfo=UTC), False)
        assert old.ended_at is not None
        assert old.ended_at < old.due_at

    story_of(tmp_path, story)


def test_b9_a_service_complaint_asks_for_its_own_details(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here, SERVICE)
        ack = newest(here, KASIA).text

        assert only_case(here).category == "service"
        for name in ("model falownika", "numer zgłoszenia", "numer seryjny", "pomysł na rozwiązanie"):
            assert name in ack

    story_of(tmp_path, story)


def test_b10_the_service_team_answers_with_guidance(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here, SERVICE)
        assert only_case(here).assignee == SERWIS
        await here.reply(SERWIS, DESK, "Przyjedziemy w środę o 10:00.")

        assert "w środę o 10:00" in newest(here, KASIA).text

    story_of(tmp_path, story)


def test_b11_a_product_complaint_asks_for_its_own_details(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here, "Model: SX-5\nS/N: 4711-A\n" + PRODUCT)
        ack = newest(here, KASIA).text

        assert only_case(here).category == "product"
        assert dict(only_case(here).fields)["serial_number"] == "4711-A"
        for name in ("model falownika", "numer seryjny", "numer zgłoszenia"):
            assert name not in ack
        assert "pomysł na rozwiązanie" in ack

    story_of(tmp_path, story)


def test_b12_the_technical_team_answers_with_troubleshooting(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        assert only_case(here).assignee == TECH
        await here.reply(TECH, DESK, "Proszę zaktualizować oprogramowanie falownika.")

        assert "zaktualizować oprogramowanie" in newest(here, KASIA).text

    story_of(tmp_path, story)


def test_b13_what_cannot_be_settled_is_explained_in_full(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(TECH, DESK, "/decline\n\nNie możemy pomóc.")
        assert only_case(here).stage is Stage.ASSIGNED
        assert "reasons" in newest(here, TECH).text
        await here.reply(
            TECH, DESK, "/decline\n\nUzasadnienie: Gwarancja wygasła w 2024 roku, a uszkodzenie powstało później."
        )

        assert "Gwarancja wygasła w 2024 roku" in newest(here, KASIA).text
        assert only_case(here).stage is Stage.RESOLVED

    story_of(tmp_path, story)


def test_b14_a_dissatisfied_customer_escalates_and_somebody_else_reviews(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(TECH, DESK, RESOLVED)
        await here.reply(KASIA, DESK, "Eskalacja")
        (review,) = promises(here, "review")

        assert only_case(here).escalation.reviewer == MAREK  # type: ignore[union-attr]
        assert review.due_at == datetime(2026, 4, 23, 14, 0, tzinfo=UTC)  # ten working days

    story_of(tmp_path, story)


def test_b15_was_this_helpful_yes_or_no_with_a_reason(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(TECH, DESK, RESOLVED)
        assert "tak" in newest(here, KASIA).text.casefold()
        await here.reply(KASIA, DESK, "nie")
        asked = newest(here, KASIA).text
        assert "niezrozumiałe" in asked
        assert "nie pomogło" in asked
        await here.reply(KASIA, DESK, "Niepełne: brakuje instrukcji")

        assert (only_case(here).rating, only_case(here).rating_words) == (1, "Niepełne: brakuje instrukcji")

    story_of(tmp_path, story)


def test_b15_no_and_the_reason_may_come_together(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(TECH, DESK, RESOLVED)
        await here.reply(KASIA, DESK, "Nie, nie pomogło. Czujnik nadal nie działa.")

        assert (only_case(here).rating, only_case(here).rating_words) == (1, "nie pomogło. Czujnik nadal nie działa.")

    story_of(tmp_path, story)


def test_b15_yes_is_enough(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(TECH, DESK, RESOLVED)
        await here.reply(KASIA, DESK, "Tak")

        assert (only_case(here).rating, only_case(here).stage) == (5, Stage.RESOLVED)

    story_of(tmp_path, story)
