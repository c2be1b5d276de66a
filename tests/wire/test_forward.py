"""Reading a forwarded mail never fails, and takes nobody for its writer who is not plainly named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.wire.forward import read_forwarded
from mailbot.wire.parse import parse

PIECES = st.sampled_from(
    [
        "From:",
        "Von: ",
        "От: *Jan*",
        " <jan@example.net>",
        "[mailto:a@b.test]",
        "Subject: x",
        "Date: 1",
        "To: y",
        "\n",
        "\n> ",
    ]
)


def forwarded(body: str, subject: str = "Fwd: x") -> tuple[str, str, str, str] | None:
    raw = f"From: anna@example.org\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n".encode()
    raw += body.replace("\n", "\r\n").encode("utf-8", "replace")
    found = read_forwarded(parse(raw), raw, lambda address: address.endswith("@example.org"))
    if found is None or found.mail.from_ is None:
        return None
    return found.mail.from_.addr_spec, found.mail.from_.display_name, found.mail.subject, found.comment


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=30).map("".join))
def test_no_text_makes_it_fail(body: str) -> None:
    forwarded(body)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("From: Jan Muster <jan@example.net>", ("jan@example.net", "Jan Muster", "4711", "Bitte!")),
        ("From: Jan Muster\n <jan@example.net>", ("jan@example.net", "Jan Muster", "4711", "Bitte!")),
        ('*From:* "Muster, Jan" <jan@example.net>', ("jan@example.net", "Muster, Jan", "4711", "Bitte!")),
        ("From: Jan Muster [mailto:jan@example.net]", ("jan@example.net", "Jan Muster", "4711", "Bitte!")),
        ("From: jan@example.net <jan@example.net>", ("jan@example.net", "", "4711", "Bitte!")),
        ("From: jan@example.net", ("jan@example.net", "", "4711", "Bitte!")),
        ("From: a@example.net; b@example.net", None),
        ("From: Jan Muster", None),
        ("From: anna@example.org", None),
    ],
)
def test_the_writer_is_the_one_address_of_the_copied_from(head: str, expected: object) -> None:
    body = f"Bitte!\n\n-----Original Message-----\n{head}\nSent: Monday\nTo: Anna <anna@example.org>\nSubject: 4711\n\nText."

    assert forwarded(body) == expected
    assert forwarded(body, "Re: x") is None
