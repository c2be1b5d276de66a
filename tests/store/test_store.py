"""The store keeps its word, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailbot.core.case import Case, Stage
from mailbot.core.mail import Envelope
from mailbot.core.promise import Promise, State
from mailbot.errors import MailbotError
from mailbot.store import cases, inbox, moments, outbox, people
from mailbot.store.cases import JournalEntry
from mailbot.store.database import Store, open_store, scratch_store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)
DESK = "support@example.org"
ENVELOPE = Envelope("jan@example.net", (DESK,), NOW, "192.0.2.1")
CASE = Case(reference="K7M-2QX-9H4", desk=DESK, customer="jan@example.net", opened_at=NOW, subject="Größe")


def test_an_accepted_mail_is_claimed_once_and_concluded_once(store: Store) -> None:
    """G10."""
    number = store.write(lambda c: inbox.add(c, DESK, ENVELOPE, b"raw"))
    (mail,) = store.write(lambda c: inbox.claim(c, NOW, limit=9, lease=LEASE))

    assert (mail.id, mail.raw, mail.envelope) == (number, b"raw", ENVELOPE)
    assert store.write(lambda c: inbox.claim(c, NOW, limit=9, lease=LEASE)) == ()
    assert len(store.write(lambda c: inbox.claim(c, NOW + LEASE * 2, limit=9, lease=LEASE))) == 1
    store.write(lambda c: inbox.finish(c, number, outcome="applied", rule="x", now=NOW))
    with pytest.raises(MailbotError):
        store.write(lambda c: inbox.finish(c, number, outcome="held", rule="y", now=NOW))
    assert store.read(inbox.audit)["applied"] == 1


def test_a_fingerprint_belongs_to_the_first_mail_that_had_it(store: Store) -> None:
    """G2."""
    first, second = (store.write(lambda c: inbox.add(c, DESK, ENVELOPE, b"raw")) for _ in range(2))

    assert store.write(lambda c: inbox.seen_before(c, DESK, "f", first)) is None
    assert store.write(lambda c: inbox.seen_before(c, DESK, "f", first)) is None
    assert store.write(lambda c: inbox.seen_before(c, DESK, "f", second)) == first
    assert store.write(lambda c: inbox.seen_before(c, "other@example.org", "f", second)) is None


def test_a_case_comes_back_as_it_was_saved(store: Store) -> None:
    """G9."""
    promise = Promise("answer", 1, "24 hours", NOW, NOW, NOW + timedelta(hours=24))
    whole = Case(
        **{f: getattr(CASE, f) for f in CASE.__dataclass_fields__} | {"promises": (promise,), "stage": Stage.IN_WORK}
    )
    entry = JournalEntry(1, NOW, "customer", "open_case", {"x": "ä"}, None)

    def keep(conn: sa.Connection) -> None:
        cases.save(conn, whole, now=NOW)
        cases.journal_add(conn, whole.reference, [entry])
        cases.remember(conn, "<1@x>", whole.reference, audience="agent", seq=1, agent="anna@example.org")

    store.write(keep)

    assert store.read(lambda c: cases.load(c, whole.reference)) == whole
    assert store.read(lambda c: cases.journal(c, whole.reference)) == (entry,)
    thread = store.read(lambda c: cases.find_thread(c, ["<2@x>", "<1@x>"]))
    assert thread is not None
    assert (thread.reference, thread.agent) == (whole.reference, "anna@example.org")


def test_a_moment_fires_at_most_once_and_is_not_planned_again(store: Store) -> None:
    """G7."""
    store.write(lambda c: cases.save(c, CASE, now=NOW))
    store.write(lambda c: moments.plan(c, CASE.reference, {"due:1": NOW, "close": NOW + LEASE}))
    (moment,) = store.write(lambda c: moments.claim_due(c, NOW, limit=9, lease=LEASE))
    assert store.write(lambda c: moments.fired(c, moment.id, NOW)) is True
    assert store.write(lambda c: moments.fired(c, moment.id, NOW)) is False
    store.write(lambda c: moments.plan(c, CASE.reference, {"due:1": NOW, "close": NOW + LEASE}))

    assert store.write(lambda c: moments.claim_due(c, NOW, limit=9, lease=LEASE)) == ()
    assert store.read(moments.next_at) == NOW + LEASE


def test_a_claimed_mail_that_is_never_reported_is_in_doubt(store: Store) -> None:
    """G4."""
    store.write(
        lambda c: outbox.add(
            c, reference="", template="x", audience="customer", cause="mail", person=False, reverse_path="",
            rcpt_to="A@b.example", message_id="<1@x>", raw=b"raw", now=NOW, not_before=NOW,
        )
    )  # fmt: skip
    (first,) = store.write(lambda c: outbox.claim(c, NOW, limit=9, lease=LEASE))
    (again,) = store.write(lambda c: outbox.claim(c, NOW + LEASE * 2, limit=9, lease=LEASE))

    assert (first.in_doubt, again.in_doubt, again.raw) == (0, 1, b"raw")
    assert store.read(lambda c: outbox.count_since(c, "a@b.example", NOW, cause="mail")) == 1


def test_one_failing_job_does_not_take_its_neighbours_along(store: Store) -> None:
    """G3."""

    def bad(conn: sa.Connection) -> None:
        inbox.add(conn, DESK, ENVELOPE, b"bad")
        raise ValueError("no")

    futures = [store.submit(lambda c: inbox.add(c, DESK, ENVELOPE, b"good")) for _ in range(5)]
    failing = store.submit(bad)
    futures += [store.submit(lambda c: inbox.add(c, DESK, ENVELOPE, b"good")) for _ in range(5)]

    assert len({f.result() for f in futures}) == 10
    with pytest.raises(ValueError, match="no"):
        failing.result()
    assert store.read(inbox.waiting) == 10


def test_a_token_is_found_until_it_is_revoked(store: Store) -> None:
    store.write(lambda c: people.issue_token(c, "t", "anna@example.org", CASE.reference, NOW, NOW + LEASE, "note", 7))
    issued = store.read(lambda c: people.find_token(c, "t"))
    store.write(lambda c: people.revoke_token(c, "t", NOW))
    token = store.read(lambda c: people.find_token(c, "t"))

    assert issued is not None
    assert token is not None
    assert (issued.kind, issued.seq, issued.is_good(NOW), issued.is_good(NOW + LEASE)) == ("note", 7, True, False)
    assert token.revoked_at == NOW
    assert not token.is_good(NOW)


def test_a_second_daemon_on_the_same_file_is_refused(tmp_path: Path) -> None:
    first = open_store(f"sqlite:///{tmp_path}/x.db", exclusive=True)
    try:
        with pytest.raises(MailbotError):
            open_store(f"sqlite:///{tmp_path}/x.db", exclusive=True)
    finally:
        first.close()


def test_what_a_daemon_that_is_gone_had_claimed_can_be_given_back(store: Store) -> None:
    """G1, G7."""
    store.write(lambda c: inbox.add(c, DESK, ENVELOPE, b"raw"))
    store.write(lambda c: cases.save(c, CASE, now=NOW))
    store.write(lambda c: moments.plan(c, CASE.reference, {"close": NOW}))
    store.write(lambda c: (inbox.claim(c, NOW, limit=9, lease=LEASE), moments.claim_due(c, NOW, limit=9, lease=LEASE)))

    assert store.write(lambda c: (inbox.unclaim(c), moments.unclaim(c))) == (1, 1)
    (mail,) = store.write(lambda c: inbox.claim(c, NOW, limit=9, lease=LEASE))
    assert mail.attempts == 2
    assert len(store.write(lambda c: moments.claim_due(c, NOW, limit=9, lease=LEASE))) == 1


def _synchronous(store: Store) -> int:
    with store.engine.connect() as conn:
        return int(conn.exec_driver_sql("PRAGMA synchronous").scalar_one())


def test_only_a_store_that_is_gone_afterwards_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    kept = open_store(f"sqlite:///{tmp_path}/x.db")
    with scratch_store() as scratch:
        place = Path(str(scratch.engine.url.database))
        scratch.write(lambda c: inbox.add(c, DESK, ENVELOPE, b"raw"))

        assert (_synchronous(scratch), _synchronous(kept)) == (0, 2)
        assert scratch.read(inbox.waiting) == 1
        assert place.exists()
    kept.close()

    assert not place.parent.exists()


def test_what_comes_next_is_found_without_a_look_at_what_has_passed(store: Store) -> None:
    store.write(lambda c: cases.save(c, CASE, now=NOW))
    store.write(lambda c: moments.plan(c, CASE.reference, {"a": NOW, "b": NOW + LEASE * 3}))
    (claimed,) = store.write(lambda c: moments.claim_due(c, NOW, limit=9, lease=LEASE))

    assert store.read(moments.next_at) == NOW + LEASE
    store.write(lambda c: moments.fired(c, claimed.id, NOW))
    assert store.read(moments.next_at) == NOW + LEASE * 3


def test_the_latest_due_moment_is_that_of_an_open_promise(store: Store) -> None:
    def promise(number: int, state: State, days: int) -> Promise:
        due = NOW + timedelta(days=days)
        return Promise("answer", number, "24 hours", NOW, NOW, due, state)

    assert store.read(cases.last_due) is None
    owed = (promise(1, State.OPEN, 1), promise(2, State.OPEN, 2), promise(3, State.KEPT, 3))
    estimate = replace(promise(4, State.OPEN, 9), low_at=NOW)
    store.write(lambda c: cases.save(c, replace(CASE, promises=(*owed, estimate)), now=NOW))
    assert store.read(cases.last_due) == NOW + timedelta(days=2)


def test_what_mailbot_sent_is_never_taken_over_by_what_came_in(store: Store) -> None:
    store.write(lambda c: cases.save(c, CASE, now=NOW))
    for audience, seq in (("in", 1), ("in", 2), ("agent", 3), ("in", 4)):
        store.write(lambda c, a=audience, n=seq: cases.remember(c, "<1@x>", CASE.reference, audience=a, seq=n))  # type: ignore[misc]
        found = store.read(lambda c: cases.find_thread(c, ("<1@x>",)))

        assert found is not None
        assert found.seq == {1: 1, 2: 1, 3: 3, 4: 3}[seq]
