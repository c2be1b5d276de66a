"""Two weeks at a desk, played by everybody's own mailbox: what must be true of them afterwards, whatever happened.

MAILBOT_ROLEPLAY_SEEDS=n plays n of them; with -s, what a day looks like in the mailboxes of the staff is printed.
"""

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailbot.cli.mails import show_audit
from mailbot.core.agenda import agenda, is_paused
from mailbot.core.case import Case
from mailbot.core.desk import Desk
from mailbot.core.promise import State
from mailbot.core.worktime import is_open
from mailbot.store import inbox, outbox, people
from mailbot.store.cases import JournalEntry
from mailbot.store.outbox import OutboxRecord
from tests.acceptance import roleplay
from tests.acceptance.roleplay import BEGIN, CELINA, DESK, END, FOOTERS, ILL, Agent, Customer, Partner, Post, Scene

SEEDS = range(1, 1 + int(os.environ.get("MAILBOT_ROLEPLAY_SEEDS", "1")))
DAY = timedelta(days=1)
CLOSING = timedelta(minutes=1)  #: the moment of closing is still on duty
ON_A_CASE = ("escalated", "reopened")  #: answers that promise something: they count with what the clock causes


@dataclass(frozen=True)
class Played:
    """The two weeks, and what the store says of them afterwards."""

    scene: Scene
    cases: dict[str, Case]
    journal: dict[str, tuple[JournalEntry, ...]]
    mails: dict[str, OutboxRecord]  #: by Message-ID
    tokens: frozenset[str]
    desk: Desk
    audit: dict[str, int]
    audit_status: int

    def of(self, mail: Post) -> OutboxRecord:
        return self.mails[str(mail.message["Message-ID"])]

    def customers(self) -> Iterator[Customer]:
        return (p for p in self.scene.people.values() if isinstance(p, Customer))

    def staff(self) -> Iterator[Agent]:
        return (p for p in self.scene.people.values() if isinstance(p, Agent))

    def outsiders(self) -> Iterator[Post]:
        """Every mail of ours to anybody but staff."""
        inside = {p.address for p in self.staff()}
        return (mail for mail in self.scene.post if mail.to not in inside)

    def sends(self) -> Iterator[tuple[Case, JournalEntry]]:
        return ((self.cases[r], e) for r, entries in self.journal.items() for e in entries if e.kind == "send")


def whole(folder: Path, seed: int, store: str = "sqlite:///test.db") -> Played:
    async def story() -> Played:
        scene = await roleplay.play(folder, seed, store)
        try:
            return await asyncio.to_thread(_look, scene)
        finally:
            await scene.stop()

    return asyncio.run(story())


def _look(scene: Scene) -> Played:
    cases = {case.reference: case for case in scene.cases()}
    read = scene.daemon.store.read
    rows = read(lambda conn: outbox.listing(conn, state=None, limit=100_000))
    return Played(
        scene,
        cases,
        {reference: scene.journal(reference) for reference in cases},
        {row.message_id: row for row in rows},
        frozenset(read(lambda conn: people.tokens_of(conn, tuple(cases)))),
        read(lambda conn: scene.daemon.office.desk_now(conn, DESK)),
        read(inbox.audit),
        show_audit(scene.folder / "mailbot.toml", as_json=False),
    )


@pytest.fixture(scope="module", params=SEEDS)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    found = whole(tmp_path_factory.mktemp("role"), request.param)
    print(a_day(found))
    return found


def test_every_mail_in_has_its_outcome_and_every_mail_out_its_row(played: Played) -> None:
    """G10: the audit adds up to what was sent; nothing reached a mailbox that the outbox does not call sent."""
    gone = [row for row in played.mails.values() if row.state in ("sent", "bounced")]

    assert played.audit_status == 0
    assert sum(played.audit.values()) == len(played.scene.sent)
    assert played.audit["quarantined"] == played.audit["open"] == 0
    assert len(gone) == len(played.scene.post)


def test_no_promise_is_unaccounted_for(played: Played) -> None:
    told = Counter(
        (case.reference, entry.detail["facts"].get("promise_id"))
        for case, entry in played.sends()
        if entry.detail["template"] == "missed"
    )
    joined = [mail for person in played.staff() for mail in person.inbox if played.of(mail).template == "alerts"]
    for case in played.cases.values():
        for promise in case.promises:
            what = (case.reference, promise)
            if promise.state is State.OPEN and not promise.is_estimate:
                heard = told[case.reference, promise.id] or any(case.reference in mail.text for mail in joined)
                broken = f"due:{promise.number}" in case.fired and heard
                paused = is_paused(case, played.desk.policy.rule(promise.id))
                assert promise.due_at > END or broken or paused, what
                assert case.is_open or case.undeliverable, what  # the resolution came back
            elif promise.state is State.LATE:
                assert promise.ended_at is not None, what
                assert promise.ended_at > promise.due_at, what
            elif promise.state is State.KEPT:
                assert promise.ended_at is not None, what
                assert promise.ended_at <= promise.due_at or promise.id == "resolution", what  # which pauses
            elif promise.state is State.REPLACED:
                assert any(p.number == promise.replaced_by and p.id == promise.id for p in case.promises), what
            else:
                assert promise.reason, what


def test_no_case_is_without_an_owner_or_a_reason(played: Played) -> None:
    known = {agent.address for agent in played.desk.roster.agents}
    for case in played.cases.values():
        if case.is_open and case.assignee not in known:
            assert any(key.startswith("hand:") for key in agenda(case, played.desk, END)), case


def test_nobody_absent_is_given_a_case_by_the_house(played: Played) -> None:
    for reference, entries in played.journal.items():
        for entry in entries:
            given = entry.kind == "assign" and entry.detail["agent"] == CELINA and entry.detail["by"] == "mailbot"
            assert not (given and ILL[0] <= entry.at < ILL[1]), (reference, entry)


def test_nobody_gets_two_alerts_for_one_thing(played: Played) -> None:
    """Never two at one moment to one person about one promise, and each rung of a promise's ladder once (G7)."""
    fired = Counter(
        (ref, e.detail["key"]) for ref, entries in played.journal.items() for e in entries if e.kind == "mark_fired"
    )
    moments: Counter[tuple[object, ...]] = Counter()
    for case, entry in played.sends():
        detail, facts = entry.detail, entry.detail["facts"]
        if detail["template"] in ("warning", "missed"):
            moments[
                detail["to"], case.reference, detail["template"], facts["promise_id"], facts["due_at"], entry.at
            ] += 1

    assert max(fired.values()) == 1
    assert [thing for thing, number in moments.items() if number > 1] == []


def test_staff_get_mail_in_their_own_hours_only(played: Played) -> None:
    """Who is ill besides gets nothing new to do: only what is written on their own cases lies there in their hours."""

    def on_duty(person: Agent, mail: Post, at: datetime) -> bool:
        return person.on_duty(at) or (played.of(mail).template == "notice" and is_open(at, person.calendar))

    late = [
        (person.name, f"{mail.at:%a %d %H:%M}", played.of(mail).template)
        for person in played.staff()
        for mail in person.inbox
        if not any(on_duty(person, mail, mail.at - before) for before in (timedelta(0), CLOSING))
    ]

    assert late == [], late


def test_no_word_of_a_note_leaves(played: Played) -> None:
    """G11: not in a header, a text, an HTML part or a file, to a customer or a partner."""
    assert played.scene.notes
    for mail in played.outsiders():
        assert not [word for word in played.scene.notes if word in mail.everything], mail.everything


def test_no_private_address_of_an_agent_leaves(played: Played) -> None:
    seen = {token for person in played.staff() for mail in person.inbox for token in _tokens(mail)}

    assert seen <= played.tokens
    for mail in played.outsiders():
        assert not [token for token in played.tokens if token in mail.everything.casefold()], mail.everything


def _tokens(mail: Post) -> list[str]:
    return roleplay.TOKEN.findall(str(mail.message["Reply-To"] or ""))


def test_no_agent_sees_the_private_address_of_another(played: Played) -> None:
    mine = {person.address: {t for mail in person.inbox for t in _tokens(mail)} for person in played.staff()}
    for person in played.staff():
        others = set().union(*(tokens for address, tokens in mine.items() if address != person.address))
        for mail in person.inbox:
            shown = mail.everything.casefold()
            assert not [token for token in others if token in shown], mail.everything


def test_nobody_outside_sees_the_words_of_another(played: Played) -> None:
    """Customers see their own; a partner sees none of theirs, and they none of the partner's."""
    owners = {p.word: p.address for p in played.scene.people.values() if isinstance(p, Customer | Partner)}
    friends = {p.colleague.address: p.address for p in played.customers() if p.colleague is not None}
    for mail in played.outsiders():
        for word, owner in owners.items():
            if word in mail.everything:
                assert owner in (mail.to, friends.get(mail.to)), mail.everything


def test_customers_get_mail_in_their_own_thread_and_language(played: Played) -> None:
    for customer in played.customers():
        known = {str(m["Message-ID"]) for s in played.scene.sent if s.by == customer.address if (m := s.message)}
        known |= {str(mail.message["Message-ID"]) for mail in customer.inbox}
        for mail in customer.inbox:
            if not mail.ours:
                continue
            case = played.cases[mail.reference]
            named = str(mail.message["References"] or "").split()
            languages = [language for language, footer in FOOTERS.items() if footer in mail.text]
            assert case.customer == customer.address
            assert named, mail.everything
            assert set(named) <= known, (mail.subject, set(named) - known)
            assert str(mail.message["In-Reply-To"]) in known
            assert languages == [customer.language], (mail.subject, mail.text)


def test_nobody_gets_more_automatic_mail_than_the_caps_allow(played: Played) -> None:
    """G5."""
    for customer in played.customers():
        rows = [played.of(m) for m in customer.inbox if m.automatic]
        answers = [r.created_at for r in rows if r.cause == "mail" and r.template not in ON_A_CASE]
        others = [r.created_at for r in rows if r.cause != "mail" or r.template in ON_A_CASE]
        assert _most_in_a_day(answers) <= 3, rows
        assert _most_in_a_day(others) <= 10, rows


def _most_in_a_day(moments: list[datetime]) -> int:
    return max((sum(at <= other < at + DAY for other in moments) for at in moments), default=0)


def test_the_same_mail_is_never_answered_twice(played: Played) -> None:
    """G2: neither by a second answer, nor by one to its copy."""
    answers = Counter(
        entry.inbox_id
        for _, entry in played.sends()
        if entry.inbox_id is not None and entry.detail["audience"] == "customer" and entry.detail["cause"] == "mail"
    )
    firsts = Counter(case.reference for case, entry in played.sends() if entry.detail["template"] == "acknowledgement")
    texts = Counter((m.to, m.message["Message-ID"]) for m in played.scene.post)

    assert max(answers.values()) == max(firsts.values()) == max(texts.values()) == 1


def test_a_lot_has_happened(played: Played) -> None:
    """The rest would be true of two weeks without a mail as well."""
    kinds = Counter(played.of(mail).template for mail in played.scene.post)
    stages = Counter(case.stage for case in played.cases.values())
    often = {"acknowledgement", "answer", "notice", "resolution", "rating-thanks", "reopened", "status", "progress"}

    assert len(played.cases) >= roleplay.CUSTOMERS
    assert stages["resolved"] + stages["closed"] >= 20
    assert often <= {kind for kind, number in kinds.items() if number >= 3}, kinds
    assert {"warning", "missed", "outdated", "transcript", "assigned", "escalated"} <= set(kinds), kinds
    assert played.audit["duplicate"] >= 1


def a_day(played: Played) -> str:
    """What a working day looks like in each mailbox of the staff: mails in by kind, and out."""
    lines = []
    for person in played.staff():
        days = sorted({at.date() for at in _hours() if person.on_duty(at)})
        came: dict[str, Counter[object]] = defaultdict(Counter)
        for mail in person.inbox:
            came[played.of(mail).template][mail.at.date()] += 1
            came["ALL IN"][mail.at.date()] += 1
        for mail in (s for s in played.scene.sent if s.by == person.address):
            came["ALL OUT"][mail.at.date()] += 1
        lines.append(f"{person.name}, {len(days)} working days")
        for kind, counts in sorted(came.items(), key=lambda pair: -pair[1].total()):
            lines.append(f"  {kind:18} mean {counts.total() / len(days):5.1f}  most {max(counts.values()):3}")
    return "\n".join(lines)


def _hours() -> Iterator[datetime]:
    return (BEGIN + timedelta(hours=n) for n in range(14 * 24))
