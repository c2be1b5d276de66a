"""Files that old mailers wrote into the text itself (POSIX uuencode)."""

import binascii
import re

_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE)
FILES = 50


def split(data: bytes) -> tuple[bytes, tuple[tuple[str, bytes], ...]]:
    """The text of *data* without the files in it, and (name, bytes) of each; what is not whole stays text."""
    text, files, at = b"", list[tuple[str, bytes]](), 0
    while len(files) < FILES and (begin := _BEGIN.search(data, at)):
        content, end = _file(data, begin.end())
        text += data[at : begin.start() if end else begin.end()]
        at = end or begin.end()
        if end:
            files.append((begin[1].decode("utf-8", "replace"), content))
    return (text + data[at:], tuple(files)) if files else (data, ())


def _file(data: bytes, at: int) -> tuple[bytes, int]:
    """The file whose lines begin at *at*, and where it ends; 0 where a line is none of uuencode's, or the end is missing."""
    pieces = list[bytes]()
    while at < len(data):
        stop = data.find(b"\n", at)
        stop = len(data) if stop < 0 else stop
        line, at = data[at:stop].rstrip(b"\r"), stop + 1
        if line == b"end":
            return b"".join(pieces), at
        length = (line[0] - 32) & 63 if line else 0
        try:
            # some writers drop the blanks at a line's end
            pieces.append(binascii.a2b_uu(line[: 1 + (length + 2) // 3 * 4] + b"\n") if line else b"")
        except binascii.Error:
            return b"", 0
    return b"", 0
