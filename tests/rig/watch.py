"""Waits until something appears or grows in a folder: inotify(7), through the C library."""

import ctypes
import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

IN_MODIFY, IN_MOVED_TO, IN_CREATE = 0x2, 0x80, 0x100

T = TypeVar("T")


@contextmanager
def _watch(folder: Path) -> Iterator[int]:
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(os.O_CLOEXEC)
    try:
        if handle < 0 or libc.inotify_add_watch(handle, os.fsencode(folder), IN_MODIFY | IN_MOVED_TO | IN_CREATE) < 0:
            raise OSError(ctypes.get_errno(), f"cannot watch {folder}")
        yield handle
    finally:
        os.close(handle)


def wait_until(folder: Path, look: Callable[[], T], *, seconds: float = 30.0) -> T:
    """What *look* finds; it looks again whenever something appears or grows in *folder*, until it returns something true.

    Raises TimeoutError after *seconds*.
    """
    deadline = time.monotonic() + seconds
    with _watch(folder) as handle:
        while not (found := look()):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([handle], [], [], left)[0]:
                raise TimeoutError(f"nothing that we wait for came into {folder}")
            os.read(handle, 65536)
        return found
