"""`mailbot preview`: every mail, looked at in a real browser, in light, in dark and as wide as a telephone."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mailbot.cli import app
from mailbot.core.policy import LANGUAGES
from mailbot.wire.examples import examples
from mailbot.wire.parse import parse
from tests.rig.chromium import Page, chromium

TEMPLATES = Path(__file__).parents[2] / "templates"
MEASURE = (Path(__file__).parents[1] / "rig" / "measure.js").read_text()
#: (what it is called, width, surrounding)
LOOKS = (("light", 800, "light"), ("dark", 800, "dark"), ("phone", 360, "light"))
#: what a webmail takes away: the style sheet, and all that <html> and <body> say; around the mail it is dark itself
STRIP = """document.querySelectorAll('head *').forEach(e => e.remove());
for (const e of [document.documentElement, document.body]) [...e.attributes].forEach(a => e.removeAttribute(a.name));
document.body.style.background = '#202124'"""
CONFIG = """
[listen]
smtp = "127.0.0.1:8025"
[relay]
maildir = "out"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
"""


def preview(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, [*options, "preview", str(folder)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("preview") / "new"
    assert preview(folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as page:
        yield page


def found(page: Page, file: Path, pictures: Path | None) -> list[str]:
    """What is wrong with the page in any of the looks; each is painted too where there is a folder for *pictures*."""
    wrong = []
    page.open(file)
    for name, width, scheme in LOOKS:
        page.look(width, scheme)
        wrong += [f"{file.parent.name}/{file.name}, {name}: {what}" for what in page.run(f"{MEASURE}({width})")]
        if pictures is not None:
            picture = page.picture()
            (pictures / f"{file.parent.name}-{file.stem}-{name}.png").write_bytes(picture)
            if (scheme == "dark") != (max(corner(picture)) < 64):
                wrong.append(f"{file.parent.name}/{file.name}, {name}: painted {corner(picture)}")
    return wrong


def found_when_stripped(page: Page, file: Path) -> list[str]:
    """The same of the page that is open, once a webmail has taken away what it does not keep."""
    page.look(360, "dark")
    page.run(STRIP)
    return [
        f"{file.parent.name}/{file.name}, stripped: {what}"
        for what in page.run(f"{MEASURE}(360)")
        if "scroll" not in what
    ]


def corner(png: bytes) -> tuple[int, ...]:
    """The colour of the pixel at the top left, which no filter of a PNG changes."""
    data, at = b"", 8
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        data += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return tuple(zlib.decompressobj().decompress(data, 4)[1:4])


@pytest.mark.once
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_read_with_ease_in_light_in_dark_and_on_a_telephone(
    folder: Path, page: Page, tmp_path: Path, language: str
) -> None:
    files = sorted((folder / language).glob("*.html"))
    turn = LANGUAGES.index(language)  # a picture takes long: each mail is painted in one language, all looks of it
    painted = [tmp_path if n % len(LANGUAGES) == turn else None for n in range(len(files))]
    wrong = []
    for file, pictures in zip(files, painted, strict=True):
        wrong += [*found(page, file, pictures), *found_when_stripped(page, file)]

    assert len(files) == len(examples(language))
    assert wrong == []
    assert page.requests == []


@pytest.mark.once
def test_the_index_leads_to_every_mail_and_is_read_with_ease_too(folder: Path, page: Page, tmp_path: Path) -> None:
    wrong = found(page, folder / "index.html", tmp_path)
    links = page.run("[...document.links].map(a => a.getAttribute('href')).filter(a => !a.startsWith('#'))")

    assert wrong == []
    assert sorted(links) == sorted(str(f.relative_to(folder)) for f in folder.glob("*/*"))


@pytest.mark.once
@pytest.mark.parametrize(
    ("style", "body", "complaint"),
    [
        ("color:#999", "pale", "contrast 2.85: pale"),
        ("opacity:.6", "<p style='color:#59636e'>faint</p>", "contrast 2.59: faint"),
        ("font-size:11px", "tiny", "11 px: tiny"),
        ("width:900px", "wide", "900 px wide, in 800"),
        ("display:none", "hidden", "not seen: hidden"),
        ("background:#111", "<p style='color:#333'>dark</p>", "contrast 1.49: dark"),
    ],
)
def test_the_measuring_finds_what_is_wrong(page: Page, tmp_path: Path, style: str, body: str, complaint: str) -> None:
    file = tmp_path / "x.html"
    file.write_text(
        f'<!DOCTYPE html><html lang="en" dir="ltr"><body style="margin:0"><div style="{style}">{body}</div>'
    )

    assert f"{file.parent.name}/x.html, light: {complaint}" in found(page, file, None)


@pytest.mark.once
def test_the_browser_tells_what_a_page_asks_for(page: Page, tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text('<!DOCTYPE html><img src="http://127.0.0.1:9/pixel.png">')
    page.open(tmp_path / "x.html")
    asked = list(page.requests)
    page.requests.clear()

    assert asked == ["http://127.0.0.1:9/pixel.png"]


def test_every_template_that_makes_a_mail_is_shown_in_every_language(folder: Path) -> None:
    for language in LANGUAGES:
        mails = {path.name.removesuffix(".md.j2") for path in (TEMPLATES / language).glob("[!_]*.j2")} - {"policy"}

        assert {example.template for example in examples(language)} == mails
        assert {f.name for f in (folder / language).iterdir()} == {
            f"{example.name}.{kind}" for example in examples(language) for kind in ("html", "txt", "eml")
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_holds_both_parts_and_speaks_its_language(folder: Path, language: str) -> None:
    mail = parse((folder / language / "answer.eml").read_bytes())
    text = (folder / language / "answer.txt").read_text()

    assert mail.subject.startswith("Re: [K7M-2QX-9H0] ")
    assert mail.text.split() == text.split()
    assert (folder / language / "answer.html").read_text().startswith(f'<!DOCTYPE html>\n<html lang="{language}"')


def test_an_administrators_template_is_shown_in_place_of_ours(tmp_path: Path) -> None:
    own = tmp_path / "desk" / "en"
    own.mkdir(parents=True)
    (own / "status.md.j2").write_text("Subject: [{{ reference }}] Ours\n\nIn our own words.\n")
    (tmp_path / "mailbot.toml").write_text(f'templates = "{own.parent}"\n{CONFIG}')
    done = preview(tmp_path / "new", "--config", str(tmp_path / "mailbot.toml"))

    assert done.exit_code == 0
    assert "In our own words." in (tmp_path / "new" / "en" / "status.html").read_text()
    assert "[K7M-2QX-9H0] Ours</a>" in (tmp_path / "new" / "index.html").read_text()
    assert "In our own words." not in (tmp_path / "new" / "de" / "status.html").read_text()


def test_a_broken_template_is_named(tmp_path: Path) -> None:
    own = tmp_path / "desk" / "en"
    own.mkdir(parents=True)
    (own / "status.md.j2").write_text("Subject: [{{ reference }}] Ours\n\n{{ nobody }}\n")
    (tmp_path / "mailbot.toml").write_text(f'templates = "{own.parent}"\n{CONFIG}')
    done = preview(tmp_path / "new", "--config", str(tmp_path / "mailbot.toml"))

    assert str(done.exception) == "en/status.md.j2: 'nobody' is undefined; `mailbot check` shows every problem"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = preview(tmp_path / "file")

    assert "cannot be written" in str(done.exception)
