"""Address fields: whom they name, and whether From says plainly who wrote."""

import re
from collections.abc import Sequence

from mailparser.utils import get_addresses

from mailbot.core.mail import Address
from mailbot.wire import authentication
from mailbot.wire.charset import clean_line
from mailbot.wire.encoded_words import decode_words
from mailbot.wire.structure import UNREADABLE

_QUOTED = re.compile(r'"(?:[^"\\]|\\.){0,1000}"')
_NAME_AND_ADDRESS = re.compile(r'([^<>":;\\]*)<[ \t]*([^<>\s@:;,\\]+@[^<>\s@\\]+)[ \t]*>[\s,]*')
_ADDRESS_ALONE = re.compile(r"([^<>\s@:;,]+@[^<>\s@:;,]+)")
_ANY_ADDRESS = re.compile(r"[^<>\s@:;,\"()\[\]\\]{1,64}@[^<>\s@:;,\"()\[\]\\]{1,255}")
_WITH_AT = re.compile(r"[^\s,;]{0,300}@[^\s,;]{0,300}")


def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes in a field's *value*; semicolons may divide them; none where it cannot be read."""
    return _read(value.replace(";", ",") if ";" in value and ":" not in value else value)[0]


def _read(value: str) -> tuple[tuple[Address, ...], bool]:
    """The mailboxes in *value* as mail-parser reads it, and whether it finds fault with it."""
    defects: list[object] = []
    try:
        found = get_addresses(value, defects=defects) if value.strip() else []
    except UNREADABLE:
        return (), True
    return tuple(Address(clean_line(spec), decode_words(name)) for name, spec in found if "@" in spec), bool(defects)


def named_in(fields: Sequence[tuple[str, str]], name: str) -> tuple[Address, ...]:
    """The mailboxes of every field *name* in *fields*, (lower-case name, raw body)."""
    return tuple(address for key, value in fields if key == name for address in addresses(value))


def sender(fields: Sequence[tuple[str, str]]) -> tuple[Address | None, bool]:
    """The mailbox of From, and whether it is not plain who that is: then it is nobody's identity."""
    values = [value for name, value in fields if name == "from"]
    found, trouble = _read(values[0]) if len(values) == 1 else (named_in(fields, "from"), True)
    if len(values) != 1:
        return (found[0] if found else None), True
    if len(found) == 1 and not trouble and _says_plainly(values[0], found[0].addr_spec):
        return found[0], False
    if plain := _plain(values[0]):
        return plain, False
    if not found:
        named = dict.fromkeys(_ANY_ADDRESS.findall(values[0].replace("mailto:", " ")))
        found = tuple(Address(clean_line(spec), "") for spec in named) if len(named) == 1 else ()
    return (found[0] if found else None), True


def _plain(value: str) -> Address | None:
    """A name with whatever signs, and one address in brackets behind it that no other address in the name contradicts."""
    bare = authentication.without_comments(value).strip()
    quoted = _QUOTED.match(bare)
    match = _NAME_AND_ADDRESS.fullmatch(bare[quoted.end() :].strip() if quoted else bare)
    if match is None or ("[" in bare and "<" in bare[bare.find("[") : bare.rfind("<")]):
        return None  # parsers differ on where a bracket ends: the border may have read another address
    found, trouble = _read(f"<{match[2]}>")
    others = {word.casefold() for word in _WITH_AT.findall(match[1])} - {"@", match[2].casefold()}
    if others or trouble or [address.addr_spec for address in found] != [match[2]]:
        return None
    return Address(found[0].addr_spec, decode_words(_name(value)))


def _name(value: str) -> str:
    """What stands before the address: without the quotes around it."""
    name = value[: value.rfind("<")].strip()
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if _QUOTED.fullmatch(name) else name.replace('"', "")


def _says_plainly(value: str, addr_spec: str) -> bool:
    """A second, strict reading of From: a name and one address, no group, no route, no space inside the address."""
    text = _QUOTED.sub("q", authentication.without_comments(value)).strip()
    match = _ADDRESS_ALONE.fullmatch(text)
    bracketed = _NAME_AND_ADDRESS.fullmatch(text)
    written = match[1] if match else bracketed[2] if bracketed else ""
    return bool(written) and (written == addr_spec or addr_spec.startswith('"'))
