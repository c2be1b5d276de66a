"""Header fields with what stands in them for other letters: encoded-words (RFC 2047), and bare bytes."""

import binascii
import re
from collections.abc import Sequence

from mailbot.wire.charset import clean_line, codec, decode, fits, guess

_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_BYTE = re.compile("[\udc80-\udcff]")
_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*|(?:[^?]|\?(?!=)){0,400})\?=")


def header_text(raw: str, named: Sequence[str] = ()) -> str:
    """A raw field body of the compat32 tree, unfolded, with 8-bit bytes decoded; encoded-words stay."""
    first, *folded = raw.replace("\r\n", "\n").split("\n")
    raw = " ".join((first.rstrip(" \t"), *filter(None, (line.strip(" \t") for line in folded)))) if folded else first
    raw = raw.replace("\r", " ")
    if raw.isascii() and "\x1b$" not in raw:
        return raw
    return guess(_WORD.sub(_without_bytes, raw).encode("utf-8", "surrogateescape"), named)


def _without_bytes(word: re.Match[str]) -> str:
    """An encoded-word with bare bytes of its own charset in it: they are put into its own code (PEP 383 has them here)."""
    coded = word[2] in "qQ"
    return _BYTE.sub(lambda byte: f"={ord(byte[0]) & 0xFF:02X}" if coded else "", word[0])


def decode_words(value: str) -> str:
    """*value* with its encoded-words (RFC 2047) decoded, as one clean line."""
    pieces: list[str] = []
    run: list[re.Match[str]] = []  # neighbours of one charset and coding: a character may be cut between them
    end = 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        alone = bool(between.strip()) or not run
        if alone or _coding(run[-1]) != _coding(word):
            pieces.append(_decoded(run))
            run = []
            pieces.append(between if alone else "")
        run.append(word)
        end = word.end()
    return clean_line("".join((*pieces, _decoded(run), value[end:])))


def _coding(word: re.Match[str]) -> tuple[str, str]:
    return word[1].partition("*")[0].casefold(), word[2].casefold()


def _decoded(run: list[re.Match[str]]) -> str:
    """The text of neighbouring encoded-words; base64 that was cut at no multiple of four is read in one."""
    if not run:
        return ""
    charset, coding = _coding(run[0])
    texts = [word[3].encode("utf-8", "surrogateescape") for word in run]
    if coding == "q":
        return decode(_HEX.sub(lambda h: bytes([int(h[1], 16)]), b"".join(texts).replace(b"_", b" ")), charset)[0]
    apart = b"".join(_base64(text) for text in texts)
    whole = _base64(b"".join(texts))
    name = codec(charset) or "utf-8"
    return decode(whole if not fits(apart, name) and fits(whole, name) else apart, charset)[0]


def _base64(text: bytes) -> bytes:
    pieces = (re.sub(rb"[^A-Za-z0-9+/]", b"", piece) for piece in text.split(b"="))
    return b"".join(
        binascii.a2b_base64(piece[: len(piece) - (len(piece) % 4 == 1)] + b"=" * (-len(piece) % 4))
        for piece in pieces
        if len(piece) > 1
    )
