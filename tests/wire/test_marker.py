"""The marker at the top of our mails shows where a person's own words end, and costs nobody a word."""

from pathlib import Path

import pytest

from mailbot.core.policy import LANGUAGES
from mailbot.wire.parse import parse
from mailbot.wire.quoting import new_text
from mailbot.wire.render import MARKERS, Renderer
from tests.wire.contexts import MAILS

TEMPLATES = Path(__file__).parent.parent.parent / "templates"

OURS = ("Guten Tag,", "", "wir haben das Gerät geprüft.", "", "Freundliche Grüße", "Example Service")


def quoted(language: str = "de", mark: str = "> ") -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in (MARKERS[language], "", *OURS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_client_quotes_without_any_mark_ends_at_the_marker(language: str) -> None:
    assert new_text(f"Danke, das hilft.\n\n{quoted(language, '')}") == "Danke, das hilft."


def test_answers_between_quoted_lines_below_the_marker_stay() -> None:
    text = f"Hallo,\n\nAm Mo., 2. März 2026 um 10:00 schrieb Support <s@example.org>:\n{quoted()}\nJa, seit Montag.\n> Ende"

    assert new_text(text).split() == ["Hallo,", "Ja,", "seit", "Montag."]


@pytest.mark.parametrize("mark", ["> ", ""])
@pytest.mark.parametrize(
    "head",
    [
        "Am Mo., 2. März 2026 um 10:00 schrieb Support <s@example.org>:",
        "-----Ursprüngliche Nachricht-----\nVon: Support <s@example.org>\nGesendet: Montag, 2. März 2026 10:00\nAn: Jan",
        "Von: Support <s@example.org>\nGesendet: Montag, 2. März 2026 10:00\nAn: Jan\nBetreff: [K7M-2QX-9H4] Stand\n",
    ],
)
def test_who_writes_into_the_quote_right_above_the_marker_is_read(head: str, mark: str) -> None:
    assert new_text(f"{head}\nEs ist Modell SX-5.\n{quoted(mark=mark)}") == "Es ist Modell SX-5."
    assert new_text(f"Hallo,\n\n{head}\nEs ist Modell SX-5.\n{quoted(mark=mark)}") == "Hallo,\n\nEs ist Modell SX-5."


def test_who_writes_with_quote_marks_right_above_the_marker_is_read() -> None:
    head = "Am Mo., 2. März 2026 um 10:00 schrieb Support <s@example.org>:"

    assert new_text(f"{head}\n\n> Es ist Modell SX-5.\n>\n{quoted()}") == "Es ist Modell SX-5."


def test_what_others_wrote_above_the_marker_is_not_taken_for_new_words() -> None:
    head = "Am Mo., 2. März 2026 um {}:00 schrieb {} <s@example.org>:"
    inner = f"> Alter Text.\n>\n> {head.format(10, 'Support')}\n{quoted(mark='> > ')}"

    assert new_text(f"{head.format(12, 'Anna')}\n{inner}") == ""


def test_our_mail_below_a_line_with_a_colon_is_a_quote() -> None:
    assert new_text(f"Danke für Ihre Nachricht:\n{quoted()}") == "Danke für Ihre Nachricht:"


def test_a_mail_between_the_answer_and_ours_is_not_taken_for_new_words() -> None:
    first = (
        "Von: Anna <a@example.org>\nGesendet: Montag, 2. März 2026 12:00\nAn: Support\nBetreff: Stand\n\nAlter Text."
    )
    second = "Von: Support <s@example.org>\nGesendet: Montag, 2. März 2026 10:00\nAn: Anna\nBetreff: Stand\n"

    assert new_text(f"Neuer Text.\n\n{first}\n\n{second}\n{quoted(mark='')}") == "Neuer Text."


def test_a_reply_without_own_words_has_none() -> None:
    assert new_text(quoted()) == new_text(quoted(mark="")) == ""


@pytest.mark.parametrize("outlook", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_html_answer_without_any_quote_element_ends_at_the_marker_too(language: str, outlook: bool) -> None:
    facts = next(facts for name, facts in MAILS if name == "status")
    ours = Renderer((TEMPLATES,)).render("status", language, facts).html
    if outlook:  # to it, what is meant for it alone is no comment
        ours = ours.replace("<!--[if mso]>", "").replace("<![endif]-->", "")
        assert "<table" in ours
    html = f"<p>Danke, das hilft.</p><div>{ours}</div>"
    raw = f"From: jan@example.net\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()

    assert parse(raw).new_text == "Danke, das hilft."
