"""Bytes and header values to clean Unicode, whatever their charset claims."""

import base64
import binascii
import quopri
import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

_ALIASES = {
    "utf8": "utf-8", "utf-8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf_8": "utf-8",
    "us-ascii": "ascii", "ansi_x3.110-1983": "cp1252", "ascii": "ascii", "ansi_x3.4-1968": "ascii", "ansi": "cp1252",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6", "x-sjis": "cp932",
    "shift_jis": "cp932", "shift-jis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "gb2312": "gb18030",
    "gbk": "gb18030", "x-gbk": "gb18030", "iso-8859-9": "cp1254", "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman", "x-user-defined": "cp1252", "big5": "cp950", "tis-620": "cp874",
}  # fmt: skip
#: codecs a sender may name; every other one in the standard library is no charset of mail, or costs too much
_ALLOWED = re.compile(
    r"utf-?(7|8|8-sig|16|16le|16be|16-le|16-be|32)|ascii|cp\d{3,4}|iso8859-\d{1,2}|koi8-[rut]"
    r"|gb18030|hz|big5hkscs|euc-jp|iso2022-jp|iso2022-jp-\d|iso2022-kr|johab|mac-(roman|cyrillic|latin2|greek|turkish)|ptcp154"
)
_ONE_BYTE = re.compile(r"cp12|cp8|iso8859|koi8|mac-")
_EAST_ASIAN = frozenset({"gb18030", "cp932", "cp949", "cp950", "euc-jp", "big5hkscs", "johab"})
_FOLD = re.compile(r"(?:[ \t]*\r?\n)+[ \t]*")
_NAMED = re.compile(
    rb"charset\*?=\s{0,3}[\"']?([\w.:-]{2,40})|=\?([\w.:-]{2,40})(?:\*[\w-]{1,20})?\?[bq]\?", re.IGNORECASE
)
_BYTE = re.compile("[\udc80-\udcff]")
_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*)\?=")
_RUSSIAN = {
    letter: weight for weight, letters in ((3.0, "оеаинтсрвлкмдпу"), (1.5, "яыьгзбчйхжшюцщэфъё")) for letter in letters
}
_LATIN = dict.fromkeys("äöüßąćęłńóśźż", 2.0) | dict.fromkeys("éèàáíúçñêôâîëï", 1.0) | dict.fromkeys("ÄÖÜŁŚŻĄĆĘŃÓŹ", 0.7)
_PUNCTUATION = frozenset("„“”‚‘’–—…«»€§°·•№\u00a0")
_CODE_PAGES = ("cp1251", "koi8-r", "iso8859-2", "cp1250", "cp1252")
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSAFE = re.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f{_BIDI}\ud800-\udfff]")
_LINE_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f{_BIDI}\ud800-\udfff]")


def clean_text(text: str) -> str:
    """*text* with LF line ends, in which no control, bidi control or lone surrogate is left."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\ufeff", "")
    return _UNSAFE.sub("\ufffd", text)


def clean_line(text: str) -> str:
    """*text* as one line without control characters."""
    text = text.replace("\r\n", "\n").replace("\n", " ").replace("\r", " ").replace("\t", " ").replace("\x85", " ")
    return _LINE_UNSAFE.sub("\ufffd", text.replace("\u2028", " ").replace("\u2029", " ")).strip()


def codec(charset: str) -> str:
    """The Python codec for the MIME charset *charset*, or "" where it is none that we read."""
    name = charset.strip().strip("\"'").casefold().partition("*")[0]
    name = re.sub(r"^(?:x-)?(?:windows|win|cp|ibm)[-_]?(?=\d)", "cp", name)
    name = _ALIASES.get(name, name).replace("_", "-")
    name = re.sub(r"^iso-?(?=8859|2022)", "iso", name).removeprefix("cs").replace("koi8r", "koi8-r")
    name = _ALIASES.get(name, name)
    if not _ALLOWED.fullmatch(name):
        return ""
    try:
        "".encode(name)
    except LookupError:
        return ""
    return name


def _score(text: str) -> float:
    """How much *text* looks like Russian, Polish or German."""
    total = 0.0
    for before, letter in pairwise(" " + text):
        if letter < "\x80":
            total -= 5.0 if letter.isalpha() and before.lower() in _RUSSIAN else 0.0
            continue
        total += _RUSSIAN.get(letter, 0) + _LATIN.get(letter, 0)
        if letter in _PUNCTUATION:
            total += 0.5
        elif letter.lower() in _RUSSIAN and letter.isupper():
            total += -1.0 if before.isalpha() and before.islower() else 0.8
        elif letter not in _LATIN and letter not in _RUSSIAN:
            total -= 2.0
        if letter in _LATIN and before.lower() in _RUSSIAN:
            total -= 2.0
        if letter.lower() in _RUSSIAN and before.isascii() and before.isalpha():
            total -= 5.0  # here and above: no word is half Latin, half Cyrillic
    return total


def named_charsets(text: bytes) -> tuple[str, ...]:
    """The codecs that a mail's first 64 KB name anywhere, in order: what it leaves undeclared is often in one of them."""
    found = (codec((match[1] or match[2]).decode("ascii")) for match in _NAMED.finditer(text[:65536]))
    return tuple(dict.fromkeys(name for name in found if name and name not in ("ascii", "utf-8")))[:8]


def guess(data: bytes, named: Sequence[str] = ()) -> str:
    """*data* of an unknown charset as text: UTF-8 where it fits, else a charset *named* elsewhere, else the most plausible."""
    if b"\x1b$" in data:
        with suppress(UnicodeDecodeError):
            return data.decode("iso2022_jp_2")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if _mostly_utf8(data):
            return data.decode("utf-8", "replace")
    fitting = [name for name in named if (_ONE_BYTE.match(name) or name in _EAST_ASIAN) and _fits(data, name)]
    east_asian = next((name for name in fitting if name in _EAST_ASIAN), "")
    if east_asian:
        return data.decode(east_asian)
    sample = bytes(data[:20000])
    wish = 1 + sum(byte >= 0x80 for byte in sample) / 4  # what a charset that is named elsewhere has ahead
    best = max(
        dict.fromkeys((*fitting, *_CODE_PAGES)),
        key=lambda name: _score(sample.decode(name, "replace")) + (wish if name in fitting else 0),
    )
    return data.decode(best, "replace")


def _fits(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def decode(data: bytes, charset: str, named: Sequence[str] = ()) -> tuple[str, str]:
    """*data* as text, and the defect found ("" where there is none)."""
    name = codec(charset)
    if not charset or name == "ascii":
        return guess(data, named), ""
    if not name:
        return guess(data, named), f"unknown charset {clean_line(charset)[:40]}"
    defect = f"bytes that are not in charset {name}"
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        broken = name == "utf-8" and not _mostly_utf8(data)
        return guess(data, named) if broken else data.decode(name, "replace"), defect
    if _ONE_BYTE.match(name) and not data.isascii():
        with suppress(UnicodeDecodeError):
            told = data.decode("utf-8")
            if _score(told[:20000]) > _score(text[:20000]):
                return told, defect
    return text, ""


def _mostly_utf8(data: bytes) -> bool:
    """Whether only a small part of *data*'s non-ASCII is broken (a cut character, say)."""
    broken = data.decode("utf-8", "replace").count("\ufffd")
    return broken * 10 < sum(byte >= 0x80 for byte in data)


def header_text(raw: str, named: Sequence[str] = ()) -> str:
    """A raw field body of the compat32 tree, unfolded, with 8-bit bytes decoded; encoded-words stay."""
    raw = _FOLD.sub(" ", raw).replace("\r", " ").replace("\n", " ")
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
    pending: tuple[str, bytes] | None = None
    end = 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        data = _word_bytes(word[2], word[3])
        charset = word[1].partition("*")[0].casefold()
        if pending and not between.strip() and pending[0] == charset:
            pending = (charset, pending[1] + data)
        else:
            if pending:
                pieces.append(decode(pending[1], pending[0])[0])
            if not pending or between.strip():
                pieces.append(between)
            pending = (charset, data)
        end = word.end()
    if pending:
        pieces.append(decode(pending[1], pending[0])[0])
    pieces.append(value[end:])
    return clean_line("".join(pieces))


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=False)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(data) % 4 == 1:
        data = data[:-1]
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data
