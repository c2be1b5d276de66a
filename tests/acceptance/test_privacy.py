"""D24: all that is stored about one person is written out, or forgotten to the last byte; nobody else's case changes."""

import asyncio
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer

from mailbot.cli.person import erase_person, export_person
from mailbot.errors import MailbotError
from mailbot.store import blocked, inbox, outbox
from mailbot.store.tables import METADATA
from mailbot.world import World
from tests.acceptance.play import ANNA, CONFIG, DESK, LEAD, MONDAY, TWO, newest, play
from tests.rig.postgres import cluster, new_database

PERSON, NAME, WORD = "Jan.Kanarek@canary.example", "Janusz Kanarienvogel", "Canarybody4711"
OTHER = "olga@other.example"
TEXT = f"Добрый день, у меня не работает вход на сайт, помогите пожалуйста. {WORD}"
MANY = TWO.replace("capacity = 1", "capacity = 99").replace('name = "Anna"', 'name = "Anna"\ncapacity = 99')


def mail(number: int, text: str, *headers: str) -> bytes:
    head = [
        f"From: {NAME} <{PERSON}>", f"To: {DESK}", f"Subject: {WORD} {number}", f"Message-ID: <{number}.jan@canary.example>",
        "Date: Mon, 02 Mar 2026 09:00:00 +0000", "MIME-Version: 1.0", *headers,
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
    ]  # fmt: skip
    return ("\r\n".join(head) + f"\r\n\r\n{text}\r\n").encode()


def shapes(word: str) -> Iterator[bytes]:
    """How *word* may stand in a file: as it is, in lower case, as JSON escapes it, and inside base64 at any offset."""
    yield from (word.encode(), word.lower().encode(), json.dumps(word)[1:-1].encode())
    for shift in range(3):
        whole = b64encode(b"x" * shift + word.encode())
        yield whole[4 if shift else 0 : -4]


def left_in_files(folder: Path) -> list[tuple[str, bytes]]:
    files = [path for path in folder.iterdir() if path.name.startswith("test.db")]
    canaries = [shape for word in (PERSON, NAME, WORD, "canary.example") for shape in shapes(word)]
    return [(path.name, shape) for path in files for shape in canaries if shape in path.read_bytes()]


def rows(here: World, *without: str) -> dict[str, list[Any]]:
    """Every row of every table but those of these cases; of mails, only those that were not erased."""

    def read(conn: sa.Connection) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for table in METADATA.sorted_tables:
            query = sa.select(table).order_by(*table.primary_key)
            if "reference" in table.c:
                query = query.where(table.c.reference.not_in(without))
            found[table.name] = [tuple(row) for row in conn.execute(query)]
        return found

    return here.daemon.store.read(read)


async def erase(here: World) -> int:
    return await asyncio.to_thread(erase_person, here.folder / "mailbot.toml", PERSON, yes=True)


async def their_case(here: World) -> str:
    """A first mail, an answer that quotes it, a rating, an out-of-office, a copy, and an answer that waits to leave."""
    await here.send(PERSON, DESK, mail(1, TEXT))
    (case,) = [c for c in here.cases() if c.customer == PERSON]
    await here.send(PERSON, DESK, mail(1, TEXT))
    await here.reply(case.assignee, DESK, f"/take\nМы проверяем.\n\n> {TEXT}\n> {PERSON}, {NAME}")
    await here.send("", DESK, mail(2, f"away {WORD}", "Auto-Submitted: auto-replied"))
    await here.reply(case.assignee, DESK, f"/resolve\n\nErgebnis: всё исправлено.\nMaßnahmen: вход открыт, {WORD}.")
    await here.send(PERSON, DESK, mail(3, f"4, {WORD}", f"In-Reply-To: {here.newest(PERSON)['Message-ID']}"))
    return case.reference


def test_of_fifty_cases_one_persons_is_gone_to_the_last_byte_and_the_others_are_as_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story(here: World) -> None:
        for number in range(49):
            await here.write(f"k{number}@d{number}.example", DESK, f"Вопрос {number}", TEXT.replace(WORD, str(number)))
        reference = await their_case(here)
        await here.send(PERSON, DESK, mail(4, f"/nothing {WORD}", "List-Id: <x.canary.example>"))
        assert left_in_files(here.folder)
        audit = here.daemon.store.read(inbox.audit)
        before = rows(here, reference, "")

        assert await erase(here) == 0

        assert left_in_files(here.folder) == []
        assert (here.folder / "test.db-wal").stat().st_size == 0
        assert here.daemon.store.read(inbox.audit) == audit
        assert audit["open"] == 0
        assert len(here.cases()) == 49
        after = rows(here, reference, "")
        same = [name for name in before if name not in ("fingerprint", "event")]
        assert {name: after[name] for name in same} == {name: before[name] for name in same}
        assert after["event"] == []

    play(tmp_path, story, "four-day-week", agents=MANY)
    assert "Mailboxes, backups and logs are not touched." in capsys.readouterr().out


def test_who_was_let_into_anothers_case_is_erased_from_it(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(OTHER, DESK, "Вопрос", TEXT.replace(WORD, "1"))
        (case,) = here.cases()
        await here.send(PERSON, DESK, mail(1, f"{TEXT} {case.reference}"))
        (theirs,) = [c for c in here.cases() if c.customer == PERSON]
        await here.reply(theirs.assignee, DESK, "/accept")
        (before,) = [c for c in here.cases() if c.customer == OTHER]
        await here.send(PERSON, DESK, mail(2, f"Ещё одно слово: {WORD} {case.reference}"))
        await here.reply(before.assignee, DESK, "/note\n\nGelesen.")  # the case before it is kept, for /undo

        assert before.watchers == (PERSON,)
        assert await erase(here) == 0
        (after,) = here.cases()
        assert (after.reference, after.watchers) == (case.reference, ())
        assert left_in_files(here.folder) == []

    play(tmp_path, story, "four-day-week", agents=MANY)


def test_the_block_of_an_address_is_forgotten_with_the_person(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.send(PERSON, DESK, mail(1, TEXT))
        (case,) = here.cases()
        await here.reply(case.assignee, DESK, "/block")
        assert here.daemon.store.read(blocked.everybody) == (PERSON.casefold(),)
        assert await erase(here) == 0

        assert here.daemon.store.read(blocked.everybody) == ()
        assert left_in_files(here.folder) == []

    play(tmp_path, story, "four-day-week", agents=MANY)


def test_afterwards_the_daemon_goes_on_and_the_person_is_a_first_timer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first = await their_case(here)
        welcome = next(m.text for m in here.mails_to(PERSON) if first in m.subject)
        await erase(here)
        here.received.clear()
        await here.send(PERSON, DESK, mail(9, TEXT))
        (case,) = here.cases()
        (ack,) = here.mails_to(PERSON)

        assert case.reference != first
        assert ack.text == welcome.replace(first, case.reference)
        await here.reply(case.assignee, DESK, "Мы проверяем.")
        assert "Мы проверяем." in newest(here, PERSON).text

    play(tmp_path, story, "four-day-week")


def test_an_erased_mail_that_is_fetched_again_opens_nothing_and_is_not_kept(tmp_path: Path) -> None:
    """G2, G10."""

    async def story(here: World) -> None:
        await their_case(here)
        await erase(here)
        here.received.clear()
        await here.send(PERSON, DESK, mail(1, TEXT))
        audit = here.daemon.store.read(inbox.audit)

        assert (here.cases(), here.received) == ((), [])
        assert (audit["duplicate"], audit["open"]) == (2, 0)
        assert not any(WORD.encode() in row[7] for row in rows(here)["inbox"] if isinstance(row[7], bytes))
        assert await erase(here) == 0
        assert left_in_files(here.folder) == []

    play(tmp_path, story, "four-day-week")


def test_a_mail_that_waits_to_leave_is_taken_back(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.send(PERSON, DESK, mail(1, TEXT))
        await here.reply(here.cases()[0].assignee, DESK, "/take\nМы проверяем.")
        await here.reply(here.cases()[0].assignee, DESK, "/wait partner")  # the new stage is told in ten minutes
        sent = len(here.mails_to(PERSON))
        waiting = here.daemon.store.read(lambda conn: outbox.listing(conn, state="queued", limit=9))
        await erase(here)
        await here.move(days=30)

        assert [w.rcpt_to for w in waiting] == [PERSON]
        assert len(here.mails_to(PERSON)) == sent

    play(tmp_path, story, "four-day-week")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as uri:
        yield uri


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_daemon_at_work_loses_no_mail_meanwhile_on_either_store(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    url = "sqlite:///test.db" if kind == "sqlite" else new_database(request.getfixturevalue("server"))
    config = CONFIG.replace("sqlite:///test.db", url).replace("{policy}", "four-day-week").replace("{top}", "") + MANY

    async def story() -> None:
        here = World(tmp_path, MONDAY)
        await here.start(config)
        try:
            await their_case(here)
            others = (
                here.write(f"k{n}@d{n}.example", DESK, f"Вопрос {n}", f"Здравствуйте, помогите. {n}") for n in range(20)
            )
            status, *_ = await asyncio.gather(erase(here), *others)
            await here.daemon.settle()
            audit = here.daemon.store.read(inbox.audit)
            kept = repr(rows(here)).casefold()

            assert (status, len(here.cases()), audit["open"]) == (0, 20, 0)
            assert not [word for word in (PERSON, NAME, WORD) if word.casefold() in kept]
        finally:
            await here.stop()

    asyncio.run(story())


async def third_party(here: World) -> str:
    """Olga's case, in which Jan is asked as a third party, and answers."""
    await here.write(OTHER, DESK, "Вопрос", "Добрый день, у меня не работает вход на сайт, помогите пожалуйста.")
    (case,) = here.cases()
    await here.reply(case.assignee, DESK, f"/consent\n/partner {PERSON}\n\nЗнаете ли вы причину? {WORD}")
    await here.reply(PERSON, DESK, f"Да, {WORD}.")
    await here.reply(case.assignee, DESK, "Причина найдена.")
    return case.reference


def test_of_another_customers_case_a_third_party_is_taken_and_nothing_else(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        reference = await third_party(here)
        told = len(here.mails_to(OTHER))
        journal = here.journal(reference)

        assert await erase(here) == 0

        (case,) = here.cases()
        assert left_in_files(here.folder) == []
        assert (case.reference, case.customer, case.partners) == (reference, OTHER, ())
        assert [(e.seq, e.kind) for e in here.journal(reference)] == [(e.seq, e.kind) for e in journal]
        await here.reply(OTHER, DESK, "Спасибо, но вход всё ещё не работает.")
        assert here.cases()[0].reference == reference
        await here.reply(case.assignee, DESK, "Смотрим дальше.")
        assert len(here.mails_to(OTHER)) == told + 1

    play(tmp_path, story, "four-day-week")


def test_an_export_holds_the_persons_mails_and_no_key_to_act_as_staff(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        reference = await their_case(here)
        raw = mail(1, TEXT)
        zipped = here.folder / "jan.zip"
        assert await asyncio.to_thread(export_person, here.folder / "mailbot.toml", PERSON, zipped) == 0
        with zipfile.ZipFile(zipped) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        person = json.loads(files["person.json"])
        tokens = [str(row[0]) for row in rows(here)["token"]]

        assert zipped.stat().st_mode & 0o777 == 0o600
        assert [case["reference"] for case in person["cases"]] == [reference]
        assert {p["state"] for p in person["cases"][0]["promises"]} <= {"kept", "void", "open"}
        assert any(entry["kind"] == "open_case" for entry in person["cases"][0]["journal"])
        assert [rating["rating"] for rating in person["ratings"]] == [4]
        assert raw in [content for name, content in files.items() if name.startswith("mails/in-")]
        assert {m["file"] for m in person["mails"]} == files.keys() - {"person.json"}
        assert sum(m["direction"] == "out" for m in person["mails"]) == len(here.mails_to(PERSON))
        assert any("Мы проверяем." in m["text"] for m in person["internal"])
        assert tokens
        assert not [t for t in tokens if any(t.encode() in content.lower() for content in files.values())]

    play(tmp_path, story)


def test_an_export_never_writes_over_a_file(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await their_case(here)
        (here.folder / "there.zip").write_bytes(b"mine")
        with pytest.raises(MailbotError):
            await asyncio.to_thread(export_person, here.folder / "mailbot.toml", PERSON, here.folder / "there.zip")

        assert (here.folder / "there.zip").read_bytes() == b"mine"

    play(tmp_path, story, "four-day-week")


@pytest.mark.parametrize("address", [ANNA, LEAD, DESK, "nobody"])
def test_staff_and_what_is_no_address_are_refused(tmp_path: Path, address: str) -> None:
    async def story(here: World) -> None:
        with pytest.raises((MailbotError, typer.BadParameter)):
            await asyncio.to_thread(erase_person, here.folder / "mailbot.toml", address, yes=True)

    play(tmp_path, story, "four-day-week")


def test_without_a_yes_nothing_is_erased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(here: World) -> None:
        await their_case(here)
        monkeypatch.setattr("typer.confirm", lambda _question: False)
        status = await asyncio.to_thread(erase_person, here.folder / "mailbot.toml", PERSON, yes=False)

        assert (status, len(here.cases())) == (1, 1)

    play(tmp_path, story, "four-day-week")
