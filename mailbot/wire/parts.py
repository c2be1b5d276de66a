"""The MIME tree: which leaves are the text, which are attachments, and their bytes."""

import email
import hashlib
import mimetypes
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.message import Message

from mailbot.core.mail import Attachment
from mailbot.wire.charset import clean_line, decode_words, header_text
from mailbot.wire.structure import UNREADABLE

Part = Message
_CID = re.compile(r"cid:([^\"'\s>)]+)", re.IGNORECASE)
_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
_READABLE = frozenset({"text/plain", "text/html", "text/enriched", "text/markdown", "text/x-amp-html"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part that holds no parts of its own, and where it stands."""

    index: int  #: position in the depth-first walk
    part: Part
    content_type: str
    container: str  #: content type of the multipart around it, "" at the top
    alternative: int  #: index of the innermost multipart/alternative above, -1 where there is none


def field(part: Part, name: str) -> str:
    """The first field *name* of *part*, 8-bit bytes decoded, encoded-words kept."""
    return next((header_text(str(value)) for key, value in part.raw_items() if key.casefold() == name), "")


def content_type(part: Part) -> str:
    """The media type of *part*, lower case; text/plain where the field is unusable."""
    match = _TYPE.match(field(part, "content-type"))
    return match[1].casefold() if match else part.get_default_type()


def leaves(message: Part) -> tuple[Leaf, ...]:
    """The leaves of *message*, depth first; an attached mail is one leaf."""
    return tuple(_walk(message))


def _walk(message: Part) -> Iterator[Leaf]:
    stack: list[tuple[Part, str, int]] = [(message, "", -1)]
    index = 0
    while stack:
        part, container, alternative = stack.pop()
        kind = content_type(part)
        payload = part.get_payload()
        if isinstance(payload, list) and kind.startswith("multipart/"):
            inner = index if kind == "multipart/alternative" else alternative
            stack.extend((child, kind, inner) for child in reversed(payload) if isinstance(child, Message))
        else:
            yield Leaf(index, part, kind if not kind.startswith("multipart/") else "text/plain", container, alternative)
        index += 1


def payload_bytes(part: Part) -> bytes:
    """The decoded bytes of *part*; of an attached mail, the mail."""
    try:
        if part.is_multipart():
            children = part.get_payload()
            return b"\n".join(child.as_bytes() for child in children if isinstance(child, Message))
        data = part.get_payload(decode=True)
    except UNREADABLE:
        return b""
    return data if isinstance(data, bytes) else b""


def extract(raw: bytes, indexes: Collection[int]) -> dict[int, bytes]:
    """The decoded bytes of the attachments in *raw* that stand at *indexes*; one parse for all of them."""
    message: Part = email.message_from_bytes(raw)
    return {leaf.index: payload_bytes(leaf.part) for leaf in leaves(message) if leaf.index in indexes}


def contents(raw: bytes, indexes: Collection[int]) -> Iterator[bytes]:
    """The decoded bytes of the parts with those *indexes* in *raw*, one reading for all of them."""
    message: Part = email.message_from_bytes(raw)
    return (payload_bytes(leaf.part) for leaf in leaves(message) if leaf.index in indexes)


def disposition(part: Part) -> str:
    """inline, attachment or ""."""
    return field(part, "content-disposition").partition(";")[0].strip().casefold()


def file_name(part: Part) -> str:
    """The name that the sender gave to *part*, made safe; "" where there is none."""
    try:
        name = part.get_filename() or ""
    except UNREADABLE:
        name = ""
    if not name.isascii():
        name = header_text(name)
    name = decode_words(name).replace("\\", "/").rpartition("/")[2]
    name = re.sub(r'[<>:"|?*\ufffd]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= 150 else f"{stem[:140]}{dot}{ending[:9]}"


def texts(all_leaves: tuple[Leaf, ...]) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]]:
    """The leaves that are the text, as (plain, HTML); where both are filled they say the same."""
    shown = [leaf for leaf in all_leaves if leaf.content_type in _READABLE and not _is_file(leaf)]
    plain = tuple(leaf for leaf in shown if leaf.content_type not in ("text/html", "text/x-amp-html"))
    rich = tuple(leaf for leaf in shown if leaf.content_type == "text/html")
    return plain, rich


def _is_file(leaf: Leaf) -> bool:
    if disposition(leaf.part) == "attachment":
        return True
    named = bool(file_name(leaf.part))
    return named and leaf.index > 0 and (leaf.alternative < 0 or disposition(leaf.part) != "inline")


def attachments(all_leaves: tuple[Leaf, ...], used: tuple[Leaf, ...], html: str) -> tuple[Attachment, ...]:
    """Every leaf that is not among *used*, nor another form of the text."""
    taken = {leaf.index for leaf in used}
    alternatives = {leaf.alternative for leaf in used if leaf.alternative >= 0}
    referred = {match.casefold() for match in _CID.findall(html[:2_000_000])}
    return tuple(
        attachment(leaf, referred)
        for leaf in all_leaves
        if leaf.index not in taken
        and not (leaf.alternative in alternatives and leaf.content_type in _READABLE and not _is_file(leaf))
    )


def attachment(leaf: Leaf, referred: set[str]) -> Attachment:
    """The facts about *leaf*."""
    data = payload_bytes(leaf.part)
    content_id = clean_line(field(leaf.part, "content-id")).strip("<> ")
    inline = disposition(leaf.part) == "inline" or bool(content_id and content_id.casefold() in referred)
    return Attachment(
        name=file_name(leaf.part) or made_up_name(leaf),
        content_type=leaf.content_type,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        inline=inline,
        content_id=content_id,
        index=leaf.index,
    )


def made_up_name(leaf: Leaf) -> str:
    """A name from the type: the subject of an attached mail, else part-N."""
    if leaf.content_type == "message/rfc822":
        return f"message-{leaf.index}.eml"
    known = {"text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "image/jpeg": ".jpg"}
    ending = known.get(leaf.content_type) or mimetypes.guess_extension(leaf.content_type) or ".bin"
    return f"part-{leaf.index}{ending}"
