"""Reference numbers: made, checked, found in a subject; and the base subject of RFC 5256.

A reference is eight symbols and a check symbol, in three groups: `K7M-2QX-9H4`. The alphabet is Crockford's
(no I, L, O, U); the first symbol is always a letter, so that no telephone number looks like one. The check
symbol is a weighted sum over GF(32): every single wrong symbol and every swap of neighbours is noticed.
"""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = 40  #: of chance that make() takes
_LOOK_ALIKES = str.maketrans("OoIiLlАаВвЕеКкМмНнОоРрСсТтХх", "001111AABBEEKKMMHH00PPCCTTXX")
_PATTERN = re.compile(r"(?<![\w-])(\w{3})[-\u2010-\u2013](\w{3})[-\u2010-\u2013](\w{3})(?![\w-])")
_PREFIX = re.compile(
    r"\s*(?:re|aw|antw|fw|fwd|wg|sv|vs|odp|pd|rif|r|tr|ответ|отв|на|пересл|fw\s*:\s*re)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*",
    re.IGNORECASE,
)


def _times(a: int, b: int) -> int:
    """The product in GF(32), modulo x^5 + x^2 + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= 0b100101
        b >>= 1
    return product


def _check_symbol(symbols: str) -> str:
    total, weight = 0, 1
    for symbol in symbols:
        weight = _times(weight, 2)
        total ^= _times(ALPHABET.index(symbol), weight)
    return ALPHABET[total]


def make(chance: int) -> str:
    """The reference for *chance*, a number of BITS random bits."""
    rest = [ALPHABET[(chance >> (5 * n)) & 31] for n in range(7)]
    first = ALPHABET[10 + ((chance >> 35) & 31) % 22]
    body = first + "".join(rest)
    whole = body + _check_symbol(body)
    return f"{whole[:3]}-{whole[3:6]}-{whole[6:]}"


def normal(text: str) -> str:
    """The reference that *text* spells, look-alikes mended; "" where it is none."""
    symbols = re.sub(r"[\s\u2010-\u2013-]", "", text).translate(_LOOK_ALIKES).upper()
    if len(symbols) != 9 or any(s not in ALPHABET for s in symbols) or symbols[0].isdigit():
        return ""
    if _check_symbol(symbols[:8]) != symbols[8]:
        return ""
    return f"{symbols[:3]}-{symbols[3:6]}-{symbols[6:]}"


def find(subject: str) -> str:
    """The first reference in *subject*, or ""."""
    found = (normal("".join(match.groups())) for match in _PATTERN.finditer(subject[:2000]))
    return next((reference for reference in found if reference), "")


def without(text: str) -> str:
    """*text* without our references, and without what stood around them."""
    rest = _PATTERN.sub(lambda m: "" if normal("".join(m.groups())) else m[0], text[:2000])
    return re.sub(r"\[\s*\]|\(\s*\)|[#№]\s*(?!\w)", " ", rest).strip()


def is_reply(subject: str) -> bool:
    """Whether a client put the mark of an answer, or of a forwarded mail, before *subject*."""
    return bool(_PREFIX.match(subject[:100]))


def base_subject(subject: str) -> str:
    """*subject* without reply and forward prefixes and without our references (RFC 5256 2.1)."""
    text = " ".join(subject[:2000].split())
    while True:
        shorter = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
        head = re.match(r"\s*\[([^\[\]]{9,13})\]\s*", shorter)
        if head and normal(head.group(1)):
            shorter = shorter[head.end() :]
        if shorter == text:
            return text.strip()
        text = shorter
