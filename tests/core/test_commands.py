"""Command lines at the top of an agent's mail, all or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.commands import labelled, parse


def test_commands_end_at_the_first_line_of_prose() -> None:
    parsed = parse("/take\n/complexity complex\n\nHello,\n/resolve is what I would type\n")

    assert [c.name for c in parsed.commands] == ["take", "complexity"]
    assert parsed.body == "Hello,\n/resolve is what I would type"
    assert parsed.problems == ()


def test_a_wrong_word_names_the_nearest_right_one() -> None:
    parsed = parse("/resovle\ntext")

    assert [(p.line, p.text, p.nearest) for p in parsed.problems] == [("/resovle", "unknown", "/resolve")]


def test_an_argument_where_none_belongs_is_a_problem() -> None:
    assert parse("/take it easy\n").problems[0].text == "argument"
    assert parse("/assign\n").problems[0].text == "argument"
    assert parse("/complexity hard\n").problems[0].text == "argument"


def test_new_needs_the_address_of_one_person() -> None:
    parsed = parse("/new jan@example.net\n\nGuten Tag.")

    assert (parsed.argument("new"), parsed.body, parsed.problems) == ("jan@example.net", "Guten Tag.", ())
    for wrong in ("", " jan", " jan@", " a@example.net, b@example.net", " Jan <jan@example.net>"):
        assert parse(f"/new{wrong}\nGuten Tag.").problems[0].text == "argument"
    assert parse("/files please").problems[0].text == "argument"


def test_text_without_commands_is_all_body() -> None:
    parsed = parse("Hello\nworld")

    assert (parsed.commands, parsed.problems, parsed.body) == ((), (), "Hello\nworld")


def test_labelled_parts_are_found_in_every_language() -> None:
    assert labelled("Ergebnis: gut\nMaßnahmen:\nNeu gestartet\n") == {"outcome": "gut", "measures": "Neu gestartet"}
    assert labelled("Wynik: ok\nDziałania: sprawdzono") == {"outcome": "ok", "measures": "sprawdzono"}
    assert labelled("Итог: готово\nМеры: замена") == {"outcome": "готово", "measures": "замена"}
    assert labelled("Outcome:\nMeasures: none") == {"measures": "none"}


@given(st.text(max_size=400))
def test_parsing_never_raises_and_loses_no_prose(text: str) -> None:
    parsed = parse(text)

    for line in text.splitlines():
        if line.strip() and not line.strip().startswith("/"):
            assert line.strip() in parsed.body


@pytest.mark.parametrize("line", ["\u200b/note", "\u2060/note", "\u00ad/note", "/note\u200b"])
def test_signs_that_nobody_sees_hide_no_command(line: str) -> None:
    assert parse(f"{line}\n\ngeheim").has("note")


@pytest.mark.parametrize("line", ["- /note", "• /note", "“/note”", "／note", "\\note"])
def test_a_command_behind_a_decoration_is_a_mistake_and_no_words_for_the_customer(line: str) -> None:
    assert [problem.text for problem in parse(f"{line}\n\ngeheim").problems] == ["unknown"]
