"""Which case a mail joins, and whom mailbot never takes for a customer."""

from pathlib import Path

from mailbot.world import World
from tests.acceptance.play import CUSTOMER, DESK, only_case, play
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
