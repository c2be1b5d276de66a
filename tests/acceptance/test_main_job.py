"""The main job by SMTP, on a moved clock: the mails that people see, and what the ledger says."""

from pathlib import Path

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, LEAD, play

GERMAN = "Guten Tag,\n\nmeine Rechnung 4711 ist falsch, bitte prüfen Sie den Betrag.\n\nMit freundlichen Grüßen\nJan Beispiel"


def test_first_mail_is_acknowledged_and_reaches_an_agent(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        raw = await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        (case,) = here.cases()
        (ack,) = here.mails_to(CUSTOMER)
        first = raw.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()

        assert (case.stage, case.language, case.subject) == (Stage.ASSIGNED, "de", "Rechnung 4711")
        assert case.reference in ack.subject
        assert ack.in_reply_to == (first,)
        assert ack.header("auto-submitted") == "auto-replied"
        assert "4711" not in ack.subject
        assert case.promise("acknowledgement").state is State.KEPT  # type: ignore[union-attr]
        (notice,) = here.mails_to(case.assignee)
        assert "4711" in notice.text
        assert notice.reply_to[0].addr_spec.startswith("support+")

    play(tmp_path, story)


def test_an_agents_reply_reaches_the_customer_and_shows_no_private_address(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        agent = here.cases()[0].assignee
        await here.reply(agent, DESK, "Guten Tag,\nich prüfe das.\n\nAnna")
        (_, answer) = here.mails_to(CUSTOMER)
        (case,) = here.cases()

        assert "ich prüfe das." in answer.text
        assert answer.header("auto-submitted") == ""
        assert case.reference in answer.subject
        assert agent.encode() not in b"".join(raw for to, raw in here.received if to == CUSTOMER)
        assert case.stage is Stage.IN_WORK
        assert case.unanswered_since is None

    play(tmp_path, story)


def test_the_case_goes_from_first_mail_to_closed_and_rated(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        agent = here.cases()[0].assignee
        await here.reply(agent, DESK, "/resolve\nnur ein Satz ohne Teile")
        assert here.cases()[0].stage is Stage.ASSIGNED
        assert "/resolve" in here.mails_to(agent)[-1].text
        await here.reply(agent, DESK, "/resolve\n\nErgebnis: Sie haben recht.\nMaßnahmen: Die Rechnung ist korrigiert.")
        assert here.cases()[0].stage is Stage.RESOLVED
        assert "korrigiert" in here.mails_to(CUSTOMER)[-1].text
        await here.move(hours=1)
        await here.reply(CUSTOMER, DESK, "5")
        await here.move(days=30)
        (case,) = here.cases()

        assert (case.stage, case.rating) == (Stage.CLOSED, 5)
        assert all(not p.is_open for p in case.promises)

    play(tmp_path, story)


def test_a_forged_agent_does_nothing_but_a_held_note(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        (before,) = here.cases()
        await here.write(ANNA, DESK, f"Re: [{before.reference}] Rechnung", "/resolve\n\nErgebnis: x\nMaßnahmen: y")
        (after,) = here.cases()

        assert after.stage is before.stage
        assert ANNA not in {e.actor for e in here.journal(before.reference)}
        assert len(here.mails_to(CUSTOMER)) == 1
        assert here.mails_to(ANNA)[-1].header("auto-submitted") == "auto-replied"

    play(tmp_path, story)


def test_a_stranger_who_names_a_reference_gets_a_case_of_their_own(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        (first,) = here.cases()
        await here.write("fremd@example.com", DESK, f"Re: [{first.reference}]", "Bitte schicken Sie mir alles dazu.")
        (second,) = [c for c in here.cases() if c.customer == "fremd@example.com"]
        (ack,) = here.mails_to("fremd@example.com")

        assert second.reference != first.reference
        assert first.reference not in ack.subject + ack.text
        assert len(here.mails_to(CUSTOMER)) == 1

    play(tmp_path, story)


def test_the_same_mail_twice_makes_one_case_and_one_acknowledgement(tmp_path: Path) -> None:
    """G2."""

    async def story(here: World) -> None:
        raw = await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        await here.send(CUSTOMER, DESK, b"Received: by retry.example; Mon, 2 Mar 2026 10:00:00 +0000\r\n" + raw)

        assert len(here.cases()) == 1
        assert len(here.mails_to(CUSTOMER)) == 1

    play(tmp_path, story)


def test_what_no_person_wrote_is_never_answered(tmp_path: Path) -> None:
    """G5."""

    async def story(here: World) -> None:
        for header in ("Auto-Submitted: auto-replied", "List-Id: <news.example.com>", "Precedence: bulk"):
            await here.write("robot@example.com", DESK, "Out of office", "I am away.", headers=(header,))

        assert here.cases() == ()
        assert here.mails_to("robot@example.com") == ()

    play(tmp_path, story)


def test_nobody_gets_more_automatic_answers_than_the_cap(tmp_path: Path) -> None:
    """G5."""

    async def story(here: World) -> None:
        for number in range(6):
            await here.write(CUSTOMER, DESK, f"Frage {number}", f"{GERMAN}\n{number}")

        assert len(here.cases()) == 6
        assert len(here.mails_to(CUSTOMER)) == 3

    play(tmp_path, story)


def test_a_promise_about_to_break_climbs_the_ladder_and_the_customer_is_told_in_time(tmp_path: Path) -> None:
    """G7, G12: each rung once; the told date is replaced before it passes."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Falownik", "Dzień dobry, mój falownik nie działa od wczoraj, proszę o pomoc.")
        (case,) = here.cases()
        agent = case.assignee
        old = case.promise("resolution")
        assert old is not None
        await here.move(days=60)
        (case,) = here.cases()
        changed = [p for p in case.promises if p.id == "resolution"]
        replaced = next(p for p in changed if p.number == old.number)

        assert replaced.state is State.REPLACED
        assert replaced.ended_at is not None
        assert replaced.ended_at <= old.due_at
        assert any(case.reference in m.subject for m in here.mails_to(LEAD))
        keys = [e.detail["key"] for e in here.journal(case.reference) if e.kind == "mark_fired"]
        assert len(keys) == len(set(keys))
        assert any(m.header("auto-submitted") == "auto-generated" for m in here.mails_to(agent))

    play(tmp_path, story, "complaints-working-days")


def test_an_escalation_is_reviewed_by_somebody_who_took_no_part(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        agent = here.cases()[0].assignee
        await here.reply(agent, DESK, "/resolve\n\nErgebnis: Nein.\nMaßnahmen: Geprüft.")
        await here.move(hours=5)
        await here.reply(CUSTOMER, DESK, "Eskalation: Sie haben nur die halbe Rechnung geprüft.")
        (case,) = here.cases()
        assert case.escalation is not None
        reviewer = case.escalation.reviewer
        await here.reply(reviewer, DESK, "/verdict\n\nSie haben recht, wir erstatten den Betrag.")
        (case,) = here.cases()

        assert reviewer not in ("", agent)
        assert "erstatten" in here.mails_to(CUSTOMER)[-1].text
        assert case.promise("review").state is State.KEPT  # type: ignore[union-attr]
        assert case.stage is Stage.RESOLVED

    play(tmp_path, story)


def test_a_note_stays_inside(tmp_path: Path) -> None:
    """G11."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        agent = here.cases()[0].assignee
        await here.reply(agent, DESK, "/note\nDer Kunde ist schwierig.")

        assert len(here.mails_to(CUSTOMER)) == 1
        assert "schwierig" not in here.mails_to(CUSTOMER)[0].text

    play(tmp_path, story)


def test_a_status_request_is_answered_at_once_and_disturbs_nobody(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        agent = here.cases()[0].assignee
        before = len(here.mails_to(agent))
        await here.reply(CUSTOMER, DESK, "Status?")

        assert len(here.mails_to(CUSTOMER)) == 2
        assert len(here.mails_to(agent)) == before

    play(tmp_path, story)


def test_a_customer_who_writes_again_reopens_and_long_after_opens_a_linked_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
        agent = here.cases()[0].assignee
        await here.reply(agent, DESK, "/resolve\n\nErgebnis: Gut.\nMaßnahmen: Keine.")
        await here.move(days=1)
        await here.reply(CUSTOMER, DESK, "Leider ist es immer noch falsch.")
        assert here.cases()[0].stage is Stage.IN_WORK
        await here.reply(agent, DESK, "/resolve\n\nErgebnis: Gut.\nMaßnahmen: Korrigiert.")
        await here.move(days=200)
        assert here.cases()[0].stage is Stage.CLOSED
        await here.reply(CUSTOMER, DESK, "Jetzt ist es wieder falsch.")
        (first,) = [c for c in here.cases() if not c.linked]
        (second,) = [c for c in here.cases() if c.linked]

        assert second.linked == (first.reference,)
        assert first.stage is Stage.CLOSED

    play(tmp_path, story)
