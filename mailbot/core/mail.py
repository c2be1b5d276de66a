"""A received mail, as the rest of mailbot sees it: text and facts, no bytes."""

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

ATTACHED_AT_MOST, ATTACHED_BYTES = 50, 15 * 1024 * 1024  #: in one mail of ours; as base64 that is 20 MB
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_WRITABLE = re.compile(r"[^\s<>,;:\"()\[\]\\@\x00-\x1f\x7f-\U0010ffff]{1,64}@[A-Za-z0-9.-]{1,255}")


class Kind(StrEnum):
    """What wrote a mail; decided by core.rules."""

    HUMAN = "human"
    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    LIST = "list"
    BULK = "bulk"
    REPORT = "report"
    LOOP = "loop"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox (RFC 5322 3.4)."""

    addr_spec: str  #: local-part@domain, as written
    display_name: str = ""

    @property
    def identity(self) -> str:
        """The form in which two addresses are compared."""
        return identity(self.addr_spec)

    @property
    def is_writable(self) -> bool:
        """Whether mailbot can write to it: a dot-atom of ASCII before the @, and no more than 64 octets of it."""
        return _WRITABLE.fullmatch(ascii_address(self.addr_spec)) is not None

    @property
    def domain(self) -> str:
        """As servers write it."""
        return ascii_domain(self.addr_spec.rpartition("@")[2])

    @property
    def local_part(self) -> str:
        return self.addr_spec.rpartition("@")[0]


def ascii_address(addr_spec: str) -> str:
    """*addr_spec* with its domain as servers write it; as it is where its local part is no ASCII."""
    local, _, domain = addr_spec.rpartition("@")
    return f"{local}@{ascii_domain(domain)}" if local.isascii() else addr_spec


def ascii_domain(domain: str) -> str:
    """The A-labels of *domain*, lower case (RFC 5890): never another domain, as "ss" for "ß" would be (IDNA 2003)."""
    return ".".join(_a_label(label) for label in domain.lower().split("."))


def _a_label(label: str) -> str:
    if label.isascii():
        return label
    coded = "xn--" + unicodedata.normalize("NFC", label.lower()).encode("punycode").decode("ascii")
    return coded if len(coded) <= 63 else label  # RFC 1035 2.3.4: a longer one is no name of a server


def identity(addr_spec: str) -> str:
    """The form in which two addresses are compared: the same letters, of which only A to Z may differ in case.

    More would make two people one: the case folding of Unicode has "ss" for "ß" and "s" for "ſ".
    """
    local, at, domain = addr_spec.rpartition("@")
    return unicodedata.normalize("NFC", local.translate(_SMALL)) + at + ascii_domain(domain)


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a mail came to us (RFC 5321)."""

    mail_from: str  #: "" is the null reverse-path
    rcpt_to: tuple[str, ...]
    received_at: datetime  #: aware UTC
    peer: str = ""  #: the client's IP address; "" where there is none
    via: str = "smtp"  #: smtp, lmtp, imap or file


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a mail that is not its text; its bytes stay in the stored raw mail."""

    name: str  #: made safe: no path, no control character; made up from the type where there is none
    content_type: str
    size_bytes: int  #: decoded
    sha256: str  #: of the decoded bytes, hexadecimal
    inline: bool  #: shown inside the text: its Content-ID is one that the HTML refers to
    content_id: str = ""  #: without angle brackets
    index: int = 0  #: position in the depth-first walk of the MIME tree; wire.parts finds the bytes by it


def attachable(attachments: Sequence[Attachment]) -> tuple[tuple[Attachment, ...], tuple[Attachment, ...]]:
    """What of *attachments* one mail of ours can carry, and what is left out."""
    taken: list[Attachment] = []
    total = 0
    for attachment in attachments:
        if len(taken) < ATTACHED_AT_MOST and total + attachment.size_bytes <= ATTACHED_BYTES:
            taken.append(attachment)
            total += attachment.size_bytes
    return tuple(taken), tuple(a for a in attachments if a not in taken)


def loads(attachments: Sequence[Attachment]) -> Iterator[tuple[Attachment, ...]]:
    """*attachments*, so many at a time as one mail of ours can carry; one that is too big for that comes alone."""
    while attachments:
        taken, rest = attachable(attachments)
        yield taken or tuple(attachments[:1])
        attachments = rest if taken else attachments[1:]


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One recipient's outcome from a delivery report (RFC 3464), or from a plain-text bounce."""

    action: str  #: failed, delayed, delivered, relayed or expanded
    status: str  #: enhanced status code (RFC 3463), "" where there is none
    final_recipient: str  #: addr-spec, "" where there is none
    original_message_id: str  #: with angle brackets, "" where there is none
    diagnostic_code: str = ""


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """The topmost Authentication-Results of our own border (RFC 8601); each result is one lower-case word."""

    authserv_id: str
    dmarc: str  #: pass, fail, none, temperror, permerror; "" where missing, contradictory or unreadable
    dkim: str = ""
    spf: str = ""
    header_from: str = ""  #: the domain that the result speaks about


@dataclass(frozen=True, slots=True)
class Mail:
    """One received mail. Nothing in it is trusted; what could not be read is named in *defects*."""

    message_id: str  #: with angle brackets; "" where missing or unusable
    from_: Address | None  #: None where there is none; see *from_is_ambiguous*
    subject: str  #: decoded, one line, no control characters
    text: str  #: all that was written, as plain text
    new_text: str  #: what the person wrote now: without quotes, signature, footers; never empty where text is not
    date: datetime | None = None  #: aware UTC
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    in_reply_to: tuple[str, ...] = ()  #: msg-ids with angle brackets
    references: tuple[str, ...] = ()  #: oldest first, as written, at most 100
    headers: tuple[tuple[str, str], ...] = ()  #: (lower-case name, decoded one-line value) in order, duplicates kept
    content_type: str = "text/plain"  #: of the whole mail, lower case
    content_params: tuple[tuple[str, str], ...] = ()  #: its parameters, lower-case names
    attachments: tuple[Attachment, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()  #: empty unless this is a delivery report
    authentication: AuthenticationResults | None = None
    from_is_ambiguous: bool = False  #: several From fields or mailboxes, or a defect in it: never an identity
    only_quotes: bool = False  #: nothing but quotes and a signature: *new_text* is then the whole text
    encrypted: bool = False  #: S/MIME or PGP: held whole for the agent
    crlf: bool = False  #: *text* came with CRLF line ends; it has LF here
    defects: tuple[str, ...] = ()
    size_bytes: int = 0
    fingerprint: str = ""  #: SHA-256 over Message-ID, From, Date, Subject and body (G2); trace fields do not count

    def header(self, name: str) -> str:
        """The first value of the field *name* (lower case), or ""."""
        return next((value for key, value in self.headers if key == name), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.headers if key == name)

    def opening(self, characters: int) -> str:
        """The first *characters* of the text, at most, on one line."""
        return " ".join(self.text[: characters * 4].split())[:characters]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail is, whether it may be answered, and the rule that said so."""

    kind: Kind
    answerable: bool
    rule: str = field(default="")
