"""DKIM (RFC 6376): the key that signs what leaves, and the record by which others check it.

A mail is signed when its bytes are made, not when it is offered: so every attempt sends the same bytes (G4),
`mailbot outbox show` shows what leaves, and a key that is changed meanwhile changes no mail that waits.
"""

import importlib
import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

#: each is signed once more than it stands in the mail: one that is added on the way breaks the signature (RFC 6376 8.15)
SIGNED = (
    *("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "sender"),
    *("mime-version", "content-type", "content-transfer-encoding", "auto-submitted", "list-unsubscribe"),
)
LEAST_BITS = 1024  #: of a key that others accept (RFC 8301 3.2)
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  #: the algorithm of RFC 8017 A.1, as DER
_NAME = re.compile(rb"^([!-9;-~]+):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Signer:
    """A key and the name under which it is published."""

    selector: str
    pem: bytes = field(repr=False)
    domain: str = ""  #: "" is that of the desk that writes

    def sign(self, raw: bytes, own_domain: str) -> bytes:
        """*raw*, a mail from *own_domain*, with its signature in front."""
        names = [name.lower().decode() for name in _NAME.findall(raw.partition(b"\r\n\r\n")[0])]
        signature: bytes = _dkim().sign(
            raw,
            self.selector.encode(),
            (self.domain or own_domain).encode(),
            self.pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode() for name in SIGNED for _ in range(names.count(name) + 1)],
        )
        return signature + raw

    def record(self, own_domain: str) -> tuple[str, str]:
        """The name and the text of the TXT record to publish for mail from *own_domain* (RFC 6376 3.6.1)."""
        key = _key(self.pem)
        numbers = _der(0x30, _integer(key["modulus"]) + _integer(key["publicExponent"]))
        public = b64encode(_der(0x30, _RSA + _der(0x03, b"\0" + numbers))).decode()
        return f"{self.selector}._domainkey.{self.domain or own_domain}", f"v=DKIM1; k=rsa; p={public}"


def make_signer(selector: str, pem: bytes, domain: str = "") -> Signer:
    """ValueError for a key that is none, or too short; ImportError without the extra."""
    pem = pem.replace(b"\r\n", b"\n")
    bits = int(_key(pem)["modulus"]).bit_length()
    if bits < LEAST_BITS:
        raise ValueError(f"{bits} bits are too few")
    return Signer(selector, pem, domain)


def _dkim() -> Any:
    # an extra: it is there only where mail is signed
    return importlib.import_module("dkim")


def _key(pem: bytes) -> dict[str, int]:
    parser = _dkim().crypto
    try:
        key: dict[str, int] = parser.parse_pem_private_key(pem)
    except (parser.UnparsableKeyError, ValueError, TypeError, AssertionError) as error:
        raise ValueError("no RSA key") from error
    if key["prime1"] * key["prime2"] != key["modulus"]:
        raise ValueError("a damaged RSA key")
    return key


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    """One value of DER (X.690 8.1)."""
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x80 | len(length)]) + length) + content
