"""The parameters of a MIME field, with the names that programs really write (RFC 2045 5.1, RFC 2231, RFC 6266)."""

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from mailbot.wire.charset import decode, decode_words

AT_MOST = 200
_PARAMETER = re.compile(r";\s*([^\s=;\"]{1,60})\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)")
_ESCAPED = re.compile(r"\\([\\\"])")


def parameters(value: str, named: Sequence[str] = ()) -> dict[str, str]:
    """Lower-case name to decoded value; what RFC 2231 coded comes before the plain form. *named*: charsets named in the mail."""
    plain: dict[str, str] = {}
    coded: dict[str, dict[int, tuple[str, bool]]] = {}
    for number, match in enumerate(_PARAMETER.finditer(value)):
        if number == AT_MOST:
            break
        name, written = match[1].casefold(), match[2].strip()
        if written.startswith('"'):
            written = _ESCAPED.sub(r"\1", written[1:].removesuffix('"'))
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(base, decode_words(written))
            continue
        section = rest.rstrip("*")
        is_coded = not section or rest.endswith("*")
        coded.setdefault(base, {}).setdefault(
            int(section) if section.isdecimal() and len(section) < 4 else 0, (written, is_coded)
        )
    return plain | {name: whole for name, parts in coded.items() if (whole := _joined(parts, named))}


def _joined(parts: dict[int, tuple[str, bool]], named: Sequence[str]) -> str:
    """The sections in order; the first coded one names the charset, where one is named at all."""
    data, charset = b"", ""
    for number, (written, is_coded) in sorted(parts.items()):
        if is_coded and number == 0 and written.count("'") >= 2:
            charset, _, written = written.split("'", 2)
        data += unquote_to_bytes(written) if is_coded else written.encode("utf-8", "replace")
    return decode_words(decode(data, charset, named)[0])
