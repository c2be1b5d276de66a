"""The MIME tree: which leaves are the text, which are attachments, and their bytes."""

import email
import hashlib
import mimetypes
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from urllib.parse import unquote

from mailbot.core.mail import Attachment
from mailbot.wire import tnef, uuencoded
from mailbot.wire.charset import clean_line, decode_words, header_text
from mailbot.wire.structure import UNREADABLE

Part = Message
_CID = re.compile(r"cid:([^\"'\s>)]+)", re.IGNORECASE)
_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
_FOLDED_BOUNDARY = re.compile(rb'(boundary="[^"\r\n]{0,200})\r?\n([ \t][^"\r\n]{0,200}")', re.IGNORECASE)
_CODINGS = {"qp": "quoted-printable", "quoted_printable": "quoted-printable", "7-bit": "7bit", "8-bit": "8bit"}
_HTML = re.compile(
    rb"\s{0,20}(?:<\?xml[^>]{0,200}>\s{0,20})?<(?:!doctype html|html|head|body|div|p|table|span)[\s>]", re.IGNORECASE
)
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_MARKED_UP = ("text/enriched", "text/markdown")
_READABLE = frozenset({"text/plain", "text/html", *_MARKED_UP, "text/x-amp-html"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part that holds no parts of its own, and where it stands."""

    index: int  #: position in the depth-first walk
    part: Part
    content_type: str
    container: str  #: content type of the multipart around it, "" at the top
    alternative: int  #: index of the innermost multipart/alternative above, -1 where there is none
    content: bytes | None = None  #: decoded, where the leaf was taken out of another one

    @property
    def data(self) -> bytes:
        """The decoded bytes; of an attached mail, the mail."""
        return payload_bytes(self.part) if self.content is None else self.content


def read_message(raw: bytes) -> Part:
    """*raw* as a compat32 tree; a boundary that was folded inside its quotes still holds."""
    return email.message_from_bytes(_FOLDED_BOUNDARY.sub(rb"\1\2", raw))


def field(part: Part, name: str) -> str:
    """The first field *name* of *part*, 8-bit bytes decoded, encoded-words kept."""
    return next((header_text(str(value)) for key, value in part.raw_items() if key.casefold() == name), "")


def content_type(part: Part) -> str:
    """The media type of *part*, lower case; text/plain where the field is unusable."""
    match = _TYPE.match(field(part, "content-type"))
    return match[1].casefold() if match else part.get_default_type()


def leaves(message: Part) -> tuple[Leaf, ...]:
    """The leaves of *message*, depth first; an attached mail is one leaf. What Outlook and uuencode wrapped is unwrapped."""
    found = list(_walk(message))
    after = found[-1].index + 1 if found else 0
    opened: list[Leaf] = []
    for leaf in found:
        inner = _unwrapped(leaf, after, any(leaf.content_type in _READABLE for leaf in found))
        after += len(inner)
        opened += inner
    return tuple(opened)


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
            yield Leaf(index, part, _leaf_type(part, kind), container, alternative)
        index += 1


def _leaf_type(part: Part, kind: str) -> str:
    """*kind*; a multipart without parts is text, and so is what says nothing of itself, HTML where it looks like that."""
    if kind.startswith("multipart/"):
        return "text/plain"
    bare = kind == "text/plain" and not field(part, "content-type")
    return "text/html" if bare and _HTML.match(payload_bytes(part)[:500]) else kind


def _unwrapped(leaf: Leaf, after: int, has_text: bool) -> list[Leaf]:
    """*leaf*, or what was wrapped into it; the files get the numbers from *after* on."""
    if leaf.content_type in _TNEF or file_name(leaf.part).casefold() == "winmail.dat":
        inside = tnef.read(leaf.data)
        shown = (
            "" if has_text or inside is None else "text/html" if inside.html else "text/plain" if inside.text else ""
        )
        if inside is not None and (inside.files or shown):
            text = replace(leaf, part=Message(), content_type=shown, content=inside.html or inside.text)
            return [*([text] if shown else []), *_files(leaf, inside.files, after), *([] if inside.whole else [leaf])]
    if leaf.content_type == "text/plain" and not _is_file(leaf):
        text_data, files = uuencoded.split(leaf.data)
        if files:
            return [replace(leaf, content=text_data), *_files(leaf, files, after)]
    return [leaf]


def _files(around: Leaf, files: tuple[tuple[str, bytes], ...], after: int) -> list[Leaf]:
    found = []
    for number, (name, content) in enumerate(files, after):
        part: Part = Message()
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        found.append(Leaf(number, part, kind, around.container, -1, content))
    return found


def payload_bytes(part: Part) -> bytes:
    """The decoded bytes of *part*; of an attached mail, the mail."""
    try:
        if part.is_multipart():
            children = part.get_payload()
            return b"\n".join(child.as_bytes() for child in children if isinstance(child, Message))
        coding = field(part, "content-transfer-encoding")
        plain = coding.partition(";")[0].strip(" \t\"'").casefold()
        if plain != coding and part["content-transfer-encoding"]:
            part.replace_header("content-transfer-encoding", _CODINGS.get(plain, plain))
        data = part.get_payload(decode=True)
    except UNREADABLE:
        return b""
    return data if isinstance(data, bytes) else b""


def extract(raw: bytes, indexes: Collection[int]) -> dict[int, bytes]:
    """The decoded bytes of the attachments in *raw* that stand at *indexes*; one parse for all of them."""
    return {leaf.index: leaf.data for leaf in leaves(read_message(raw)) if leaf.index in indexes}


def contents(raw: bytes, indexes: Collection[int]) -> Iterator[bytes]:
    """The decoded bytes of the parts with those *indexes* in *raw*, one reading for all of them."""
    return (leaf.data for leaf in leaves(read_message(raw)) if leaf.index in indexes)


def disposition(part: Part) -> str:
    """inline, attachment or ""."""
    return field(part, "content-disposition").partition(";")[0].strip().casefold()


def file_name(part: Part, named: Sequence[str] = ()) -> str:
    """The name that the sender gave to *part*, made safe; "" where there is none."""
    try:
        name = part.get_filename() or ""
    except UNREADABLE:
        name = ""
    if not name.isascii():
        name = header_text(name, named)
    name = decode_words(name).replace("\\", "/").rpartition("/")[2]
    name = re.sub(r'[<>:"|?*\ufffd]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= 150 else f"{stem[:140]}{dot}{ending[:9]}"


def texts(all_leaves: tuple[Leaf, ...]) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]]:
    """The leaves that are the text, as (plain, HTML); where both are filled they say the same."""
    shown = [leaf for leaf in all_leaves if leaf.content_type in _READABLE and not _is_file(leaf)]
    said = {leaf.alternative for leaf in shown if leaf.content_type == "text/plain"} - {-1}
    plain = tuple(
        leaf
        for leaf in shown
        if leaf.content_type == "text/plain" or (leaf.content_type in _MARKED_UP and leaf.alternative not in said)
    )
    rich = tuple(leaf for leaf in shown if leaf.content_type == "text/html")
    return plain, rich


def _is_file(leaf: Leaf) -> bool:
    if disposition(leaf.part) == "attachment":
        return True
    named = bool(file_name(leaf.part))
    return named and leaf.index > 0 and (leaf.alternative < 0 or disposition(leaf.part) != "inline")


def attachments(
    all_leaves: tuple[Leaf, ...], used: tuple[Leaf, ...], html: str, named: Sequence[str] = ()
) -> tuple[Attachment, ...]:
    """Every leaf that is not among *used*, nor another form of the text; *named* are charsets named in the mail."""
    taken = {leaf.index for leaf in used}
    alternatives = {leaf.alternative for leaf in used if leaf.alternative >= 0}
    referred = {unquote(match).casefold() for match in _CID.findall(html[:2_000_000])}
    return tuple(
        attachment(leaf, referred, named)
        for leaf in all_leaves
        if leaf.index not in taken
        and not (leaf.alternative in alternatives and leaf.content_type in _READABLE and not _is_file(leaf))
    )


def attachment(leaf: Leaf, referred: set[str], named: Sequence[str] = ()) -> Attachment:
    """The facts about *leaf*; inline is what the HTML refers to: all else is a file that the person sent."""
    data = leaf.data
    content_id = clean_line(field(leaf.part, "content-id")).strip("<> ")
    return Attachment(
        name=file_name(leaf.part, named) or made_up_name(leaf),
        content_type=leaf.content_type,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        inline=bool(content_id and content_id.casefold() in referred),
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
