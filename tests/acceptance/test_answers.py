"""An agent's reply is the desk's answer: nothing of the agent's client, address or quotes is in it, all their words are."""

import base64
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from pathlib import Path

import pytest

from mailbot.world import World
from tests.acceptance.letters import Sample
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, newest, only_case, play, world
from tests.acceptance.test_main_job import GERMAN
from tests.acceptance.test_private_addresses import leaked
from tests.acceptance.test_threads import CLIENTS, TEXT, answers
from tests.rig import clients
from tests.rig.clients import Mblaze, Neomutt, SNail
from tests.rig.loop import run
from tests.rig.servers import Servers

#: every field that an answer has, and no other
OURS = {"from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "mime-version", "content-type"}  # fmt: skip
REPLY = f"""From: Anna Privat <{ANNA}>
To: {{to}}
Cc:
Subject: AW: {{subject}}
Message-ID: <outlook@anna-laptop.internal.test>
In-Reply-To: {{parent}}
References: {{parent}}
Date: Mon, 02 Mar 2026 11:00:00 +0100
Sender: {ANNA}
Organization: Annas Verein
User-Agent: Mozilla Thunderbird
X-Mailer: Microsoft Outlook 16.0
X-Originating-IP: [198.51.100.7]
Received: from anna-laptop.internal.test ([198.51.100.7]) by mx.example.org; Mon, 02 Mar 2026 11:00:01 +0100
Disposition-Notification-To: {ANNA}
Return-Receipt-To: {ANNA}
X-Priority: 1
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/html; charset=utf-8

<html><body><p>Guten Tag, anbei der Beleg.</p>
<div class="gmail_quote"><div>Am Mo., 2. März 2026 schrieb Example Support &lt;{{to}}&gt;:</div>
<blockquote type="cite">{{quote}}</blockquote></div></body></html>
--b
Content-Type: application/pdf; name="Beleg 4711.pdf"
Content-Disposition: attachment; filename="Beleg 4711.pdf"
Content-Transfer-Encoding: base64

{base64.b64encode(b"%PDF-1.4 Beleg").decode()}
--b--
"""


def fields_of(message: Message) -> set[str]:
    return {name.casefold() for name, _ in message.items()}


def name_of(message: Message) -> tuple[str, str]:
    name, address = parseaddr(str(message["From"]))
    return str(make_header(decode_header(name))), address


async def answer(here: World) -> Message:
    """The customer's mail that Anna's reply became, whose client says much of her."""
    await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
    notice = here.newest(ANNA)
    facts = {"to": str(notice["Reply-To"]), "subject": str(notice["Subject"]), "parent": str(notice["Message-ID"])}
    raw = REPLY.format(**facts, quote=newest(here, ANNA).text)
    await here.send(ANNA, facts["to"], raw.replace("\n", "\r\n").encode())
    return here.newest(CUSTOMER)


def test_an_answer_is_the_desks_and_brings_the_words_and_the_files(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        message = await answer(here)
        (beleg,) = [p for p in message.walk() if p.get_filename()]
        whole = message.as_bytes() + newest(here, CUSTOMER).text.encode()

        assert name_of(message) == ("Anna (Example Support)", DESK)
        assert fields_of(message) <= OURS
        assert "anbei der Beleg" in newest(here, CUSTOMER).text
        assert "Betrag" not in newest(here, CUSTOMER).text
        assert (beleg.get_filename(), beleg.get_payload(decode=True)) == ("Beleg 4711.pdf", b"%PDF-1.4 Beleg")
        for sign in (ANNA, "Privat", "Verein", "Thunderbird", "Outlook", "198.51.100.7", "laptop"):
            assert sign.encode() not in whole, sign
        assert not leaked(here)

    play(tmp_path, story, agents=ONE)


@pytest.mark.parametrize(
    ("how", "name"),
    [("person (desk)", "Anna (Example Support)"), ("person", "Anna"), ("desk", "Example Support")],
)
def test_an_answer_bears_the_name_that_the_desk_wants(tmp_path: Path, how: str, name: str) -> None:
    async def story(here: World) -> None:
        assert name_of(await answer(here)) == (name, DESK)
        assert (
            name_of(message_from_bytes(next(raw for to, raw in here.received if to == CUSTOMER)))[0]
            == "Example Support"
        )
        await here.reply(ANNA, DESK, "/partner werk@example.com\nBitte prüfen Sie das Gerät.")

        assert name_of(here.newest("werk@example.com")) == (name, DESK)
        assert ("Anna" in newest(here, "werk@example.com").text) is (how != "desk")

    play(tmp_path, story, agents=f'answers_as = "{how}"\n{ONE}')


@pytest.mark.parametrize("client", CLIENTS)
def test_an_answer_by_a_real_client_is_the_desks(
    servers: Servers, tmp_path: Path, client: type[Neomutt | Mblaze | SNail]
) -> None:
    clients.require()

    async def whole() -> None:
        (tmp_path / "world").mkdir()
        async with world(tmp_path / "world", "complaints-24h", ONE) as here:
            await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
            raw = next(raw for to, raw in reversed(here.received) if to == ANNA)
            asked = Sample("notice", "customer", ANNA, only_case(here).reference, raw)  # words that are no command
            (reply,) = await answers(servers, tmp_path, client, [asked])
            await here.send(reply.mail_from, reply.rcpt_to, reply.raw)
            message = here.newest(CUSTOMER)

            assert name_of(message) == ("Anna (Example Support)", DESK)
            assert fields_of(message) <= OURS
            assert TEXT["customer"] in " ".join(newest(here, CUSTOMER).text.split())
            assert "Betrag" not in newest(here, CUSTOMER).text
            assert "Müller" not in str(make_header(decode_header(str(message["From"]))))
            assert ANNA.encode() not in message.as_bytes() + newest(here, CUSTOMER).text.encode()
            assert not leaked(here)

    run(whole())
