"""Final bytes of a mail, put together by hand: every value checked, every line short (RFC 5322, 2047, 2231)."""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote

from mailbot.core.mail import Address, ascii_address

FOLD = 76
REFERENCES, REFERENCES_BYTES = 20, 2000
_MESSAGE_ID = re.compile(r"<[^\s<>\x00-\x1f\x7f]{1,900}>")  # one stands on a line of at most 998 (RFC 5322 2.1.1)
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@\x00-\x1f\x7f]{1,64}@[^\s<>,;:\"()\\@\x00-\x1f\x7f]{1,255}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_LONG_LINE = re.compile(rb"\0|[^\r\n]{999}")
_CRLF = re.compile(rb"\r\n|\r|\n")
_PLAIN = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~.-]*")


@dataclass(frozen=True, slots=True)
class Part:
    """An attached file."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail to one person."""

    from_: Address
    to: str
    subject: str
    text: str
    message_id: str
    date: datetime  #: aware UTC
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: str = ""
    auto_submitted: str = ""  #: auto-replied, auto-generated, or "" for a person's words (RFC 3834 5)
    bulk: bool = False  #: says so to programs that know no Auto-Submitted
    unsubscribe: str = ""  #: the URI that ends what repeats (RFC 2369 3.2)
    attachments: tuple[Part, ...] = ()


def compose(mail: Outgoing) -> bytes:
    """The bytes of *mail*, CRLF lines. Raises ValueError for an address or a Message-ID of ours that is none."""
    for address in (mail.from_.addr_spec, mail.to, *filter(None, [mail.reply_to])):
        if not _ADDRESS.fullmatch(address):
            raise ValueError(f"not an address: {address!r}")
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError(f"not a Message-ID: {mail.message_id!r}")
    lines = [
        f"From: {_mailbox(mail.from_)}",
        f"To: {ascii_address(mail.to)}",
        f"Subject: {_unstructured(mail.subject, len('Subject: '))}",
        f"Date: {format_datetime(mail.date)}",
        f"Message-ID: {mail.message_id}",
    ]
    if mail.in_reply_to.isascii() and _MESSAGE_ID.fullmatch(mail.in_reply_to):
        lines.append(f"In-Reply-To: {mail.in_reply_to}")
    references = _references(mail.references)
    if references:
        lines.append("References: " + "\r\n ".join(references))
    if mail.reply_to:
        lines.append(f"Reply-To: {mail.reply_to}")
    if mail.auto_submitted:
        lines += [
            f"Auto-Submitted: {mail.auto_submitted}",
            "X-Auto-Response-Suppress: OOF, AutoReply",
            f"X-Mailbot-Loop: {mail.from_.addr_spec}",
        ]
    if mail.bulk:
        lines.append("Precedence: bulk")
    if mail.unsubscribe:
        lines.append(f"List-Unsubscribe: <{mail.unsubscribe}>")
    # RFC 6532: all but the local part of a customer's address is ASCII; a relay that cannot take that refuses it
    head = "\r\n".join([*lines, "MIME-Version: 1.0"]).encode()
    return head + b"\r\n" + _body(mail)


def _mailbox(address: Address) -> str:
    name = _clean(address.display_name)
    if not name:
        return address.addr_spec
    if _PLAIN.fullmatch(name) and len(name) < 60:
        return f'"{name}" <{address.addr_spec}>'
    return f"{_unstructured(name, 6, always=True)}\r\n <{address.addr_spec}>"


def _clean(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _unstructured(text: str, used: int, *, always: bool = False) -> str:
    """Plain where it is short ASCII, encoded words of at most 75 characters otherwise (RFC 2047)."""
    clean = _clean(text)[:900]
    if not always and clean.isascii() and "=?" not in clean:
        return _fold(clean, used)
    words: list[str] = []
    current = ""
    for symbol in clean:
        if len(b64encode((current + symbol).encode())) > 75 - len("=?utf-8?b??=") - (used if not words else 0):
            words.append(current)
            current = ""
        current += symbol
    encoded = [f"=?utf-8?b?{b64encode(w.encode()).decode()}?=" for w in (*words, current) if w]
    return "\r\n ".join(encoded)


def _fold(text: str, used: int) -> str:
    lines, current = [], ""
    for word in text.split(" "):
        if current and used + len(current) + len(word) + 1 > FOLD:
            lines.append(current)
            current, used = word, 1
        else:
            current = f"{current} {word}" if current else word
    return "\r\n ".join([*lines, current])


def _references(ids: tuple[str, ...]) -> list[str]:
    """Valid ids, at most twenty and 2 KB of them: the first, and the last that fit (RFC 5322 3.6.4)."""
    good = list(dict.fromkeys(i for i in ids if _MESSAGE_ID.fullmatch(i) and i.isascii()))
    kept: list[str] = []
    size = len(good[0]) if good else 0
    for one in reversed(good[1:]):
        if len(kept) == REFERENCES - 1 or size + len(one) > REFERENCES_BYTES:
            break
        size += len(one) + 1
        kept.append(one)
    return [*good[:1], *reversed(kept)]


def _body(mail: Outgoing) -> bytes:
    body = _leaf("text/plain; charset=utf-8", mail.text)
    if mail.html:
        body = _multipart("alternative", mail, [body, _leaf("text/html; charset=utf-8", mail.html)])
    if mail.attachments:
        body = _multipart("mixed", mail, [body, *(_attached(part) for part in mail.attachments)])
    return body


def _leaf(content_type: str, text: str) -> bytes:
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").encode("utf-8", "replace")
    head = f"Content-Type: {content_type}\r\n"
    lines = clean.split(b"\n")
    if clean.isascii() and all(len(line) < 990 for line in lines):
        return head.encode() + b"Content-Transfer-Encoding: 7bit\r\n\r\n" + b"\r\n".join(lines).rstrip() + b"\r\n"
    return head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + _base64(b"\r\n".join(lines))


def _base64(data: bytes) -> bytes:
    text = b64encode(data)
    return b"".join(text[i : i + 76] + b"\r\n" for i in range(0, len(text), 76))


def _attached(part: Part) -> bytes:
    name = _clean(part.name).replace("/", "_").replace("\\", "_")[:150] or "attachment"
    kind = part.content_type if _TYPE.fullmatch(part.content_type) else "application/octet-stream"
    whole = kind == "message/rfc822" and part.content.isascii() and _LONG_LINE.search(part.content) is None
    if kind.startswith(("message/", "multipart/")) and not whole:
        kind = "application/octet-stream"  # RFC 2046 5.2.1: these must not be base64
    if _PLAIN.fullmatch(name):
        named = f'filename="{name}"' if len(name) < 60 else f"\r\n filename*=utf-8''{quote(name, safe='')}"
    else:
        named = f"\r\n filename*=utf-8''{quote(name, safe='')}"
    encoding = "7bit" if whole else "base64"
    head = f"Content-Type: {kind}\r\nContent-Disposition: attachment; {named}\r\nContent-Transfer-Encoding: {encoding}"
    content = _CRLF.sub(b"\r\n", part.content).rstrip(b"\r\n") + b"\r\n" if whole else _base64(part.content)
    return f"{head}\r\n\r\n".encode("ascii") + content


def _multipart(kind: str, mail: Outgoing, parts: list[bytes]) -> bytes:
    boundary = f"{kind[:3]}-{sha256(mail.message_id.encode()).hexdigest()[:32]}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    mark = f"--{boundary}".encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
