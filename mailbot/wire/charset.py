"""Bytes and header values to clean Unicode, whatever their charset claims."""

import binascii
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
    "macintosh": "mac-roman", "x-macintosh": "mac-roman", "x-mac-roman": "mac-roman", "macroman": "mac-roman", "mac": "mac-roman", "x-user-defined": "cp1252", "big5": "cp950", "tis-620": "cp874",
}  # fmt: skip
#: codecs a sender may name; every other one in the standard library is no charset of mail, or costs too much
_ALLOWED = re.compile(
    r"utf-?(7|8|8-sig|16|16le|16be|16-le|16-be|32)|ascii|cp\d{3,4}|iso8859-\d{1,2}|koi8-[rut]"
    r"|gb18030|hz|big5hkscs|euc-jp|iso2022-jp|iso2022-jp-\d|iso2022-kr|johab|mac-(roman|cyrillic|latin2|greek|turkish)|ptcp154"
)
_ONE_BYTE = re.compile(r"cp12|cp8|iso8859|koi8|mac-")
_EAST_ASIAN = frozenset({"gb18030", "cp932", "cp949", "cp950", "euc-jp", "big5hkscs", "johab"})
_NO_ASCII = re.compile(rb"[\x80-\xff]")
_FOLD = re.compile(r"(?:[ \t]*\r?\n)+[ \t]*")
_NAMED = re.compile(
    rb"charset\*?=\s{0,3}[\"']?([\w.:-]{2,40})|=\?([\w.:-]{2,40})(?:\*[\w-]{1,20})?\?[bq]\?", re.IGNORECASE
)
_BYTE = re.compile("[\udc80-\udcff]")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*|(?:[^?]|\?(?!=)){0,400})\?=")
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
    if b"\x1b$" in data and (japanese := _iso_2022_jp(data)):
        return japanese
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if _mostly_utf8(data):
            return data.decode("utf-8", "replace")
    fitting = [name for name in named if (_ONE_BYTE.match(name) or name in _EAST_ASIAN) and _fits(data, name)]
    east_asian = next((name for name in fitting if name in _EAST_ASIAN), "")
    if east_asian:
        return data.decode(east_asian)
    sample = _sample(data)
    wish = 1 + sum(byte >= 0x80 for byte in sample) / 4  # what a charset that is named elsewhere has ahead
    best = max(
        dict.fromkeys((*fitting, *_CODE_PAGES)),
        key=lambda name: _score(sample.decode(name, "replace")) + (wish if name in fitting else 0),
    )
    return data.decode(best, "replace")


def _iso_2022_jp(data: bytes) -> str:
    """*data* in ISO-2022-JP with what Windows adds to it (the row 13 of NEC is in JIS X 0213); "" where it is none."""
    for written, name in ((data, "iso2022_jp_2"), (data.replace(b"\x1b$B", b"\x1b$(Q"), "iso2022_jp_2004")):
        with suppress(UnicodeDecodeError):
            return written.decode(name)
    return ""


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
    if name == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        name = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"  # RFC 2781 4.3
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        if name == "utf-8" and not _mostly_utf8(data):
            return guess(data, named), defect
        japanese = _iso_2022_jp(data) if name.startswith("iso2022-jp") else ""
        return (japanese, "") if japanese else (data.decode(name, "replace"), defect)
    if _ONE_BYTE.match(name) and not data.isascii():
        sample, is_utf_8 = _sample(data), _fits(data, "utf-8")
        least = _score(sample.decode(name, "replace")) + (0 if is_utf_8 else sum(byte >= 0x80 for byte in sample))
        if (is_utf_8 or name == "cp1252") and _score(guess(sample)) > least:
            return guess(data), defect  # declared by a program that never looked
    return text, ""


def _sample(data: bytes) -> bytes:
    """Some 4,000 bytes of *data* around the first that is no ASCII."""
    first = _NO_ASCII.search(data)
    at = max(0, first.start() - 200) if first else 0
    return bytes(data[at : at + 4000])


def _mostly_utf8(data: bytes) -> bool:
    """Whether only a small part of *data*'s non-ASCII is broken (a cut character, say)."""
    broken = data.decode("utf-8", "replace").count("\ufffd")
    return broken * 3 < sum(byte >= 0x80 for byte in data)


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
    return decode(whole if not _fits(apart, name) and _fits(whole, name) else apart, charset)[0]


def _base64(text: bytes) -> bytes:
    pieces = (re.sub(rb"[^A-Za-z0-9+/]", b"", piece) for piece in text.split(b"="))
    return b"".join(
        binascii.a2b_base64(piece[: len(piece) - (len(piece) % 4 == 1)] + b"=" * (-len(piece) % 4))
        for piece in pieces
        if len(piece) > 1
    )
