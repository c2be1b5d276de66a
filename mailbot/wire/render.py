"""Templates to words: one Markdown-like source for each mail and language gives the text and the HTML part."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import escape

from mailbot.wire.template_check import Templates
from mailbot.wire.words import promise_word, stage_word, when

LANGUAGES = ("de", "pl", "ru", "en")
WIDTH = 76
_STEPS = ("registered", "in work", "resolved", "closed")
_BOLD = re.compile(r"\*\*([^*\n]{1,300})\*\*")
_VERBATIM = "\x02"  #: begins a line of somebody's own words: never wrapped, never read as markup


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
            autoescape=False,  # the source is Markdown-like; HTML is made, and escaped, below
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters.update(when=_when, stage=_stage, promise=_promise, words=words)
        self._directories = directories

    def render(self, template: str, language: str, context: Mapping[str, object]) -> Rendered:
        """The mail *template* in *language*; undefined names raise."""
        source = self._environment.get_template(f"{language}/{template}.md.j2")
        whole = source.render({**context, "language": language})
        head, _, body = whole.partition("\n")
        subject = " ".join(head.removeprefix("Subject:").split())
        step = context.get("stage_step")
        progress = _progress(step, language) if isinstance(step, int) else ""
        return Rendered(subject, _text(body, progress), _html(body, progress, language, subject))

    @property
    def templates(self) -> Templates:
        """What the check looks at."""
        return Templates(self._directories, self._environment)


def words(text: str) -> str:
    """Somebody's own words: shown as they are, whatever signs are in them."""
    clean = "".join(c for c in str(text) if c in "\n\t" or c >= " ").strip("\n")
    return "\n".join(_VERBATIM + line for line in clean.split("\n"))


@pass_context
def _when(context: Context, at: datetime) -> str:
    return when(at, str(context["language"]), str(context["zone"]))


@pass_context
def _stage(context: Context, stage: str) -> str:
    return stage_word(stage, str(context["language"]))


@pass_context
def _promise(context: Context, promise: str) -> str:
    return promise_word(promise, str(context["language"]))


def _progress(step: int, language: str) -> str:
    names = [stage_word(s, language) for s in _STEPS]
    return " · ".join(f"**{name}**" if number == step else name for number, name in enumerate(names, 1))


def _text(body: str, progress: str) -> str:
    lines: list[str] = []
    for line in (f"{body.strip()}\n\n{progress}" if progress else body.strip()).split("\n"):
        if line.startswith(_VERBATIM):
            lines.append(line[1:])
            continue
        plain = _BOLD.sub(r"[\1]" if line == progress else r"\1", line)
        indent = "  " if plain.startswith("- ") else ""
        wrapped = textwrap.wrap(plain, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        lines += wrapped or [""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _html(body: str, progress: str, language: str, subject: str) -> str:
    blocks = "".join(_block(b) for b in re.split(r"\n{2,}", body.strip()) if b.strip())
    bar = f'<p style="margin:24px 0 0;font-size:13px;opacity:.75">{_inline(progress)}</p>' if progress else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="ltr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{escape(subject)}</title></head>\n"
        '<body style="margin:0;padding:16px;font:16px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif">\n'
        f'<div style="max-width:600px;margin:0 auto;overflow-wrap:anywhere">\n{blocks}{bar}</div>\n</body></html>\n'
    )


def _block(block: str) -> str:
    lines = block.strip("\n").split("\n")
    if all(line.startswith("- ") for line in lines):
        items = "".join(f'<li style="margin:0 0 4px">{_inline(line[2:])}</li>' for line in lines)
        return f'<ul style="margin:0 0 16px;padding-left:20px">{items}</ul>\n'
    if lines == ["---"]:
        return '<hr style="border:0;border-top:1px solid #8888;margin:24px 0">\n'
    shown = "<br>\n".join(str(escape(line[1:])) if line.startswith(_VERBATIM) else _inline(line) for line in lines)
    return f'<p style="margin:0 0 16px">{shown}</p>\n'


def _inline(line: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", str(escape(line)))
