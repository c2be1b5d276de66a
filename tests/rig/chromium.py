"""A headless Chromium, driven by its DevTools protocol over a pipe."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.rig.need import need
from tests.rig.process import environment

FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
    *("--disable-extensions", "--disable-default-apps", "--mute-audio", "--remote-debugging-pipe"),
)


class Page:
    """One tab. What it asked for beside files is in *requests*."""

    def __init__(self, asks: int, answers: int) -> None:
        self._asks, self._answers = asks, answers
        self._session = ""
        self._number, self._rest = 0, b""
        self.requests: list[str] = []
        self._loaded = False
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")
        self.ask("Network.enable")

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """What the browser answers."""
        self._number += 1
        said = {"id": self._number, "method": method, "params": params}
        if self._session:
            said["sessionId"] = self._session
        os.write(self._asks, json.dumps(said).encode() + b"\0")
        while (heard := self._hear()).get("id") != self._number:
            pass
        if "error" in heard:
            raise RuntimeError(f"{method}: {heard['error']}")
        return dict(heard["result"])

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._answers, 1 << 20)
            if not more:
                raise RuntimeError("Chromium has ended")
            self._rest += more
        one, _, self._rest = self._rest.partition(b"\0")
        heard: dict[str, Any] = json.loads(one)
        self._loaded = self._loaded or heard.get("method") == "Page.loadEventFired"
        if heard.get("method") == "Network.requestWillBeSent":
            url = heard["params"]["request"]["url"]
            self.requests += [] if url.startswith("file:") else [url]
        return heard

    def open(self, path: Path) -> None:
        """Shows the file, and returns once it is loaded."""
        self._loaded = False
        self.ask("Page.navigate", url=path.as_uri())
        while not self._loaded:
            self._hear()

    def look(self, width: int, scheme: str) -> None:
        """From now on as wide as that, in a "light" or "dark" surrounding; a narrow one is a telephone."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def run(self, script: str) -> Any:
        """The value of an expression."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """What is seen of the page, as a PNG."""
        return b64decode(self.ask("Page.captureScreenshot", format="png", optimizeForSpeed=True)["data"])


@contextmanager
def chromium() -> Iterator[Page]:
    """A new browser with a profile of its own; the test is skipped, or fails in CI, where there is none."""
    program = shutil.which("chromium") or shutil.which("google-chrome") or ""
    need("" if program else "Chromium is not installed")
    with tempfile.TemporaryDirectory(prefix="mb-chromium-", ignore_cleanup_errors=True) as profile:
        theirs, asks = (_high(end) for end in os.pipe())
        answers, theirs_too = (_high(end) for end in os.pipe())
        # Chromium reads the pipes 3 and 4; bash puts them there
        words = ["bash", "-c", f'exec "$@" 3<&{theirs} 4>&{theirs_too}', "bash", program, *FLAGS]
        process = subprocess.Popen(
            [*words, f"--user-data-dir={profile}"],
            env=environment(HOME=profile),
            pass_fds=(theirs, theirs_too),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(theirs_too)
        try:
            yield Page(asks, answers)
        finally:
            process.terminate()
            process.wait(20)
            os.close(asks)
            os.close(answers)


def _high(fd: int) -> int:
    """The same file under a number above 9: 3 and 4 stay free."""
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(fd)
    return moved
