"""The page that lists the mails of `mailbot preview`: by language, by reader, each with its subject."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from markupsafe import escape

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --soft: #59636e; --line: #d1d9e0; --link: #0a58ca; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --paper: #15191e; --soft: #a6b0ba; --line: #47505a; --link: #8ab8ff; } }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.5 "Segoe UI", system-ui, -apple-system, Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem 1rem 3rem; }
a { color: var(--link); }
h2 { margin: 2.5rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
ul { margin: 0; padding: 0; list-style: none; }
li { margin: 0 0 .75rem; }
small { display: block; color: var(--soft); font-size: .875rem; }
""".strip()
_LANGUAGES = {"de": "Deutsch", "pl": "Polski", "ru": "Русский", "en": "English"}
_READERS = {"customer": "To customers", "partner": "To third parties", "agent": "To agents", "manager": "To managers"}


@dataclass(frozen=True, slots=True)
class Row:
    """A mail that was written."""

    language: str
    audience: str
    name: str  #: of its files, without the ending
    subject: str


def index_page(rows: Iterable[Row]) -> str:
    """The whole page; it links to files beside it only."""
    parts = [(language, _part(language, list(its))) for language, its in groupby(rows, key=lambda row: row.language)]
    contents = " · ".join(f'<a href="#{x}" lang="{x}">{_LANGUAGES[x]}</a>' for x, _ in parts)
    return (
        '<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>mailbot: every mail</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n"
        "<h1>Every mail in every language</h1>\n<p>An invented case shows each template as its readers see it. "
        f"Nothing here was sent.</p>\n<p>{contents}</p>\n{''.join(part for _, part in parts)}</main>\n</body>\n</html>\n"
    )


def _part(language: str, rows: list[Row]) -> str:
    shown = f'<section id="{language}">\n<h2 lang="{language}">{_LANGUAGES[language]}</h2>\n'
    for audience, title in _READERS.items():
        items = "".join(_item(row) for row in rows if row.audience == audience)
        shown += f"<h3>{title}</h3>\n<ul>\n{items}</ul>\n" if items else ""
    return f"{shown}</section>\n"


def _item(row: Row) -> str:
    file = f"{row.language}/{row.name}"
    return (
        f'<li><a href="{file}.html" lang="{row.language}">{escape(row.subject)}</a>'
        f'<small>{row.name} · <a href="{file}.txt">text</a> · <a href="{file}.eml">mail</a></small></li>\n'
    )
