"""Legal but unusual mail becomes a case all the same, and nothing is dropped in silence."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, newest, only_case, play

TEXT = "Guten Tag, meine Rechnung 4711 ist falsch."


def test_an_8_bit_message_id_is_answered(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        raw = f"From: {CUSTOMER}\r\nTo: {DESK}\r\nSubject: Frage\r\nMessage-ID: <käse@example.net>\r\n\r\n{TEXT}\r\n"
        await here.send(CUSTOMER, DESK, raw.encode())

        assert newest(here, CUSTOMER).in_reply_to == ()
        assert only_case(here).acknowledged

    play(tmp_path, story)


@pytest.mark.parametrize(
    "sender", ["küche@example.net", "mäx@müller.example", '"max muster"@example.net', "x" * 65 + "@example.net"]
)
def test_an_address_that_cannot_be_written_to_opens_a_case_and_the_agent_knows(tmp_path: Path, sender: str) -> None:
    async def story(here: World) -> None:
        raw = f"From: {sender}\r\nTo: {DESK}\r\nSubject: Frage\r\nMessage-ID: <1@example.net>\r\n\r\n{TEXT}\r\n"
        await here.send("bounce@example.net", DESK, raw.encode())
        case = only_case(here)
        assert (case.undeliverable, case.acknowledged, case.stage) == (True, False, Stage.ASSIGNED)
        await here.reply(ANNA, DESK, "Ich prüfe das.")
        await here.move(days=20)

        assert [to for to, _ in here.received if to not in (ANNA, "boris@example.org", "lead@example.org")] == []
        assert any("/note" in m.text for m in here.mails_to(ANNA))

    play(tmp_path, story)


def test_a_domain_of_another_script_is_answered_as_servers_write_it(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        raw = f"From: max@müller.example\r\nTo: {DESK}\r\nMessage-ID: <1@example.net>\r\n\r\n{TEXT}\r\n"
        await here.send("bounce@example.net", DESK, raw.encode())

        assert only_case(here).customer == "max@müller.example"
        assert [to for to, _ in here.received if to.endswith(".example")] == ["max@xn--mller-kva.example"]

    play(tmp_path, story)


def with_files(from_: str, to: str, subject: str, parent: str, sizes: tuple[int, ...]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = from_, to, subject
    message["Message-ID"] = "<files@example.net>"
    message["In-Reply-To"] = parent
    message.set_content("Anbei das Handbuch.")
    for number, size in enumerate(sizes):
        message.add_attachment(
            b"%PDF" + b"x" * size, maintype="application", subtype="pdf", filename=f"teil{number}.pdf"
        )
    return message.as_bytes().replace(b"\n", b"\r\n")


def test_an_answer_with_files_that_are_too_big_is_not_half_sent(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Frage", TEXT)
        notice = here.newest(ANNA)
        to, parent = str(notice["Reply-To"]), str(notice["Message-ID"])
        await here.send(ANNA, to, with_files(ANNA, to, "Re: Frage", parent, (9_000_000, 9_000_000)))

        assert len(here.mails_to(CUSTOMER)) == 1
        assert "teil1.pdf" in newest(here, ANNA).text

    play(tmp_path, story)


def test_an_answers_files_reach_the_customer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Frage", TEXT)
        notice = here.newest(ANNA)
        to, parent = str(notice["Reply-To"]), str(notice["Message-ID"])
        await here.send(ANNA, to, with_files(ANNA, to, "Re: Frage", parent, (1000, 2000)))

        assert [(a.name, a.size_bytes) for a in newest(here, CUSTOMER).attachments] == [
            ("teil0.pdf", 1004),
            ("teil1.pdf", 2004),
        ]

    play(tmp_path, story)


def test_many_small_files_cost_one_reading(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.send(CUSTOMER, DESK, with_files(CUSTOMER, DESK, "Frage", "", (1000,) * 300))

        assert len(newest(here, ANNA).attachments) == 50
        assert only_case(here).acknowledged

    play(tmp_path, story)
