"""Delivery reports (RFC 3464) as values."""

import base64
import re

from mailbot.core.mail import DeliveryReport
from mailbot.wire.charset import clean_line
from mailbot.wire.parts import Leaf

_ID = re.compile(rb"^message-id[ \t]*:\s{0,9}(<[^<>\r\n]{1,300}>)", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"^(action|status|final-recipient|diagnostic-code):[ \t]*(.*)$", re.IGNORECASE)


def reports(leaves: tuple[Leaf, ...]) -> tuple[DeliveryReport, ...]:
    """One report for each recipient named in the delivery-status part; those that failed come first."""
    original = ""
    for leaf in leaves:
        if leaf.content_type in ("message/rfc822", "text/rfc822-headers", "message/global"):
            match = _ID.search(_data(leaf)[:65536])
            original = match[1].decode("utf-8", "replace") if match else original
    status = [
        leaf for leaf in leaves if leaf.content_type in ("message/delivery-status", "message/global-delivery-status")
    ]
    found = []
    for leaf in status:
        text = _data(leaf).decode("utf-8", "replace").replace("\r\n", "\n")
        for block in text.split("\n\n"):
            values = {m[1].casefold(): clean_line(m[2]) for line in block.split("\n") if (m := _FIELD.match(line))}
            if "action" in values or "final-recipient" in values:
                recipient = values.get("final-recipient", "").rpartition(";")[2].strip(" <>")
                action = values.get("action", "failed").split(" ")[0].casefold()
                found.append(
                    DeliveryReport(
                        action,
                        values.get("status", "")[:12].split(" ")[0],
                        recipient,
                        original,
                        values.get("diagnostic-code", ""),
                    )
                )
    return tuple(sorted(found, key=lambda report: report.action != "failed"))


def _data(leaf: Leaf) -> bytes:
    """The beginning of *leaf*; some gateways write in base64, which RFC 2046 5.2 forbids here."""
    data = leaf.data[:262144]
    if str(leaf.part.get("content-transfer-encoding", "")).strip().casefold() != "base64" or b":" in data[:100]:
        return data
    try:
        return base64.b64decode(data)
    except ValueError:
        return data
