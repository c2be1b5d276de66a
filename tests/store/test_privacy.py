"""A person is found exactly, and forgotten, on SQLite and on PostgreSQL alike."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from mailbot.core.case import Case
from mailbot.core.mail import Envelope
from mailbot.privacy.traces import find
from mailbot.store import cases, events, inbox, people, privacy
from mailbot.store.cases import JournalEntry
from mailbot.store.database import Store, open_store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DESK, ANN, JOANN = "support@example.org", "ann@example.net", "jo.ann@example.net.pl"


def case(reference: str, customer: str, **more: tuple[str, ...]) -> Case:
    return Case(reference=reference, desk=DESK, customer=customer, opened_at=NOW, **more)  # type: ignore[arg-type]


def mail(conn: Connection, from_: str, reference: str = "", *, text: str = "", mail_from: str | None = None) -> int:
    raw = f"From: <{from_}>\r\nMessage-ID: <{from_}{reference}>\r\n\r\n{text}\r\n".encode()
    number = inbox.add(conn, DESK, Envelope(from_ if mail_from is None else mail_from, (DESK,), NOW), raw)
    inbox.seen_before(conn, DESK, f"print of {number}", number)
    if reference:
        inbox.finish(conn, number, outcome="applied", rule="x", now=NOW, reference=reference)
    return number


def forget(store: Store, address: str) -> None:
    traces = store.read(lambda conn: find(conn, address))
    store.write(lambda conn: privacy.forget(conn, traces, NOW, lambda: "secret"))


def test_a_longer_address_is_another_person(store: Store) -> None:
    def fill(conn: Connection) -> None:
        cases.save(conn, case("AAA", "Ann@Example.net"), now=NOW)
        cases.save(conn, case("BBB", JOANN), now=NOW)
        entry = JournalEntry(1, NOW, "customer", "record_mail", {"by": JOANN})
        cases.journal_add(conn, "BBB", [entry])
        for who, reference in ((ANN, "AAA"), (JOANN, "BBB"), (ANN, ""), (JOANN, "")):
            mail(conn, who, reference, mail_from="")

    store.write(fill)
    traces = store.read(lambda conn: find(conn, "ANN@example.NET"))

    assert (traces.own, traces.elsewhere, traces.inbox, traces.named) == (("AAA",), (), (1, 3), ())
    forget(store, ANN)
    assert not store.read(lambda conn: find(conn, ANN)).found
    assert store.read(lambda conn: find(conn, JOANN)).inbox == (2, 4)


def test_other_peoples_mails_that_name_the_person_stay_and_are_told(store: Store) -> None:
    def fill(conn: Connection) -> None:
        cases.save(conn, case("BBB", JOANN), now=NOW)
        mail(conn, JOANN, "BBB", text=f"Please ask {ANN}.")

    store.write(fill)
    forget(store, ANN)

    assert store.read(lambda conn: find(conn, ANN)).named == (1,)
    assert b"Please ask" in store.read(lambda conn: inbox.get_raw(conn, 1))


def test_of_anothers_case_the_person_alone_is_taken_out(store: Store) -> None:
    def fill(conn: Connection) -> None:
        cases.save(conn, case("BBB", JOANN, partners=(ANN, "x@y.example"), watchers=(ANN,)), now=NOW)
        number = mail(conn, ANN, "BBB")
        told = [
            ("add_partner", {"address": ANN, "by": "anna@example.org"}),
            ("record_mail", {"by": ANN, "message_id": "<1@ann>"}),
        ]
        rows = [JournalEntry(n, NOW, "partner", kind, detail, number) for n, (kind, detail) in enumerate(told, 1)]
        cases.journal_add(conn, "BBB", rows)

    store.write(fill)
    forget(store, ANN)
    left = store.read(lambda conn: cases.load(conn, "BBB"))

    assert left == case("BBB", JOANN, partners=("x@y.example",))
    assert [e.detail for e in store.read(lambda conn: cases.journal(conn, "BBB"))] == [
        {"address": "erased", "by": "anna@example.org"},
        {"by": "erased", "message_id": ""},
    ]


def test_a_mail_that_is_not_decided_yet_is_concluded_and_never_decided(store: Store) -> None:
    """G10."""
    store.write(lambda conn: mail(conn, ANN))
    store.write(lambda conn: inbox.claim(conn, NOW, limit=9, lease=timedelta(minutes=10)))
    forget(store, ANN)
    counts = store.read(inbox.audit)

    assert (counts["suppressed"], counts["open"]) == (1, 0)
    assert (
        store.write(lambda conn: inbox.claim(conn, NOW + timedelta(days=1), limit=9, lease=timedelta(minutes=10))) == ()
    )
    assert store.read(lambda conn: inbox.get_raw(conn, 1)) == b""


def test_tokens_and_wishes_of_the_case_go_with_it(store: Store) -> None:
    def fill(conn: Connection) -> None:
        cases.save(conn, case("AAA", ANN), now=NOW)
        for reference in ("AAA", "BBB"):
            people.issue_token(conn, f"t{reference}", "anna@example.org", reference, NOW, NOW)
            events.add_event(conn, "incident-update", {"reference": reference, "text": "x"}, NOW)

    store.write(fill)
    forget(store, ANN)

    assert store.read(lambda conn: people.find_token(conn, "tAAA")) is None
    assert store.read(lambda conn: people.find_token(conn, "tBBB")) is not None
    assert store.read(events.waiting) == 1


def test_who_was_let_in_as_an_agent_is_known(store: Store) -> None:
    store.write(lambda conn: people.disable(conn, "anna@example.org", NOW))

    assert store.read(lambda conn: privacy.was_agent(conn, "anna@example.org"))
    assert not store.read(lambda conn: privacy.was_agent(conn, ANN))


def test_the_files_can_be_written_anew_while_others_read_and_write(store: Store) -> None:
    numbers = [store.submit(lambda conn: mail(conn, ANN)) for _ in range(50)]
    store.scrub()
    numbers += [store.submit(lambda conn: mail(conn, ANN)) for _ in range(50)]

    assert len({n.result() for n in numbers}) == 100


def test_the_log_is_emptied_as_soon_as_the_last_reader_lets_it_go(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/x.db")
    store.migrate()
    reader = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM inbox").fetchone()
    store.write(lambda conn: mail(conn, ANN))
    with ThreadPoolExecutor() as pool:
        scrubbing = pool.submit(store.scrub)
        waited = not wait([scrubbing], timeout=0.5).done
        reader.close()
        scrubbing.result(60)

    assert waited
    assert (tmp_path / "x.db-wal").stat().st_size == 0
    store.close()
