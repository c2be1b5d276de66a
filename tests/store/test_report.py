"""What a report counts is counted alike on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from mailbot.config import load_policy
from mailbot.core.case import Case, Escalation
from mailbot.core.mail import Envelope
from mailbot.core.period import Period
from mailbot.core.promise import Promise, State
from mailbot.report.figures import Escalations, Figures, figures
from mailbot.store import cases, inbox, meta, outbox, report
from mailbot.store.cases import JournalEntry
from mailbot.store.database import Store, open_store

DESK, ANNA, BORIS = "support@example.org", "anna@example.org", "boris@example.org"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MARCH = Period(MONDAY.date().replace(day=1), MONDAY.date().replace(month=4, day=1), "Europe/Berlin")
LATER = MONDAY + 60 * DAY


def count(store: Store) -> Figures:
    return store.read(lambda conn: figures(conn, DESK, load_policy("complaints-24h", None), MARCH, LATER))


def case(reference: str, **more: object) -> Case:
    whole = Case(reference=reference, desk=DESK, customer="jan@example.net", opened_at=MONDAY)
    return replace(whole, **more)  # type: ignore[arg-type]


def keep(conn: Connection, kept: Case, *entries: tuple[datetime, str, dict[str, object]]) -> None:
    cases.save(conn, kept, now=max(kept.opened_at, *(at for at, _, _ in entries), MONDAY))
    rows = [JournalEntry(seq, at, "x", kind, detail) for seq, (at, kind, detail) in enumerate(entries, 1)]
    cases.journal_add(conn, kept.reference, rows)


def mail_out(conn: Connection, reference: str, audience: str, template: str, sent_at: datetime | None) -> None:
    outbox.add(
        conn, reference=reference, template=template, audience=audience, cause="clock", person=False, reverse_path="",
        rcpt_to="a@b.example", message_id=f"<{template}@x>", raw=b"raw", now=MONDAY, not_before=MONDAY,
    )  # fmt: skip
    newest = outbox.find_by_message_id(conn, f"<{template}@x>")
    if sent_at is not None and newest is not None:
        outbox.sent(conn, newest, "ok", sent_at)


def test_first_answers_and_resolutions_belong_to_who_gave_them_and_when(store: Store) -> None:
    first = case("AAA", category="billing", answered_at=MONDAY + HOUR, resolved_at=MONDAY + 3 * DAY)
    before = case("BBB", opened_at=MONDAY - 30 * DAY, answered_at=MONDAY - 29 * DAY, resolved_at=MONDAY)
    answers = [(MONDAY + HOUR, ANNA), (MONDAY + 3 * DAY, BORIS), (MONDAY + 4 * DAY, ANNA)]
    store.write(lambda c: keep(c, first, *[(at, "answered", {"by": by}) for at, by in answers]))
    store.write(lambda c: keep(c, before, (MONDAY - 29 * DAY, "answered", {"by": ANNA})))
    store.write(lambda c: keep(c, case("CCC", desk="other@example.org", answered_at=MONDAY)))
    found = count(store)

    assert (found.cases_opened, found.cases_resolved) == (1, 2)
    assert found.first_answer.all.cases == 1
    assert found.first_answer.by_agent.keys() == {ANNA}
    assert {who: t.cases for who, t in found.resolution.by_agent.items()} == {ANNA: 1, BORIS: 1}
    assert {what: t.cases for what, t in found.resolution.by_category.items()} == {"": 1, "billing": 1}


def test_promises_that_nobody_touched_since_are_still_owed(store: Store) -> None:
    begun = MONDAY - 30 * DAY
    promise = Promise("resolution", 1, "10 working days", begun, begun, begun + 14 * DAY)
    kept = replace(promise, state=State.KEPT, ended_at=begun + DAY, number=2)
    store.write(lambda c: cases.save(c, case("AAA", opened_at=begun, promises=(promise, kept)), now=begun))
    (row,) = [t for t in count(store).promises if t.promise == "resolution"]

    assert (row.open_before, row.open, row.overdue, row.kept, row.made) == (1, 1, 1, 0, 0)


def test_mails_are_counted_by_outcome_and_audience_within_the_period(store: Store) -> None:
    def fill(conn: Connection) -> None:
        cases.save(conn, case("AAA"), now=MONDAY)
        for outcome, at in (("applied", MONDAY), ("held", MONDAY), ("", MONDAY), ("applied", LATER)):
            number = inbox.add(conn, DESK, Envelope("jan@example.net", (DESK,), at), b"raw")
            if outcome:
                inbox.finish(conn, number, outcome=outcome, rule="x", now=at)
        mail_out(conn, "AAA", "customer", "progress", MONDAY)
        mail_out(conn, "AAA", "customer", "acknowledgement", MONDAY)
        mail_out(conn, "AAA", "agent", "notice", MONDAY)
        mail_out(conn, "AAA", "agent", "notice", None)
        mail_out(conn, "AAA", "agent", "notice", LATER)

    store.write(fill)
    found = count(store)

    assert found.mails_in == {"applied": 1, "duplicate": 0, "suppressed": 0, "held": 1, "quarantined": 0, "open": 1}
    assert found.mails_out == {"customer": 2, "agent": 1, "manager": 0, "partner": 0}
    assert found.no_news_yet == 1


def test_escalations_and_the_last_rating_of_each_case_are_counted(store: Store) -> None:
    mark = Escalation(MONDAY, "half an answer", BORIS)
    kept = case("AAA", escalation=mark)
    told = [
        (MONDAY, "escalate", {"reviewer": BORIS}),
        (MONDAY + HOUR, "rate", {"rating": 1, "words": "slow"}),
        (MONDAY + DAY, "rate", {"rating": 4, "words": ""}),
    ]
    store.write(lambda c: keep(c, kept, *told))
    store.write(lambda c: keep(c, case("BBB"), (MONDAY, "escalate", {"reviewer": ""}), (LATER, "rate", {"rating": 5})))
    found = count(store)

    assert found.escalations == Escalations(asked=2, without_reviewer=1, decided=0, decided_late=0, open=1)
    assert (found.ratings.count, found.ratings.average, found.ratings.by_value["4"]) == (1, 4.0, 1)
    assert found.ratings.with_words == 0


def test_more_cases_than_one_query_holds_are_all_counted(store: Store) -> None:
    store.write(lambda c: [cases.save(c, case(f"N{n}"), now=MONDAY) for n in range(1203)])

    assert count(store).cases_opened == 1203


def test_of_two_nodes_that_raise_a_row_at_once_one_is_told_yes(url: str) -> None:
    """G7."""
    one, two = open_store(url), open_store(url)
    try:
        one.migrate()
        one.write(lambda c: meta.put_once(c, "report.x", "2026-03-02"))
        futures = [node.submit(lambda c: meta.advance(c, "report.x", "2026-03-09")) for node in (one, two, one, two)]

        assert sorted(f.result() for f in futures) == [False, False, False, True]
        assert one.read(lambda c: meta.get(c, "report.x")) == "2026-03-09"
    finally:
        one.close()
        two.close()


def test_a_copy_is_a_mail_to_a_third_party_and_an_answer_that_was_taken_back_is_none(store: Store) -> None:
    taken_back = {"first_seq": 1, "last_seq": 1}
    rows = [
        (MONDAY, "answered", {"by": ANNA}),
        (MONDAY, "undo", taken_back),
        (MONDAY + HOUR, "answered", {"by": BORIS}),
    ]
    store.write(lambda c: keep(c, case("AAA", answered_at=MONDAY + HOUR), *rows))
    store.write(lambda c: mail_out(c, "AAA", "watcher", "answer", MONDAY + HOUR))

    answers = store.read(lambda c: report.answers(c, DESK, MARCH.begin, MARCH.end))
    assert answers == {"AAA": ((MONDAY + HOUR, BORIS),)}
    assert count(store).mails_out["partner"] == 1
