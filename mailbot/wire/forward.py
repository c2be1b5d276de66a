"""A forwarded mail inside a mail: who wrote it, and what; copied below the forwarder's words, or attached whole."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mailbot.core.mail import Address, Mail
from mailbot.wire.attribution import copied_field, end_of_head, is_header_block
from mailbot.wire.parse import parse
from mailbot.wire.parts import extract
from mailbot.wire.quoting import begins_forward, is_forward, new_text

_RULED = re.compile(r"[-_=*]{3,80}|-{2,12}\s?[^-\n]{1,60}\s?-{2,12}")  #: what clients put between the two
LINES = 200  #: above the copied header
_ADDRESS = re.compile(r"(?:mailto:)?([^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,255})")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail that was forwarded, as if its writer had sent it."""

    mail: Mail
    raw: bytes  #: that the mail's attachments stand in
    comment: str  #: what the forwarder wrote above it


def read_forwarded(mail: Mail, raw: bytes, is_ours: Callable[[str], bool]) -> Forwarded | None:
    """What *mail* forwards; None where it forwards nothing, several mails, nobody's, or one of ours.

    A client marks it in the subject or above the copied header; what only quotes a header is an answer.
    """
    found = _found(mail, raw)
    writer = found.mail.from_ if found is not None and not found.mail.from_is_ambiguous else None
    return found if writer is not None and not is_ours(writer.identity) else None


def _found(mail: Mail, raw: bytes) -> Forwarded | None:
    attached = [a for a in mail.attachments if a.content_type == "message/rfc822"]
    if len(attached) == 1 and is_forward(mail.subject):
        whole = extract(raw, {attached[0].index}).get(attached[0].index, b"")
        return Forwarded(parse(whole), whole, mail.new_text.strip())
    lines = [re.sub(r"^> ?", "", line) for line in mail.text.split("\n")]
    at = next((n for n in range(min(len(lines), LINES)) if lines[n].strip() and is_header_block(lines, n)), None)
    if at is None or not (is_forward(mail.subject) or any(begins_forward(line) for line in lines[:at])):
        return None
    return _copied(mail, raw, lines, at)


def _copied(mail: Mail, raw: bytes, lines: Sequence[str], at: int) -> Forwarded | None:
    end = _end(lines, at)
    fields = _fields(lines[at:end])
    writer = _writer(fields.get("from", ""))
    text = "\n".join(lines[end:]).strip()
    if writer is None or not text:
        return None
    comment = "\n".join(line for line in lines[:at] if not (begins_forward(line) or _RULED.fullmatch(line.strip())))
    inner = replace(
        mail,
        message_id="",
        from_=writer,
        subject=fields.get("subject", "").strip() or mail.subject,
        text=text,
        new_text=new_text(text) or text,
        only_quotes=False,
        sender=None,
        reply_to=(),
        in_reply_to=(),
        references=(),
        headers=(),
        authentication=None,
    )
    return Forwarded(inner, raw, comment.strip())


def _end(lines: Sequence[str], at: int) -> int:
    """The line after the copied header, a field's second line included."""
    end = end_of_head(lines, at)
    while end < len(lines) and lines[end][:1] in (" ", "\t", "<") and lines[end - 1].strip():
        end = end_of_head(lines, end)
    return end


def _fields(lines: Sequence[str]) -> dict[str, str]:
    """The copied fields by kind; a line without a label goes on with the one before it."""
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        kind, value = copied_field(line)
        last = kind or last
        if last and line.strip():
            found[last] = f"{found[last]} {line.strip()}" if not kind else value
    return {kind: value.strip(" *\t\u00a0") for kind, value in found.items()}


def _writer(value: str) -> Address | None:
    """The one address in *value*, with the name before it."""
    found = {match[1].casefold(): match for match in _ADDRESS.finditer(value[:1000])}
    if len(found) != 1:
        return None
    (match,) = found.values()
    name = re.split(r"[<\[(]|mailto:", value[: match.start(1)])[0].strip(" *\"'\t\u00a0")
    return Address(match[1].rstrip(".*"), "" if "@" in name else name[:100])


__all__ = ["Forwarded", "read_forwarded"]
