"""A machine of its own for one test: a real systemd as process 1 over the host's own files, by systemd-nspawn.

Whatever it writes goes into memory and is gone afterwards. Needs root, and a kernel that lets it mount.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.rig.installed import Installed

ROOT = Path(__file__).parents[2]
QUIET = ("getty.target", "console-getty.service", "dbus.service", "systemd-logind.service", "systemd-resolved.service")
TARGET = """\
[Unit]
Requires=basic.target
After=basic.target
AllowIsolate=yes
"""
#: the interpreter stands in another place than it was built for
STARTER = """\
#!/bin/sh
LD_LIBRARY_PATH=/opt/python/lib exec /opt/mailbot/bin/python -m mailbot "$@"
"""


class Machine:
    """The running machine; *root* is its file system as the host sees it."""

    def __init__(self, root: Path, leader: int) -> None:
        self.root = root
        self._leader = leader

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """A command of root's inside."""
        variables = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
        inside = ["nsenter", "-t", str(self._leader), "-a", "env", "-i", *variables]
        return subprocess.run([*inside, *words], input=stdin, capture_output=True, text=True, timeout=60)

    def property(self, unit: str, name: str) -> str:
        return self.run("systemctl", "show", unit, "-p", name, "--value").stdout.strip()

    def wait_for(self, unit: str, name: str, *values: str, seconds: float = 60.0) -> None:
        """Until that property of *unit* is one of *values*."""
        until = time.monotonic() + seconds
        while self.property(unit, name) not in values:
            assert time.monotonic() < until, f"{name}={self.property(unit, name)}\n{self.journal(unit)}"
            time.sleep(0.1)

    def journal(self, unit: str) -> str:
        return self.run("journalctl", "-u", unit, "--no-pager", "-o", "cat").stdout


def require() -> None:
    """Fails where root misses the program, which can be installed.

    A kernel's right to mount cannot: without it this one test is skipped, even with CI=true, and pytest says why.
    """
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        pytest.skip("only a root who may mount can start a machine")
    if shutil.which("systemd-nspawn") is None:
        pytest.fail("systemd-nspawn is not installed")


@contextmanager
def machine(shipped: Installed) -> Iterator[Machine]:
    """A machine that has booted, with mailbot in /opt/mailbot and its units, not yet enabled."""
    base = Path(tempfile.mkdtemp(prefix="mb-nspawn-", dir="/tmp"))
    mounted: list[Path] = []
    try:
        _mount(mounted, base, "-t", "tmpfs", "tmpfs")
        for name in ("upper", "work", "root"):
            (base / name).mkdir()
        layers = f"lowerdir=/,upperdir={base}/upper,workdir={base}/work"
        _mount(mounted, base / "root", "-t", "overlay", "overlay", "-o", layers)
        _furnish(base / "root", shipped)
        with _booted(base) as leader:
            yield Machine(base / "root", leader)
    finally:
        for place in reversed(mounted):
            subprocess.run(["umount", str(place)], check=True)
        base.rmdir()


def _mount(mounted: list[Path], place: Path, *words: str) -> None:
    subprocess.run(["mount", *words, str(place)], check=True)
    mounted.append(place)


def _furnish(root: Path, shipped: Installed) -> None:
    """A virtual environment in /opt whose interpreter and dependencies are bound from the host (see _binds)."""
    home = root / "opt" / "mailbot"
    packages = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (source,) = (shipped.python.parents[1] / "lib").glob("python*/site-packages/mailbot")
    shutil.copytree(source, packages / "mailbot")
    for metadata in source.parent.glob("mailbot-*"):
        shutil.copytree(metadata, packages / metadata.name)
    (packages / "dependencies.pth").write_text("/opt/dependencies\n")
    (home / "pyvenv.cfg").write_text("home = /opt/python/bin\ninclude-system-site-packages = false\n")
    (home / "bin").mkdir()
    (home / "bin" / "python").symlink_to(f"/opt/python/bin/{Path(sys.executable).resolve().name}")
    (home / "bin" / "mailbot").write_text(STARTER)
    (home / "bin" / "mailbot").chmod(0o755)
    for name in ("python", "dependencies"):
        (root / "opt" / name).mkdir()
    units = root / "etc" / "systemd" / "system"
    for name in ("mailbot.service", "mailbot.socket"):
        shutil.copy(ROOT / "systemd" / name, units)
    (root / "etc" / "sysusers.d").mkdir(exist_ok=True)
    shutil.copy(ROOT / "systemd" / "mailbot.sysusers", root / "etc" / "sysusers.d" / "mailbot.conf")
    (units / "test.target").write_text(TARGET)
    for name in QUIET:
        (units / name).unlink(missing_ok=True)
        (units / name).symlink_to("/dev/null")
    (root / "etc" / "fstab").write_text("")
    (root / "etc" / "machine-id").unlink(missing_ok=True)
    (root / "etc" / "machine-id").write_text("0123456789abcdef0123456789abcdef\n")


def _binds() -> list[str]:
    return [
        f"--bind-ro={sys.base_prefix}:/opt/python",
        f"--bind-ro={sysconfig.get_path('purelib')}:/opt/dependencies",
    ]


@contextmanager
def _booted(base: Path) -> Iterator[int]:
    """The process number of the machine's process 1."""
    command = ["systemd-nspawn", "-q", "-D", str(base / "root"), "--register=no", "--keep-unit", "--private-network"]
    command += ["--console=read-only", *_binds(), "--boot", "systemd.unit=test.target"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    with (base / "console.log").open("wb") as log:
        child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            yield _leader(child, base / "console.log")
        finally:
            for process in psutil.Process(child.pid).children(recursive=True):
                process.kill()
            child.kill()
            child.wait(20)


def _leader(child: "subprocess.Popen[bytes]", log: Path) -> int:
    until = time.monotonic() + 30
    while time.monotonic() < until and child.poll() is None:
        found = psutil.Process(child.pid).children()
        if found:
            here = Machine(Path("/"), found[0].pid)
            if here.run("systemctl", "is-active", "-q", "basic.target").returncode == 0:
                return found[0].pid
        time.sleep(0.05)
    raise RuntimeError(f"the machine does not boot: {log.read_text(errors='replace')[-2000:]}")
