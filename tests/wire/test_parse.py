"""Any mail is read; what cannot be is a defect."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.wire.parse import parse

PLAIN = b"From: Jan <jan@example.net>\r\nTo: support@example.org\r\nSubject: Frage\r\nMessage-ID: <1@example.net>\r\n\r\nHallo\r\n"
NAMES = [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"Content-Type", b"Content-Disposition"]
VALUES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [
            b"=?utf-8?q?x=0Ay?= <a@b>",
            b"<[(",
            b"((((",
            b"=?utf-7?q?+2AA-?=",
            b"multipart/mixed; boundary=x",
            b"<>",
            b"a@b, c@d",
        ]
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8), st.binary(max_size=200))
def test_reading_never_raises(fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    raw = b"".join(name + b": " + value + b"\r\n" for name, value in fields) + b"\r\n" + body

    mail = parse(raw)

    assert mail.fingerprint
    assert "\n" not in mail.subject


def test_blank_lines_before_the_header_are_no_end_of_it() -> None:
    mail = parse(b"\r\n\r\n" + PLAIN)

    assert (mail.subject, mail.from_.addr_spec if mail.from_ else "") == ("Frage", "jan@example.net")


def test_trace_fields_do_not_change_the_fingerprint_but_the_body_does() -> None:
    """G2."""
    traced = b"Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0000\r\n" + PLAIN

    assert parse(traced).fingerprint == parse(PLAIN).fingerprint
    assert parse(PLAIN + b"mehr\r\n").fingerprint != parse(PLAIN).fingerprint


def test_two_senders_are_ambiguous() -> None:
    assert parse(b"From: a@example.org\r\n" + PLAIN).from_is_ambiguous
    assert not parse(PLAIN).from_is_ambiguous


def test_a_cyrillic_mail_in_koi8_r_is_read() -> None:
    head = b"From: a@example.net\r\nContent-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"

    assert (
        parse(head + "Здравствуйте, не работает вход.".encode("koi8-r")).text.strip()
        == "Здравствуйте, не работает вход."
    )


def test_the_quoted_mail_is_not_the_new_text() -> None:
    body = "Danke, das hilft.\r\n\r\nAm 02.03.2026 um 10:00 schrieb Support:\r\n> Guten Tag,\r\n> /resolve\r\n"
    raw = PLAIN.replace(b"Hallo\r\n", body.encode())

    assert parse(raw).new_text.strip() == "Danke, das hilft."
    assert "/resolve" in parse(raw).text


def test_a_mark_behind_a_stuffed_blank_is_the_writers_own_beside_a_quote() -> None:
    """RFC 3676 4.4."""
    text = "The pressure shall be\r\n >6 bar and\r\n >7 bar.\r\n\r\nOn 2 Mar 2026, at 10:00, Desk <d@example.org> wrote:\r\n> ok?\r\n"
    head = "From: a@example.net\r\nSubject: Re: x\r\nContent-Type: text/plain; format=flowed\r\n\r\n"

    assert parse((head + text).encode()).new_text == "The pressure shall be\n>6 bar and\n>7 bar."
