"""Dates, durations and names, as a native reader would write them."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from mailbot.core import actions as do
from mailbot.core.case import Stage
from mailbot.core.commands import COMMANDS, LABELS
from mailbot.core.decide.delivery import CAME_BACK
from mailbot.core.decide.join import JOINED
from mailbot.core.decide.moving import MOVED
from mailbot.core.decide.orders import SUGGESTED
from mailbot.core.policy import LANGUAGES
from mailbot.core.promise import WAITED, Promise, State
from mailbot.core.when import CLOSED, FAR, PAST
from mailbot.wire.command_words import command_word
from mailbot.wire.journal_words import HAPPENINGS, REASONS, STATES, happening
from mailbot.wire.letter_words import LETTERS
from mailbot.wire.problem_words import DETAILS, PARTS, PROBLEMS, detail_word
from mailbot.wire.words import PROMISES, STAGES, day, genitive, range_of_days, when, zone_word

ROOT = Path(__file__).parent.parent.parent
CORE = Path(__file__).parent.parent.parent / "mailbot" / "core"
AT = datetime(2026, 3, 11, 16, 0, tzinfo=UTC)  #: a Wednesday


def test_a_date_stands_in_the_case_that_its_preposition_asks_for() -> None:
    assert genitive(AT, "de", "Europe/Berlin") == "Mittwoch, 11. März 2026, 17:00 Uhr"
    assert " ".join(genitive(AT, "pl", "Europe/Warsaw").split()) == "środy, 11 marca 2026 r., godz. 17:00"
    assert " ".join(genitive(AT, "ru", "Europe/Moscow").split()) == "среды, 11 марта 2026 г., 19:00"
    assert genitive(AT, "en", "Europe/Berlin") == "Wednesday, 11 March 2026, 17:00"


def test_a_moment_names_its_zone() -> None:
    assert when(AT, "de", "Europe/Berlin") == "Mittwoch, 11. März 2026, 17:00 Uhr (Mitteleuropäische Zeit)"
    assert when(AT, "ru", "Europe/Moscow").endswith("19:00 (московское время)")
    assert zone_word("Europe/Warsaw", "pl") == "czas środkowoeuropejski"
    assert zone_word("Europe/Moscow", "pl") == "czas moskiewski"
    assert {zone_word("UTC", language) for language in LANGUAGES} == {"UTC"}


def test_a_range_of_days_is_one_day_where_both_ends_are_the_same() -> None:
    later = datetime(2026, 3, 13, 8, 0, tzinfo=UTC)

    assert range_of_days(AT, AT, "de", "Europe/Berlin") == day(AT, "de", "Europe/Berlin") == "Mittwoch, 11. März 2026"
    polish = range_of_days(AT, later, "pl", "Europe/Warsaw")
    assert " ".join(polish.split()) == "środa, 11 marca 2026 r. – piątek, 13 marca 2026 r."


def test_every_stage_promise_command_and_problem_has_its_words() -> None:
    assert {str(stage) for stage in Stage} <= set(STAGES)
    assert set(PROMISES) == {"acknowledgement", "answer", "progress", "resolution", "review", "next-working-day"}
    for language in LANGUAGES:
        assert all(command_word(name, language) for name in COMMANDS)


def test_every_action_has_its_words_for_the_agent_who_asks_why() -> None:
    kinds = {re.sub(r"(?<!^)(?=[A-Z])", "_", action.__name__).lower() for action in get_args(do.Action)} - {"conclude"}

    assert kinds == set(HAPPENINGS)
    assert {str(state) for state in State} - {"open"} == set(STATES)
    due = datetime(2026, 3, 13, 8, 0, tzinfo=UTC)
    promise = Promise("answer", 1, "1 day", AT, AT, due)
    made = {"promise": {"id": "answer", "due_at": due.isoformat()}}
    assert happening("make_promise", made, (), "en", "UTC") == ("promise", "answer, Friday, 13 March 2026, 08:00")
    ended = {"number": 1, "state": "void", "reason": "spam"}
    assert happening("end_promise", ended, (promise,), "de", "UTC") == ("Zusage beendet", "Antwort, entfallen, Spam")
    assert happening("record_mail", {"by": "customer"}, (), "pl", "UTC") == ("nadeszła wiadomość", "zgłaszający")


def test_why_a_promise_ended_is_said_in_words() -> None:
    calls = [
        node
        for path in (CORE / "decide").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("end_all", "do.EndPromise")
    ]
    said = {arg.value for call in calls for arg in call.args if isinstance(arg, ast.Constant)}

    assert said - set(REASONS) == {"spam", "closed"}  # as the stages are called
    assert {JOINED, MOVED, SUGGESTED, CAME_BACK, WAITED} < set(REASONS)


def test_every_mail_about_a_case_has_a_name() -> None:
    templates = {path.name.removesuffix(".md.j2") for path in (ROOT / "templates" / "en").glob("[!_]*.j2")}
    sent = {"to": "jan@example.net", "template": "notice"}

    assert set(LETTERS) == templates - {
        "alerts",
        "away",
        "cases",
        "digest",
        "form-held",
        "nothing-waits",
        "policy",
        "report",
    }
    assert happening("send", sent, (), "de", "UTC") == ("E-Mail geschrieben", "jan@example.net, Benachrichtigung")


def test_the_parts_that_a_text_lacks_are_named_as_they_can_be_written() -> None:
    for part, words in PARTS.items():
        assert all(word.rstrip(":").casefold() in LABELS[part] for word in words)
    assert detail_word("outcome, measures", "de") == "Ergebnis:, Maßnahmen:"


def test_every_problem_and_every_reason_of_it_is_said_in_words() -> None:
    calls = [
        node
        for path in (CORE / "commands.py", *(CORE / "decide").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"
    ]
    problems = {call.args[1].value for call in calls if isinstance(call.args[1], ast.Constant)}
    constants = {str(c.value).strip() for call in calls for part in call.args[3:] for c in ast.walk(part) if isinstance(c, ast.Constant)}  # fmt: skip
    reasons = {text for text in constants if " " in text} - {"mail to"}

    assert problems == set(PROBLEMS)
    assert reasons | {PAST, CLOSED, FAR} == set(DETAILS)


def test_a_reason_that_names_somebody_keeps_the_name() -> None:
    assert detail_word("Anna may not decide this review", "ru").startswith("Anna не может")
    assert detail_word("mail to ä@b.example cannot be written from here", "de").startswith("ä@b.example ist")
    assert detail_word("Anna, Boris", "pl") == "Anna, Boris"
    assert detail_word("closed", "pl") == "zamknięta"
