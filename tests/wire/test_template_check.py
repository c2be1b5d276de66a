"""Templates of an administrator are checked before the first mail fails: names, promises, invented dates."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.core.actions import Audience, Cause, Send
from mailbot.core.case import Case
from mailbot.core.desk import Desk
from mailbot.core.people import Roster
from mailbot.pipeline.context import _context
from mailbot.policies import load_policy_file
from mailbot.wire.literal_dates import literal_dates
from mailbot.wire.render import Renderer
from mailbot.wire.template_check import COMMON, template_problems

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ROOT / "templates"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
PROMISED = frozenset({"answer"})
HEAD = "Subject: [{{ reference }}] Status\n\n"

#: case -> (template, its text, (line, value, remedy))
BROKEN = {
    "undefined": ("status", HEAD + "Hello {{ custmer_name }}\n", (3, "custmer_name", "did you mean customer_name?")),
    "unknown-filter": ("status", HEAD + "{{ stage | upprcase }}\n", (3, None, "No filter named 'upprcase'")),
    "syntax": ("status", HEAD + "\n{% if stage %}\n", (4, None, "Unexpected end of template")),
    "no-subject": ("status", "Hello\n\nHello\n", (1, "Hello", 'write "Subject: [{{ reference }}] …"')),
    "no-reference": ("status", "Subject: Status\n\nHello\n", (1, "Subject: Status", "put [{{ reference }}] into it")),
    "no-include": ("status", HEAD + '{% include "de/end.md.j2" %}\n', (3, "de/end.md.j2", "there is no such template")),
    "own-promise": ("status", HEAD + "{{ 'refund' | promise }}\n", (3, "refund", "promised are: answer")),
    "own-promise-date": (
        "status",
        HEAD + "{{ promises.resolution.due_at | when }}\n",
        (3, "resolution", "no policy here promises it"),
    ),
    "own-promise-by-key": (
        "status",
        HEAD + "\n{{ promises['resolution'].due_at | when }}\n",
        (4, "resolution", "no policy here promises it"),
    ),
}
#: language, prose, what is found in it
INVENTED = [
    ("en", "We answer within 24 hours.", "24 hours"),
    ("en", "You will hear from us by 5 March.", "5 March"),
    ("en", "It takes three working days.", "three working days"),
    ("de", "Wir melden uns innerhalb von 2 Werktagen.", "2 Werktagen"),
    ("de", "bis spätestens 05.03.2026", "05.03.2026"),
    ("pl", "Odpowiemy w ciągu 7 dni roboczych.", "7 dni"),
    ("pl", "najpóźniej 5 maja", "5 maja"),
    ("ru", "Мы ответим в течение двух рабочих дней.", "двух рабочих дней"),
    ("ru", "в течение 24 часов", "24 часов"),
]


def write(folder: Path, language: str, name: str, text: str) -> None:
    (folder / language).mkdir(exist_ok=True)
    (folder / language / f"{name}.md.j2").write_text(text)


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_template_is_told_with_its_line(case: str, tmp_path: Path) -> None:
    name, text, (line, value, remedy) = BROKEN[case]
    write(tmp_path, "de", name, text)

    problems, _ = template_problems(Renderer((tmp_path, SHIPPED)).templates, PROMISED)

    assert [(p.file, p.key, p.line, p.value) for p in problems] == [
        (str(tmp_path / "de" / f"{name}.md.j2"), f"de/{name}.md.j2", line, value)
    ]
    assert remedy in problems[0].hint


@pytest.mark.parametrize(("language", "prose", "words"), INVENTED)
def test_a_date_that_a_template_invents_is_warned_of(language: str, prose: str, words: str, tmp_path: Path) -> None:
    """C3."""
    write(tmp_path, language, "status", f"{HEAD}{{{{ stage | stage }}}}\n\n{prose}\n")

    problems, warnings = template_problems(Renderer((tmp_path, SHIPPED)).templates, PROMISED)

    assert problems == ()
    assert [(w.key, w.line, w.value) for w in warnings] == [(f"{language}/status.md.j2", 5, words)]


def test_prose_without_a_date_is_no_invention() -> None:
    text = "Rate us from 1 to 5. Write to room 12, 24/7. Version 2.11.3, § 14 BGB, Halle 5 am Tag der Messe, 3 Hefte."

    assert list(literal_dates(text)) == []


def test_a_promise_of_the_policy_may_be_named(tmp_path: Path) -> None:
    write(tmp_path, "en", "status", HEAD + "{% if promises.answer is defined %}{{ 'answer' | promise }}{% endif %}\n")

    assert template_problems(Renderer((tmp_path, SHIPPED)).templates, PROMISED) == ((), ())


def test_a_name_that_the_template_itself_guards_is_no_mistake(tmp_path: Path) -> None:
    write(tmp_path, "en", "status", HEAD + "{% if room is defined %}{{ room }}{% endif %}\n")

    assert template_problems(Renderer((tmp_path, SHIPPED)).templates, PROMISED) == ((), ())


def test_a_template_that_no_mail_has_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, "de", "acknowledgment", HEAD)

    problems, warnings = template_problems(Renderer((tmp_path, SHIPPED)).templates, PROMISED)

    assert problems == ()
    assert [w.hint for w in warnings] == ["no mail has this name; did you mean acknowledgement.md.j2?"]


def test_an_acknowledgement_that_is_silent_about_the_case_at_another_desk_is_told(tmp_path: Path) -> None:
    write(tmp_path, "de", "acknowledgement", HEAD)

    problems, warnings = template_problems(Renderer((tmp_path, SHIPPED)).templates, PROMISED)

    assert problems == ()
    assert [(w.key, "print `also`" in w.hint) for w in warnings] == [("de/acknowledgement.md.j2", True)]


def test_a_template_that_is_missing_in_one_language_is_told(tmp_path: Path) -> None:
    for language in ("de", "en", "ru"):
        write(tmp_path, language, "status", HEAD)

    problems, _ = template_problems(Renderer((tmp_path,)).templates, PROMISED)

    assert [(p.key, p.hint) for p in problems] == [("pl/status.md.j2", "missing; write it as it stands in de, ru, en")]


def test_the_shipped_templates_are_whole_and_invent_nothing() -> None:
    assert template_problems(Renderer((SHIPPED,)).templates, frozenset({"answer"})) == ((), ())


def test_what_the_check_takes_for_common_is_given_to_every_mail_of_a_case() -> None:
    policy = load_policy_file(ROOT / "config" / "policies" / "complaints-24h.toml").policy
    assert policy is not None
    send = Send("status", "a@example.net", Audience.CUSTOMER, Cause.MAIL)

    case = Case(reference="K7M-2QX-9H4", desk="s@example.org", customer="a@example.net", opened_at=NOW)

    given = _context(Desk("s@example.org", "S", policy, Roster()), case, send, "de", NOW)

    assert given.keys() | {"progress"} == COMMON  # the progress line is drawn by the renderer
