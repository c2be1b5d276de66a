"""The MIME tree as a list of leaves, their names and their bytes."""

import mimetypes
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from email.message import Message

from mailbot.wire import tnef, uuencoded
from mailbot.wire.encoded_words import decode_words
from mailbot.wire.parameters import parameters
from mailbot.wire.payload import field, payload_bytes
from mailbot.wire.repair import read_message, repaired

Part = Message
_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
UNWRAPPED = 1000  #: parts of one mail; beyond, what is wrapped stays as it came
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_HTML = re.compile(
    rb"\s{0,20}(?:<\?xml[^>]{0,200}>\s{0,20})?<(?:!doctype html|html|head|body|div|p|table|span)[\s>]", re.IGNORECASE
)


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
        if len(opened) > UNWRAPPED:
            opened.append(leaf)
            continue
        words = leaf.content_type in _TNEF and any(x.content_type.startswith("text/") and x.data.strip() for x in found)
        inner = _unwrapped(leaf, after, has_words=words)
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


def _unwrapped(leaf: Leaf, after: int, *, has_words: bool) -> list[Leaf]:
    """*leaf*, or what was wrapped into it; the files get the numbers from *after* on."""
    if leaf.content_type in _TNEF or file_name(leaf.part).casefold() == "winmail.dat":
        inside = tnef.read(leaf.data)
        shown = (
            "" if has_words or inside is None else "text/html" if inside.html else "text/plain" if inside.text else ""
        )
        if inside is not None and (inside.files or shown):
            text = replace(leaf, part=Message(), content_type=shown, content=inside.html or inside.text)
            return [
                *([text] if shown else []),
                *_files(leaf, inside.files, after),
                *([] if inside.whole else [leaf]),
            ]
    if leaf.content_type == "text/plain" and disposition(leaf.part) != "attachment":
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


def extract(raw: bytes, indexes: Collection[int]) -> dict[int, bytes]:
    """The decoded bytes of the parts of *raw* that stand at *indexes*; one reading for all of them."""
    message = read_message(repaired(raw).raw)
    return {leaf.index: leaf.data for leaf in leaves(message) if leaf.index in indexes}


def disposition(part: Part) -> str:
    """inline, attachment or ""; what nobody knows is an attachment (RFC 2183 2.8)."""
    value = field(part, "content-disposition").partition(";")[0].strip(" \t\"'").casefold()
    return {"": "", "inline": "inline", "form-data": ""}.get(value, "attachment")  # RFC 7578 has form-data


def file_name(part: Part, named: Sequence[str] = ()) -> str:
    """The name that the sender gave to *part*, made safe; "" where there is none. *named*: charsets named in the mail."""
    name = parameters(field(part, "content-disposition", named), named).get("filename", "").strip()
    name = name or parameters(field(part, "content-type", named), named).get("name", "")
    name = decode_words(name).replace("\\", "/").rpartition("/")[2]
    name = re.sub(r'[<>:"|?*\ufffd]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= 150 else f"{stem[:140]}{dot}{ending[:9]}"
