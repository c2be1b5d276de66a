"""The envelope sender by which a delivery report finds the mail that it is about (VERP)."""

from mailbot import config

BOUNCE_WORD = "b."  #: begins the subaddress of our envelope senders


def bounce_address(desk: config.Desk, name: str) -> str:
    """The address that carries *name*, which only we know; the desk's own where it has no subaddresses."""
    if desk.subaddress == "none":
        return desk.address
    local, _, domain = desk.address.rpartition("@")
    return f"{local}{desk.subaddress}{BOUNCE_WORD}{name}@{domain}"


def name_in(word: str) -> str:
    """The name that the subaddress *word* carries, or ""."""
    return word[len(BOUNCE_WORD) :] if word.startswith(BOUNCE_WORD) else ""
