"""Who works on what: batches, suspects, order, and reports that come too late; on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.core.mail import Envelope
from mailbot.store import inbox, outbox
from mailbot.store.database import Store, open_store
from mailbot.store.inbox import Inbound
from mailbot.store.outbox import Outbound
from tests.rig.postgres import cluster, new_database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)
DESK = "support@example.org"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/x.db" if sqlite else new_database(request.getfixturevalue("server"))
    opened = open_store(url)
    opened.migrate()
    yield opened
    opened.close()


def keep(store: Store, sender: str = "jan@example.net") -> int:
    return store.write(lambda c: inbox.add(c, DESK, Envelope(sender, (DESK,), NOW), b"raw"))


def claim(store: Store, now: datetime = NOW) -> tuple[Inbound, ...]:
    return store.write(lambda c: inbox.claim(c, now, limit=50, lease=LEASE))


def finish(store: Store, mail: Inbound) -> None:
    store.write(lambda c: inbox.finish(c, mail.id, outcome="applied", rule="x", now=NOW))


def test_one_mail_that_kills_the_daemon_is_blamed_alone(store: Store) -> None:
    """G10."""
    poison, *others = [keep(store, f"u{n}@example.net") for n in range(5)]
    decided: list[int] = []
    tries = 0
    claim(store)  # the whole batch, and the daemon dies
    for _ in range(20):
        store.write(inbox.unclaim)
        while found := claim(store):
            assert len(found) == 1
            if found[0].id == poison and found[0].attempts <= 3:
                tries += 1
                break  # it dies again
            decided.append(found[0].id)
            finish(store, found[0])

    assert tries == 2  # once with the batch, twice alone; the next attempt is the quarantine's
    assert sorted(decided) == sorted([poison, *others])


def test_a_failure_of_the_store_is_not_counted_and_one_of_the_mail_is(store: Store) -> None:
    keep(store)
    (mail,) = claim(store)
    store.write(lambda c: inbox.release(c, mail, "full", counts=False))
    (again,) = claim(store)
    assert again.attempts == 0
    store.write(lambda c: inbox.release(c, again, "bug", counts=True))
    (third,) = claim(store)

    assert third.attempts == 2


def test_a_node_whose_claim_has_run_out_gives_nothing_back(store: Store) -> None:
    keep(store)
    (stale,) = claim(store)
    (fresh,) = claim(store, NOW + 2 * LEASE)
    store.write(lambda c: inbox.release(c, stale, "late", counts=True))

    assert claim(store, NOW + 2 * LEASE) == ()
    finish(store, fresh)
    assert store.read(inbox.audit)["applied"] == 1


def test_a_senders_second_mail_waits_until_the_first_is_decided(store: Store) -> None:
    keep(store)
    (first,) = claim(store)
    second, other = keep(store), keep(store, "olga@example.net")

    assert [m.id for m in claim(store)] == [other]
    finish(store, first)
    assert [m.id for m in claim(store)] == [second]


def send(store: Store, number: int) -> None:
    store.write(
        lambda c: outbox.add(
            c,
            reference="",
            template="answer",
            audience="customer",
            cause="staff",
            person=True,
            reverse_path="",
            rcpt_to="jan@example.net",
            message_id=f"<{number}@example.org>",
            raw=b"bytes",
            now=NOW,
            not_before=NOW,
        )
    )


def offer(store: Store, now: datetime) -> Outbound:
    (mail,) = store.write(lambda c: outbox.claim(c, now, limit=1, lease=LEASE))
    return mail


def test_a_report_that_comes_after_the_lease_changes_nothing_but_that_the_mail_was_sent(store: Store) -> None:
    """G4."""
    send(store, 1)
    stale, later = offer(store, NOW), NOW + 2 * LEASE
    fresh = offer(store, later)

    assert not store.write(lambda c: outbox.deferred(c, stale, "451", later, in_doubt=False))
    assert not store.write(lambda c: outbox.failed(c, stale, "550", later))
    assert store.write(lambda c: outbox.failed(c, fresh, "550", later))
    assert store.write(lambda c: outbox.sent(c, stale, "250", later))
    (row,) = store.read(lambda c: outbox.listing(c, state=None, limit=9))
    assert (row.state, row.in_doubt) == ("sent", 1)
