"""The text of one mail as it comes over SMTP, in pieces of any size."""

_END = b"\r\n.\r\n"  #: RFC 5321 4.1.1.4: nothing else ends a mail, whatever other servers take for it


class Data:
    """Collects the text after DATA up to the dot that stands alone in its line.

    A text of more than *limit* bytes is read to its end and forgotten.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray(b"\r\n")  # the line of DATA itself has just ended
        self.too_big = False
        self.received = 0  #: bytes so far

    def feed(self, piece: bytes) -> bytes | None:
        """Takes the next *piece*; what stands behind the end of the text, or None while there was no end."""
        self.received += len(piece)
        start = max(len(self._buffer) - len(_END) + 1, 0)
        self._buffer += piece
        end = self._buffer.find(_END, start)
        rest = None
        if end >= 0:
            rest = bytes(self._buffer[end + len(_END) :])
            del self._buffer[end + 2 :]
        if len(self._buffer) - 2 > self._limit or self.too_big:
            self.too_big = True
            self._buffer = self._buffer[-len(_END) + 1 :]
        return rest

    def text(self) -> bytes:
        """The mail, its transparent dots taken away (RFC 5321 4.5.2); only after its end, and not when too big."""
        return bytes(self._buffer.replace(b"\r\n.", b"\r\n"))[2:]
