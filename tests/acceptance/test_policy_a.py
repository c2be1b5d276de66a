"""complaints-24h, clause by clause: every complaint is acknowledged within 24 hours."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, LEAD, newest, only_case, play, promises

TEXT = "Guten Tag,\n\nseit gestern stürzt die Exportfunktion ab, sobald ich ein Datum wähle.\n\nJan Beispiel"
RESOLVED = "/resolve\n\nErgebnis: Der Export läuft wieder.\nMaßnahmen: Fehler behoben, Daten geprüft."
FORM = '[[form]]\nsender = "formular@example.org"\npeer = "127.0.0.1"\n'


async def complaint(here: World, text: str = TEXT) -> None:
    await here.write(CUSTOMER, DESK, "Export stürzt ab", text)


def test_a1_a_complaint_about_anything_becomes_a_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.write("olga@example.net", DESK, "Вопрос", "Здравствуйте, почему не работает вход на сайт?")

        assert {(c.customer, c.language) for c in here.cases()} == {(CUSTOMER, "de"), ("olga@example.net", "ru")}

    play(tmp_path, story)


def test_a2_the_contact_forms_customer_is_the_requester(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        text = "Name: Jan Beispiel\nE-Mail: jan@example.net\nDatum: gestern, 14 Uhr\nNachricht: Der Export stürzt ab."
        await here.write("formular@example.org", DESK, "Kontaktformular", text, headers=("Reply-To: jan@example.net",))
        case = only_case(here)
        ack = newest(here, "jan@example.net")

        assert (case.customer, case.customer_name) == ("jan@example.net", "Jan Beispiel")
        assert case.reference in ack.subject
        assert "Export" not in ack.subject + ack.text
        assert here.mails_to("formular@example.org") == ()

    play(tmp_path, story, more=FORM)


def test_a2_a_form_is_no_way_into_somebodys_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        first = only_case(here)
        subject = f"Re: [{first.reference}] Export"
        await here.write("formular@example.org", DESK, subject, "Alles bitte!", headers=(f"Reply-To: {CUSTOMER}",))

        assert len(here.cases()) == 2
        assert next(c for c in here.cases() if c.reference == first.reference) == first

    play(tmp_path, story, more=FORM)


def test_a2_what_only_claims_to_be_the_form_opens_nothing(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write("formular@example.org", DESK, "Formular", TEXT, headers=(f"Reply-To: {CUSTOMER}",))

        assert here.cases() == ()
        assert here.received == []

    play(tmp_path, story, more=FORM.replace("127.0.0.1", "192.0.2.1"))


def test_a3_what_is_missing_is_asked_for_once_and_nothing_waits_for_it(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        ack = newest(here, CUSTOMER).text
        assert "Ihr vollständiger Name" in ack
        assert "Datum und Uhrzeit" in ack
        assert "Bildschirmfotos" in ack
        assert "Beschreibung" not in ack
        assert only_case(here).stage is Stage.ASSIGNED
        await here.reply(CUSTOMER, DESK, "Name: Jan Beispiel\nDatum: 1. März, 14 Uhr")
        await here.reply(ANNA, DESK, "Danke, ich prüfe das.")

        assert dict(only_case(here).fields) | {"name": "Jan Beispiel", "when": "1. März, 14 Uhr"} == dict(
            only_case(here).fields
        )
        assert "Ihr vollständiger Name" not in newest(here, CUSTOMER).text

    play(tmp_path, story)


def test_a3_what_is_given_is_not_asked_for(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here, "Name: Jan Beispiel\nWann: gestern\n\n" + TEXT)
        ack = newest(here, CUSTOMER).text

        assert "Ihr vollständiger Name" not in ack
        assert "Datum und Uhrzeit" not in ack

    play(tmp_path, story)


def test_a4_receipt_is_acknowledged_within_24_hours(tmp_path: Path) -> None:
    saturday = datetime(2026, 3, 7, 22, 0, tzinfo=UTC)

    async def story(here: World) -> None:
        await complaint(here)
        (promise,) = promises(here, "acknowledgement")

        assert promise.due_at == saturday + timedelta(hours=24)
        assert (promise.state, promise.ended_at) == (State.KEPT, saturday)
        assert promise.kept_in == newest(here, CUSTOMER).message_id

    play(tmp_path, story, now=saturday)


def test_a5_the_acknowledgement_holds_the_reference_and_a_first_timeline(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        ack = newest(here, CUSTOMER)
        (promise,) = promises(here, "resolution")

        assert only_case(here).reference in ack.subject
        assert "16. März 2026" in ack.text  # ten working days after Monday, 2 March
        assert promise.due_at == datetime(2026, 3, 16, 16, 0, tzinfo=UTC)
        assert promise.told_in == ack.message_id

    play(tmp_path, story)


def test_a6_a_complex_complaint_takes_longer_and_the_customer_is_told(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(ANNA, DESK, "/complexity complex")
        old, new = promises(here, "resolution")
        told = newest(here, CUSTOMER)

        assert (old.state, old.replaced_by) == (State.REPLACED, new.number)
        assert new.due_at == datetime(2026, 3, 30, 15, 0, tzinfo=UTC)  # twenty working days; the clocks changed
        assert "30. März 2026" in told.text
        assert new.told_in == told.message_id

    play(tmp_path, story)


def test_a6_a_simple_one_changes_no_told_date(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        before = promises(here, "resolution")
        await here.reply(ANNA, DESK, "/complexity simple")

        assert promises(here, "resolution") == before
        assert len(here.mails_to(CUSTOMER)) == 1

    play(tmp_path, story)


def test_a7_every_update_tells_the_state_and_the_expected_time(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.move(days=7, hours=7)  # Monday to Monday: five working days; an hour before they end
        automatic = newest(here, CUSTOMER)
        asked = [m for m in here.mails_to(ANNA) if "/update" in m.text]
        await here.reply(ANNA, DESK, "/update\nDer Fehler ist gefunden.")
        written = newest(here, CUSTOMER)

        assert asked
        for mail in (automatic, written):
            assert "zugewiesen" in mail.text or "Bearbeitung" in mail.text
            assert "16. März 2026" in mail.text
        assert automatic.header("auto-submitted") == "auto-generated"
        assert "Der Fehler ist gefunden." in written.text

    play(tmp_path, story)


def test_a7_never_more_automatic_updates_in_a_row_than_the_policy_allows(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.move(days=80)
        sent = [e.detail["template"] for e in here.journal(only_case(here).reference) if e.kind == "send"]

        assert sent.count("progress") == 3
        assert any("progress" in m.subject.casefold() or "Zwischenstand" in m.subject for m in here.mails_to(LEAD))

    play(tmp_path, story)


def test_a8_a_resolution_without_outcome_and_measures_is_refused(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(ANNA, DESK, "/resolve\n\nErgebnis: Der Export läuft wieder.")
        transcript = newest(here, ANNA)
        assert "measures" in transcript.text
        assert only_case(here).stage is Stage.ASSIGNED
        await here.reply(ANNA, DESK, RESOLVED)

        assert "Fehler behoben, Daten geprüft." in newest(here, CUSTOMER).text
        assert only_case(here).stage is Stage.RESOLVED
        assert promises(here, "resolution")[-1].state is State.KEPT

    play(tmp_path, story)


def test_a9_the_customer_is_asked_for_a_rating_and_free_text(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(ANNA, DESK, RESOLVED)
        assert "1" in newest(here, CUSTOMER).text
        await here.reply(CUSTOMER, DESK, "4, es ging schnell.")

        assert (only_case(here).rating, only_case(here).rating_words) == (4, "es ging schnell.")
        assert only_case(here).stage is Stage.RESOLVED

    play(tmp_path, story)


def test_a10_an_escalation_needs_reasons_and_comes_within_30_days(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(ANNA, DESK, RESOLVED)
        assert "1. April 2026" in newest(here, CUSTOMER).text  # thirty days after 2 March
        await here.reply(CUSTOMER, DESK, "Eskalation")
        assert only_case(here).escalation is None
        await here.reply(CUSTOMER, DESK, "Eskalation: Der Export stürzt immer noch ab.")

        assert only_case(here).escalation.reasons == "Der Export stürzt immer noch ab."  # type: ignore[union-attr]

    play(tmp_path, story)


def test_a10_after_30_days_it_is_too_late(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(ANNA, DESK, RESOLVED)
        await here.move(days=31)
        await here.reply(CUSTOMER, DESK, "Eskalation: Der Export stürzt immer noch ab.")

        assert only_case(here).escalation is None
        assert only_case(here).reference in newest(here, CUSTOMER).subject

    play(tmp_path, story)


def test_a11_the_reviewer_took_no_part(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(ANNA, DESK, RESOLVED)
        await here.reply(CUSTOMER, DESK, "Eskalation: Der Export stürzt immer noch ab.")
        request = newest(here, BORIS)

        assert only_case(here).escalation.reviewer == BORIS  # type: ignore[union-attr]
        assert "Der Export läuft wieder." in request.text  # the whole story, for somebody who was not there

    play(tmp_path, story)


def test_a12_the_review_has_a_deadline_of_its_own(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(ANNA, DESK, RESOLVED)
        await here.reply(CUSTOMER, DESK, "Eskalation: Der Export stürzt immer noch ab.")
        (review,) = promises(here, "review")

        assert review.due_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # five working days
        assert "9. März 2026" in newest(here, CUSTOMER).text
        assert review.told_in == newest(here, CUSTOMER).message_id

    play(tmp_path, story)


def test_a13_the_customer_hears_the_result_of_the_review(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(ANNA, DESK, RESOLVED)
        await here.reply(CUSTOMER, DESK, "Eskalation: Der Export stürzt immer noch ab.")
        await here.reply(BORIS, DESK, "/verdict\n\nSie haben recht: Wir liefern eine neue Version.")
        verdict = newest(here, CUSTOMER)

        assert "Wir liefern eine neue Version." in verdict.text
        assert [p.state for p in promises(here, "review")] == [State.KEPT]
        assert only_case(here).stage is Stage.RESOLVED

    play(tmp_path, story)


def test_a14_the_operators_name_stands_in_every_footer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await complaint(here)
        await here.reply(ANNA, DESK, "Ich prüfe das.")
        await here.reply(ANNA, DESK, RESOLVED)
        mails = here.mails_to(CUSTOMER)

        assert len(mails) == 3
        for mail in mails:
            assert "Name und Anschrift des Betreibers" in " ".join(mail.text.split())

    play(tmp_path, story)


def test_a3_a_name_that_stands_in_the_from_is_not_asked_for(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        head = f"From: Jan Beispiel <{CUSTOMER}>\nTo: {DESK}\nSubject: Export\nMessage-ID: <1@x>\n\n"
        await here.send(CUSTOMER, DESK, f"{head}{TEXT}\n".replace("\n", "\r\n").encode())

        assert dict(only_case(here).fields)["name"] == "Jan Beispiel"
        assert "Ihr vollständiger Name" not in newest(here, CUSTOMER).text

    play(tmp_path, story)
