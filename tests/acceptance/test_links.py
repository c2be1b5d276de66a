"""One click and Send: each `mailto:` link of a notification makes a mail that is obeyed as it stands."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from mailbot.core.case import Stage
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, ONE, TWO, newest, only_case, play
from tests.acceptance.test_main_job import GERMAN

SIGNATURE = "Anna Müller\nExample GmbH\nTel. 030 1234567"
CROWD = TWO + "".join(
    f'\n[[agent]]\naddress = "{n}@example.org"\nname = "{n.title()}"\n' for n in ("carl", "dora", "emil", "frida")
)


@dataclass(frozen=True)
class Draft:
    """What a client opens for a link: RFC 6068."""

    to: str
    subject: str
    body: str


def drafts(here: World, agent: str) -> dict[str, Draft]:
    """The links of the newest mail to *agent*, by what they are called."""
    return links_of(here.newest(agent))


def links_of(message: Message) -> dict[str, Draft]:
    found = re.findall(r'<a href="(mailto:[^"]+)"[^>]*>/([^<]+)</a>', html_of(message))
    return {unescape(name).replace("\u00a0", " "): draft(unescape(url)) for url, name in found}


def draft(url: str) -> Draft:
    fields = {key: values[0] for key, values in parse_qs(urlsplit(url).query.replace("+", "%2B")).items()}
    assert set(fields) == {"subject", "body"}
    return Draft(unquote(urlsplit(url).path), fields["subject"], fields["body"])


def html_of(message: Message) -> str:
    part = next(p for p in message.walk() if p.get_content_type() == "text/html")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


async def click(here: World, agent: str, name: str, *, more: str = "") -> None:
    """Opens the link of that name, writes *more* under what it filled in, and sends it."""
    one = drafts(here, agent)[name]
    await here.write(agent, one.to, one.subject, one.body + more)


async def opened(here: World, subject: str = "Rechnung 4711") -> str:
    """A case, and whose it is."""
    await here.write(CUSTOMER, DESK, subject, GERMAN)
    return only_case(here).assignee


def test_a_new_case_offers_what_its_agent_may_do_with_it(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent = await opened(here)
        other = "Boris" if agent == ANNA else "Anna"

        assert list(drafts(here, agent)) == [
            *("resolve", "note", "wait", "complexity simple", "complexity complex", f"assign {other}", "help"),
        ]

    play(tmp_path, story)


@pytest.mark.parametrize("more", ["", SIGNATURE])
@pytest.mark.parametrize("name", ["wait", "complexity complex", "assign", "help"])
def test_one_click_and_send_is_obeyed_and_a_signature_below_it_goes_to_nobody(
    tmp_path: Path, name: str, more: str
) -> None:
    if name == "wait":
        more = ""  # what stands below it is the question

    async def story(here: World) -> None:
        agent = await opened(here)
        before, other = len(here.mails_to(CUSTOMER)), BORIS if agent == ANNA else ANNA
        await click(
            here, agent, f"assign {'Boris' if other == BORIS else 'Anna'}" if name == "assign" else name, more=more
        )
        case = only_case(here)

        done = {
            "wait": case.stage is Stage.WAITING,
            "complexity complex": case.complexity == "complex",
            "assign": case.assignee == other,
            "help": "/resolve" in newest(here, agent).text,
        }
        assert done[name]
        assert not any("Tel. 030" in mail.text for mail in here.mails_to(CUSTOMER))
        assert len(here.mails_to(CUSTOMER)) == before + (name == "complexity complex")  # its new date

    play(tmp_path, story)


def test_the_link_resolve_brings_the_labels_in_the_customers_language(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent = await opened(here)
        one = drafts(here, agent)["resolve"]
        filled = one.body.replace("Ergebnis: ", "Ergebnis: Sie haben recht.").replace("Maßnahmen: ", "Maßnahmen: Neu.")
        await here.write(agent, one.to, one.subject, one.body)
        assert only_case(here).stage is Stage.ASSIGNED
        await here.write(agent, one.to, one.subject, filled)

        assert only_case(here).stage is Stage.RESOLVED
        assert "Sie haben recht." in newest(here, CUSTOMER).text

    play(tmp_path, story)


def test_the_link_note_keeps_the_words_inside(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent = await opened(here)
        await click(here, agent, "note", more="Vorsicht.")

        assert len(here.mails_to(CUSTOMER)) == 1
        assert here.journal(only_case(here).reference)[-1].detail["note"]

    play(tmp_path, story)


def test_a_subject_with_every_odd_sign_stays_whole_in_the_link(tmp_path: Path) -> None:
    subject = "Zażalenie & Жалоба? 100 % #1 + a=b; \"x\" <y> 'z' [q]"

    async def story(here: World) -> None:
        agent = await opened(here, subject)
        one = drafts(here, agent)["wait"]

        assert one.to == str(here.newest(agent)["Reply-To"])
        assert one.subject == f"Re: [{only_case(here).reference}] {subject}"
        assert one.body == "/wait\r\n\r\n"
        assert re.fullmatch(r"[!-~]+", html_of(here.newest(agent)).partition("mailto:")[2].partition('"')[0])

    play(tmp_path, story)


def test_many_colleagues_are_not_listed_one_by_one(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent = await opened(here)
        names = list(drafts(here, agent))

        assert [n for n in names if n.startswith("assign")] == ["assign …"]
        await click(here, agent, "assign …", more="Dora")
        assert only_case(here).assignee == "dora@example.org"

    play(tmp_path, story, agents=CROWD)


def test_a_mail_that_names_anothers_case_offers_accept(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        (case,) = here.cases()
        await here.write("kollege@example.net", DESK, f"Re: [{case.reference}] Rechnung", "Dazu noch der Beleg.")
        await click(here, ANNA, "accept", more=SIGNATURE)

        assert {c.customer: c.stage for c in here.cases()} == {
            CUSTOMER: Stage.ASSIGNED,
            "kollege@example.net": Stage.MERGED,
        }

    play(tmp_path, story, agents=ONE)


@pytest.mark.parametrize("name", ["promise", "update"])
def test_a_warning_offers_what_the_policy_asks_for(tmp_path: Path, name: str) -> None:
    async def story(here: World) -> None:
        agent = await opened(here)
        await here.move(days=10)
        offers = [links_of(message_from_bytes(raw)) for to, raw in here.received if to == agent]
        one = next(offer[name] for offer in reversed(offers) if name in offer)
        (old,) = [p for p in only_case(here).promises if p.id == "resolution" and p.is_open]
        assert one.body == {"promise": "/promise 5 working days\r\n\r\n", "update": "/update\r\n\r\n"}[name]
        await here.write(agent, one.to, one.subject, f"{one.body}Das Ersatzteil fehlt noch.")
        (new,) = [p for p in only_case(here).promises if p.id == "resolution" and p.is_open]

        assert (new.due_at > old.due_at) is (name == "promise")
        assert "Ersatzteil" in newest(here, CUSTOMER).text

    play(tmp_path, story, agents=ONE)


def test_a_colleague_who_is_warned_takes_the_case_with_one_click(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        other = BORIS if await opened(here) == ANNA else ANNA
        await here.move(days=11)
        offer = links_of(here.newest(other))["take"]
        await here.write(other, offer.to, offer.subject, offer.body + SIGNATURE)

        assert only_case(here).assignee == other
        assert not any("Tel. 030" in mail.text for mail in here.mails_to(CUSTOMER))

    play(tmp_path, story)


def test_a_resolved_case_offers_to_be_taken_up_again(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        agent = await opened(here)
        await here.reply(agent, DESK, "/resolve\n\nErgebnis: Es stimmt.\nMaßnahmen: Geprüft.")
        await here.reply(CUSTOMER, DESK, "4, etwas langsam")

        assert list(drafts(here, agent)) == ["reopen", "note", "help"]
        await click(here, agent, "reopen", more="Wir sehen noch einmal nach.")
        assert only_case(here).stage is Stage.IN_WORK
        assert any("noch einmal" in mail.text for mail in here.mails_to(CUSTOMER))

    play(tmp_path, story)


def test_a_case_that_was_shown_is_headed_and_acted_upon_like_one_that_is_told(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(f"Jan Beispiel <{CUSTOMER}>", DESK, "Rechnung", GERMAN)
        reference = only_case(here).reference
        await here.reply(ANNA, DESK, f"/show {reference}")
        text = " ".join(newest(here, ANNA).text.split())

        assert f"Your reply goes to {CUSTOMER}. With /note as its first line it stays inside. Jan Beispiel <" in text
        assert "Next: progress report, due Monday, 9 March, 17:00, in 5 working days" in text
        assert list(drafts(here, ANNA)) == ["resolve", "note", "help"]
        await click(here, ANNA, "resolve", more="")
        assert "/resolve" in newest(here, ANNA).text

    play(tmp_path, story, agents=ONE)


def test_a_name_that_the_head_has_said_is_no_detail_too(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(f"Jan Beispiel <{CUSTOMER}>", DESK, "Wechselrichter", f"{GERMAN}\n\nSeriennummer: 4711-0815")

        assert newest(here, ANNA).text.count("Jan Beispiel <") == 1
        assert ": Jan Beispiel\n" not in newest(here, ANNA).text

    play(tmp_path, story, agents=ONE)


def test_a_reviewer_is_offered_the_verdict_and_no_resolution(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        first = await opened(here)
        await here.reply(first, DESK, "/resolve\n\nErgebnis: Es stimmt.\nMaßnahmen: Geprüft.")
        await here.reply(CUSTOMER, DESK, "Eskalation: Der Betrag ist falsch.")
        reviewer = only_case(here).assignee
        assert list(drafts(here, reviewer)) == ["verdict", "note", "help"]
        await click(here, reviewer, "verdict", more="Entscheidung: Sie haben recht.\nBegründung: Rechenfehler.")

        assert only_case(here).stage is Stage.RESOLVED
        assert "Rechenfehler" in newest(here, CUSTOMER).text

    play(tmp_path, story)


def test_the_head_says_who_writes_from_where_and_what_is_due(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(f"Jan Beispiel <{CUSTOMER}>", DESK, "Erste Frage", GERMAN)
        date = "Date: Mon, 02 Mar 2026 18:00:00 +0900"
        raw = await here.write(f"Jan Beispiel <{CUSTOMER}>", DESK, "Zweite Frage", f"{GERMAN} Wirklich.")
        moved = (
            re.sub(rb"Date: [^\r]+", date.encode(), raw)
            .replace(b"Zweite", b"Dritte")
            .replace(b"Message-ID: <", b"Message-ID: <x")
        )
        await here.send(CUSTOMER, DESK, moved)
        text = " ".join(newest(here, ANNA).text.split())

        assert f"New case · Jan Beispiel <{CUSTOMER}> · German · 18:00 there (UTC+09:00)" in text
        assert "earlier cases: 2" in text
        assert "in 5 working days" in text
        assert "there (" not in here.mails_to(ANNA)[0].text

    play(tmp_path, story, agents=ONE)


@pytest.mark.parametrize("date", ["Mon, 01 Jan 0001 00:00:00 +1400", "Fri, 31 Dec 9999 23:59:59 -1200", "Mon, 2 Mar 2026 10:00 +9959"])  # fmt: skip
def test_a_hostile_name_and_date_do_no_harm_in_the_head(tmp_path: Path, date: str) -> None:
    async def story(here: World) -> None:
        name = '"/resolve **x** <b>' + "y" * 500 + '"'
        head = (
            f"From: {name} <{CUSTOMER}>\r\nTo: {DESK}\r\nSubject: x\r\nMessage-ID: <d@example.net>\r\nDate: {date}\r\n"
        )
        await here.send(CUSTOMER, DESK, f"{head}\r\nGuten Tag, meine Rechnung ist falsch.\r\n".encode())
        head, _, _ = " ".join(newest(here, ANNA).text.split()).partition(" --- ")

        assert "New case · '/resolve **x** <b>yyy" in head
        assert "y" * 100 not in head
        assert "<b>y" not in html_of(here.newest(ANNA))

    play(tmp_path, story, agents=ONE)
