"""A private Dovecot (2.3) in a temporary folder: it works as root and as an ordinary user."""

import grp
import os
import pwd
import shutil
import signal
import smtplib
import ssl
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psutil
import trustme
from imapclient import IMAPClient

from tests.rig.need import need
from tests.rig.ports import answers, free_port, wait_for_port

BINARY = next((path for path in ("/usr/sbin/dovecot", shutil.which("dovecot")) if path and Path(path).exists()), "")
PASSWORD = "secret"

CONF = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
instance_name = mailbot-test
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
default_vsz_limit = 1G
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_chars =
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/passwd
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail_group} home={root}/mail/%u
}}
mail_location = maildir:~/Maildir
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
  {chroot}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
  user = {mail}
}}
service anvil {{
  {chroot}
}}
service stats {{
  {chroot}
}}
service auth {{
  {auth_user}
}}
service auth-worker {{
  {auth_user}
}}
service imap-hibernate {{
  {chroot}
}}
protocol imap {{
  mail_max_userip_connections = 100
}}
mailbox_idle_check_interval = 1 secs
protocol lmtp {{
  postmaster_address = postmaster@example.test
  hostname = mx.example.test
}}
lda_mailbox_autocreate = yes
{extra}
"""


def require() -> None:
    """There must be a Dovecot."""
    need("" if BINARY else "dovecot is not installed")


def _accounts() -> dict[str, str]:
    me = pwd.getpwuid(os.geteuid())
    mine = grp.getgrgid(me.pw_gid).gr_name
    if me.pw_uid:
        return {
            "internal": me.pw_name,
            "internal_group": mine,
            "login": me.pw_name,
            "mail": me.pw_name,
            "mail_group": mine,
            "chroot": "chroot =",
            "auth_user": f"user = {me.pw_name}",
        }
    group = grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_name
    internal = {"internal": "dovecot", "internal_group": "dovecot", "login": "dovenull"}
    return {**internal, "mail": "nobody", "mail_group": group, "chroot": "", "auth_user": ""}


class Dovecot:
    """One server with its own users; `with Dovecot() as dovecot:` starts it and cleans up.

    *users* maps each name to its password. *extra* is added to the end of the configuration.
    """

    def __init__(self, users: Mapping[str, str] | None = None, *, extra: str = "") -> None:
        self.users = dict(users or {"alice@example.test": PASSWORD, "bob@example.test": PASSWORD})
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        self.authority = trustme.CA()
        # The socket paths must stay under 108 bytes, and Dovecot's own users must be able to walk in.
        self.root = Path(tempfile.mkdtemp(prefix="mb-", dir="/tmp"))
        self.root.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None
        self._write(extra)

    def _write(self, extra: str) -> None:
        names = _accounts()
        for folder in ("run", "state", "mail"):
            (self.root / folder).mkdir()
        certificate = self.authority.issue_cert("localhost", "127.0.0.1")
        certificate.private_key_pem.write_to_path(str(self.root / "key.pem"))
        for blob in certificate.cert_chain_pems:
            blob.write_to_path(str(self.root / "cert.pem"), append=True)
        (self.root / "passwd").write_text("".join(f"{user}:{{PLAIN}}{word}\n" for user, word in self.users.items()))
        for folder in (self.root / "mail", *(self.root / "mail" / user for user in self.users)):
            folder.mkdir(exist_ok=True)
            if os.geteuid() == 0:
                shutil.chown(folder, names["mail"], names["mail_group"])
        ports = {"imap": self.imap, "imaps": self.imaps, "lmtp": self.lmtp}
        (self.root / "dovecot.conf").write_text(CONF.format(root=self.root, extra=extra, **names, **ports))

    def __enter__(self) -> "Dovecot":
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def start(self) -> None:
        """Start the server and return when it greets."""
        command = [BINARY, "-F", "-c", str(self.root / "dovecot.conf")]
        with (self.root / "start.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for_port(self.imap, greeting=b"* OK")
        except TimeoutError:
            self.stop()
            raise RuntimeError((self.root / "start.log").read_text() + self.log()) from None

    def stop(self) -> None:
        """Stop the server; ends the processes of logged-in clients too, which outlive the master."""
        if self._process is None:
            return
        if self._process.poll() is None:
            children = psutil.Process(self._process.pid).children(recursive=True)
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
            for child in children:
                if child.is_running():
                    _kill(child)
        self._process = None

    def running(self) -> bool:
        """Whether the server greets a new connection."""
        return answers(self.imap, b"* OK")

    def log(self) -> str:
        """What the server wrote into its log."""
        path = self.root / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def client_context(self) -> ssl.SSLContext:
        """A TLS context that trusts this server's certificate, and no other."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.authority.configure_trust(context)
        return context

    def doveadm(self, *arguments: str) -> str:
        """Run doveadm on this server and return what it printed; raises CalledProcessError."""
        command = ["doveadm", "-c", str(self.root / "dovecot.conf"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout

    def deliver(self, user: str, raw: bytes, *, mail_from: str = "") -> None:
        """Deliver *raw* into the INBOX of *user* by LMTP."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, timeout=10) as link:
            link.sendmail(mail_from, [user], raw)

    def client(self, user: str) -> IMAPClient:
        """A logged-in IMAP client of *user*; the caller closes it."""
        client = IMAPClient("127.0.0.1", self.imap, ssl=False, timeout=10)
        client.normalise_times = False
        client.login(user, self.users[user])
        return client

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The raw mails in *folder* in the order of their UIDs, empty when there is no such folder."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            uids = client.search("ALL")
            found = client.fetch(uids, ["BODY.PEEK[]"])
            return [bytes(found[uid][b"BODY[]"]) for uid in sorted(found)]

    def uidvalidity(self, user: str, folder: str = "INBOX") -> int:
        """The UIDVALIDITY that *folder* has now."""
        with self.client(user) as client:
            return int(client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"])

    def reset_uidvalidity(self, user: str, folder: str = "INBOX") -> int:
        """Give *folder* a new UIDVALIDITY and number its mails from 1; returns the new value."""
        after = self.uidvalidity(user, folder) + 1000
        self.kick(user)
        home = self.root / "mail" / user / "Maildir"
        place = home if folder == "INBOX" else home / f".{folder}"
        for path in (*place.glob("dovecot.index*"), place / "dovecot-uidlist"):
            path.unlink(missing_ok=True)
        self.doveadm("mailbox", "update", "-u", user, "--uid-validity", str(after), folder)
        return self.uidvalidity(user, folder)

    def kick(self, user: str) -> None:
        """End every IMAP connection of *user*."""
        command = ["doveadm", "-c", str(self.root / "dovecot.conf"), "kick", user]
        # The exit status says only whether somebody was connected.
        subprocess.run(command, check=False, capture_output=True, timeout=30)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
