"""The installed daemon with two desks and three agents, between the real servers, and its store beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mailbot.core.case import Case
from mailbot.store import cases
from mailbot.store.database import Store, open_beside
from tests.rig.dovecot import PASSWORD
from tests.rig.installed import Installed
from tests.rig.moved import Moved, moved
from tests.rig.process import Row
from tests.rig.servers import RELAY_USER, Servers
from tests.rig.watch import wait_until

CARL = "boris+carl@example.org"  #: Boris reads his mail
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

CONFIG = """
digest = false
send_delay_seconds = {delay}
[store]
url = "sqlite:///mailbot.db"
[listen]
lmtp = "127.0.0.1:{port}"
[relay]
host = "127.0.0.1"
port = {relay}
user = "{user}"
password = "{password}"
[[desk]]
address = "support@example.org"
name = "Beispiel GmbH"
policy = "alles.toml"
manager = "lead@example.org"
team = "first"
[[desk]]
address = "hilfe@example.org"
name = "Service"
policy = "alles.toml"
team = "second"
[[agent]]
address = "anna@example.org"
name = "Anna"
teams = ["first"]
languages = ["en"]
hours = ""
capacity = 1000
[[agent]]
address = "boris@example.org"
name = "Boris"
teams = ["second"]
languages = ["en"]
hours = ""
capacity = 1000
reviewer = true
[[agent]]
address = "boris+carl@example.org"
name = "Carl"
teams = ["second"]
languages = ["en"]
hours = ""
capacity = 0
[[prepared]]
name = "Foto"
de = "Bitte schicken Sie uns ein Foto des Typenschilds."
"""
#: nothing falls due for twenty days
POLICY = """
title.de = "Alles"
about.de = "Für alle."
languages = ["de"]
resolution_needs = ["outcome", "measures"]
developers = "fremd@example.net"
close_after = "90 days"
reopen_for = "90 days"
[calendar]
zone = "UTC"
open = "mon-sun 00:00-24:00"
[[promise]]
id = "resolution"
within = { simple = "20 days", normal = "30 days", complex = "60 days" }
[escalation]
decide = "30 days"
[scope]
inside.de = ["unsere Geräte"]
outside.de = ["fremde Geräte"]
way_on.de = "Bitte fragen Sie den Hersteller."
[[category]]
id = "testing"
name.de = "Tests"
invitations = true
[footer]
de = "Beispiel GmbH"
"""


@contextmanager
def staffed(shipped: Installed, servers: Servers, folder: Path, *, delay: int = 0) -> Iterator["Staffed"]:
    """The daemon, and its store beside it; an agent's mail waits *delay* seconds."""
    (folder / "alles.toml").write_text(POLICY, encoding="utf-8")
    config = folder / "mailbot.toml"
    config.touch(mode=0o600)
    ports = {"port": servers.desk_port, "relay": servers.postfix.submission}
    config.write_text(CONFIG.format(delay=delay, user=RELAY_USER, password=PASSWORD, **ports), encoding="utf-8")
    with moved(shipped, config, MONDAY, servers.authority) as daemon:
        store = open_beside(f"sqlite:///{folder / 'mailbot.db'}")
        try:
            yield Staffed(daemon, store, servers)
        finally:
            store.close()


@dataclass(frozen=True)
class Staffed:
    """The daemon, the store that it works on, and the servers around it."""

    daemon: Moved
    store: Store
    servers: Servers

    def quiet(self) -> Row:
        """What became of the mail that is on its way, once all that it causes lies in its mailbox."""
        row = self.daemon.processed()
        wait_until(self.servers.postfix.root, self.servers.postfix.is_idle)
        return row

    def cases(self) -> tuple[Case, ...]:
        return self.store.read(lambda conn: cases.listing(conn, open_only=False, limit=1000, order="oldest"))
