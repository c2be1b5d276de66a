"""Ports for test servers, outside the range from which the kernel takes the ports of outgoing connections."""

import secrets
import socket
import time

LOWEST, HIGHEST = 20_000, 32_000
_given: set[int] = set()


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on and that this process has not handed out before."""
    for _ in range(1000):
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        if port in _given:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
    raise RuntimeError(f"no free port between {LOWEST} and {HIGHEST}")


def answers(port: int, greeting: bytes = b"") -> bool:
    """Whether a server on *port* accepts a connection and its first bytes start with *greeting*."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as link:
            return not greeting or link.recv(200).startswith(greeting)
    except OSError:
        return False


def wait_for_port(port: int, *, greeting: bytes = b"", timeout: float = 15.0) -> None:
    """Return once a server on *port* answers; raises TimeoutError after *timeout* seconds."""
    deadline = time.monotonic() + timeout
    while not answers(port, greeting):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing answers on port {port}")
        time.sleep(0.01)
