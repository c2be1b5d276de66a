"""The end of a mail is CRLF.CRLF and nothing else, in whatever pieces it comes."""

from hypothesis import given
from hypothesis import strategies as some

from mailbot.transport.smtp_data import Data

LIMIT = 1000


def taken(pieces: list[bytes], limit: int = LIMIT) -> tuple[Data, bytes | None]:
    """The data and what stands behind its end; None where there was none."""
    data = Data(limit)
    for n, piece in enumerate(pieces):
        rest = data.feed(piece)
        if rest is not None:
            return data, rest + b"".join(pieces[n + 1 :])
    return data, None


def by_lines(text: bytes) -> tuple[bytes, bytes | None]:
    """RFC 5321 4.5.2 word by word: lines end in CRLF, a lone dot ends, a first dot is taken away."""
    mail = b""
    while b"\r\n" in text:
        line, _, text = text.partition(b"\r\n")
        if line == b".":
            return mail, text
        mail += (line[1:] if line.startswith(b".") else line) + b"\r\n"
    return mail, None


ODD = some.lists(some.sampled_from([b"\r", b"\n", b".", b"a", b"\r\n", b"\r\n.\r\n", b"\0", b".."]), max_size=30)


@given(ODD, some.lists(some.integers(1, 5), min_size=1, max_size=10))
def test_any_pieces_are_read_as_the_standard_reads_lines(parts: list[bytes], sizes: list[int]) -> None:
    text, pieces, n = b"".join(parts), [], 0
    while text[sum(map(len, pieces)) :]:
        at = sum(map(len, pieces))
        pieces.append(text[at : at + sizes[n % len(sizes)]])
        n += 1
    data, rest = taken(pieces)
    mail, behind = by_lines(text)

    assert rest == behind
    if rest is not None:
        assert data.text() == mail


def test_an_empty_mail_ends_at_once() -> None:
    data, rest = taken([b".\r\nQUIT\r\n"])

    assert (data.text(), rest) == (b"", b"QUIT\r\n")


def test_a_text_over_the_limit_is_read_to_its_end_and_forgotten() -> None:
    data, rest = taken([b"x" * 600, b"y" * 600, b"\r", b"\n", b".", b"\r", b"\nQUIT\r\n"])

    assert data.too_big
    assert rest == b"QUIT\r\n"
    assert len(data._buffer) < 10


def test_a_text_of_exactly_the_limit_is_kept() -> None:
    assert not taken([b"x" * (LIMIT - 2) + b"\r\n.\r\n"])[0].too_big
    assert taken([b"x" * (LIMIT - 1) + b"\r\n.\r\n"])[0].too_big
