"""Real mail clients that write and reply without a person at the keyboard: neomutt and s-nail by IMAP, mblaze on a Maildir."""

import os
import pty
import select
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from tests.rig.dovecot import PASSWORD
from tests.rig.need import need
from tests.rig.servers import Servers

SECONDS = 20.0

NEOMUTT_RC = """\
set from="{address}" realname="{name}" use_from=yes use_envelope_from=yes envelope_from_address="{address}"
set imap_user="{address}" imap_pass="{password}" folder="imap://127.0.0.1:{imap}/" spoolfile="=INBOX"
set smtp_url="smtp://127.0.0.1:{smtp}/"
set ssl_starttls=no ssl_force_tls=no
set editor="{editor}" edit_headers=no abort_unmodified=no abort_nosubject=no
set fast_reply=yes include=yes reply_to=yes recall=no copy=no confirmappend=no delete=no move=no
set sort=mailbox-order wait_key=no beep=no sleep_time=0 mail_check=600 tmpdir="{home}" header_cache="" charset=utf-8
"""

#: The text goes above what the client has put into the editor; with header fields, below these.
EDITOR = """\
#!/bin/sh
awk -v text="$TEXT" -v body="{body}" '
    !body {{ print; if ($0 == "") body = 1; if (!body) next }}
    body && !done {{ while ((getline line < text) > 0) print line; print ""; done = 1; if ($0 == "") next }}
    {{ print }}
    END {{ if (!done) while ((getline line < text) > 0) print line }}
' "$1" >"$1.new" && mv "$1.new" "$1"
"""


class Client(Protocol):
    """A person's mail client."""

    def write(self, to: str, subject: str, text: str) -> None: ...

    def reply(self, text: str) -> None:
        """Answers the newest mail in the INBOX, with a quote of it below *text*."""


def require() -> None:
    """All of them must be installed."""
    missing = " and ".join(name for name in ("neomutt", "mrep", "s-nail") if shutil.which(name) is None)
    need(missing and f"{missing}: not installed")


def _script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def _environment(home: Path, **more: str) -> dict[str, str]:
    names = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm"}
    return {**names, "TMPDIR": str(home), "TEXT": str(home / "text"), **more}


@dataclass(frozen=True)
class Neomutt:
    """neomutt with its mailbox on IMAP, sending by SMTP; replies are typed into a terminal of its own."""

    home: Path
    servers: Servers
    address: str
    name: str

    def __post_init__(self) -> None:
        self.home.mkdir()
        editor = _script(self.home / "editor", EDITOR.format(body="1"))
        facts = {"address": self.address, "name": self.name, "home": self.home, "editor": editor, "password": PASSWORD}
        ports = {"imap": self.servers.dovecot.imap, "smtp": self.servers.postfix.clients}
        (self.home / "rc").write_text(NEOMUTT_RC.format(**facts, **ports))

    def write(self, to: str, subject: str, text: str) -> None:
        command = ["neomutt", "-n", "-F", str(self.home / "rc"), "-s", subject, to]
        environment = _environment(self.home)
        subprocess.run(command, input=text.encode(), env=environment, check=True, timeout=SECONDS, capture_output=True)

    def reply(self, text: str) -> None:
        (self.home / "text").write_text(text)
        keys = 'push "<last-entry><reply><send-message><quit>"'
        _in_terminal(["neomutt", "-n", "-F", str(self.home / "rc"), "-e", keys], _environment(self.home))


def _in_terminal(command: list[str], environment: dict[str, str]) -> None:
    """Runs *command* in a terminal of its own until it ends by itself."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    screen = b""
    deadline = time.monotonic() + SECONDS
    try:
        while time.monotonic() < deadline and select.select([ours], [], [], deadline - time.monotonic())[0]:
            try:
                screen += os.read(ours, 65536)
            except OSError:  # EIO: the other side is closed, the command has ended
                break
        if child.poll() is None and time.monotonic() >= deadline:
            raise AssertionError(f"{command[0]} did not end: {screen[-2000:]!r}")
        if child.wait(1.0) != 0:
            raise AssertionError(f"{command[0]} ended with {child.returncode}: {screen[-2000:]!r}")
    finally:
        child.kill()
        child.wait()
        os.close(ours)


@dataclass(frozen=True)
class Mblaze:
    """mblaze on a Maildir of its own, into which its mail is fetched; sending by Postfix's sendmail."""

    home: Path
    servers: Servers
    address: str
    name: str

    def __post_init__(self) -> None:
        for folder in (".mblaze", "mail/cur", "mail/new", "mail/tmp"):
            (self.home / folder).mkdir(parents=True)
        _script(self.home / "editor", EDITOR.format(body=""))
        command = " ".join([*self.servers.postfix.sendmail(), "-i", "-f", self.address, "-t"])
        sendmail = _script(self.home / "sendmail", f"#!/bin/sh\nexec {command}\n")
        profile = f"Local-Mailbox: {self.name} <{self.address}>\nSendmail: {sendmail}\n"
        (self.home / ".mblaze" / "profile").write_text(profile)

    def write(self, to: str, subject: str, text: str) -> None:
        (self.home / "text").write_text(text)
        self._run("mcom", "-send", "-subject", subject, "-body", str(self.home / "text"), "-to", to)

    def reply(self, text: str) -> None:
        (self.home / "text").write_text(text)
        raw = self.servers.dovecot.messages(self.address)[-1]
        newest = self.home / "mail" / "cur" / f"{time.monotonic_ns()}.mail:2,S"
        newest.write_bytes(raw.replace(b"\r\n", b"\n"))
        self._run("mseq", "-S", typed=f"{newest}\n")
        self._run("mrep", "1", typed="s\n")

    def _run(self, *command: str, typed: str = "") -> None:
        environment = _environment(self.home, EDITOR=str(self.home / "editor"), MBLAZE=str(self.home / ".mblaze"))
        done = subprocess.run(
            command,
            input=typed,
            env=environment,
            cwd=self.home,
            check=False,
            timeout=SECONDS,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise AssertionError(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")


@dataclass(frozen=True)
class SNail:
    """s-nail with its mailbox on IMAP, sending by SMTP; it answers a Reply-To only where it is told to."""

    home: Path
    servers: Servers
    address: str
    name: str

    def __post_init__(self) -> None:
        self.home.mkdir()

    def write(self, to: str, subject: str, text: str) -> None:
        self._run("-s", subject, to, typed=text)

    def reply(self, text: str) -> None:
        place = f"{quote(self.address, safe='')}:{PASSWORD}@127.0.0.1:{self.servers.dovecot.imap}/INBOX"
        self._run("-f", f"imap://{place}", typed=f"reply $\n{text}\n~.\nxit\n")

    def _run(self, *arguments: str, typed: str) -> None:
        settings = {
            "mta": f"smtp://127.0.0.1:{self.servers.postfix.clients}",
            "smtp-auth": "none",
            "from": f"{self.name} <{self.address}>",
        }
        command = ["s-nail", "-n", "-#"]
        for word in (
            *(f"{key}={value}" for key, value in settings.items()),
            "v15-compat=yes",
            "reply-to-honour",
            "sendwait",
            "quote",
        ):
            command += ["-S", word]
        done = subprocess.run(
            [*command, *arguments],
            input=typed,
            env=_environment(self.home),
            check=False,
            timeout=SECONDS,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise AssertionError(f"s-nail ended with {done.returncode}: {done.stdout}{done.stderr}")
