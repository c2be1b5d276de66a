"""The attachments of a mail: every leaf that is not its words."""

import hashlib
import mimetypes
import re
from collections.abc import Sequence
from urllib.parse import unquote

from mailbot.core.mail import Attachment
from mailbot.wire.charset import clean_line
from mailbot.wire.parts import Leaf, file_name
from mailbot.wire.payload import field

_REFERRED = re.compile(r"(?:cid:|src\s{0,3}=\s{0,3}[\"']?)([^\"'\s>)]{1,500})", re.IGNORECASE)
_ENDINGS = {"text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "image/jpeg": ".jpg"}


def attachments(files: Sequence[Leaf], html: str, named: Sequence[str]) -> tuple[Attachment, ...]:
    """The facts about *files*; *html* is what may show them, *named* the charsets named in the mail."""
    referred = {unquote(match).casefold().removeprefix("cid:") for match in _REFERRED.findall(html[:2_000_000])}
    return tuple(_attachment(leaf, referred, named) for leaf in files)


def _attachment(leaf: Leaf, referred: set[str], named: Sequence[str]) -> Attachment:
    """The facts about *leaf*; inline is what the HTML refers to: all else is a file that the person sent."""
    data = leaf.data
    content_id = clean_line(field(leaf.part, "content-id")).strip("<> ")
    location = clean_line(field(leaf.part, "content-location"))
    return Attachment(
        name=file_name(leaf.part, named) or _made_up_name(leaf),
        content_type=leaf.content_type,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        inline=bool(({content_id.casefold(), location.casefold()} - {""}) & referred),
        content_id=content_id,
        index=leaf.index,
    )


def _made_up_name(leaf: Leaf) -> str:
    """message-N.eml for an attached mail, else part-N and an ending for the type."""
    if leaf.content_type == "message/rfc822":
        return f"message-{leaf.index}.eml"
    ending = _ENDINGS.get(leaf.content_type) or mimetypes.guess_extension(leaf.content_type) or ".bin"
    return f"part-{leaf.index}{ending}"
