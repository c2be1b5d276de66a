"""A small IMAP server that speaks just enough of the protocol to misbehave in one way at a time."""

import base64
import json
import socket
import threading
from collections.abc import Callable

from tests.rig.ports import free_port

TOKEN = "ya29.right"
REFUSAL = json.dumps({"status": "400", "schemes": "Bearer", "scope": "https://mail.example.org/"})


class ImapStub:
    """One mailbox with *mails* (UID -> bytes); *bend* may answer a command its own way, and then returns True."""

    def __init__(self, mails: dict[int, bytes] | None = None, uidvalidity: int = 7) -> None:
        self.mails = mails or {}
        self.uidvalidity = uidvalidity
        self.port = free_port()
        self.heard: list[str] = []
        self.bend: Callable[[socket.socket, str, str], bool] = lambda _sock, _tag, _command: False
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> "ImapStub":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            sock.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            sock.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR] stub\r\n")
            with sock.makefile("rb") as lines:
                while line := lines.readline():
                    tag, _, command = line.decode().rstrip("\r\n").partition(" ")
                    self.heard.append(command)
                    if not self.bend(sock, tag, command):
                        self._answer(sock, tag, command, lines.readline)
        except OSError:
            return

    def _answer(self, sock: socket.socket, tag: str, command: str, read: Callable[[], bytes]) -> None:
        verb = command.upper().removeprefix("UID ").split(" ")[0]
        uids = sorted(self.mails)
        done = f"{tag} OK {verb} completed\r\n"
        untagged = ""
        if verb == "AUTHENTICATE":
            done = self._xoauth2(sock, tag, read)
        elif verb == "SELECT":
            next_uid = max(uids, default=0) + 1
            untagged = f"* {len(uids)} EXISTS\r\n* OK [UIDVALIDITY {self.uidvalidity}]\r\n* OK [UIDNEXT {next_uid}]\r\n"
        elif verb == "CAPABILITY":
            untagged = "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n"
        elif verb == "LIST":
            untagged = '* LIST () "/" "mailbot/done"\r\n'
        elif verb == "SEARCH":
            first, _, last = command.split(" ")[3].partition(":")
            found = [u for u in uids if u == int(first) or (last and u > int(first))]
            untagged = f"* SEARCH {' '.join(map(str, found))}\r\n"
        elif verb == "FETCH":
            for number, uid in enumerate(uids, 1):
                if uid in _numbers(command.split(" ")[2]):
                    sock.sendall(self._item(number, uid, command) + b"\r\n")
        sock.sendall((untagged + done).encode())

    def _item(self, number: int, uid: int, command: str) -> bytes:
        raw, head = self.mails[uid], f"* {number} FETCH (UID {uid} "
        if "BODY.PEEK[]" in command:
            return head.encode() + b"BODY[] {%d}\r\n" % len(raw) + raw + b")"
        if "BODY.PEEK[HEADER]" in command:
            top = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            return head.encode() + b"BODY[HEADER]<0> {%d}\r\n" % len(top) + top + b")"
        return f'{head}RFC822.SIZE {len(raw)} INTERNALDATE "02-Mar-2026 09:00:00 +0000")'.encode()

    def _xoauth2(self, sock: socket.socket, tag: str, read: Callable[[], bytes]) -> str:
        """As the big providers do it: a refusal is a challenge first, and the NO comes after an empty answer."""
        sock.sendall(b"+ \r\n")
        given = base64.b64decode(read())
        if given == f"user=support@example.org\1auth=Bearer {TOKEN}\1\1".encode():
            return f"{tag} OK welcome\r\n"
        sock.sendall(b"+ " + base64.b64encode(REFUSAL.encode()) + b"\r\n")
        assert read() == b"\r\n"
        return f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"


def _numbers(given: str) -> set[int]:
    found: set[int] = set()
    for part in given.split(","):
        first, _, last = part.partition(":")
        found |= set(range(int(first), int(last or first) + 1))
    return found
