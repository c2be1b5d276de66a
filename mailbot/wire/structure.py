"""The linear look at raw bytes before they are parsed: is this mail's structure one that we take on?"""

import email.errors
import re

from mailparser.exceptions import MailParserError

#: what parsing libraries raise on hostile mail
UNREADABLE = (
    ValueError, LookupError, TypeError, AttributeError, RecursionError, ArithmeticError, AssertionError,
    email.errors.MessageError, MailParserError,
)  # fmt: skip
TOO_COMPLEX = "structure too complex"
SIZE_BYTES = 40 * 1024 * 1024
HEADER_BYTES = 256 * 1024
FIELD_BYTES = 64 * 1024
FIELDS = 1000
BOUNDARIES = 100
DELIMITERS = 1000
MESSAGES = 100
PARAMETERS = 200
_BOUNDARY = re.compile(rb"boundary\*?0?\*?[ \t]*=[ \t\r\n]*\"?([^\"\r\n;]{1,200})", re.IGNORECASE)
_CONTENT = re.compile(rb"^content-(?:type|disposition)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_MESSAGE = re.compile(rb"^content-type[ \t]*:\s{0,80}message/", re.IGNORECASE | re.MULTILINE)


def header_block(raw: bytes) -> bytes:
    """The bytes before the first empty line."""
    ends = [end for end in (raw.find(b"\n\n"), raw.find(b"\n\r\n"), raw.find(b"\r\r")) if end >= 0]
    return raw[: min(ends)] if ends else raw


def is_too_complex(raw: bytes) -> bool:
    """Whether *raw* exceeds a limit of this module; linear in its length."""
    if len(raw) > SIZE_BYTES or has_big_header(header_block(raw)):
        return True
    boundaries = {match.strip() for match in _BOUNDARY.findall(raw)}
    if len(boundaries) > BOUNDARIES or sum(1 for _ in _MESSAGE.finditer(raw)) > MESSAGES:
        return True
    if any(match[0].count(b";") > PARAMETERS for match in _CONTENT.finditer(raw)):
        return True
    return bool(boundaries) and _delimiters(raw, boundaries) > DELIMITERS


def has_big_header(block: bytes) -> bool:
    """Whether a header block is over the limits for its size, its fields or one field."""
    if len(block) > HEADER_BYTES:
        return block.count(b"\n") > 0 and b":" in block[:1000]
    size = fields = 0
    for line in block.splitlines():
        if line[:1] in (b" ", b"\t"):
            size += len(line)
        else:
            size = len(line)
            fields += 1
        if size > FIELD_BYTES:
            return True
    return fields > FIELDS


def _delimiters(raw: bytes, boundaries: set[bytes]) -> int:
    """How many lines of *raw* are delimiters of one of *boundaries*."""
    count, at = 0, raw.find(b"--")
    while at >= 0:
        if at == 0 or raw[at - 1 : at] in (b"\n", b"\r"):
            end = raw.find(b"\n", at)
            line = raw[at + 2 : end if end >= 0 else len(raw)][:210].strip()
            count += line in boundaries or line.removesuffix(b"--") in boundaries
            at = raw.find(b"\n--", at + 2)
        else:
            at = raw.find(b"\n--", at)
        at = at + 1 if at >= 0 else -1
    return count
