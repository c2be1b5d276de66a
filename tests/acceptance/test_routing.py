"""Which case a mail joins, and whom mailbot never takes for a customer."""

from pathlib import Path

from mailbot.core.case import Case, Stage
from mailbot.core.promise import State
from mailbot.store import inbox
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, only_case, play
from tests.acceptance.test_main_job import GERMAN

COLLEAGUE = "kollege@example.net"


def id_of(raw: bytes) -> str:
    return raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()


def test_an_address_of_the_desk_with_any_subaddress_is_no_customer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for sender in ("support+foo@example.org", "Support+b.x@Example.org", "SUPPORT@example.org"):
            await here.write(sender, DESK, "Hallo", GERMAN)

        assert here.cases() == ()
        assert here.received == []

    play(tmp_path, story)


def test_a_mail_that_names_several_cases_joins_the_first_that_its_writer_belongs_to(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first = await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        reference = only_case(here).reference
        second = await here.write(COLLEAGUE, DESK, "Re: Rechnung", "Ich ergänze etwas Wichtiges.", parent=id_of(first))
        await here.write(CUSTOMER, DESK, f"Re: [{reference}] Rechnung", "Ja, genau so ist es.", parent=id_of(second))

        assert sorted(c.customer for c in here.cases()) == sorted([CUSTOMER, COLLEAGUE])
        (joined,) = [c for c in here.cases() if c.customer == CUSTOMER]
        assert "genau so" in "".join(m.text for m in here.mails_to(joined.assignee))

    play(tmp_path, story)


def test_an_older_mail_of_the_thread_finds_the_case_where_the_newest_is_anothers(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first = await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        second = await here.write(COLLEAGUE, DESK, "Re: Rechnung", "Ich ergänze etwas Wichtiges.", parent=id_of(first))
        headers = (f"In-Reply-To: {id_of(second)}", f"References: {id_of(first)} {id_of(second)}")
        await here.write(CUSTOMER, DESK, "Re: Rechnung", "Ja, genau so ist es.", headers=headers)

        assert sorted(c.customer for c in here.cases()) == sorted([CUSTOMER, COLLEAGUE])

    play(tmp_path, story)


def by_customer(here: World, address: str) -> Case:
    (case,) = [c for c in here.cases() if c.customer == address]
    return case


def test_a_colleague_on_the_cc_who_answers_the_original_gets_a_linked_case_and_no_second_acknowledgement(
    tmp_path: Path,
) -> None:
    async def story(here: World) -> None:
        first = await here.write(CUSTOMER, DESK, "Rechnung", GERMAN, headers=(f"Cc: {COLLEAGUE}",))
        await here.write(COLLEAGUE, DESK, "Re: Rechnung", "Ich ergänze etwas Wichtiges.", parent=id_of(first))
        original, own = by_customer(here, CUSTOMER), by_customer(here, COLLEAGUE)

        assert (original.customer, own.customer, own.linked) == (CUSTOMER, COLLEAGUE, (original.reference,))
        assert len(here.mails_to(CUSTOMER)) == 1
        assert here.mails_to(COLLEAGUE) == ()
        assert original.reference in here.mails_to(own.assignee)[-1].text
        assert [p.state for p in own.promises if p.id == "acknowledgement"] == [State.VOID]
        await here.move(days=3)
        assert not any("acknowledgement" in e.detail.get("template", "") for e in here.journal(own.reference))

    play(tmp_path, story)


def test_a_stranger_who_knows_the_thread_and_was_not_on_it_is_acknowledged_like_any_stranger(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first = await here.write(CUSTOMER, DESK, "Rechnung", GERMAN, headers=("Cc: other@example.net",))
        await here.write(COLLEAGUE, DESK, "Re: Rechnung", "Ich ergänze etwas Wichtiges.", parent=id_of(first))
        own = by_customer(here, COLLEAGUE)

        assert own.acknowledged

    play(tmp_path, story)


TEXT = "Guten Tag, meine Rechnung 4711 ist falsch, bitte prüfen Sie das."


async def to_both(here: World, *addresses: str) -> None:
    head = f"From: {CUSTOMER}\r\nTo: {', '.join(addresses)}\r\nSubject: Rechnung\r\nMessage-ID: <both@example.net>\r\n"
    raw = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{TEXT}\r\n".encode()
    for address in addresses:  # as a mail server hands it in: one transaction a recipient
        await here.send(CUSTOMER, address, raw)


def test_a_mail_to_two_addresses_of_one_desk_is_one_case(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await to_both(here, DESK, "hilfe@example.org", "support+x@example.org")

        assert len(here.cases()) == 1
        assert len(here.mails_to(CUSTOMER)) == 1

    play(tmp_path, story, agents='\naliases = ["hilfe@example.org"]\n')


async def colleague_writes(here: World) -> tuple[Case, Case]:
    """A customer's case, and the linked one of the colleague who answered the original."""
    first = await here.write(CUSTOMER, DESK, "Rechnung", GERMAN, headers=(f"Cc: {COLLEAGUE}",))
    await here.write(COLLEAGUE, DESK, "Re: Rechnung", "Ich ergänze etwas Wichtiges.", parent=id_of(first))
    return by_customer(here, CUSTOMER), by_customer(here, COLLEAGUE)


def test_accept_joins_the_colleagues_words_to_the_case_and_what_they_write_later(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        original, _ = await colleague_writes(here)
        before = len(here.mails_to(CUSTOMER))
        await here.reply(ANNA, DESK, "/accept")
        joined, own = by_customer(here, CUSTOMER), by_customer(here, COLLEAGUE)

        assert (own.stage, own.linked) == (Stage.MERGED, (original.reference,))
        assert not any(p.is_open for p in own.promises)
        assert joined.watchers == (COLLEAGUE,)
        assert "etwas Wichtiges" in here.mails_to(ANNA)[-1].text
        await here.write(COLLEAGUE, DESK, f"Re: [{own.reference}] Rechnung", "Und noch ein Detail.")
        assert len(here.cases()) == 2
        assert original.reference in here.mails_to(ANNA)[-1].subject
        assert "noch ein Detail" in here.mails_to(ANNA)[-1].text
        await here.reply(ANNA, DESK, "/answer\n\nDanke Ihnen beiden.")
        assert "Danke Ihnen beiden" in here.mails_to(CUSTOMER)[-1].text
        assert len(here.mails_to(CUSTOMER)) == before + 1
        assert here.mails_to(COLLEAGUE) == ()

    play(tmp_path, story, agents=ONE)


def test_a_stranger_who_names_a_case_is_let_in_by_an_agent_alone(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        reference = only_case(here).reference
        await here.write(
            "fremd@example.net", DESK, f"Re: [{reference}] Rechnung", "Mich betrifft das auch, bitte Antwort."
        )
        assert by_customer(here, CUSTOMER).watchers == ()
        promised = by_customer(here, CUSTOMER).promises
        await here.reply(ANNA, DESK, "/accept")

        assert by_customer(here, CUSTOMER).watchers == ("fremd@example.net",)
        assert by_customer(here, CUSTOMER).promises == promised
        ended = by_customer(here, "fremd@example.net")
        told = here.mails_to("fremd@example.net")
        assert {p.state for p in ended.promises if p.id != "acknowledgement"} == {State.VOID}
        assert [mail.subject.partition(" ")[0] for mail in told] == [f"[{ended.reference}]"] * 2
        assert "genannt haben, gelten deshalb nicht mehr" in " ".join(told[-1].text.split())
        assert reference not in told[-1].text
        assert len(here.mails_to(CUSTOMER)) == 1

    play(tmp_path, story, agents=ONE)


def test_what_cannot_be_joined_is_said_and_nothing_is_done(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        await here.reply(ANNA, DESK, "/accept")

        assert only_case(here).stage is Stage.ASSIGNED
        assert "the case names no open one" in here.mails_to(ANNA)[-1].text

    play(tmp_path, story, agents=ONE)


def test_a_case_that_was_joined_is_nobodys_to_answer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await colleague_writes(here)
        notice = here.newest(ANNA)
        to, parent = str(notice["Reply-To"]), str(notice["Message-ID"])
        await here.write(ANNA, to, "Re: x", "/accept\n\nUnd ein Text.", parent=parent)
        assert by_customer(here, COLLEAGUE).stage is Stage.ASSIGNED
        assert "it has to stand alone" in here.mails_to(ANNA)[-1].text
        await here.write(ANNA, to, "Re: x", "/accept", parent=parent)
        await here.write(ANNA, to, "Re: x", "Eine Antwort.", parent=parent)

        assert "joined to another case" in here.mails_to(ANNA)[-1].text
        assert here.mails_to(COLLEAGUE) == ()
        assert here.daemon.store.read(inbox.audit)["quarantined"] == 0

    play(tmp_path, story, agents=ONE)
