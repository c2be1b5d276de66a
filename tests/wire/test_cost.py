"""Whatever bytes arrive, reading them costs no more than their length (T-42)."""

import pytest

from mailbot.wire.parse import parse
from tests.rig.cost import grows_with_its_length

HEAD = "From: a@example.net\r\nSubject: x\r\n"
FIELDS = {
    "blanks in From": ("From: ", " "),
    "quotes in From": ("From: ", '"'),
    "escapes in From": ("From: ", '\\"'),
    "brackets in From": ("From: ", "<"),
    "addresses in From": ("From: ", "a@b "),
    "parameters": ("Content-Type: text/plain", '; a="'),
    "sections": ("Content-Type: text/plain", "; a*0*=x"),
    "ids": ("Message-ID: ", "< "),
    "numbers in Date": ("Date: ", "1 "),
    "comments": ("Content-Transfer-Encoding: ", "("),
}
BODIES = {
    "blanks, quoted-printable": ("Content-Transfer-Encoding: quoted-printable", " " * 500 + "x"),
    "soft breaks": ("Content-Transfer-Encoding: quoted-printable", "= "),
    "padding": ("Content-Transfer-Encoding: base64", "YQ==\r\n"),
    "words for base64": ("Content-Transfer-Encoding: base64", "ab cd\r\n"),
    "flowed": ("Content-Type: text/plain; format=flowed", "a \r\n"),
    "enriched": ("Content-Type: text/enriched", "<param>"),
    "armour": ("Content-Type: text/plain", "-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\n"),
    "signatures": (
        "Content-Type: text/plain",
        "-----BEGIN PGP SIGNED MESSAGE-----\r\n-----BEGIN PGP SIGNATURE-----\r\n",
    ),
    "uuencode": ("Content-Type: text/plain", "begin 644 a\r\n"),
    "line ends that count": ("Content-Type: text/html", "<div style='white-space:pre-wrap'>"),
    "open divisions": ("Content-Type: text/html", "<div>"),
    "nested tables": ("Content-Type: text/html", "<table><tr><td>x"),
    "references to pictures": ("Content-Type: text/html", "src= "),
    "delimiters": ("Content-Type: multipart/mixed; boundary=x", "--y\r\n"),
    "folded boundaries": ("Content-Type: multipart/mixed; boundary=x", 'boundary="a\r\n b'),
}


@pytest.mark.parametrize("case", FIELDS)
def test_a_field_costs_no_more_than_its_length(case: str) -> None:
    field, piece = FIELDS[case]
    assert grows_with_its_length(
        lambda count: parse(f"{HEAD}{field}{piece * count}\r\n\r\nx".encode()), 3000 // len(piece)
    )


@pytest.mark.parametrize("case", BODIES)
def test_a_body_costs_no_more_than_its_length(case: str) -> None:
    field, piece = BODIES[case]
    count = 20_000 // len(piece)
    assert grows_with_its_length(lambda count: parse(f"{HEAD}{field}\r\n\r\n{piece * count}".encode()), count)
