"""The page that tells customers what a policy promises: complete, true and in plain words, in four languages.

`tests/pages/POLICY.LANGUAGE.txt` are whole pages as a reader sees them; read them when a sentence changes, and write
them anew with `python -m tests.wire.test_policy_page`.
"""

import html
import re
from datetime import UTC, datetime
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailbot.cli.policy import region_of
from mailbot.core.policy import Policy
from mailbot.core.worktime import due_at
from mailbot.policies import load_policy_file
from mailbot.wire.lengths import length
from mailbot.wire.page import page_html, page_text
from mailbot.wire.policy_page import Page, policy_page

ROOT = Path(__file__).parent.parent.parent
PAGES = ROOT / "tests" / "pages"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = sorted(path.stem for path in (ROOT / "config" / "policies").glob("*.toml"))
LANGUAGES = ("de", "pl", "ru", "en")
GOLDEN = (
    ("complaints-24h", "de"),
    ("complaints-working-days", "pl"),
    ("item-support", "de"),
    ("four-day-week", "ru"),
    ("four-day-week", "en"),
    ("platform-complaints", "ru"),
)
ENGLISH = frozenset(
    {"the", "and", "within", "hours", "days", "your", "you", "working", "with", "reply", "answer", "case"}
)
#: what the policies say, told by hand: policy, language, the example's receipt, what is due when
EXAMPLES = [
    ("complaints-24h", "de", "am Freitag, 13. März 2026, um 16:00 Uhr", "Eingangsbestätigung: bis Samstag, 14. März 2026, 16:00 Uhr"),
    ("complaints-24h", "en", "on Friday, 13 March 2026, at 16:00", "Resolution (normal case): by Friday, 27 March 2026, 17:00"),
    ("complaints-working-days", "pl", "w piątek, 13 marca 2026 r., o godz. 15:00", "Potwierdzenie odbioru: do wtorku, 24 marca 2026 r., godz. 16:00"),
    ("complaints-working-days", "pl", "w piątek, 13 marca 2026 r., o godz. 15:00", "Rozwiązanie: do poniedziałku, 27 kwietnia 2026 r., godz. 16:00"),
    ("four-day-week", "ru", "в четверг, 12 марта 2026 г., в 17:00", "Ответ: не позднее понедельника, 16 марта 2026 г., 17:00"),
    ("four-day-week", "ru", "в пятницу, 13 марта 2026 г., в 12:00", "не позднее понедельника, 16 марта 2026 г., 18:00"),
    ("item-support", "de", "am Freitag, 13. März 2026, um 16:00 Uhr", "Antwort: bis Sonntag, 15. März 2026, 16:00 Uhr"),
]  # fmt: skip


@lru_cache
def policy(name: str) -> Policy:
    found = load_policy_file(ROOT / "config" / "policies" / f"{name}.toml", today=NOW.date()).policy
    assert found is not None
    return found


@lru_cache
def page(name: str, language: str) -> Page:
    found = policy(name)
    return policy_page(found, language, NOW, (ROOT / "templates",), region=region_of(found.holidays))


def flat(text: str) -> str:
    return " ".join(text.split())


EVERY = [pytest.param(name, language, id=f"{name}-{language}") for name in NAMES for language in LANGUAGES]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_page_states_every_duration_of_the_policy_in_words(name: str, language: str) -> None:
    text = flat(page(name, language).text)
    found = policy(name)

    for rule in found.promises:
        relation = "every" if rule.repeats else "within"
        for span in (rule.within.simple, rule.within.normal, rule.within.complex):
            assert length(span, language, relation) in text
    if found.escalation is not None:
        assert length(found.escalation.decide, language, "within") in text
    assert length(found.close_after, language, "through") in text
    assert length(found.reopen_for, language, "within") in text


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_page_has_nothing_left_over(name: str, language: str) -> None:
    text = page(name, language).text

    assert not re.search(r"[{}%@\x00-\x09\x0b-\x1f]|\bNone\b|\bTrue\b|_", text)
    assert not re.search(r"[,;:]\s*\.|\.\.|\( *\)| ,|\s\.(?:\s|$)", text)
    if language == "ru":
        assert not re.search(r"[A-Za-z]", text)
    if language != "en":
        assert not ENGLISH & set(re.findall(r"\w+", text.casefold()))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_page_names_what_is_asked_for_sorted_and_left_out(name: str, language: str) -> None:
    text, found = flat(page(name, language).text), policy(name)

    asked = {ask.rstrip("?") for ask in (*found.asks, *(a for c in found.categories for a in c.asks))}
    for label in found.labels:
        assert (label.name(language) in text) is (label.id in asked)
    for category in found.categories:
        assert category.suggestion or {str(k): v for k, v in category.name.items()}[language] in text
    if found.scope is not None:
        scope = {str(k): v for k, v in (*found.scope.inside.items(), *found.scope.outside.items())}
        assert all(part in text for part in scope[language])
    assert flat({str(k): v for k, v in found.footer.items()}[language]) in text


@pytest.mark.parametrize(("name", "language", "at", "due"), EXAMPLES)
def test_the_example_is_counted_as_a_printed_calendar_counts(name: str, language: str, at: str, due: str) -> None:
    text = flat(page(name, language).text)

    assert at in text
    assert due in text


def test_the_example_is_what_the_daemon_would_promise() -> None:
    found = policy("complaints-working-days")
    received = datetime(2026, 3, 13, 15, tzinfo=ZoneInfo("Europe/Warsaw")).astimezone(UTC)
    rule = found.rule("resolution")
    assert rule is not None

    due = due_at(received, rule.within.normal, found.calendar).astimezone(ZoneInfo("Europe/Warsaw"))

    assert (
        f"{due.day} kwietnia {due.year}\u00a0r., godz. {due.hour}:{due.minute:02}"
        in page("complaints-working-days", "pl").text
    )


@pytest.mark.parametrize(("name", "language"), GOLDEN)
def test_a_page_reads_as_it_was_read(name: str, language: str) -> None:
    assert page(name, language).text == (PAGES / f"{name}.{language}.txt").read_text("utf-8")


def test_a_policy_without_a_resolution_date_says_so_and_names_none() -> None:
    """C3."""
    assert "einen Termin dafür sagen wir nicht zu" in flat(page("item-support", "de").text)
    assert "Lösung:" not in page("item-support", "de").text


def test_an_escalation_says_who_may_ask_until_when_with_what_and_who_decides() -> None:
    """A10 to A13, B14, D11."""
    first, last = flat(page("complaints-24h", "en").text), flat(page("four-day-week", "en").text)

    assert "You can ask for a review within 30 days of the resolution" in first
    assert "“escalation” and your reasons" in first
    assert "Someone who has not been involved so far" in first
    assert "You can ask for a review at any time" in last
    assert "you do not need to give reasons" in last
    assert "A senior specialist who has not been involved so far" in last


class Tags(HTMLParser):
    """Whether every tag is closed, and what is fetched from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [str(value) for key, value in attrs if key in ("src", "href", "action")]
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if self.open[-1:] != ["style"] else ""


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_html_page_stands_alone_and_says_the_same(name: str, language: str) -> None:
    found = page(name, language)
    tags = Tags()
    tags.feed(found.html)

    assert tags.open == []
    assert tags.fetched == []
    assert f'<html lang="{language}">' in found.html
    assert 'name="viewport"' in found.html
    assert "prefers-color-scheme: dark" in found.html
    words = re.findall(r"\w+", found.text)
    assert words == re.findall(r"\w+", tags.text)[-len(words) :]


def test_what_a_policy_says_is_never_markup() -> None:
    shown = page_html("# A <b>\n\n- x & <script>y</script>\n\n---\n\nLine one  \nLine two\n", "en")

    assert "<b>" not in shown
    assert "<script>" not in shown
    assert html.escape("x & <script>y</script>") in shown
    assert "Line one<br>\nLine two" in shown


def test_lines_are_short_and_lists_are_indented() -> None:
    shown = page_text(f"# Title\n\n## Head\n\n- **bold** {'word ' * 30}\n\nOne\ntwo.\n")

    assert all(len(line) <= 76 for line in shown.splitlines())
    assert "Title\n=====\n\nHead\n----\n\n- bold word" in shown
    assert "\n  word" in shown
    assert "One two." in shown


if __name__ == "__main__":
    for golden_name, golden_language in GOLDEN:
        (PAGES / f"{golden_name}.{golden_language}.txt").write_text(page(golden_name, golden_language).text, "utf-8")
