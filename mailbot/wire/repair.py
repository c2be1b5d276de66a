"""Raw mail to a tree: what programs broke around the header is put right first, each repair a defect to be told."""

import email
import re
from dataclasses import dataclass
from email.message import Message

from mailbot.wire.structure import header_block

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|in-reply-to|references|reply-to|mime-version|content-type|received|return-path"
    rb"|auto-submitted|precedence|sender)[ \t]*:",
    re.IGNORECASE,
)
_FOLDED_BOUNDARY = re.compile(rb'(boundary="[^"\r\n]{0,200})\r?\n([ \t][^"\r\n]{0,200}")', re.IGNORECASE)
_DELIMITER = re.compile(rb"^--([^\s-][^\r\n]{0,68}?)[ \t]*\r?\n(?=content-[a-z-]{2,40}:)", re.IGNORECASE | re.MULTILINE)
_TYPE_FIELD = re.compile(
    rb"^content-type[ \t]*:[ \t]*([^;\r\n]{0,100})[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE
)
#: a border's own results are taken only as the border writes them
_SPACED = re.compile(rb"^(?!authentication-results)([!-9;-~]{1,100})[ \t]+:", re.MULTILINE | re.IGNORECASE)
BROKEN = "header line that is no field"
BROKEN_LINES = 5  #: in a header at most; with more it is none


def read_message(raw: bytes) -> Message:
    """The compat32 tree of *raw*."""
    message = email.message_from_bytes(_FOLDED_BOUNDARY.sub(rb"\1\2", raw))
    if message.get_content_maintype() == "multipart" and not message.is_multipart():
        return _divided(raw, message)
    return message


@dataclass(frozen=True, slots=True)
class Repaired:
    """A mail that begins with its header, every line of which is a field."""

    raw: bytes
    defects: tuple[str, ...] = ()  #: what was put right
    words: bytes = b""  #: lines of the header that were none of it: the writer's, where the empty line was missing


def repaired(raw: bytes) -> Repaired:
    """*raw* with what programs broke around its header put right."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    head = header_block(raw[:262144])
    if b"\r\r\n" in head or (b"\r\r\n" in raw[:2000] and b"\r\n\r\n" not in raw[:2000].replace(b"\r\r\n", b"")):
        raw = raw.replace(b"\r\r\n", b"\r\n")
        head = header_block(raw[:262144])
    raw, head = _without_envelope_line(raw, head)
    lines = head.split(b"\n")
    broken = [n for n, line in enumerate(lines) if line[:1] not in b" \t" and not _FIELD.match(line) and line.strip()]
    if not broken and not _SPACED.search(head):
        return Repaired(raw)
    if broken and (len(broken) > BROKEN_LINES or not any(_KNOWN.match(line) for line in lines[broken[-1] + 1 :])):
        return Repaired(raw)  # the text begins there: the empty line is what is missing
    kept = b"\n".join(line for n, line in enumerate(lines) if n not in broken)
    words = b"\n".join(lines[n].strip() for n in broken) if any(len(lines[n].split()) > 3 for n in broken) else b""
    return Repaired(_SPACED.sub(rb"\1:", kept) + raw[len(head) :], (BROKEN,) if broken else (), words)


def _without_envelope_line(raw: bytes, head: bytes) -> tuple[bytes, bytes]:
    """Without a first line that a mailbox, UUCP or a fetching program put before the header."""
    first, _, rest = head.partition(b"\n")
    foreign = not _FIELD.match(first) and (first.startswith((b"From ", b">From ")) or _KNOWN.match(rest))
    return (raw[len(first) + 1 :], rest) if foreign and rest else (raw, head)


def _divided(raw: bytes, message: Message) -> Message:
    """A multipart whose boundary is missing or wrong: divided at the delimiter that stands in it, if one does."""
    head = header_block(raw)
    found = _DELIMITER.search(raw, len(head))
    kind = _TYPE_FIELD.search(head + b"\n")
    if found is None or kind is None or b'"' in found[1]:
        return message
    field = b"Content-Type: " + kind[1].strip() + b'; boundary="' + found[1] + b'"\r\n'
    mended = email.message_from_bytes(field + _TYPE_FIELD.sub(b"", head + b"\n") + raw[len(head) :].lstrip(b"\n"))
    return mended if mended.is_multipart() else message
