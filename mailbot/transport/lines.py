"""Lines of mail end in CRLF (RFC 5321 2.3.8)."""

import re

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def has_bare(raw: bytes) -> bool:
    """Whether a CR or an LF stands alone in *raw*."""
    pairs = raw.count(b"\r\n")
    return raw.count(b"\r") != pairs or raw.count(b"\n") != pairs


def canonical(raw: bytes) -> bytes:
    """*raw* with every lone CR or LF made a CRLF."""
    return _BARE.sub(b"\r\n", raw)
