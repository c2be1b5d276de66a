"""The mail provider of everybody in the tests: a Postfix and a Dovecot that know each other."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.rig import dovecot as dovecots
from tests.rig import postfix as postfixes
from tests.rig.dovecot import PASSWORD, Dovecot
from tests.rig.ports import free_port
from tests.rig.postfix import Postfix
from tests.rig.watch import wait_until

CUSTOMER, STRANGER = "kunde@example.net", "fremd@example.net"
MUTE, GONE_AGENT = "gone@example.net", "gone@example.org"  #: they have no mailbox: mail to them bounces
SLOW = "slow@example.net"  #: mail to it waits in the queue
AWAY = "urlaub@example.net"  #: may have Pigeonhole answer (tests.rig.robots)
#: a script answers every mail to them
ROBOT, FORGETFUL, DIRECT = "robot@example.net", "forgetful@example.net", "direct@example.org"
ANNA, BORIS, LEAD = "anna@example.org", "boris@example.org", "lead@example.org"
DESK = "support@example.org"  #: mail to it goes to the daemon by LMTP
IMAP_DESK = "hilfe@example.org"  #: mail to it goes into a mailbox
RELAY_USER = "mailbot@example.org"
COPIES = {CUSTOMER: "sent.kunde@example.net", ANNA: "sent.anna@example.org"}  #: where what these send is kept
PEOPLE = (
    CUSTOMER,
    STRANGER,
    AWAY,
    ANNA,
    BORIS,
    LEAD,
    IMAP_DESK,
    RELAY_USER,
    *COPIES.values(),
)

#: What the smarthost says at RCPT TO.
REFUSALS = {
    "soft@example.net": "450 4.7.1 Come back later",
    "hard@example.net": "550 5.7.1 Not wanted here",
    "full@example.net": "552 5.2.2 Mailbox full",
    "shut@example.net": "421 4.3.2 Closing",
}
DOVECOT_EXTRA = """\
service auth {{
  inet_listener sasl {{
    address = 127.0.0.1
    port = {port}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
recipient_delimiter = +
"""
SIEVE = """\
submission_host = 127.0.0.1:{port}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}
plugin {{
  sieve = file:~/.dovecot.sieve
  sieve_extensions = +vacation-seconds
  sieve_vacation_min_period = 0
}}
"""

PIGEONHOLE = Path("/usr/lib/dovecot/modules/lib90_sieve_plugin.so")

Matches = Callable[[EmailMessage], object]


def read(raw: bytes) -> EmailMessage:
    """A mail as a modern client reads it."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    """The text part of *message*."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


@dataclass(frozen=True)
class Servers:
    """Both servers, running; *authority* (a file) vouches for their certificates."""

    dovecot: Dovecot
    postfix: Postfix
    desk_port: int  #: where the Postfix delivers mail to DESK, by LMTP
    authority: Path

    def mails(self, person: str) -> tuple[EmailMessage, ...]:
        """What lies in the INBOX of *person*, in the order of its arrival."""
        return tuple(read(raw) for raw in self.dovecot.messages(person))

    def wait_for(self, person: str, matches: Matches, number: int = 1) -> EmailMessage:
        """The *number*-th mail to *person* that *matches*, as soon as it is there."""

        def look() -> EmailMessage | None:
            found = [mail for mail in self.mails(person) if matches(mail)]
            return found[number - 1] if len(found) >= number else None

        try:
            found = wait_until(self._new(person), look)
        except TimeoutError:
            subjects = [mail["Subject"] for mail in self.mails(person)]
            raise AssertionError(f"{person} has {subjects}\n{self.postfix.log()[-3000:]}") from None
        assert found is not None
        return found

    def sent_by(self, person: str, number: int) -> EmailMessage:
        """The *number*-th mail that *person* sent, as their client made it."""
        return self.wait_for(COPIES[person], lambda _: True, number)

    def threads(self, person: str) -> Sequence[object]:
        """The threads of the INBOX of *person*, as Dovecot makes them of References and In-Reply-To alone."""
        with self.dovecot.client(person) as client:
            client.select_folder("INBOX", readonly=True)
            return tuple(client.thread(algorithm="REFS"))

    def empty(self) -> None:
        """Nothing in any mailbox, nothing in the queue."""
        self.postfix.empty_queue()
        for person in PEOPLE:
            self.dovecot.doveadm("expunge", "-u", person, "mailbox", "*", "all")
        (self.dovecot.root / "mail" / AWAY / ".dovecot.sieve").unlink(missing_ok=True)

    def _new(self, person: str) -> Path:
        return self.dovecot.root / "mail" / person / "Maildir" / "new"


def require() -> None:
    """Both servers must be able to run here."""
    dovecots.require()
    postfixes.require()


@contextmanager
def servers() -> Iterator[Servers]:
    """Both servers, started together."""
    sasl, desk_port, clients = free_port(), free_port(), free_port()
    extra = DOVECOT_EXTRA.format(port=sasl) + (SIEVE.format(port=clients) if PIGEONHOLE.exists() else "")
    with Dovecot(dict.fromkeys(PEOPLE, PASSWORD), extra=extra) as dovecot:
        postfix = Postfix(
            authority=dovecot.authority,
            domains=("example.org", "example.net"),
            lmtp=dovecot.lmtp,
            sasl=sasl,
            clients=clients,
            routes={
                DESK: f"lmtp:inet:127.0.0.1:{desk_port}",
                SLOW: "lmtp:inet:127.0.0.1:1",
                ROBOT: "robot:",
                FORGETFUL: "robot:",
                DIRECT: "robot:",
            },
            refusals=REFUSALS,
            copies=COPIES,
        )
        folder = Path(tempfile.mkdtemp(prefix="mb-ca-", dir="/tmp"))
        try:
            dovecot.authority.cert_pem.write_to_path(str(folder / "ca.pem"))
            with postfix:
                for person in PEOPLE:
                    dovecot.messages(person)  # the first look makes the mailbox
                yield Servers(dovecot, postfix, desk_port, folder / "ca.pem")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
