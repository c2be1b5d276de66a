"""A reply by a real client to each kind of mail comes back to its case, whatever gets lost on the way.

Each client answers each kind once, through a real Postfix. What it sent goes to the daemon as it is, and then with
every combination of its marks taken away: the subject rewritten, In-Reply-To and References stripped, the desk's plain
address for the one with the token. Any mark that is left is enough; with none it is a mail like any other.
"""

import asyncio
import re
import shutil
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest

from mailbot.core.mail import Envelope
from mailbot.store import inbox
from mailbot.store.inbox import InboxRecord
from mailbot.transport.smtp_in import listen
from mailbot.wire.parse import parse
from mailbot.world import World
from tests.acceptance.letters import DESK, Sample, play_all, start
from tests.rig import clients
from tests.rig.clients import Client, Mblaze, Neomutt, SNail
from tests.rig.loop import run
from tests.rig.servers import Servers

CLIENTS = (Neomutt, Mblaze, SNail)
TEMPLATES = Path(__file__).parents[2] / "templates" / "en"
#: no mail, or of no case
OTHER = {"policy", "report", "form-held", "nothing-waits", "alerts", "away", "cases", "digest"}
#: only to a manager, who answers as any agent does
MANAGERS = {"bad-rating", "unassigned"}
TEXT = {"agent": "/note\n\nGesehen.", "customer": "Guten Tag, ich habe noch eine Frage dazu.", "partner": "Erledigt."}


@dataclass(frozen=True)
class Played:
    """The store after everything was played, and one mail of each kind."""

    folder: Path
    now: datetime
    samples: Mapping[str, Sample]


@dataclass(frozen=True)
class Reply:
    """What a client sent."""

    mail_from: str
    rcpt_to: str
    raw: bytes

    def without(self, number: int, *, subject: bool, thread: bool, token: bool) -> "Reply":
        """The same as mail *number*, with those marks taken away."""
        head, _, body = self.raw.partition(b"\r\n\r\n")
        fields = [f for f in re.split(rb"\r\n(?![ \t])", head) if not re.match(rb"(?i)message-id:", f)]
        if subject:
            fields = [f for f in fields if not re.match(rb"(?i)subject:", f)] + [b"Subject: Etwas anderes %d" % number]
        if thread:
            fields = [f for f in fields if not re.match(rb"(?i)(?:in-reply-to|references):", f)]
        if token:
            fields = [f.replace(self.rcpt_to.encode(), DESK.encode()) for f in fields]
        head = b"\r\n".join([*fields, b"Message-ID: <%d@varied.example>" % number])
        return Reply(self.mail_from, DESK if token else self.rcpt_to, head + b"\r\n\r\n" + body)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("played")
    now, samples = asyncio.run(play_all(folder))
    return Played(folder, now, samples)


def test_every_kind_of_mail_is_answered_here(played: Played) -> None:
    kinds = {path.name.partition(".")[0] for path in TEMPLATES.glob("[!_]*.j2")}

    assert kinds - OTHER - MANAGERS == set(played.samples)


@pytest.mark.parametrize("audience", ["customer", "agent"])
@pytest.mark.parametrize("client", CLIENTS)
def test_a_reply_comes_back_to_its_case_by_any_mark_that_is_left(
    servers: Servers, played: Played, tmp_path: Path, client: type[Neomutt | Mblaze | SNail], audience: str
) -> None:
    clients.require()
    folder = tmp_path / "store"
    shutil.copytree(played.folder, folder)
    samples = [s for s in played.samples.values() if (s.audience == "agent") == (audience == "agent")]

    async def whole() -> None:
        replies = await answers(servers, tmp_path, client, samples)
        here = await start(folder, played.now, 2)
        try:
            wrong = await wrongs(here, list(zip(samples, replies, strict=True)))
        finally:
            await here.stop()

        assert wrong == []

    run(whole())


async def answers(
    servers: Servers, folder: Path, client: type[Neomutt | Mblaze | SNail], samples: list[Sample]
) -> list[Reply]:
    """What *client* sends in answer to each of *samples*, taken from Postfix in the daemon's place."""
    got: asyncio.Queue[Reply] = asyncio.Queue()

    async def take(envelope: Envelope, raw: bytes) -> None:
        got.put_nowait(Reply(envelope.mail_from, envelope.rcpt_to[0], raw))

    sink = await listen(
        accept=take, owns=lambda _: True, host="127.0.0.1", port=servers.desk_port, hostname="test", lmtp=True
    )
    people: dict[str, Client] = {}
    found: list[Reply] = []
    try:
        for sample in samples:
            home = folder / sample.to
            person = people.get(sample.to) or client(home, servers, sample.to, "Alex Müller")
            people[sample.to] = person
            await asyncio.to_thread(servers.dovecot.deliver, sample.to, sample.raw)
            await asyncio.to_thread(person.reply, TEXT[sample.audience])
            found.append(await asyncio.wait_for(got.get(), 30))
    finally:
        await sink.close(1.0)
    return found


async def wrongs(here: World, pairs: list[tuple[Sample, Reply]]) -> list[str]:
    """What went wrong with the replies, in all their forms."""
    forms = [(pair, form) for pair in pairs for form in product((False, True), repeat=3)]
    mails = [
        reply.without(number, subject=subject, thread=thread, token=token)
        for number, ((_, reply), (subject, thread, token)) in enumerate(forms)
    ]
    await asyncio.to_thread(_send, here, mails)
    await here.daemon.settle()
    found = here.daemon.store.read(lambda conn: inbox.listing(conn, outcome=None, limit=len(mails)))
    rows = {row.message_id: row for row in found}
    wrong = []
    for number, ((sample, reply), form) in enumerate(forms):
        row = rows[f"<{number}@varied.example>"]
        if not _is_right(row, sample, *form):
            lost = [name for name, gone in zip(("subject", "thread", "token"), form, strict=True) if gone]
            wrong.append(f"{sample.template} without {lost}: {row.outcome} by {row.rule}, case {row.reference}")
        if parse(reply.raw).new_text != TEXT[sample.audience]:
            wrong.append(f"{sample.template}: {parse(reply.raw).new_text!r}")
    return wrong


def _is_right(row: InboxRecord, sample: Sample, subject: bool, thread: bool, token: bool) -> bool:
    if sample.audience == "agent" and token:  # never obeyed, whatever else it shows
        reference = "" if subject and thread else sample.reference
        return (row.outcome, row.rule, row.reference) == ("held", "agent-without-authority", reference)
    if subject and thread and token:
        return (row.outcome, row.rule) == ("applied", "opens-case") and row.reference != sample.reference
    obeyed = sample.audience != "agent" or row.rule == "agent: note"
    return row.outcome == "applied" and row.reference == sample.reference and obeyed


def _send(here: World, replies: list[Reply]) -> None:
    with smtplib.SMTP("127.0.0.1", here.daemon.listeners[0].port) as smtp:
        for reply in replies:
            smtp.sendmail(reply.mail_from, [reply.rcpt_to], reply.raw)
