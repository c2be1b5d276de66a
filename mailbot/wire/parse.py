"""Raw bytes to a Mail; what cannot be read is a defect, never an exception."""

import hashlib
import re
from datetime import UTC, datetime

import mailparser
from mailparser.utils import get_addresses

from mailbot.core.mail import Address, Mail
from mailbot.core.reference import is_reply
from mailbot.wire import authentication, body, parts, quoting, report
from mailbot.wire.charset import clean_line, clean_text, decode, decode_words, header_text, named_charsets
from mailbot.wire.structure import TOO_COMPLEX, UNREADABLE, has_big_header, header_block, is_too_complex

_ID = re.compile(r"<[^<>\s]{1,900}>")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_NAME_AND_ADDRESS = re.compile(r"[^<>@:;]*<([^<>\s@:;,]+@[^<>\s@]+)>")
_ADDRESS_ALONE = re.compile(r"([^<>\s@:;,]+@[^<>\s@:;,]+)")
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


def parse(raw: bytes, *, authserv_id: str = "") -> Mail:
    """The mail in *raw*; bounded in time; *authserv_id* names the border whose results count."""
    shown = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if shown.startswith(b"From ") and b"\n" in shown:
        shown = shown.partition(b"\n")[2]
    try:
        return _parse(shown, authserv_id)
    except UNREADABLE as error:
        return _unreadable(shown, error)


def _unreadable(raw: bytes, error: Exception) -> Mail:
    """A mail that no reader of ours understands: its bytes as text, and why."""
    text, _ = decode(raw[:65536], "")
    defect = f"unreadable: {type(error).__name__}"
    return Mail("", None, "", text, text, defects=(defect,), size_bytes=len(raw), fingerprint=_fingerprint({}, (), raw))


def _parse(raw: bytes, authserv_id: str) -> Mail:
    if is_too_complex(raw):
        head = header_block(raw[:262144])
        return _read(b"" if has_big_header(head) else head + b"\r\n\r\n", raw, authserv_id, (TOO_COMPLEX,))
    return _read(raw, raw, authserv_id, ())


def _read(shown: bytes, raw: bytes, authserv_id: str, defects: tuple[str, ...]) -> Mail:
    try:
        message = parts.read_message(shown)
        parsed = mailparser.MailParser(message)
        date, found = parsed.date, tuple(clean_line(str(d))[:200] for d in parsed.defects[:20])
    except UNREADABLE as error:
        message, date, found = (
            parts.read_message(header_block(shown)[:65536]),
            None,
            (f"unreadable: {type(error).__name__}",),
        )
    return _mail(message, date, raw, authserv_id, (*defects, *found))


def _mail(message: parts.Part, date: datetime | None, raw: bytes, authserv_id: str, defects: tuple[str, ...]) -> Mail:
    named = named_charsets(raw)
    fields = [(str(name).casefold(), header_text(str(value), named)) for name, value in message.raw_items()]
    first = dict(reversed(fields))
    senders, ambiguous = _from(fields)
    leaves = parts.leaves(message)
    plain, rich = parts.texts(leaves)
    texts = [body.leaf_text(leaf, named) for leaf in plain]
    htmls = [body.leaf_text(leaf, named) for leaf in rich]
    text, html = clean_text("\n".join(t for t, _ in texts)), clean_text("\n".join(t for t, _ in htmls))
    is_html = not text.strip() and bool(html.strip())
    subject = decode_words(first.get("subject", ""))
    forward = quoting.is_forward(subject)
    reply = is_reply(subject) or bool(first.get("in-reply-to") or first.get("references")) or not fields
    if is_html:
        text = body.html_text(html)
    written = body.html_text(html, quotes=False, reply=reply) if is_html and not forward else text
    kind = parts.content_type(message)
    new = quoting.new_text(written, reply=reply and not forward)
    ids = tuple(_ID.findall(first.get("references", "")))
    return Mail(
        message_id=next(iter(_ID.findall(first.get("message-id", ""))), ""),
        from_=senders[0] if senders else None,
        subject=subject,
        text=text,
        new_text=new or text.strip() or text,
        only_quotes=not new,
        date=_utc(date),
        sender=next(iter(addresses(first.get("sender", ""))), None),
        reply_to=addresses(first.get("reply-to", "")),
        to=_all(fields, "to"),
        cc=_all(fields, "cc"),
        in_reply_to=tuple(_ID.findall(first.get("in-reply-to", "")))[:100],
        references=ids if len(ids) <= 100 else (ids[0], *ids[-99:]),
        headers=tuple((clean_line(name), decode_words(value)) for name, value in fields),
        content_type=kind,
        content_params=_params(message),
        attachments=parts.attachments(leaves, rich if is_html else plain, html, named),
        reports=report.reports(leaves),
        authentication=authentication.results(fields, authserv_id),
        from_is_ambiguous=ambiguous,
        encrypted=kind in _ENCRYPTED or "-----BEGIN PGP MESSAGE-----" in text,
        crlf=not is_html and any("\r\n" in t for t, _ in texts),
        defects=tuple(dict.fromkeys((*defects, *(d for _, d in (*texts, *htmls) if d)))),
        size_bytes=len(raw),
        fingerprint=_fingerprint(first, senders, raw),
    )


def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes in a field's *value*; none where it cannot be read."""
    try:
        found = get_addresses(value) if value.strip() else []
    except UNREADABLE:
        return ()
    return tuple(Address(clean_line(spec), decode_words(name)) for name, spec in found if "@" in spec)


def _all(fields: list[tuple[str, str]], name: str) -> tuple[Address, ...]:
    return tuple(address for key, value in fields if key == name for address in addresses(value))


def _from(fields: list[tuple[str, str]]) -> tuple[tuple[Address, ...], bool]:
    """The mailboxes of From, and whether it is not plain who that is."""
    values = [value for name, value in fields if name == "from"]
    found = _all(fields, "from")
    trouble: list[object] = []
    try:
        for value in values:
            get_addresses(value, defects=trouble)
    except UNREADABLE:
        trouble.append("unreadable")
    odd = len(values) > 1 or len(found) > 1 or bool(trouble)
    return found, odd or (len(found) == 1 and not _says_plainly(values[0], found[0].addr_spec))


def _says_plainly(value: str, addr_spec: str) -> bool:
    """A second, strict reading of From: a name and one address, no group, no route, no space inside the address."""
    text = _QUOTED.sub("q", authentication.without_comments(value)).strip()
    match = _NAME_AND_ADDRESS.fullmatch(text) or _ADDRESS_ALONE.fullmatch(text)
    return bool(match) and (match[1] == addr_spec or addr_spec.startswith('"'))  # type: ignore[index]


def _params(message: parts.Part) -> tuple[tuple[str, str], ...]:
    try:
        found = message.get_params([])[1:]
    except UNREADABLE:
        return ()
    return tuple(
        (clean_line(str(n)).casefold(), clean_line(str(v[2] if isinstance(v, tuple) else v))) for n, v in found
    )


def _utc(date: datetime | None) -> datetime | None:
    try:
        return None if date is None else date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except UNREADABLE:
        return None


def _fingerprint(first: dict[str, str], senders: tuple[Address, ...], raw: bytes) -> str:
    rest = raw[len(header_block(raw)) :].replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    values = (
        first.get("message-id", "").strip(),
        senders[0].addr_spec if senders else "",
        first.get("date", ""),
        first.get("subject", ""),
    )
    whole = "\0".join((*values, hashlib.sha256(rest).hexdigest()))
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
