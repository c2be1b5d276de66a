"""Templates to words: one Markdown-like source for each mail and language gives the text and the HTML part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from mailbot.wire.command_words import command_word, usage_word
from mailbot.wire.due import clock, due, left, near, since, there
from mailbot.wire.mail_html import mail_html
from mailbot.wire.markup import PROGRESS, Lines, Source, Words, plain, to_text, value
from mailbot.wire.problem_words import detail_word, problem_word
from mailbot.wire.quoting import MARKER_START
from mailbot.wire.template_check import Templates
from mailbot.wire.words import (
    complexity_word,
    day,
    genitive,
    language_word,
    moment,
    promise_word,
    range_of_days,
    stage_word,
    when,
    zone_word,
)

_BRIEF = 72  #: characters of a subject in a list, so that a telephone shows more than one case
_STEPS = ("registered", "in work", "resolved", "closed")
#: begins every mail of ours, so that an answer shows where the person's own words end, whatever the client quotes
MARKERS = {
    "de": f"{MARKER_START} Bitte antworten Sie oberhalb dieser Zeile -##",
    "pl": f"{MARKER_START} Prosimy odpowiadać powyżej tej linii -##",
    "ru": f"{MARKER_START} Пожалуйста, пишите ответ выше этой строки -##",
    "en": f"{MARKER_START} Please reply above this line -##",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


class Renderer:
    """Owns the template environment; an administrator's folder comes before the shipped one."""

    def __init__(self, directories: tuple[Path, ...]) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([str(d) for d in directories]),
            undefined=StrictUndefined,
            autoescape=False,  # the source is Markdown-like; HTML is made, and escaped, in markup
            finalize=value,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters.update(_FILTERS)
        self._directories = directories

    def render(self, template: str, language: str, context: Mapping[str, object]) -> Rendered:
        """The mail *template* in *language*; undefined names raise."""
        source = self._environment.get_template(f"{language}/{template}.md.j2")
        progress = _progress(context.get("stage_step"), language)
        whole = source.render({**context, "language": language, "progress": Source(progress)})
        head, _, body = whole.partition("\n")
        subject = " ".join(plain(head).removeprefix("Subject:").split())
        marker = MARKERS[language]
        staff = context.get("audience") in ("agent", "manager")
        html = mail_html(body, marker, language, subject, quoted=staff)
        return Rendered(subject, f"{marker}\n\n{to_text(body)}", html)

    @property
    def templates(self) -> Templates:
        """What the check looks at."""
        return Templates(self._directories, self._environment)


def _spoken(word: Callable[[str, str], str]) -> Callable[[Context, str], str]:
    """*word* as a filter that speaks the mail's language."""

    @pass_context
    def filtered(context: Context, id: str) -> str:
        return word(id, str(context["language"]))

    return filtered


def _dated(word: Callable[[datetime, str, str], str]) -> Callable[[Context, datetime], str]:
    """*word* as a filter that speaks the mail's language and reads the policy's clock."""

    @pass_context
    def filtered(context: Context, at: datetime) -> str:
        return word(at, str(context["language"]), str(context["zone"]))

    return filtered


def _told_now(word: Callable[[datetime, datetime, str, str], str]) -> Callable[[Context, datetime], str]:
    """*word* as a filter that speaks of the moment as one does now, in the mail's language and zone."""

    @pass_context
    def filtered(context: Context, at: datetime) -> str:
        return word(at, context["now"], str(context["language"]), str(context["zone"]))

    return filtered


@pass_context
def _due(context: Context, at: datetime) -> str:
    return due(at, context["now"], context["calendar"], str(context["language"]), str(context["zone"]))


@pass_context
def _left(context: Context, at: datetime) -> str:
    return left(at, context["now"], context["calendar"], str(context["language"]))


@pass_context
def _days(context: Context, estimate: Mapping[str, datetime]) -> str:
    return range_of_days(estimate["low_at"], estimate["high_at"], str(context["language"]), str(context["zone"]))


def _brief(subject: str) -> str:
    """*subject*, cut between words where it is long; one long word is cut anywhere."""
    begin = subject[:_BRIEF]
    return subject if begin == subject else f"{begin.rpartition(' ')[0] or begin} …"


_FILTERS = {
    "brief": _brief,
    "words": Words,
    "lines": Lines,
    "when": _dated(when),
    "moment": _dated(moment),
    "genitive": _dated(genitive),
    "day": _dated(day),
    "clock": _dated(clock),
    "near": _told_now(near),
    "since": _told_now(since),
    "due": _due,
    "left": _left,
    "there": _dated(there),
    "days": _days,
    "zone": _spoken(zone_word),
    "stage": _spoken(stage_word),
    "language": _spoken(language_word),
    "promise": _spoken(promise_word),
    "complexity": _spoken(complexity_word),
    "problem": _spoken(problem_word),
    "detail": _spoken(detail_word),
    "does": _spoken(command_word),
    "usage": _spoken(usage_word),
}


def _progress(step: object, language: str) -> str:
    if not isinstance(step, int):
        return ""
    names = [stage_word(s, language) for s in _STEPS]
    return PROGRESS + " · ".join(f"**{name}**" if number == step else name for number, name in enumerate(names, 1))
