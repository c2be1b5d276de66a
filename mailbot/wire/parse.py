"""Raw bytes to a Mail; what cannot be read is a defect, never an exception."""

import email
import hashlib
import re
from datetime import UTC, datetime
from email.message import Message

import mailparser

from mailbot.core.mail import Address, Mail
from mailbot.core.reference import is_reply
from mailbot.wire import authentication, body, parts, quoting, report
from mailbot.wire.attached import attachments
from mailbot.wire.charset import clean_line, clean_text, decode, named_charsets
from mailbot.wire.dates import parse_date
from mailbot.wire.encoded_words import decode_words, header_text
from mailbot.wire.mailboxes import addresses, named_in, sender
from mailbot.wire.parameters import parameters
from mailbot.wire.plain_text import without_armour
from mailbot.wire.repair import Repaired, read_message, repaired
from mailbot.wire.spoken import words_and_files
from mailbot.wire.structure import TOO_COMPLEX, UNREADABLE, has_big_header, header_block, is_too_complex

_ID = re.compile(r"<\s{0,9}([^<>\s]{1,900})\s{0,9}>")
_BARE_ID = re.compile(r"[^<>\s@]{1,400}@[^<>\s@]{1,400}")
_NO_MIME = re.compile(r"\bMIME\b|multi-?part|mehrteilig|wieloczęściow", re.IGNORECASE)
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


def parse(raw: bytes, *, authserv_id: str = "") -> Mail:
    """The mail in *raw*; bounded in time, at most ten times its size in memory.

    *authserv_id* names the border whose results count.
    """
    try:
        return _parse(repaired(raw), authserv_id)
    except UNREADABLE as error:
        return _unreadable(raw, error)


def _unreadable(raw: bytes, error: Exception) -> Mail:
    """A mail that no reader of ours understands: its bytes as text, and why."""
    text = clean_text(decode(raw[:65536], "")[0])
    defect = f"unreadable: {type(error).__name__}"
    return Mail(
        "", None, "", text, text, defects=(defect,), size_bytes=len(raw), fingerprint=_fingerprint({}, None, raw)
    )


def _parse(whole: Repaired, authserv_id: str) -> Mail:
    raw = whole.raw
    if is_too_complex(raw):
        head = header_block(raw[:262144])
        shown = b"" if has_big_header(head) else head + b"\r\n\r\n"
        return _read(shown, whole, authserv_id, (*whole.defects, TOO_COMPLEX))
    return _read(raw, whole, authserv_id, whole.defects)


def _read(shown: bytes, whole: Repaired, authserv_id: str, defects: tuple[str, ...]) -> Mail:
    try:
        message = read_message(shown)
        parsed = mailparser.MailParser(message)
        date = parsed.date
        # a charset that mail-parser does not know is no defect where we read it
        found = tuple(clean_line(str(d))[:200] for d in parsed.defects[:20] if "CharsetDecodeDefect" not in str(d))
    except UNREADABLE as error:
        message = email.message_from_bytes(header_block(shown)[:65536])
        date, found = None, (f"unreadable: {type(error).__name__}",)
    return _mail(message, date, whole, authserv_id, (*defects, *found))


def _mail(message: Message, date: datetime | None, whole: Repaired, authserv_id: str, defects: tuple[str, ...]) -> Mail:
    raw = whole.raw
    named = named_charsets(raw)
    fields = [(str(name).casefold(), header_text(str(value), named)) for name, value in message.raw_items()]
    first = dict(reversed(fields))
    from_, ambiguous = sender(fields)
    leaves = parts.leaves(message)
    words, files = words_and_files(leaves)
    passages = [(leaf.content_type == "text/html", *body.leaf_text(leaf, named)) for leaf in words]
    preamble = _preamble(message)
    if preamble and not any(text.strip() for _, text, _ in passages):
        passages = [(False, preamble, "")]
    if whole.words:
        passages.insert(0, (False, decode(whole.words, "", named)[0], ""))
    subject = decode_words(first.get("subject", ""))
    forward = quoting.is_forward(subject)
    text = "\n".join(body.html_text(text) if is_html else clean_text(text) for is_html, text, _ in passages)
    # our marker begins every mail of ours: what holds it answers one, whatever its header says
    answers = bool(first.get("in-reply-to") or first.get("references")) or quoting.MARKER_START in text
    reply = is_reply(subject) or answers or not fields
    written = "\n".join(
        body.html_text(text, quotes=forward, reply=reply) if is_html else clean_text(text)
        for is_html, text, _ in passages
    )
    new = quoting.new_text(without_armour(written), reply=reply and not forward)
    kind = parts.content_type(message)
    ids = _message_ids(first.get("references", ""))
    html = "\n".join(body.leaf_text(leaf, named)[0] for leaf in leaves if leaf.content_type == "text/html")
    return Mail(
        message_id=next(iter(_message_ids(first.get("message-id", ""), alone=True)), ""),
        from_=from_,
        subject=subject,
        text=text,
        new_text=new or text.strip() or text,
        only_quotes=not new,
        date=_moment(date, first.get("date", "")),
        sender=next(iter(addresses(first.get("sender", ""))), None),
        reply_to=addresses(first.get("reply-to", "")),
        to=named_in(fields, "to"),
        cc=named_in(fields, "cc"),
        in_reply_to=_message_ids(first.get("in-reply-to", ""))[:100],
        references=ids if len(ids) <= 100 else (ids[0], *ids[-99:]),
        headers=tuple((clean_line(name), decode_words(value)) for name, value in fields),
        content_type=kind,
        content_params=tuple(parameters(first.get("content-type", "")).items()),
        attachments=attachments(files, html, named),
        reports=report.reports(leaves),
        authentication=authentication.results(fields, authserv_id),
        from_is_ambiguous=ambiguous,
        encrypted=kind in _ENCRYPTED or "-----BEGIN PGP MESSAGE-----" in text,
        crlf=any("\r\n" in text for is_html, text, _ in passages if not is_html),
        defects=tuple(dict.fromkeys((*defects, *(defect for _, _, defect in passages if defect)))),
        size_bytes=len(raw),
        fingerprint=_fingerprint(first, from_, raw),
    )


def _message_ids(value: str, *, alone: bool = False) -> tuple[str, ...]:
    """The msg-ids in *value*, with angle brackets; one that stands *alone* may lack them."""
    found = tuple(f"<{match}>" for match in _ID.findall(value))
    bare = value.strip().strip("<>")
    return found or ((f"<{bare}>",) if alone and _BARE_ID.fullmatch(bare) else ())


def _preamble(message: Message) -> str:
    """What stands before the first delimiter where it is more than a word to programs that know no MIME."""
    written = str(message.preamble or "").strip().encode("utf-8", "surrogateescape")
    told = clean_text(decode(written, "")[0])
    return "" if _NO_MIME.search(told[:500]) else told


def _moment(date: datetime | None, written: str) -> datetime | None:
    """The Date field as mail-parser reads it, else as we do; aware UTC."""
    try:
        known = None if date is None else date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except UNREADABLE:
        known = None
    return known or parse_date(written)


def _fingerprint(first: dict[str, str], from_: Address | None, raw: bytes) -> str:
    rest = raw[len(header_block(raw)) :].replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    values = (
        first.get("message-id", "").strip(),
        from_.addr_spec if from_ else "",
        first.get("date", ""),
        first.get("subject", ""),
    )
    whole = "\0".join((*values, hashlib.sha256(rest).hexdigest()))
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
