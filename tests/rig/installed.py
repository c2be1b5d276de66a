"""mailbot as users get it: a wheel, installed into a fresh virtual environment."""

import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.rig.process import environment

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """The programs of that environment."""

    python: Path
    mailbot: Path

    def run(self, config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command of the command line, with that configuration."""
        command = [str(self.mailbot), "--config", str(config), *arguments]
        return subprocess.run(
            command,
            env=environment(PYTHONPATH=""),
            cwd=config.parent,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@contextmanager
def installed() -> Iterator[Installed]:
    """Builds the wheel and installs it alone; what it depends on comes from the running environment."""
    with tempfile.TemporaryDirectory(prefix="mb-venv-", dir="/tmp") as name:
        folder = Path(name)
        _run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", f"{folder}/dist", ROOT)
        (wheel,) = (folder / "dist").glob("mailbot-*.whl")
        _run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
        python = folder / "venv" / "bin" / "python"
        _run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
        (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
        theirs = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
        (packages / "dependencies.pth").write_text("".join(f"{path}\n" for path in theirs))
        yield Installed(python, folder / "venv" / "bin" / "mailbot")


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(
        words, env=environment(PYTHONPATH=""), capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
