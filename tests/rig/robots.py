"""Two real autoresponders: Pigeonhole's vacation, and a script of the kind that ignores every header field."""

import asyncio
import shutil

from mailbot.store import inbox
from mailbot.world import World
from tests.rig.need import need
from tests.rig.servers import AWAY, PIGEONHOLE, Servers
from tests.rig.watch import wait_until

#: It answers every mail that it may, however short ago the last one came.
VACATION = """\
require ["vacation", "vacation-seconds"];
vacation :seconds 0 :subject "Abwesend" "Ich bin im Urlaub und lese Ihre E-Mail am Montag.";
"""


def require() -> None:
    """Both robots must be able to run here."""
    missing = "" if shutil.which("s-nail") else "s-nail is not installed"
    need(missing or ("" if PIGEONHOLE.exists() else "dovecot-sieve is not installed"))


def go_on_vacation(servers: Servers) -> None:
    """From now on Pigeonhole answers what reaches the mailbox of AWAY, until the servers are emptied."""
    (servers.dovecot.root / "mail" / AWAY / ".dovecot.sieve").write_text(VACATION)


async def quiet(here: World, servers: Servers) -> None:
    """Waits until nobody has anything left to do: the daemon, the robots, and the servers between them.

    A robot's answer is in Postfix's queue before the mail that it answers has left it.
    """
    before = -1
    while (count := sum(here.daemon.store.read(inbox.audit).values())) != before:
        before = count
        await here.daemon.settle()
        await asyncio.to_thread(wait_until, servers.postfix.root, servers.postfix.is_idle)
        await here.daemon.settle()
