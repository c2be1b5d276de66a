"""What an agent asks of the desk: which proof is needed, what stands alone, what a date may be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mailbot.core.actions import Action, Conclude, Errand, RecordMail, Send, TakeNext
from mailbot.core.agenda import agenda
from mailbot.core.case import Case
from mailbot.core.commands import COMMANDS, PERSONAL
from mailbot.core.decide import decide
from mailbot.core.events import MomentPassed
from mailbot.core.morning import morning
from mailbot.core.people import Roster
from mailbot.core.reference import make
from mailbot.core.trust import Authority
from mailbot.core.worktime import Calendar, parse_hours
from tests.core.test_decide import ANNA, BORIS, DESK, START, applied, mail_event


def asked(text: str, authority: Authority = Authority.FULL, case: Case | None = None) -> tuple[Action, ...]:
    event = replace(mail_event("anna", text, START, 1, case is not None), authority=authority)
    return decide(case, event, DESK, START)


def outcome(actions: tuple[Action, ...]) -> tuple[str, str]:
    end = actions[-1]
    assert isinstance(end, Conclude)
    return end.outcome, end.rule


def opened(assigned: str = "") -> Case:
    case = applied(None, decide(None, mail_event("customer", "Es geht nicht.", START, 3, known=False), DESK, START))
    assert case is not None
    return replace(case, assignee=assigned or case.assignee)


@pytest.mark.parametrize("name", sorted(PERSONAL))
@pytest.mark.parametrize("authority", list(Authority))
def test_an_address_that_passed_is_enough_and_an_address_alone_is_not(name: str, authority: Authority) -> None:
    """Decision 1."""
    line = f"/show {make(7)}" if name == "show" else "/find rechnung" if name == "find" else f"/{name}"
    actions = asked(line, authority)
    errands = [a for a in actions if isinstance(a, Errand)]

    assert [e.name for e in errands] == ([] if authority is Authority.NONE else [name])
    expected = ("held", "agent-without-authority") if authority is Authority.NONE else ("applied", f"agent: {name}")
    assert outcome(actions) == expected


def test_every_other_command_needs_a_case() -> None:
    for name in set(COMMANDS) - PERSONAL - {"help", "next"}:
        argument = {"partner": " a@example.com", "complexity": " simple", "wait": ""}.get(name, "")
        actions = asked(f"/{name}{argument}\nText")

        assert outcome(actions) == ("held", "command-problem")
        assert not [a for a in actions if isinstance(a, Errand | RecordMail)]


def test_next_needs_the_token_and_no_case() -> None:
    assert [type(a) for a in asked("/next")] == [TakeNext, Conclude]
    assert outcome(asked("/next", Authority.LIMITED)) == ("held", "agent-without-token")


def test_on_a_case_it_touches_nothing_and_goes_with_other_commands() -> None:
    case = opened()
    assert [type(a) for a in asked("/mine\n/away", case=case)] == [Errand, Errand, Conclude]
    both = asked("/complexity simple\n/mine", case=case)

    assert outcome(both) == ("applied", "agent: complexity+mine")
    assert [a.name for a in both if isinstance(a, Errand)] == ["mine"]


@pytest.mark.parametrize("text", ["/mine\nViele Grüße auch von Boris", "/away\n/take\nText"])
def test_text_below_it_is_never_lost_silently(text: str) -> None:
    for case in (None, opened()):
        actions = asked(text, case=case)

        assert outcome(actions) == ("held", "command-problem")
        assert [a.to for a in actions if isinstance(a, Send)] == [ANNA.address]


def test_an_absence_lasts_until_the_date_that_is_named() -> None:
    (named, *_), (open_end, *_) = asked("/away bis Freitag"), asked("/away")

    assert isinstance(named, Errand)
    assert named.until == datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
    assert isinstance(open_end, Errand)
    assert open_end.until is not None
    assert open_end.until > START + timedelta(days=3000)


def away_moments(case: Case, until: datetime) -> dict[str, datetime]:
    desk = replace(DESK, roster=replace(DESK.roster, away={ANNA.address: until}))
    return {key: at for key, at in agenda(case, desk, START).items() if key.startswith("away:")}


def test_a_case_is_handed_on_a_working_day_before_it_is_due_and_not_if_its_agent_is_back_then() -> None:
    case = opened(ANNA.address)
    due = {p.number: p.due_at for p in case.promises if p.is_open}
    moments = away_moments(case, START + timedelta(days=60))

    assert moments
    for key, at in moments.items():
        number = int(key.split(":")[1])
        assert START <= at < due[number]
    assert away_moments(case, START - timedelta(hours=1)) == {}
    assert away_moments(replace(case, assignee=BORIS.address), START + timedelta(days=60)) == {}


def test_whoever_is_absent_hands_on_to_somebody_present_or_to_the_line() -> None:
    case = opened(ANNA.address)
    until = START + timedelta(days=60)
    for away, expected in (
        ({ANNA.address: until}, BORIS.address),
        ({ANNA.address: until, BORIS.address: until}, ANNA.address),
        ({}, ANNA.address),
    ):
        roster = Roster((ANNA, BORIS), "lead@example.org", away=away)
        actions = decide(case, MomentPassed("away:2:0:x", START), replace(DESK, roster=roster), START)
        after = applied(case, actions)

        assert after is not None
        assert after.assignee == expected


def test_a_morning_is_the_first_hour_of_a_day_on_which_agent_and_desk_work() -> None:
    own = Calendar("Europe/Berlin", parse_hours("mon-fri 10:30-15:00"))
    desk = Calendar("Europe/Berlin", parse_hours("mon-thu 09:00-17:00"), frozenset({date(2026, 3, 3)}))
    days = {n: morning(date(2026, 3, n), own, [desk]) for n in range(2, 8)}

    assert days == {
        **dict.fromkeys(range(3, 8)),
        2: datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        4: datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
        5: datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
    }
