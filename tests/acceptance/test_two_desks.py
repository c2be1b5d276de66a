"""One mail to two desks: a case at each, the two linked, and one acknowledgement that tells both."""

from pathlib import Path

import pytest

from mailbot.core.case import Case
from mailbot.core.promise import Promise, State
from mailbot.store import inbox
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, newest, play
from tests.acceptance.test_main_job import GERMAN

SERWIS, BILLING = "serwis@example.org", "billing@example.org"
NAMES = {DESK: "Example Support", SERWIS: "Serwis", BILLING: "Billing"}
SECOND = '[[desk]]\naddress = "serwis@example.org"\nname = "Serwis"\npolicy = "complaints-working-days"\n'
DATES = ("16. März 2026", "14. April 2026")  #: of the resolution, each by its own desk's policy
LACKING = ("Ihr vollständiger Name", "Modell des Wechselrichters")
THIRD = '[[desk]]\naddress = "billing@example.org"\nname = "Billing"\npolicy = "item-support"\n'


def raw(*desks: str, headers: tuple[str, ...] = ()) -> bytes:
    head = [
        f"From: {CUSTOMER}", f"To: {', '.join(desks)}", "Subject: Rechnung", "Message-ID: <both@example.net>", *headers,
        "Content-Type: text/plain; charset=utf-8",
    ]  # fmt: skip
    return "\r\n".join((*head, "", *GERMAN.splitlines(), "")).encode()


async def hand_in(here: World, mail: bytes, *desks: str) -> None:
    """As a mail server does: one transaction a recipient."""
    for desk in desks:
        await here.send(CUSTOMER, desk, mail)


def by_desk(here: World) -> dict[str, Case]:
    return {case.desk: case for case in here.cases()}


def acknowledgement(case: Case) -> Promise:
    (promise,) = [p for p in case.promises if p.id == "acknowledgement"]
    return promise


def kinds(here: World, case: Case) -> list[str]:
    return [entry.kind for entry in here.journal(case.reference)]


@pytest.mark.parametrize(("first", "second"), [(DESK, SERWIS), (SERWIS, DESK)])
def test_one_acknowledgement_names_both_cases_and_keeps_the_promise_of_each(
    tmp_path: Path, first: str, second: str
) -> None:
    async def story(here: World) -> None:
        mail = raw(DESK, SERWIS)
        await hand_in(here, mail, first)
        assert here.mails_to(CUSTOMER) == ()
        await hand_in(here, mail, second)
        (told,) = here.mails_to(CUSTOMER)
        cases = by_desk(here)
        sender, other = cases[second], cases[first]

        assert f"[{sender.reference}]" in told.subject
        assert told.from_ is not None
        assert told.from_.addr_spec == second
        assert all(word in told.text for word in (other.reference, NAMES[first], NAMES[second]))
        assert all(words in told.text for words in (*DATES, *LACKING))
        assert (sender.linked, other.linked) == ((other.reference,), (sender.reference,))
        for case in (sender, other):
            stated = {p.id for p in case.promises if p.told_in == told.message_id}
            assert stated == {"resolution", "progress"}
            assert (acknowledgement(case).state, acknowledgement(case).kept_in) == (State.KEPT, told.message_id)
            assert case.acknowledged
        assert "name" in cases[DESK].asked
        assert "inverter_model" in cases[SERWIS].asked
        assert "acknowledge_twin" in kinds(here, sender)
        assert "record_acknowledgement" in kinds(here, other)
        await here.move(hours=1)
        assert len(here.mails_to(CUSTOMER)) == 1
        assert here.daemon.store.read(inbox.audit)["applied"] == 2

    play(tmp_path, story, more=SECOND)


def test_a_desk_whose_twin_never_comes_acknowledges_alone_after_a_few_minutes(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await hand_in(here, raw(DESK, SERWIS), DESK)
        await here.move(minutes=4)
        assert here.mails_to(CUSTOMER) == ()
        await here.move(minutes=1)
        (told,) = here.mails_to(CUSTOMER)

        assert "Serwis" not in told.text
        assert acknowledgement(by_desk(here)[DESK]).kept_in == told.message_id
        await here.move(days=1)
        await hand_in(here, raw(DESK, SERWIS), SERWIS)
        alone = newest(here, CUSTOMER)
        assert len(here.mails_to(CUSTOMER)) == 2
        assert by_desk(here)[DESK].reference not in alone.text
        assert by_desk(here)[SERWIS].linked == (by_desk(here)[DESK].reference,)
        assert acknowledgement(by_desk(here)[SERWIS]).kept_in == alone.message_id

    play(tmp_path, story, more=SECOND)


def test_a_mail_that_is_handed_in_twice_at_each_desk_is_acknowledged_once(tmp_path: Path) -> None:
    """G2."""

    async def story(here: World) -> None:
        mail = raw(DESK, SERWIS)
        await hand_in(here, mail, DESK, DESK, SERWIS, SERWIS, DESK)
        await here.move(hours=1)

        assert len(here.mails_to(CUSTOMER)) == 1
        assert here.daemon.store.read(inbox.audit)["duplicate"] == 3

    play(tmp_path, story, more=SECOND)


def test_three_desks_wait_for_each_other_and_who_is_there_in_time_is_told_together(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await hand_in(here, raw(DESK, SERWIS, BILLING), DESK, SERWIS)
        assert here.mails_to(CUSTOMER) == ()
        await here.move(minutes=6)
        (told,) = here.mails_to(CUSTOMER)

        assert all(case.reference in told.text for case in here.cases())
        assert {acknowledgement(case).kept_in for case in here.cases()} == {told.message_id}

    play(tmp_path, story, more=SECOND + THIRD)


def test_a_reply_goes_to_the_case_of_the_desk_that_wrote(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await hand_in(here, raw(DESK, SERWIS), DESK, SERWIS)
        await here.reply(CUSTOMER, SERWIS, "Das fällt mir noch ein: Es ist dringend, die Mahnung ist schon da.")
        writer = by_desk(here)[SERWIS]

        assert len(here.cases()) == 2
        assert kinds(here, writer).count("record_mail") == 2
        assert writer.reference in newest(here, writer.assignee).subject

    play(tmp_path, story, more=SECOND)


def test_who_is_answered_by_a_person_meanwhile_needs_no_acknowledgement(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await hand_in(here, raw(DESK, SERWIS), DESK)
        await here.reply(ANNA, DESK, "Guten Tag, die Rechnung war falsch. Sie bekommen eine neue.")
        await here.move(hours=1)
        (answer,) = here.mails_to(CUSTOMER)

        assert acknowledgement(by_desk(here)[DESK]).kept_in == answer.message_id
        await hand_in(here, raw(DESK, SERWIS), SERWIS)
        assert by_desk(here)[DESK].reference not in newest(here, CUSTOMER).text

    play(tmp_path, story, agents=ONE, more=SECOND)


def test_an_address_that_does_not_exist_is_heard_of_at_both_desks(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        here.refused.add(CUSTOMER)
        await hand_in(here, raw(DESK, SERWIS), DESK, SERWIS)

        assert [(c.undeliverable, acknowledgement(c).state) for c in here.cases()] == [(True, State.OPEN)] * 2

    play(tmp_path, story, more=SECOND)


def test_a_mail_that_must_not_be_answered_is_not_acknowledged_by_either_desk(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await hand_in(here, raw(DESK, SERWIS, headers=("X-Auto-Response-Suppress: All",)), DESK, SERWIS)
        await here.move(hours=1)

        assert len(here.cases()) == 2
        assert here.mails_to(CUSTOMER) == ()

    play(tmp_path, story, more=SECOND)


async def write_often(here: World, times: int) -> None:
    for number in range(times):
        await here.write(CUSTOMER, DESK, f"Frage {number}", f"{GERMAN} {number}")


def test_the_caps_count_one_mail_that_tells_two_cases_once(tmp_path: Path) -> None:
    """G5."""

    async def story(here: World) -> None:
        await write_often(here, 1)
        await hand_in(here, raw(DESK, SERWIS), DESK, SERWIS)
        await here.write(CUSTOMER, DESK, "Noch etwas", "Guten Tag, auch die zweite Rechnung kann so nicht stimmen.")
        assert len(here.mails_to(CUSTOMER)) == 3
        await here.write(CUSTOMER, DESK, "Ganz anders", "Guten Tag, wann haben Sie am Samstag für mich geöffnet?")

        assert len(here.mails_to(CUSTOMER)) == 3

    play(tmp_path, story, more=SECOND)


def test_what_the_caps_hold_back_at_both_desks_leaves_later_as_one_mail(tmp_path: Path) -> None:
    """G5."""

    async def story(here: World) -> None:
        await write_often(here, 3)
        await hand_in(here, raw(DESK, SERWIS), DESK, SERWIS)
        await here.move(hours=1)
        assert len(here.mails_to(CUSTOMER)) == 3
        await here.move(hours=30)

        assert len(here.mails_to(CUSTOMER)) == 4
        assert all(case.acknowledged for case in here.cases())

    play(tmp_path, story, more=SECOND)


def test_the_first_desk_that_is_heard_of_waits_no_longer_than_half_of_what_it_promised(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await hand_in(here, raw(DESK, SERWIS), DESK)
        await here.move(minutes=2)
        (told,) = here.mails_to(CUSTOMER)

        assert acknowledgement(by_desk(here)[DESK]).state is State.KEPT
        assert told.message_id == acknowledgement(by_desk(here)[DESK]).kept_in

    shipped = Path(__file__).parents[2] / "config" / "policies" / "complaints-24h.toml"
    (tmp_path / "policies").mkdir()
    text = shipped.read_text("utf-8").replace('within = "24 hours"', 'within = "4 minutes"')
    (tmp_path / "policies" / "complaints-24h.toml").write_text(text, "utf-8")
    play(tmp_path, story, more=SECOND, top='policies = "policies"\n')
