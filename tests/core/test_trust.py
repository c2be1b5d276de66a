"""The table of authority: every combination of facts has its cell, and so has every command class under it (T-11)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import mailbot
from mailbot.core import actions as do
from mailbot.core.case import Case, Stage
from mailbot.core.decide import decide
from mailbot.core.events import Author, MailReceived
from mailbot.core.mail import Address, AuthenticationResults, Kind, Mail, Verdict
from mailbot.core.reference import make
from mailbot.core.trust import Authority, Facts, authority, dmarc_passed, facts
from mailbot.pipeline import Recognition
from tests.core.test_decide import ANNA, DESK

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CUSTOMER = "kunde@example.net"
CASE = Case(reference=make(7), desk=DESK.address, customer=CUSTOMER, opened_at=NOW, stage=Stage.ASSIGNED, assignee="")

TABLE = {
    (True, True, True): Authority.FULL,
    (True, True, None): Authority.FULL,
    (True, True, False): Authority.NONE,
    (True, False, True): Authority.LIMITED,
    (True, False, None): Authority.NONE,
    (True, False, False): Authority.NONE,
    (False, True, True): Authority.NONE,
    (False, True, None): Authority.NONE,
    (False, True, False): Authority.NONE,
    (False, False, True): Authority.NONE,
    (False, False, None): Authority.NONE,
    (False, False, False): Authority.NONE,
}


@pytest.mark.parametrize(("row", "expected"), TABLE.items())
def test_authority_follows_the_table(row: tuple[bool, bool, bool | None], expected: Authority) -> None:
    assert authority(Facts(*row)) is expected


def mail(**changes: object) -> Mail:
    values: dict[str, object] = {
        "message_id": "<1@example.org>",
        "from_": Address("anna@example.org"),
        "subject": "x",
        "text": "x",
        "new_text": "x",
    }
    return Mail(**{**values, **changes})  # type: ignore[arg-type]


def test_an_ambiguous_from_is_nobodys_address() -> None:
    assert not facts(mail(from_is_ambiguous=True), ANNA, token=True, authserv_id="").address


def test_a_pass_counts_only_for_the_domain_that_it_names() -> None:
    good = AuthenticationResults("mx.example.org", dmarc="pass", header_from="example.org")
    other = AuthenticationResults("mx.example.org", dmarc="pass", header_from="evil.example")

    assert dmarc_passed(mail(authentication=good), "mx.example.org") is True
    assert dmarc_passed(mail(authentication=other), "mx.example.org") is False
    assert dmarc_passed(mail(), "mx.example.org") is False
    assert dmarc_passed(mail(authentication=good), "") is None


#: one of each class of what an agent may write, and what shows that it was obeyed
CLASSES = {
    "answer": "Guten Tag, ich prüfe das.",
    "note": "/note\nDer Kunde ist schwierig.",
    "command": "/take",
    "settling": "/resolve\n\nErgebnis: gut",
    "reading": "/help",
}
OBEYED = {"answer": "answer", "note": "note", "command": "command", "settling": "settling", "reading": "reading"}
BY_AUTHORITY = {
    Authority.FULL: OBEYED,
    Authority.LIMITED: dict.fromkeys(CLASSES, "held") | {"reading": "reading"},
    Authority.NONE: dict.fromkeys(CLASSES, "held"),
}


def received(row: tuple[bool, bool, bool | None], text: str) -> tuple[Case | None, MailReceived]:
    """The mail as the pipeline hands it on: without the address it is a stranger's, and belongs to no case."""
    address = row[0]
    sender = ANNA.address if address else "fremd@example.com"
    event = MailReceived(
        mail=Mail("<1@example.org>", Address(sender), "Re: x", text, text),
        verdict=Verdict(Kind.HUMAN, answerable=True, rule="human"),
        author=Author.AGENT if address else Author.STRANGER,
        inbox_id=1,
        received_at=NOW,
        new_reference=make(9),
        authority=authority(Facts(*row)),
        agent=ANNA if address else None,
    )
    return CASE if address else None, event


def became_of(actions: tuple[do.Action, ...]) -> str:
    """Which class of an agent's mail was obeyed; held, or stranger: a case of its own."""
    sent = {a.template for a in actions if isinstance(a, do.Send)}
    if any(isinstance(a, do.OpenCase) for a in actions):
        return "stranger"
    if any(isinstance(a, do.ChangeStage) and a.to is Stage.RESOLVED for a in actions):
        return "settling"
    if any(isinstance(a, do.Assign) for a in actions) and "answer" not in sent:
        return "command"
    if any(isinstance(a, do.RecordMail) and a.note and not a.held for a in actions):
        return "note"
    held = {a.held for a in actions if isinstance(a, do.RecordMail)}
    return "answer" if "answer" in sent else "reading" if "help" in sent else "held" if held == {True} else "nothing"


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_every_class_of_mail_has_its_cell(row: tuple[bool, bool, bool | None], name: str) -> None:
    case, event = received(row, CLASSES[name])
    actions = decide(case, event, DESK, NOW)
    expected = BY_AUTHORITY[TABLE[row]][name] if row[0] else "stranger"

    assert became_of(actions) == expected


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("row", [r for r in TABLE if TABLE[r] is not Authority.FULL], ids=str)
def test_without_full_authority_nothing_reaches_the_customer(row: tuple[bool, bool, bool | None], name: str) -> None:
    case, event = received(row, CLASSES[name])
    sent = [a for a in decide(case, event, DESK, NOW) if isinstance(a, do.Send)]

    assert CUSTOMER not in {a.to for a in sent}
    assert {a.template for a in sent if a.to == ANNA.address} <= ({"help", "held"} if row[0] else {"notice"})


def test_only_a_replay_knows_people_by_another_function_than_authority() -> None:
    """T-03: nothing in the daemon's way in hands another judge to the pipeline."""
    house = Path(mailbot.__file__).parent
    named = {p.relative_to(house).parts[0] for p in house.rglob("*.py") if "Recognition(" in p.read_text("utf-8")}

    assert named == {"pipeline", "simulate"}
    assert Recognition().authority is authority


@pytest.mark.parametrize("kind", [k for k in Kind if k not in (Kind.HUMAN, Kind.COMMAND)])
def test_an_agents_machine_says_nothing_to_anybody(kind: Kind) -> None:
    """T-06."""
    case, event = received((True, True, True), CLASSES["answer"])
    machine = MailReceived(
        **{f: getattr(event, f) for f in event.__dataclass_fields__} | {"verdict": Verdict(kind, False, "x")}
    )

    assert decide(case, machine, DESK, NOW) == (do.Conclude("suppressed", "x"),)
