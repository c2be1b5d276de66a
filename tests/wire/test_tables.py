"""Tables stand in columns in the text, and in cells in the HTML."""

from mailbot.wire.mail_html import mail_html
from mailbot.wire.markup import to_text, value
from mailbot.wire.tables import aligned

SOURCE = "Before\n\n| Promise | kept | late |\n| answer | 12 | 0 |\n| result of the review | 3 | 10 |\n\nAfter"
TEXT = """Before

Promise               kept  late
answer                  12     0
result of the review     3    10

After
"""


def test_names_stand_left_and_figures_right() -> None:
    assert to_text(SOURCE) == TEXT


def test_a_name_without_room_is_wrapped_and_no_figure_is() -> None:
    rows = [["Promise", "kept"], ["result of the review", "12345"]]

    assert aligned(rows, 21) == ["Promise          kept", "result of the   12345", "  review"]


def test_a_value_is_neither_border_nor_markup() -> None:
    source = f"| {value('Anna | **Support** <b>')} | 1 |\n| {value('Boris')} | 2 |"
    html = mail_html(source, "", "en", "")

    assert to_text(source).splitlines()[0] == "Anna | **Support** <b>  1"
    assert "&lt;b&gt;" in html
    assert html.count("<th ") == 2
    assert html.count("<td ") == 2
