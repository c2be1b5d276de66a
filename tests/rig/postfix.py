"""A private Postfix (3.7) in a temporary folder: the smarthost, and the way in for customers' mail. It needs root."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from tests.rig.need import need
from tests.rig.ports import free_port, wait_for_port

DAEMONS = Path("/usr/lib/postfix/sbin")

#: Each parameter stands once: a warning at start, with maillog_file, can hang the whole instance.
MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
biff = no
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
delay_warning_time = 1s
transport_retry_time = 1s
in_flow_delay = 0
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
smtpd_reject_unlisted_recipient = no
smtpd_error_sleep_time = 0
smtpd_client_connection_rate_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = {root}/cert.pem
smtpd_tls_key_file = {root}/key.pem
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{root}/refusals
recipient_delimiter = +
virtual_mailbox_domains = {domains}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = texthash:{root}/routes
sender_bcc_maps = texthash:{root}/copies
"""

#: Port by port: for people's clients; a smarthost with STARTTLS; one with TLS from the start; one that lacks STARTTLS.
MASTER = """\
127.0.0.1:{clients} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{smtps} inet n - n - - smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{clear} inet n - n - - smtpd
  -o syslog_name=postfix/clear
  -o smtpd_tls_security_level=none
  -o smtpd_tls_auth_only=no
  -o smtpd_sasl_auth_enable=yes
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
robot unix - n n - - pipe
  flags= user=nobody argv={root}/robot {clients} ${{recipient}}
"""

#: An autoresponder as they are found in the wild: it answers whoever stands in the From field, and looks at nothing
#: else. Its arguments are the port to which it sends and the address whose mail it answers. What comes to forgetful@ is
#: answered with a subject of its own, what comes to direct@ where Reply-To says.
ROBOT = """\
#!/bin/sh
head=$(sed '/^$/q' | awk '/^[ \\t]/ {{ sub(/^[ \\t]+/, " "); printf "%s", $0; next }} {{ printf "\\n%s", $0 }}')
field() {{ printf '%s\\n' "$head" | sed -n "s/^$1: *//p" | head -n 1; }}
case "$2" in forgetful@*) subject="Ihre Anfrage" ;; *) subject="Re: $(field Subject)" ;; esac
case "$2" in direct@*) to=$(field Reply-To) ;; *) to=$(field From) ;; esac
echo "Vielen Dank, Ihre Nachricht ist eingegangen." |
    HOME={root} exec s-nail -n -# -S mta=smtp://127.0.0.1:$1 -S smtp-auth=none -r "$2" -s "$subject" "$to"
"""


def require() -> None:
    """There must be a Postfix, and the right to start one."""
    missing = "" if (DAEMONS / "master").exists() else "postfix is not installed"
    if not missing and os.geteuid() != 0:
        missing = "postfix starts for root only"
    need(missing)


@dataclass
class Postfix:
    """One instance; `with Postfix(...) as postfix:` starts it and cleans up.

    Mail to *domains* goes by LMTP to the port *lmtp*; an address in *routes* goes where it says. *refusals* maps a
    recipient to what RCPT TO answers; *copies* a sender to where their sent mail is kept. *sasl* is the port of a Dovecot
    that knows the users of the smarthost, *clients* the one that people's clients send to. ROBOT answers what the route
    "robot:" leads to.
    """

    authority: trustme.CA
    domains: tuple[str, ...]
    lmtp: int
    sasl: int
    clients: int
    routes: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.submission, self.smtps, self.clear = (free_port() for _ in range(3))
        self.root = Path(tempfile.mkdtemp(prefix="mb-", dir="/tmp"))
        self.root.chmod(0o755)
        self.etc = self.root / "etc"
        self._write()

    def _write(self) -> None:
        for folder in ("etc", "spool", "data"):
            (self.root / folder).mkdir()
        shutil.chown(self.root / "data", "postfix")
        certificate = self.authority.issue_cert("localhost", "127.0.0.1")
        certificate.private_key_pem.write_to_path(str(self.root / "key.pem"))
        for blob in certificate.cert_chain_pems:
            blob.write_to_path(str(self.root / "cert.pem"), append=True)
        for name, table in (("routes", self.routes), ("refusals", self.refusals), ("copies", self.copies)):
            (self.root / name).write_text("".join(f"{key} {value}\n" for key, value in table.items()))
        ports = {name: getattr(self, name) for name in ("clients", "submission", "smtps", "clear", "lmtp", "sasl")}
        facts = {"root": self.root, "daemons": DAEMONS, "domains": " ".join(self.domains), **ports}
        (self.etc / "main.cf").write_text(MAIN.format(**facts))
        (self.etc / "master.cf").write_text(MASTER.format(**facts))
        (self.root / "robot").write_text(ROBOT.format(**facts))
        (self.root / "robot").chmod(0o755)

    def __enter__(self) -> "Postfix":
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def start(self) -> None:
        """Start the instance and return when it greets."""
        self._run("postfix", "start")
        wait_for_port(self.clients, greeting=b"220")

    def stop(self) -> None:
        """Stop the instance, if it runs; what is queued stays."""
        self._run("postfix", "stop", check=False)

    def empty_queue(self) -> None:
        """Throw away what could not be delivered, so that it does not turn up in the next test."""
        self._run("postsuper", "-d", "ALL")

    def queue(self) -> str:
        """What waits, in postqueue's words."""
        return self._run("postqueue", "-p")

    def is_idle(self) -> bool:
        """Whether no mail is in the queue, wherever in it."""
        places = ("maildrop", "incoming", "active", "deferred", "hold", "corrupt")
        return not any(path.is_file() for place in places for path in (self.root / "spool" / place).rglob("*"))

    def log(self) -> str:
        """What the instance wrote into its log."""
        path = self.root / "mail.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def sendmail(self) -> tuple[str, ...]:
        """The command that takes a mail on its standard input, as local clients call it."""
        return ("/usr/sbin/sendmail", "-C", str(self.etc))

    def _run(self, program: str, *arguments: str, check: bool = True) -> str:
        command = [f"/usr/sbin/{program}", "-c", str(self.etc), *arguments]
        # The output goes to a file: the servers inherit it, and a pipe would stay open for as long as they live.
        with (self.root / "command.log").open("w+") as out:
            done = subprocess.run(command, check=False, stdout=out, stderr=out, timeout=60)
            out.seek(0)
            text = out.read()
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {text}{self.log()}")
        return text
