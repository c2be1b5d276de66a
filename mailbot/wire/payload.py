"""Content transfer encodings (RFC 2045 section 6), read as generously as mail programs write them."""

import binascii
import re
from collections.abc import Sequence
from email import policy
from email.message import Message

from mailbot.wire.charset import header_text
from mailbot.wire.structure import UNREADABLE

_COMMENT = re.compile(r"\([^()]*\)")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_NO_SIGN = re.compile(rb"[^A-Za-z0-9+/=]")
_PADDING = re.compile(rb"=+")
_FULL_LINE = 40  #: a line of base64 that is so long is no word
_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n|\Z)")
_TRAILING = re.compile(rb"[ \t]+(?=\r?\n|\Z)")
_AS_SENT = policy.compat32.clone(linesep="\r\n", max_line_length=0, mangle_from_=False)


def field(part: Message, name: str, named: Sequence[str] = ()) -> str:
    """The first field *name* of *part*, 8-bit bytes decoded, encoded-words kept; *named*: charsets named in the mail."""
    return next((header_text(str(value), named) for key, value in part.raw_items() if key.casefold() == name), "")


def payload_bytes(part: Message) -> bytes:
    """The decoded bytes of *part*; of an attached mail, the mail."""
    try:
        coding = _COMMENT.sub("", field(part, "content-transfer-encoding")).partition(";")[0].strip(" \t\"'").casefold()
        if part.is_multipart():
            return _attached_mail(part, coding)
        data = _as_written(part, coding)
    except UNREADABLE:
        return b""
    if coding == "base64":
        return from_base64(data)
    if coding.replace("_", "-") in ("quoted-printable", "qp"):
        return from_quoted_printable(data)
    if coding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return bytes(part.get_payload(decode=True) or b"")
    return data


def _as_written(part: Message, coding: str) -> bytes:
    """The bytes of *part* before any decoding: what the email package gives where no coding is declared."""
    del part["content-transfer-encoding"]
    try:
        return bytes(part.get_payload(decode=True) or b"")
    finally:
        if coding:
            part["Content-Transfer-Encoding"] = coding


def _attached_mail(part: Message, coding: str) -> bytes:
    children = [child for child in part.get_payload() if isinstance(child, Message)]
    if coding == "base64" and len(children) == 1 and not children[0].keys():  # RFC 2046 5.2.1 forbids it; it comes
        return from_base64(str(children[0].get_payload()).encode("ascii", "surrogateescape"))
    return b"\r\n".join(child.as_bytes(policy=_AS_SENT) for child in children)


def from_base64(data: bytes) -> bytes:
    """*data* decoded, piece by piece where padding stands in the middle; plain lines behind it, or instead of it, stay."""
    lines = data.split(b"\n")
    end = next((number for number, line in enumerate(lines) if not _is_base64(line.strip())), len(lines))
    coded, rest = b"".join(lines[:end]), b"\n".join(lines[end:])
    if _looks_like_base64(rest):
        return _decoded(data)
    signs = len(b"".join(coded.split()))
    if rest.strip() and signs < _FULL_LINE and (not signs or signs % 4):
        return data  # says base64, and is none
    return _decoded(coded) + (b"\r\n" + rest.lstrip() if rest.strip() else b"")


def _is_base64(line: bytes) -> bool:
    """Whether *line* is blank or of base64's signs alone; blanks inside a long one are noise."""
    return not line or bool(
        _BASE64_LINE.fullmatch(line.replace(b" ", b"") if len(line) > _FULL_LINE and b" " in line else line)
    )


def _looks_like_base64(data: bytes) -> bool:
    """Whether most of *data* is long runs of base64's signs: a stray sign among them is only noise."""
    return sum(len(run) for run in re.findall(rb"[A-Za-z0-9+/=]{20,}", data)) * 10 > len(data) * 8


def _decoded(data: bytes) -> bytes:
    pieces = _PADDING.split(_NO_SIGN.sub(b"", data))
    return b"".join(binascii.a2b_base64(piece + b"=" * (-len(piece) % 4)) for piece in map(_even, pieces))


def _even(piece: bytes) -> bytes:
    """*piece* without a last sign that is no byte."""
    return piece[:-1] if len(piece) % 4 == 1 else piece


def from_quoted_printable(data: bytes) -> bytes:
    """*data* decoded; blanks at a line's end were added on the way (RFC 2045 6.7 rule 3)."""
    return binascii.a2b_qp(_TRAILING.sub(b"", _SOFT_BREAK.sub(b"=", data)))
