"""Properties of decide(): it never raises, it repeats itself, and a mail has exactly one outcome."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailbot.core.actions import Action, Conclude, Send
from mailbot.core.agenda import agenda
from mailbot.core.case import Case, Stage
from mailbot.core.decide import decide
from mailbot.core.desk import Desk
from mailbot.core.events import (
    Author,
    DeliveryFailed,
    Event,
    FilesWanted,
    IncidentUpdated,
    MailReceived,
    MomentPassed,
    TurnCame,
)
from mailbot.core.evolve import evolve
from mailbot.core.mail import Address, Attachment, Kind, Mail, Verdict
from mailbot.core.people import Agent, Roster
from mailbot.core.policy import Category, EscalationRule, Expectation, Feedback, Label, Policy, PromiseRule, Scope
from mailbot.core.promise import State
from mailbot.core.reference import make
from mailbot.core.trust import Authority
from mailbot.core.worktime import Calendar, parse_span

DAY = ((time(9), time(17)),)
CALENDAR = Calendar("Europe/Berlin", (DAY, DAY, DAY, DAY, DAY, (), ()))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA, BORIS = Agent(("anna@example.org",), "Anna"), Agent(("boris@example.org",), "Boris", ("bills",), reviewer=True)
POLICY = Policy(
    id="test",
    title="Test",
    languages=("de", "en"),
    calendar=CALENDAR,
    promises=(
        PromiseRule(id="acknowledgement", within="24 hours", of="receipt"),
        PromiseRule(id="answer", within="9 working hours", warn=("1 working hours before: assignee",)),
        PromiseRule(
            id="resolution",
            within={"simple": "5 working days", "normal": "10 working days", "complex": "20 working days"},
            missed="explain and promise anew",
            extend_by="5 working days",
            tell_before="1 working days",
            warn=("3 working days before: team", "2 working days before: manager"),
            pauses="waiting for customer",
        ),
        PromiseRule(
            id="progress", within="7 working days", of="acknowledgement", repeats=True, missed="send no news yet"
        ),
    ),
    escalation=EscalationRule(until="30 days", decide="5 working days"),
    feedback=Feedback(),
    resolution_needs=("outcome",),
    categories=(
        Category(id="idea", suggestion=True, invitations=True, words={"de": ("vorschlag",)}),
        Category(id="bill", team="bills", words={"de": ("rechnung",)}, asks=("number",)),
    ),
    labels=(Label(id="number", de="Nummer", pl="numer", ru="номер", en="number"),),
    asks=("number?",),
    scope=Scope(words={"de": ("anpassen",)}),
    expectation=Expectation(backlog=1),
    developers="dev@example.com",
    announce=("assigned", "in work", "waiting", "reopened"),
    close_after=parse_span("14 days"),
    reopen_for=parse_span("60 days"),
)
DESK = Desk("support@example.org", "Support", POLICY, Roster((ANNA, BORIS), "lead@example.org"))

TEXTS = st.sampled_from(
    [
        "Es geht nicht.", "Danke!", "5", "nein, kaputt", "Eskalation: warum?", "status", "stop", "",
        "/take", "/resolve\nErgebnis: gut", "/resolve", "/note\nintern", "/wait\nWelches Gerät?", "/assign Boris",
        "/complexity complex", "/update\nFast fertig", "/verdict\nWir haben geprüft.", "/reopen\nNoch einmal.",
        "/help", "/quatsch", "Ich prüfe das.", "/send\ntrotzdem", "/extend 30 working days\nDas Teil fehlt.",
        "/extend 2026-13-40\nx", "/promise 2026-06-02\nx", "/partner p@example.com\nFrage", "/consent", "/fault\nAbsturz", "/fixed", "/next", "/accept", "/mine", "/away", "/away gestern", "/template foto",
        "/incident Ausfall", "/incident-update\nBald.", "/decline\nBegründung: nein", "/out-of-scope",
        "/category bill", "/category idea", "/invite\nKommen Sie.", "/note\n/answer", "/note\nx", "Mein Vorschlag",
        "/spam", "/block", "/unblock x@example.net", "/link K7M-2QX-9H0", "/merge K7M-2QX-9H0", "/split\nDas Zweite", "/split",
        "/escalate\nBitte prüfen", "/cc +w@example.net", "/cc -w@example.net", "/cc +kunde@example.net",
        "/move x", "/why", "/undo", "/close", "/wait until 3 days", "/wait partner until 2026-03-09", "/wait until gestern", "/team bills",
        "Nummer: 17\nRechnung falsch, bitte anpassen", "/reopen\n/resolve\nErgebnis: doch", "/answer\n/note\nx",
        "/new jan@example.com\nGuten Tag.", "/new jan@example.com", "/files", "nein, weil es nicht geht",
    ]
)  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "customer",
                "anna",
                "boris",
                "copied",
                "stranger",
                "clock",
                "failure",
                "robot",
                "turn",
                "incident",
                "files",
            ]
        ),
        TEXTS,
        st.integers(0, 900),
    ),
    max_size=25,
)


def mail_event(who: str, text: str, now: datetime, chance: int, known: bool) -> MailReceived:
    agent = {"anna": ANNA, "boris": BORIS, "copied": BORIS}.get(who)
    address = agent.address if agent else "kunde@example.net" if who == "customer" else "x@example.com"
    author = Author.AGENT if agent else Author.CUSTOMER if who == "customer" and known else Author.STRANGER
    kind = Kind.AUTO_REPLY if who == "robot" else Kind.HUMAN
    return MailReceived(
        mail=Mail("<1@example.net>", Address(address), "Frage", text, text, to=(Address("kunde@example.net"),)),
        verdict=Verdict(kind, kind is Kind.HUMAN, "human"),
        author=author,
        inbox_id=1,
        received_at=now,
        new_reference=make(chance),
        authority=Authority.LIMITED if who == "copied" else Authority.FULL if agent else Authority.NONE,
        left_out=chance % 2,
        agent=agent,
    )


def next_event(case: Case | None, who: str, text: str, now: datetime, chance: int) -> tuple[Event, datetime]:
    if who == "clock" and case is not None:
        due = sorted(agenda(case, DESK, now).items(), key=lambda item: item[1])
        if due:
            key, at = due[0]
            return MomentPassed(key, at), max(now, at)
    if who == "turn":
        return TurnCame(None, 0, ANNA if chance % 2 else None), now
    if who == "files":
        big = Attachment("film.mp4", "video/mp4", 20_000_000, "", inline=False)
        return FilesWanted(ANNA, (big, big)), now
    if who == "incident":
        return IncidentUpdated("Ausfall", "Anna", text or "Bald."), now
    if who == "failure":
        return DeliveryFailed("kunde@example.net", "<1@example.org>", "answer", "5.1.1", "unknown", True), now
    return mail_event(who, text, now, chance, case is not None), now


def applied(case: Case | None, actions: tuple[Action, ...]) -> Case | None:
    for action in actions:
        case = evolve(case, action)
    return case


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_any_story_is_decided_without_raising_and_every_action_applies(steps: list[tuple[str, str, int]]) -> None:
    case: Case | None = None
    now = START
    for number, (who, text, minutes) in enumerate(steps):
        event, now = next_event(case, who, text, now + timedelta(minutes=minutes), number)
        actions = decide(case, event, DESK, now)

        assert actions == decide(case, event, DESK, now)
        outcomes = [a for a in actions if isinstance(a, Conclude)]
        assert len(outcomes) == (1 if isinstance(event, MailReceived) else 0)
        if isinstance(event, MailReceived) and event.author is Author.STRANGER and case is not None:
            continue  # a case of their own; this story follows the first
        case = applied(case, actions)
    if case is not None:
        numbers = [p.number for p in case.promises]
        assert numbers == list(range(1, len(numbers) + 1))


@settings(max_examples=200, deadline=None)
@given(STEPS)
@example([("customer", "Es geht nicht.", 0), ("failure", "", 0), ("anna", "/complexity complex", 0)])
@example([("customer", "Es geht nicht.", 0), ("failure", "", 0), *[("clock", "", 0)] * 20])
def test_no_due_moment_changes_and_whatever_replaces_one_is_told(steps: list[tuple[str, str, int]]) -> None:
    """G12."""
    case: Case | None = None
    now = START
    dates: dict[tuple[str, int], datetime] = {}
    for number, (who, text, minutes) in enumerate(steps):
        event, now = next_event(case, who, text, now + timedelta(minutes=minutes), number)
        actions = decide(case, event, DESK, now)
        if isinstance(event, MailReceived) and event.author is Author.STRANGER and case is not None:
            continue
        told = {id for a in actions if isinstance(a, Send) and a.audience == "customer" for id in a.tells}
        before, case = case, applied(case, actions)
        for promise in case.promises if case is not None else ():
            assert dates.setdefault((case.reference, promise.number), promise.due_at) == promise.due_at  # type: ignore[union-attr]
            was = next((p for p in before.promises if p.number == promise.number), None) if before else None
            if was is not None and was.is_open and promise.state is State.REPLACED and not promise.obligation:
                assert promise.id in told


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_a_reviewer_never_took_part(steps: list[tuple[str, str, int]]) -> None:
    """A11."""
    case: Case | None = None
    now = START
    for number, (who, text, minutes) in enumerate(steps):
        event, now = next_event(case, who, text, now + timedelta(minutes=minutes), number)
        actions = decide(case, event, DESK, now)
        if isinstance(event, MailReceived) and event.author is Author.STRANGER and case is not None:
            continue
        before = case.involved if case is not None else frozenset()
        had = case.escalation if case is not None else None
        case = applied(case, actions)
        new = case.escalation if case is not None else None
        if new is not None and new.reviewer and new.reviewer != (had.reviewer if had else ""):
            assert new.reviewer not in before


def test_a_bad_rating_that_reopens_the_case_is_answered_once() -> None:
    case = Case("A", DESK.address, "kunde@example.net", START, stage=Stage.RESOLVED, resolved_at=START)
    event = mail_event("customer", "1\nNiemand hat zurückgerufen.", START + timedelta(hours=1), 7, known=True)

    sends = [a for a in decide(case, event, DESK, START + timedelta(hours=1)) if isinstance(a, Send)]

    assert [s.template for s in sends if s.audience == "customer"] == ["reopened"]


def test_no_mail_to_a_stranger_names_anybodys_case() -> None:
    """G11."""
    event = mail_event("stranger", "Bitte alles zu diesem Fall", START, 7, known=False)

    sends = [a for a in decide(None, event, DESK, START) if isinstance(a, Send) and a.to == "x@example.com"]

    assert [s.template for s in sends] == ["acknowledgement"]


def test_no_date_moves_for_a_customer_whom_no_mail_reaches() -> None:
    case: Case | None = None
    now = START
    for number, who in enumerate(["customer", "anna", "clock", "anna", "clock", "failure", "clock"]):
        event, now = next_event(case, who, "Es geht nicht.", now, number)
        case = applied(case, decide(case, event, DESK, now))
    case = applied(case, decide(case, mail_event("anna", "/complexity complex", now, 99, known=True), DESK, now))

    assert case is not None
    assert case.undeliverable
    assert State.REPLACED not in {p.state for p in case.promises}
