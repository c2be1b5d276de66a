"""Cases that belong together: /link, /merge, /split."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.core.case import Case, Stage
from mailbot.core.promise import State
from mailbot.store import events, inbox
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, newest, only_case, play
from tests.acceptance.test_case_life import RESOLVED, heard
from tests.acceptance.test_main_job import GERMAN

OTHER = "andere@example.net"
SECOND = """
[[desk]]
address = "serwis@example.org"
name = "Serwis"
policy = "complaints-24h"
"""


def about(here: World, subject: str) -> Case:
    (case,) = (case for case in here.cases() if case.subject == subject)
    return case


def stated(here: World) -> list[int]:
    """The days of the month on which the newest mail to the customer promises a resolution."""
    text = " ".join(newest(here, CUSTOMER).text.split())
    return [int(day) for day in re.findall(r"Lösung: bis \D*(\d+)\.", text)]


async def two(here: World, second: str = CUSTOMER) -> tuple[Case, Case]:
    await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
    await here.move(minutes=1)
    await here.write(second, DESK, "Noch etwas", "Guten Tag, zur Rechnung habe ich noch eine Frage.")
    return about(here, "Rechnung"), about(here, "Noch etwas")


def test_linked_cases_know_of_each_other_and_nothing_is_sent(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first, second = await two(here, OTHER)
        mails = len(here.received)
        await here.reply(ANNA, DESK, f"/link [{first.reference.lower()}]")

        assert about(here, "Rechnung").linked == (second.reference,)
        assert about(here, "Noch etwas").linked == (first.reference,)
        assert len(here.received) == mails
        await here.reply(ANNA, DESK, f"/link {second.reference}")
        assert "it is this case itself" in heard(here, ANNA)
        await here.reply(ANNA, DESK, "/link K7M-2QX-9H0")
        assert "there is no such case" in heard(here, ANNA)
        await here.reply(ANNA, DESK, "/link K7M-2QX-9H1")
        assert "/link K7M-2QX-9H1: what follows the command does not fit → /link REFERENCE" in heard(here, ANNA)

    play(tmp_path, story, agents=ONE)


def test_a_merged_case_goes_on_in_the_other_and_its_customer_hears_it_once(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first, second = await two(here)
        await here.reply(ANNA, DESK, f"/cc +chef@example.net\n/note\n\nFür {CUSTOMER}.")
        mails = len(here.mails_to(CUSTOMER))
        await here.reply(ANNA, DESK, f"/merge {first.reference}")
        merged, target = about(here, "Noch etwas"), about(here, "Rechnung")

        assert (merged.stage, merged.linked[0]) == (Stage.MERGED, first.reference)
        ended = [p for p in merged.promises if p.id != "acknowledgement"]
        assert {(p.state, p.reason) for p in ended} == {(State.VOID, "joined to another case")}
        assert target.copied == target.watchers == ()  # G11: who was let into one matter reads no other
        (told,) = here.mails_to(CUSTOMER)[mails:]
        assert told.subject == f"[{first.reference}] Beide Anliegen laufen jetzt unter einer Nummer"
        assert f"Nummer {second.reference} gehört" in " ".join(told.text.split())
        assert "noch eine Frage" in newest(here, ANNA).text
        await here.reply(CUSTOMER, DESK, "Danke, das passt so. Wann kommt die Antwort?")
        await here.write(CUSTOMER, DESK, f"Re: [{second.reference}] Noch etwas", "Und noch ein Wort dazu.")
        assert len(here.cases()) == 2
        assert first.reference in newest(here, ANNA).subject
        await here.move(days=30)
        assert about(here, "Noch etwas").stage is Stage.MERGED

    play(tmp_path, story, agents=ONE)


def test_what_a_merged_case_owed_is_owed_by_the_other(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first, _ = await two(here)
        notice = here.newest(ANNA)
        to, parent = str(notice["Reply-To"]), str(notice["Message-ID"])
        await here.write(CUSTOMER, DESK, f"Re: [{first.reference}] Rechnung", "Bitte bald.")
        await here.reply(ANNA, DESK, "Ich kümmere mich um die Rechnung.")
        assert about(here, "Rechnung").open_promise("answer") is None
        owed = about(here, "Noch etwas").open_promise("answer")
        await here.write(ANNA, to, "Re: x", f"/merge {first.reference}", parent=parent)
        now = about(here, "Rechnung").open_promise("answer")

        assert owed is not None
        assert now is not None
        assert (now.due_at, now.told_in, now.obligation) == (owed.due_at, owed.told_in, owed.obligation)

    play(tmp_path, story, "item-support", agents=ONE)


def test_the_earlier_of_the_dates_that_were_told_for_two_merged_cases_holds_and_is_told(tmp_path: Path) -> None:
    """G12."""

    async def story(here: World) -> None:
        first, _ = await two(here)
        early = about(here, "Noch etwas").promise("resolution")
        assert early is not None
        notice = here.newest(ANNA)
        to, parent = str(notice["Reply-To"]), str(notice["Message-ID"])
        await here.write(CUSTOMER, DESK, f"Re: [{first.reference}] Rechnung", "Bitte prüfen Sie auch den Mai.")
        await here.reply(ANNA, DESK, "/complexity complex\n\nDas dauert länger.")
        late = about(here, "Rechnung").promise("resolution")
        assert late is not None
        assert late.due_at > early.due_at
        await here.write(ANNA, to, "Re: x", f"/merge {first.reference}", parent=parent)
        now = about(here, "Rechnung")

        left = next(p for p in now.promises if p.number == late.number)
        kept = now.open_promise("resolution")
        assert kept is not None
        assert (left.state, left.replaced_by, left.reason) == (State.REPLACED, kept.number, "joined to another case")
        assert kept == replace(early, number=kept.number)
        assert len([p for p in now.promises if p.is_open and p.id == "resolution"]) == 1
        assert stated(here) == [early.due_at.day]
        await here.reply(ANNA, DESK, "/undo")
        assert about(here, "Rechnung").open_promise("resolution") == kept

    play(tmp_path, story, agents=ONE)


def test_a_later_date_of_a_merged_case_ends_with_it_and_the_earlier_one_is_told(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first, _ = await two(here)
        await here.reply(ANNA, DESK, "/complexity complex\n\nDas dauert länger.")
        late, early = (about(here, name).promise("resolution") for name in ("Noch etwas", "Rechnung"))
        assert late is not None
        assert early is not None
        await here.reply(ANNA, DESK, f"/merge {first.reference}")

        assert about(here, "Rechnung").open_promise("resolution") == early
        assert stated(here) == [early.due_at.day]

    play(tmp_path, story, agents=ONE)


@pytest.mark.parametrize("end", ["resolved", "merged"])
def test_what_is_joined_to_a_case_that_has_ended_meanwhile_is_not_lost(tmp_path: Path, end: str) -> None:
    async def story(here: World) -> None:
        first, second = await two(here)
        await here.write(CUSTOMER, DESK, "Drittens", "Guten Tag, und noch ein drittes Wort zu derselben Rechnung.")
        third = about(here, "Drittens")
        await here.reply(ANNA, DESK, f"/merge {second.reference}")
        if end == "merged":
            await here.reply(ANNA, DESK, f"/merge {first.reference}")
        else:
            await here.reply(ANNA, DESK, RESOLVED)
        wish = {"reference": second.reference, "joined": third.reference, "by": ANNA}
        here.daemon.store.write(lambda conn: events.add_event(conn, "join", wish, here.clock()))
        mails = len(here.mails_to(ANNA))
        await here.daemon.settle()
        goes_on = about(here, "Rechnung" if end == "merged" else "Noch etwas")

        assert goes_on.stage in (Stage.ASSIGNED, Stage.IN_WORK)
        assert goes_on.open_promise("resolution") is not None
        assert goes_on.reference in here.mails_to(ANNA)[mails].subject
        assert "drittes Wort" in here.mails_to(ANNA)[mails].text

    play(tmp_path, story, agents=ONE)


def test_an_answer_that_was_promised_in_a_merged_case_is_promised_in_the_other(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first, second = await two(here)
        notice = here.newest(ANNA)
        to, parent = str(notice["Reply-To"]), str(notice["Message-ID"])
        promised = second.open_promise("answer")
        assert promised is not None
        await here.write(CUSTOMER, DESK, f"Re: [{first.reference}] Rechnung", "Bitte bald.")
        await here.reply(ANNA, DESK, "Ich kümmere mich um die Rechnung.")
        await here.write(ANNA, to, "Re: x", f"/merge {first.reference}", parent=parent)
        now = about(here, "Rechnung").open_promise("answer")

        assert now is not None
        assert (now.due_at, now.told_in, now.obligation) == (promised.due_at, promised.told_in, False)
        assert now.told_in != ""
        assert "Antwort" in newest(here, CUSTOMER).text

    play(tmp_path, story, "four-day-week", agents=ONE)


def test_cases_of_two_customers_or_of_two_desks_are_not_merged(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first, second = await two(here, OTHER)
        await here.reply(ANNA, DESK, f"/merge {first.reference}")
        assert "(that case is another person's)" in heard(here, ANNA)
        assert f"→ /link {first.reference}, /incident NAME" in heard(here, ANNA)
        await here.write(OTHER, "serwis@example.org", "Hier auch", "Guten Tag, ich frage hier noch einmal.")
        third = about(here, "Hier auch")
        await here.reply(ANNA, DESK, f"/merge {second.reference}")
        assert f"(that case is another desk's) → /link {second.reference}" in heard(here, ANNA)
        await here.reply(ANNA, DESK, f"/merge {second.reference}\n\nMit einem Text.")

        assert "it has to stand alone" in heard(here, ANNA)
        assert all(case.stage is Stage.ASSIGNED for case in here.cases())
        assert third.linked == ()

    play(tmp_path, story, agents=ONE, more=SECOND)


def test_a_mail_about_something_else_becomes_a_case_of_its_own(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        case = only_case(here)
        await here.reply(ANNA, DESK, "/split")
        assert "/split: the text below it is missing" in heard(here, ANNA)
        await here.move(hours=2)
        raw = await here.write(CUSTOMER, DESK, f"Re: [{case.reference}] Passwort", "Und mein Passwort geht nicht.")
        mails = len(here.mails_to(CUSTOMER))
        await here.reply(ANNA, DESK, "/split")
        new, old = about(here, "Passwort"), about(here, "Rechnung")

        assert (new.linked, old.linked) == ((case.reference,), (new.reference,))
        assert (new.customer, new.language, new.assignee, new.stage) == (CUSTOMER, "de", ANNA, Stage.ASSIGNED)
        assert {p.since for p in new.promises} == {here.clock()}
        (told,) = here.mails_to(CUSTOMER)[mails:]
        assert told.subject == f"[{new.reference}] Ein eigener Vorgang für Ihr zweites Anliegen"
        assert told.message_id in {p.told_in for p in new.promises}
        assert told.in_reply_to == (raw.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode(),)
        assert new.acknowledged
        assert "Passwort geht nicht" in newest(here, ANNA).text
        await here.reply(CUSTOMER, DESK, "Danke.\nIch meine das Passwort für die App.")
        assert new.reference in newest(here, ANNA).subject
        assert len(here.cases()) == 2

    play(tmp_path, story, agents=ONE)


def test_a_mail_is_split_off_once(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        case = only_case(here)
        await here.write(CUSTOMER, DESK, f"Re: [{case.reference}] Passwort", "Und mein Passwort geht nicht.")
        notice = here.newest(ANNA)
        to, parent = str(notice["Reply-To"]), str(notice["Message-ID"])
        for _ in range(2):
            await here.write(ANNA, to, "Re: x", "/split", parent=parent)
        (new,) = (c for c in here.cases() if c.reference != case.reference)

        assert f"(it is a case of its own already) → /show {new.reference}" in heard(here, ANNA)

    play(tmp_path, story, agents=ONE)


def test_what_an_agent_writes_under_split_opens_the_case_and_stays_inside(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/split\n\nDie Adresse auf der Rechnung ist auch falsch.")
        old, new = sorted(here.cases(), key=lambda case: bool(case.linked[0] != case.reference and case.seq < 12))

        assert {old.subject, new.subject} == {"Rechnung"}
        assert "Die Adresse auf der Rechnung" in newest(here, ANNA).text
        assert "Adresse auf" not in "".join(mail.text for mail in here.mails_to(CUSTOMER))
        assert here.daemon.store.read(inbox.audit)["quarantined"] == 0

    play(tmp_path, story, agents=ONE)
