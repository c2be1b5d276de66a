"""What Outlook wraps into a winmail.dat: the text and the files (MS-OXTNEF), each look within bounds.

The text is read where it is plain or HTML; compressed RTF is left, for such a mail has its words in a part of its own.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.wire.charset import guess

_SIGNATURE = 0x223E9F78
_BODY, _FILE_DATA, _FILE_TITLE, _FILE_BEGINS, _PROPERTIES, _FILE_PROPERTIES = (
    0x800C,
    0x800F,
    0x8010,
    0x9002,
    0x9003,
    0x9005,
)
_PR_BODY, _PR_HTML, _PR_NAME, _PR_LONG_NAME = 0x1000, 0x1013, 0x3704, 0x3707
_SIZES = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_COUNTED = (0x1E, 0x1F, 0x102, 0xD)
ATTRIBUTES, PROPERTIES, FILES = 5000, 2000, 50


@dataclass(frozen=True, slots=True)
class Tnef:
    text: bytes  #: UTF-8
    html: bytes  #: as it was written
    files: tuple[tuple[str, bytes], ...]
    whole: bool  #: whether every file in it could be taken out; an embedded message cannot


def read(data: bytes) -> Tnef | None:
    """What is in *data*; None where it is no TNEF. What is cut off or broken ends the reading; what came before it counts."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    text = html = b""
    files: list[tuple[str, bytes]] = []
    for name, value in _attributes(data):
        if name == _FILE_BEGINS and len(files) < FILES:
            files.append(("", b""))
        elif name == _BODY:
            text = _spoken(value)
        elif name == _PROPERTIES:
            found = dict(_properties(value))
            text, html = _spoken(found.get(_PR_BODY, b"")) or text, found.get(_PR_HTML, b"") or html
        elif files:
            files[-1] = _with(files[-1], name, value)
    named = tuple(
        (title or f"file-{number}.bin", content) for number, (title, content) in enumerate(files, 1) if content
    )
    return Tnef(text, html, named, len(named) == len(files))


def _with(file: tuple[str, bytes], name: int, value: bytes) -> tuple[str, bytes]:
    """*file* with what an attribute of its own adds."""
    title, content = file
    if name == _FILE_DATA:
        return title, value
    if name == _FILE_TITLE:
        return title or _name(value), content
    if name == _FILE_PROPERTIES:
        found = dict(_properties(value))
        long = found.get(_PR_LONG_NAME) or found.get(_PR_NAME)
        return _name(long) if long else title, content
    return file


def _spoken(value: bytes) -> bytes:
    return _words(value).encode("utf-8", "replace")


def _name(value: bytes) -> str:
    return _words(value).strip()


def _words(value: bytes) -> str:
    """Text in UTF-16 or a code page: a property does not say reliably in which."""
    wide = len(value) > 1 and len(value) % 2 == 0 and value[1::2].count(0) * 2 > len(value) // 2
    return (value.decode("utf-16-le", "replace") if wide else guess(value)).rstrip("\0")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(ATTRIBUTES):
        if at + 9 > len(data):
            return
        name, length = struct.unpack_from("<II", data, at + 1)
        if at + 9 + length > len(data):
            return
        yield name & 0xFFFF, data[at + 9 : at + 9 + length]
        at += 9 + length + 2  # a checksum


def _properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(id, value) of each MAPI property; of a list, the last value."""
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, PROPERTIES)):
            kind, name = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if name >= 0x8000 else at + 4
            base, values = kind & 0xFFF, 1
            if kind & 0x1000 or base in _COUNTED:
                (values,) = struct.unpack_from("<I", data, at)
                at += 4
            value = b""
            for _ in range(min(values, PROPERTIES)):
                length = _SIZES.get(base, 0)
                if base in _COUNTED:
                    (length,) = struct.unpack_from("<I", data, at)
                    at += 4
                elif not length:
                    return
                if at + length > len(data):
                    return
                value = data[at : at + length]
                at += length + -length % 4
            yield name, value
    except struct.error:
        return


def _after_name(data: bytes, at: int) -> int:
    """Where the value of a named property begins."""
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    (length,) = struct.unpack_from("<I", data, at + 20)
    return int(at + 24 + length + -length % 4)
