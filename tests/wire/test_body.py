"""HTML to text: what is hidden stays hidden, and no layout costs more than its words."""

import tracemalloc

import pytest

from mailbot.wire.body import html_text

WIDE = '<div style="padding-left:100000em">Wort</div>' * 3000
TABLE = (
    "<table>" + f"<tr><td>{'x' * 20000}</td>" + "<td>y</td>" * 30 + "</tr>" + "<tr><td>a</td></tr>" * 5000 + "</table>"
)
NESTED = "<ul><li>" * 200 + "<p>x</p>" * 100000


@pytest.mark.parametrize("html", [WIDE, TABLE, NESTED], ids=["padding", "table", "lists"])
def test_a_small_mail_makes_no_enormous_text(html: str) -> None:
    tracemalloc.start()
    try:
        text = html_text(html)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert text
    assert len(text) < 10_000_000
    assert peak < 150_000_000


def test_what_is_hidden_is_not_read_and_what_is_shown_is() -> None:
    html = '<div style="display: none">geheim</div><p style="margin:0">Guten <b>Tag</b></p><ul><li>eins<li>zwei</ul>'

    text = html_text(html)

    assert "geheim" not in text
    assert text.split() == ["Guten", "Tag", "*", "eins", "*", "zwei"]
