"""The private address by which an agent answers reaches nobody else, and is worth nothing where it did (G11)."""

import base64
import re
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.store import events, outbox
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, play
from tests.acceptance.test_main_job import GERMAN

PRIVATE = re.compile(rb"support\+[a-z2-7]{20}@example\.org")
FORWARDING = "Guten Tag,\nzur Info: Forwarded message folgt.\n---------- Forwarded message ---------\nBitte prüfen Sie die Rechnung."


def quoted(here: World, agent: str) -> str:
    """The newest notification of *agent*, as most clients quote it."""
    return "\n".join(f"> {line}" for line in here.mails_to(agent)[-1].text.splitlines())


def leaked(here: World) -> bool:
    """Whether anything that left for the customer shows a private address, in whatever part of it."""
    return any(PRIVATE.search(all_of(raw)) for to, raw in here.received if to == CUSTOMER)


def all_of(raw: bytes) -> bytes:
    message: Message = message_from_bytes(raw)
    parts = [p.get_payload(decode=True) for p in message.walk()]
    return raw + b"\n".join(p for p in parts if isinstance(p, bytes))


def html_answer(here: World, agent: str, quote: str) -> bytes:
    notice = here.newest(agent)
    head = (
        f"From: {agent}\nTo: {notice['Reply-To']}\nSubject: Re: {notice['Subject']}\nMessage-ID: <html@example.org>\n"
        f"In-Reply-To: {notice['Message-ID']}\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
    )
    return (
        (head + f"<html><body><p>Danke, wir schauen.</p>{quote}</body></html>\n")
        .replace("\r\n", "\n")
        .replace("\n", "\r\n")
        .encode()
    )


def html_of(message: Message) -> str:
    part = next(p for p in message.walk() if p.get_content_type() == "text/html")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().partition("<body")[2].partition(">")[2].partition("</body>")[0]


def test_a_quoted_notification_is_not_sent_on_because_the_customer_wrote_forwarded_message(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", FORWARDING)
        agent = here.cases()[0].assignee
        attribution = "On Mon, 2 Mar 2026 at 10:00, Example Support <support@example.org> wrote:"
        await here.reply(agent, DESK, f"Danke, wir prüfen das.\n\n{attribution}\n\n{quoted(here, agent)}")

        assert "wir prüfen das" in here.mails_to(CUSTOMER)[-1].text
        assert "4711" not in here.mails_to(CUSTOMER)[-1].text
        assert "/note" not in here.mails_to(CUSTOMER)[-1].text
        assert not leaked(here)

    play(tmp_path, story)


@pytest.mark.parametrize(
    "wrapped",
    [
        '<blockquote type="cite">{}</blockquote>',
        "<blockquote>forwarded message<br>{}</blockquote>",
        '<div class="gmail_quote"><div class="gmail_attr">On Mon wrote:</div><blockquote>{}</blockquote></div>',
    ],
)
def test_an_html_quote_is_not_sent_on_whatever_it_says(tmp_path: Path, wrapped: str) -> None:
    async def story(here: World) -> None:
        await here.write(
            CUSTOMER, DESK, "Rechnung", "forwarded message\nBitte prüfen Sie die Rechnung 4711, danke sehr."
        )
        agent = here.cases()[0].assignee
        await here.send(
            agent,
            str(here.newest(agent)["Reply-To"]),
            html_answer(here, agent, wrapped.format(html_of(here.newest(agent)))),
        )

        assert "wir schauen" in here.mails_to(CUSTOMER)[-1].text
        assert "4711" not in here.mails_to(CUSTOMER)[-1].text
        assert not leaked(here)

    play(tmp_path, story)


@pytest.mark.parametrize("spelt", ["{}", "{upper}", "mailto:{percent}?body=/take"])
def test_an_answer_that_shows_the_private_address_is_held_and_the_agent_is_told(tmp_path: Path, spelt: str) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = here.cases()[0].assignee
        private = str(here.newest(agent)["Reply-To"])
        shown = spelt.format(private, upper=private.upper(), percent=private.replace("+", "%2B"))
        await here.reply(agent, DESK, f"/resolve\n\nErgebnis: Sie haben recht.\nMaßnahmen: Schreiben Sie an {shown}.")
        (case,) = here.cases()

        assert len(here.mails_to(CUSTOMER)) == 1
        assert case.stage is Stage.ASSIGNED
        assert "recht" in here.mails_to(agent)[-1].text
        assert not leaked(here)

    play(tmp_path, story)


def test_an_attachment_that_shows_the_private_address_is_held_too(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = here.cases()[0].assignee
        notice = here.newest(agent)
        whole = base64.encodebytes(notice.as_bytes()).decode()
        mail = (
            f"From: {agent}\nTo: {notice['Reply-To']}\nSubject: Re: x\nMessage-ID: <att@example.org>\nMIME-Version: 1.0\n"
            f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nAnbei alles.\n"
            f"--b\nContent-Type: application/octet-stream; name=mail.eml\nContent-Disposition: attachment; filename=mail.eml\n"
            f"Content-Transfer-Encoding: base64\n\n{whole}\n--b--\n"
        )
        await here.send(agent, str(notice["Reply-To"]), mail.replace("\n", "\r\n").encode())

        assert len(here.mails_to(CUSTOMER)) == 1
        assert here.cases()[0].unanswered_since is not None
        assert not leaked(here)

    play(tmp_path, story)


def test_what_would_show_a_private_address_all_the_same_stays_in_the_outbox_its_promise_open(tmp_path: Path) -> None:
    """The guard on everything that leaves: here, an incident's update that was recorded earlier."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Falownik", "Dzień dobry, mój falownik nie działa od wczoraj, proszę o pomoc.")
        agent = here.cases()[0].assignee
        await here.reply(agent, DESK, "/incident Awaria")
        (case,) = here.cases()
        private = str(here.newest(agent)["Reply-To"])
        detail = {"reference": case.reference, "name": "Awaria", "by": "Anna", "text": f"Proszę pisać na {private}"}
        here.daemon.store.write(lambda conn: events.add_event(conn, "incident-update", detail, here.clock()))
        await here.daemon.settle()
        (held,) = here.daemon.store.read(lambda conn: outbox.listing(conn, state="held", limit=9))
        progress = [p for p in here.cases()[0].promises if p.id == "progress"]

        assert (held.rcpt_to, held.template) == (CUSTOMER, "progress")
        assert "private address" in held.error
        assert "private address" in here.mails_to(agent)[-1].text
        assert not here.cases()[0].undeliverable
        assert [p.state for p in progress] == [State.OPEN, State.VOID]
        assert all(p.told_in != held.message_id for p in progress)
        assert not leaked(here)

    play(tmp_path, story, "complaints-working-days")


def test_a_colleague_does_not_see_the_private_address_of_the_writer(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = here.cases()[0].assignee
        other = BORIS if agent == ANNA else ANNA
        private = str(here.newest(agent)["Reply-To"])
        await here.reply(agent, DESK, f"/assign {'Boris' if other == BORIS else 'Anna'}")
        await here.write(agent, private, "Re: x", f"/note\nSchreib mir an {private}, sie ist schwierig.")
        note = here.mails_to(other)[-1]

        assert "schwierig" in note.text
        assert private.partition("@")[0] not in note.text
        assert str(here.newest(other)["Reply-To"]) != private

    play(tmp_path, story)


@pytest.mark.parametrize("signature", ["", "\n-- \nAnna\n"])
def test_an_agents_empty_reply_sends_nothing_and_the_agent_is_told(tmp_path: Path, signature: str) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = here.cases()[0].assignee
        attribution = "On Mon, 2 Mar 2026 at 10:00, Example Support <support@example.org> wrote:"
        before = len(here.mails_to(agent))
        await here.reply(agent, DESK, f"\n\n{attribution}\n\n{quoted(here, agent)}{signature}")

        assert len(here.mails_to(CUSTOMER)) == 1
        assert len(here.mails_to(agent)) == before + 1
        assert "text below it is missing" in here.mails_to(agent)[-1].text
        assert here.cases()[0].unanswered_since is not None
        assert not leaked(here)

    play(tmp_path, story)
