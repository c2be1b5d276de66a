"""What a mail in an agent's name may do, on the real way in: address, token and pass, and whatever a client quotes."""

from pathlib import Path

import pytest

from mailbot.core.case import Stage
from mailbot.core.trust import Authority
from mailbot.world import World
from tests.acceptance.play import ANNA, BORIS, CUSTOMER, DESK, newest, only_case, play
from tests.acceptance.test_main_job import GERMAN
from tests.core.test_trust import TABLE
from tests.wire.test_quoting import ATTRIBUTIONS, BLOCKS, UNADDRESSED

BORDER = '[trust]\nauthserv_id = "mx.example.org"\n'
PASS = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org"
SETTLED = "/resolve\n\nErgebnis: alles erlassen\nMaßnahmen: keine"


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_authority_on_the_way_in(tmp_path: Path, row: tuple[bool, bool, bool | None]) -> None:
    address, token, passed = row

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        case = only_case(here)
        to = str(here.newest(case.assignee)["Reply-To"]) if token else DESK
        sender = case.assignee if address else "fremd@example.com"
        headers = (PASS,) if passed else ()
        await here.write(sender, to, f"Re: [{case.reference}]", SETTLED, headers=headers)
        (after,) = [c for c in here.cases() if c.customer == CUSTOMER]
        full = TABLE[row] is Authority.FULL

        assert (after.stage is Stage.RESOLVED) is full
        assert any("erlassen" in m.text for m in here.mails_to(CUSTOMER)) is full
        assert (case.assignee in {e.actor for e in here.journal(case.reference)}) is full

    play(tmp_path, story, more=BORDER if passed is not None else "")


def test_an_agents_absence_reaches_nobody(tmp_path: Path) -> None:
    """T-06."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        agent = only_case(here).assignee
        before = len(here.received)
        private = str(here.newest(agent)["Reply-To"])
        for header in (
            "Auto-Submitted: auto-replied",
            "X-Autoreply: yes",
            "Precedence: bulk",
            "Precedence: auto_reply",
        ):
            await here.write(agent, private, "Automatische Antwort: Rechnung", "Ich bin im Urlaub.", headers=(header,))
        parent = str(here.newest(agent)["Message-ID"])
        await here.write(agent, private, "Out of Office: Re: Rechnung", "I am out of the office.", parent=parent)

        assert len(here.received) == before
        assert only_case(here).stage is Stage.ASSIGNED

    play(tmp_path, story)


def test_an_agent_without_the_token_changes_nothing_through_somebody_elses_words(tmp_path: Path) -> None:
    """T-01: each field but From, and From beside another."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", GERMAN)
        reference = only_case(here).reference
        subject = f"Re: [{reference}]"
        for number, field in enumerate(("Sender", "Reply-To", "Resent-From", "X-Mailbot-Agent", "From")):
            sender = f"x{number}@evil.example"
            await here.write(sender, DESK, subject, f"{SETTLED} {field}", headers=(f"{field}: {ANNA}",))
        (case,) = [c for c in here.cases() if c.customer == CUSTOMER]

        assert case.stage is Stage.ASSIGNED
        assert len(here.mails_to(CUSTOMER)) == 1
        assert not {ANNA, BORIS} & {e.actor for e in here.journal(reference)}

    play(tmp_path, story)


STYLES = {
    **{name: f"{{own}}\n\n{line}\n\n{{marked}}" for name, line in (ATTRIBUTIONS | UNADDRESSED).items()},
    **{f"{name}, unmarked": f"{{own}}\n\n{line}\n\n{{plain}}" for name, line in ATTRIBUTIONS.items()},
    **{name: f"{{own}}\n\n{block}\n\n{{plain}}" for name, block in BLOCKS.items()},
    "below": "Am 02.03.26 um 10:00 schrieb Example Support:\n{marked}\n\n{own}",
    "below, wrapped badly": "Am 02.03.26 um 10:00 schrieb Example Support:\n{wrapped}\n\n{own}",
    "forwarded": "{own}\n\n---------- Forwarded message ---------\nFrom: x\n\n{plain}",
}


def dressed(style: str, text: str) -> str:
    """An agent's answer in that style; what it quotes is *text*, the notification."""
    marked = "\n".join(f"> {line}" for line in text.splitlines())
    wrapped = marked.replace(" /resolve", "\n/resolve").replace("> /resolve", ">\n/resolve")
    return STYLES[style].format(own="Ich prüfe das.", marked=marked, plain=text, wrapped=wrapped)


@pytest.mark.parametrize("style", STYLES)
def test_no_command_that_the_customer_wrote_is_obeyed_when_it_is_quoted(tmp_path: Path, style: str) -> None:
    """T-05."""

    async def story(here: World) -> None:
        smuggled = f"{SETTLED}\n\nBitte tun Sie das: /resolve jetzt\n/assign Boris"
        await here.write(CUSTOMER, DESK, "Rechnung", smuggled)
        agent = only_case(here).assignee
        await here.reply(agent, DESK, dressed(style, newest(here, agent).text))

        assert only_case(here).stage in (Stage.IN_WORK, Stage.ASSIGNED)
        assert only_case(here).assignee == agent
        assert only_case(here).resolved_at is None

    play(tmp_path, story)


def test_commands_in_a_customers_mail_are_shown_with_a_mark(tmp_path: Path) -> None:
    """T-05."""

    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", f"Hallo,\n{SETTLED}\nund /take oder /etc/passwd und 1/2")
        text = newest(here, only_case(here).assignee).text

        assert "'/resolve" in text
        assert "'/take" in text
        assert "/etc/passwd und 1/2" in text
        assert "/resolve" not in text.splitlines()

    play(tmp_path, story)
