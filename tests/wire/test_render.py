"""Every mail in every language, with every branch of its facts; strangers' words stay words."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from mailbot.core.commands import COMMANDS
from mailbot.core.policy import LANGUAGES
from mailbot.wire.render import MARKERS, Rendered, Renderer
from mailbot.wire.words import day, genitive, moment, stage_word
from tests.wire.contexts import AGENT, CUSTOMER, LATER, MAILS, NOW, PROMISES, SOON, Facts

UNTIL = {"de": "bis DATUM", "pl": "do DATY", "ru": "до ДАТЫ", "en": "until DATE"}
TEMPLATES = Path(__file__).parent.parent.parent / "templates"
#: all but the report and the policy, which are about no case: test_report.py and test_policy_page.py read them
NAMES = sorted(
    {path.name.removesuffix(".md.j2") for path in (TEMPLATES / "en").glob("[!_]*.j2")} - {"report", "policy"}
)
RENDERER = Renderer((TEMPLATES,))
CASES = [pytest.param(name, facts, language, id=f"{language}-{n}-{name}") for n, (name, facts) in enumerate(MAILS) for language in LANGUAGES]  # fmt: skip
HOSTILE = "**fett** <b>x</b> {{ subject }} {% raw %} [hier](https://evil.example/?a=1&b=2) # eins\n- zwei\n---\n& 'drei' \"vier\""


def rendered(name: str, facts: Facts, language: str) -> Rendered:
    return RENDERER.render(name, language, facts)


def squeezed(text: str) -> str:
    """*text* with one plain space for every space, whatever its width, and every line's end."""
    return " ".join(text.split())


def dates_in(value: object) -> Iterator[datetime]:
    """Every moment that *value* holds, at any depth."""
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from dates_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from dates_in(one)


@pytest.mark.parametrize(("name", "facts", "language"), CASES)
def test_every_mail_is_whole_in_every_language(name: str, facts: Facts, language: str) -> None:
    mail = rendered(name, facts, language)
    lines = mail.text.split("\n")

    assert "\n" not in mail.subject
    assert mail.subject == mail.subject.strip() != ""
    assert str(facts["reference"]) in mail.subject
    assert "[]" not in mail.subject
    assert "None" not in mail.subject + mail.text + mail.html
    assert "\n\n\n" not in mail.text
    assert not mail.text.startswith("\n")
    assert mail.text.endswith("\n")
    assert lines[:2] == [MARKERS[language], ""]
    assert [line for line in lines if len(line) > 78 and "://" not in line] == []
    assert [line for line in lines if line != line.rstrip()] == []
    assert not set("\x02\x03\x04") & set(mail.subject + mail.text + mail.html)
    assert mail.html.startswith(f'<!DOCTYPE html>\n<html lang="{language}"')


@pytest.mark.parametrize(("name", "facts", "language"), CASES)
def test_a_mail_states_the_dates_that_it_was_given_and_no_other(name: str, facts: Facts, language: str) -> None:
    """C3."""
    text = squeezed(rendered(name, facts, language).text)
    given = {k: v for k, v in facts.items() if k != "now"}
    promised = [p["due_at"] for p in (facts["promises"] or {}).values()]  # type: ignore[attr-defined]
    spoken = set(re.findall(r"\d{1,2}\.? \w+ 20\d\d", text))

    for due in promised:
        assert squeezed(genitive(due, language, "Europe/Berlin")) in text
    allowed = {squeezed(day(at, language, "Europe/Berlin")) for at in dates_in(given)}
    assert all(any(said in one for one in allowed) for said in spoken)
    assert re.findall(r"\b20\d\d\b", re.sub(r"\d{1,2}\.? \w+ 20\d\d", "", text)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_estimate_is_named_as_a_range_of_days(language: str) -> None:
    name, facts = next(m for m in MAILS if m[1].get("estimate") == {"low_at": SOON, "high_at": LATER})
    text = squeezed(rendered(name, facts, language).text)

    assert all(squeezed(day(at, language, "Europe/Berlin")) in text for at in (SOON, LATER))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["acknowledgement", "status", "progress", "promise-changed", "delay", "reopened"])
def test_promises_stand_in_a_list_each_with_its_date(name: str, language: str) -> None:
    facts = next(f for n, f in MAILS if n == name) | {"promises": dict(reversed(PROMISES.items()))}
    mail = rendered(name, facts, language)

    listed = re.findall(r"^- \S.*17:00", mail.text, re.MULTILINE)
    assert [day in line for line, day in zip(listed, ("10", "18"), strict=True)] == [True, True]  # the nearest first
    assert mail.html.count("<li") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_that_exists_is_tried_and_every_one_tried_exists_in_all_languages(language: str) -> None:
    here = {path.name.removesuffix(".md.j2") for path in (TEMPLATES / language).glob("[!_]*.j2")}

    assert sorted(here - {"report", "policy"}) == NAMES == sorted({name for name, _ in MAILS})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["answer", "progress", "notice", "assigned", "review-request", "unassigned", "undeliverable"])  # fmt: skip
def test_peoples_words_stay_as_they_are_in_both_parts(name: str, language: str) -> None:
    facts = next(f for n, f in reversed(MAILS) if n == name)
    own = {k: HOSTILE for k in ("body", "note", "reasons", "diagnostic") if k in facts}
    story = [{"who": "jan@example.net", "at": NOW, "text": HOSTILE}]
    mail = rendered(name, facts | own | ({"story": story} if "story" in facts else {}), language)

    assert HOSTILE in mail.text
    assert "&lt;b&gt;x&lt;/b&gt;" in mail.html
    assert "{{ subject }}" in mail.html
    assert "<b>" not in mail.html
    assert "evil.example" not in "".join(re.findall(r'href="([^"]*)"', mail.html))
    assert "**fett**" in mail.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_peoples_words_inside_our_sentences_are_no_markup_either(language: str) -> None:
    evil = "**x** [y](https://evil.example) <i>\n\n---\n- z"
    facts = next(f for n, f in MAILS if n == "notice" and f.get("details"))
    other = [{"reference": "P4R-8TX-2C6", "subject": evil, "stage": "closed"}]
    mail = rendered("notice", facts | {"who": evil, "subject": evil, "others": other, "details": [{"name": evil, "value": evil}]}, language)  # fmt: skip

    assert mail.text.replace("\n  ", " ").count("**x** [y](https://evil.example) <i> --- - z") >= 4
    assert "evil.example" not in "".join(re.findall(r'href="([^"]*)"', mail.html))
    assert "<i>" not in mail.html
    assert "\n" not in mail.subject


def test_a_command_link_shows_its_text_and_a_web_link_its_address_too() -> None:
    notice = rendered("notice", next(f for n, f in MAILS if n == "notice"), "en")
    ack = rendered("acknowledgement", next(f for n, f in MAILS if f.get("articles")), "en")

    assert "/resolve\u00a0· /note\u00a0· /wait\u00a0· /complexity\u00a0simple" in notice.text
    assert "mailto:" not in notice.text
    assert notice.html.count('<a href="mailto:support%2Bk3.x@example.org?subject=') == 7
    assert "- So (und so) [geht es]: https://example.org/help/a_(b)?x=1&y=2\n" in ack.text
    assert re.search(
        r'<a href="https://example\.org/help/a_\(b\)\?x=1&amp;y=2"[^>]*>So \(und so\) \[geht es\]</a>', ack.html
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_commands_begins_with_what_parts_them(language: str) -> None:
    """A narrow window breaks the line behind the dot."""
    mail = rendered("notice", next(f for n, f in MAILS if n == "notice" and f["commands"]), language)
    (line,) = re.findall(r"<p[^>]*>(.*/note.*/help.*)</p>", mail.html)

    assert "\u00a0· <a" in line
    assert " ·" not in line


def test_only_the_web_and_mail_are_linked(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "x.md.j2").write_text("Subject: x\n\n[a]({{ url }}) and [b](file:///etc/passwd)\n")
    mail = Renderer((tmp_path,)).render("x", "en", {"url": "javascript:alert(1)"})

    assert "<a" not in mail.html
    assert "[a](javascript:alert(1)) and [b](file:///etc/passwd)" in mail.text


def test_a_rule_is_a_block_of_its_own_right_after_a_line_and_never_the_first_or_last(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "x.md.j2").write_text("Subject: x\n---\none\n---\n\n---\ntwo\n- three\n---\n")
    mail = Renderer((tmp_path,)).render("x", "en", {})

    assert mail.text.partition("\n\n")[2] == "one\n\n---\n\ntwo\n\n- three\n"
    assert mail.html.count("<hr") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_strangers_words_read_in_their_own_direction_and_ours_in_ours(language: str) -> None:
    notice = rendered("notice", next(f for n, f in MAILS if n == "notice"), language)
    answer = rendered("answer", next(f for n, f in MAILS if n == "answer"), language)

    assert notice.html.count(f' lang="{language}" dir="ltr"') == answer.html.count(f' lang="{language}" dir="ltr"') == 2
    assert notice.html.count('dir="auto"') == answer.html.count('dir="auto"') == 1
    assert ("border-left" in notice.html, "border-left" in answer.html) == (True, False)  # who writes is clear there


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_step_that_a_case_has_reached_is_told_by_a_sign_in_both_parts(language: str) -> None:
    mail = rendered("status", CUSTOMER | {"stage": "resolved", "stage_step": 3}, language)
    first, second, third, last = (stage_word(s, language) for s in ("registered", "in work", "resolved", "closed"))

    assert f"\n\n{first} · {second} · [{third}] · {last}\n\n" in mail.text
    assert re.findall(r"([✓●○])&nbsp;([^<]+)<", mail.html) == [("✓", first), ("✓", second), ("●", third), ("○", last)]
    assert mail.html.count('aria-current="step"') == 1


def test_a_mail_asks_for_nothing_from_elsewhere_and_stays_small() -> None:
    for name, facts in MAILS:
        html = rendered(name, facts, "ru").html

        assert re.findall(r"<(?:img|link|script|iframe)|url\(|@import|src=|background=", html) == []
        assert len(html.encode()) < 8000


def test_a_name_that_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        rendered("progress", {k: v for k, v in CUSTOMER.items() if k != "promises"} | {"note": ""}, "en")


def test_the_longest_footer_keeps_its_lines() -> None:
    mail = rendered("status", CUSTOMER | {"footer": "Example GmbH\nMusterstraße 1\n\n10115 Berlin"}, "de")

    assert mail.text.endswith("\nExample GmbH\nMusterstraße 1\n\n10115 Berlin\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_commands_says_what_each_does_in_the_agents_language(language: str) -> None:
    rows = tuple({"name": name, "usage": usage, "does": does} for name, (usage, does) in COMMANDS.items())
    mail = rendered("help", next(f for n, f in MAILS if n == "help") | {"commands": rows}, language)

    assert mail.text.count("\n- /") == len(COMMANDS)
    assert ("hand the case to a colleague" in mail.text) == (language == "en")
    assert ("/show REFERENCE" in mail.text) == (language == "en")
    assert f"/wait [customer | partner] [{UNTIL[language]}]" in mail.text


def test_staff_mails_say_where_an_answer_goes() -> None:
    said = {n: rendered(n, f, "en").text for n, f in reversed(MAILS) if n in ("notice", "assigned")}
    inside = [rendered(n, f, "en").text for n, f in MAILS if f["inside"]]

    assert all("Your reply goes to jan@example.net" in text for text in said.values())
    assert inside
    assert all("Your reply stays inside" in text for text in inside)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["warning", "missed", "bad-rating", "undeliverable", "unassigned", "review-request"])
def test_the_subject_of_an_alert_says_what_the_case_is_about(name: str, language: str) -> None:
    """Ten warnings in an inbox differ by nothing else."""
    mail = rendered(name, next(f for n, f in MAILS if n == name), language)

    assert mail.subject.endswith(str(AGENT["subject"]))


@pytest.mark.parametrize("name", ["cases", "alerts", "digest"])
def test_a_list_cuts_long_subjects_between_words(name: str) -> None:
    facts = next(f for n, f in MAILS if n == name and (f.get("rows") or f.get("late")))
    part = "late" if name == "digest" else "rows"
    long = {**facts[part][0], "subject": "Der Wechselrichter " + "schaltet ab " * 20}  # type: ignore[index]
    word = long | {"subject": "https://example.org/" + "x" * 200}
    text, other = (" ".join(rendered(name, facts | {part: (r,)}, "de").text.split()) for r in (long, word))

    assert "Der Wechselrichter " + "schaltet ab " * 4 + "…, jan@example.net" in text
    assert "https://example.org/" + "x" * 52 + " …, jan@example.net" in other


def test_an_administrators_template_comes_first(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "status.md.j2").write_text("Subject: [{{ reference }}] Ours\n\nOurs\n\n{{ progress }}\n")
    mail = Renderer((tmp_path, TEMPLATES)).render("status", "en", CUSTOMER)

    assert mail.subject == f"[{CUSTOMER['reference']}] Ours"
    assert mail.text.partition("\n\n")[2] == "Ours\n\nregistered · [in progress] · resolved · closed\n"


def test_the_moment_of_a_mail_is_read_on_the_policys_clock() -> None:
    mail = rendered("warning", next(f for n, f in MAILS if n == "warning") | {"zone": "Europe/Moscow"}, "en")

    assert moment(LATER, "en", "Europe/Moscow").endswith("19:00")
    assert "19:00" in mail.text
