"""What systemd asks of a service: to say that it is ready, to feed its watchdog, to take its sockets."""

import os
import socket

FIRST_FD = 3


def notify(state: str) -> None:
    """Sends *state* ("READY=1") to the manager; nothing without one. See sd_notify(3)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.sendall(state.encode())


def watchdog_seconds() -> float:
    """How often the watchdog must be fed at least; 0 without one. See sd_watchdog_enabled(3)."""
    pid = os.environ.get("WATCHDOG_PID", "")
    if pid and pid != str(os.getpid()):
        return 0.0
    return int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000


def listen_sockets() -> dict[str, socket.socket]:
    """The sockets that systemd hands over, by FileDescriptorName; see sd_listen_fds(3)."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return {}
    count = int(os.environ.get("LISTEN_FDS", "0"))
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    sockets = {}
    for number in range(count):
        sock = socket.socket(fileno=FIRST_FD + number)
        sock.setblocking(False)
        name = names[number] if number < len(names) and names[number] else "smtp"
        sockets[name] = sock
    return sockets
