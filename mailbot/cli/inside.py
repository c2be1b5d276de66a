"""The store as the command line opens it: beside a running daemon, as its owner, neither made nor migrated."""

import atexit
import codecs
import os
from pathlib import Path

from mailbot.config import store_url
from mailbot.errors import MailbotError
from mailbot.store.database import Store, open_beside

LATE_CODECS = ("ascii", "idna", "latin-1", "utf-8", "utf-16-le")  #: Python loads them late, perhaps from root's folder


def open_inside(config: Path | None) -> Store:
    """Raises MailbotError where there is no store, or one of another version."""
    store = open_beside(store_url(config), become_owner)
    atexit.register(store.close)
    return store


def become_owner(path: Path) -> None:
    """Run as root: the owner of the store from now on, so that no file of root's is left where the daemon must write.

    Nothing for anybody else, and nothing where the store is root's own. There is no way back in this process.
    """
    owner = path.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for name in LATE_CODECS:
        codecs.lookup(name)
    os.setgroups([])
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)
    if os.geteuid() != owner.st_uid:
        raise MailbotError(f"cannot become the owner of {path} (uid {owner.st_uid})")
