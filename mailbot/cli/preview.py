"""`mailbot preview`."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateError

from mailbot.cli.preview_index import Row, index_page
from mailbot.config import data_dir, load
from mailbot.core.mail import Address
from mailbot.core.policy import LANGUAGES
from mailbot.errors import ConfigError, MailbotError
from mailbot.wire.compose import Outgoing, compose
from mailbot.wire.examples import ADDRESSES, NOW, Example, examples
from mailbot.wire.render import Rendered, Renderer


def write_preview(config: Path | None, folder: Path) -> int:
    """Writes the example of each mail in each language, and an index of them; the configuration's templates first."""
    own = load(config, secrets=False).templates
    renderer = Renderer((*([own] if own is not None else []), data_dir() / "templates"))
    rows: list[Row] = []
    try:
        for language, example, mail in _rendered(renderer):
            _write(folder / language, language, example, mail)
            rows.append(Row(language, str(example.facts["audience"]), example.name, mail.subject))
        (folder / "index.html").write_text(index_page(rows), "utf-8")
    except OSError as error:
        raise MailbotError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    print(f"{len(rows)} mails; open {folder / 'index.html'}")
    return 0


def _rendered(renderer: Renderer) -> Iterator[tuple[str, Example, Rendered]]:
    for language in LANGUAGES:
        for example in examples(language):
            try:
                yield language, example, renderer.render(example.template, language, example.facts)
            except (TemplateError, UnicodeDecodeError) as error:
                name = f"{language}/{example.template}.md.j2"
                raise ConfigError(name, None, f"{error}; `mailbot check` shows every problem") from error


def _write(folder: Path, language: str, example: Example, mail: Rendered) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{example.name}.html").write_text(mail.html, "utf-8")
    (folder / f"{example.name}.txt").write_text(mail.text, "utf-8")
    (folder / f"{example.name}.eml").write_bytes(_message(language, example, mail))


def _message(language: str, example: Example, mail: Rendered) -> bytes:
    return compose(
        Outgoing(
            from_=Address(ADDRESSES["desk"], str(example.facts["desk_name"])),
            to=ADDRESSES[str(example.facts["audience"])],
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            message_id=f"<{example.name}.{language}@example.org>",
            date=NOW,
        )
    )
