"""Every kind of mail that the daemon writes, made by playing: one desk whose policy knows all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mailbot.core.case import Case, Stage
from mailbot.core.mail import Mail
from mailbot.store import cases, outbox
from mailbot.world import World
from tests.acceptance.play import CONFIG

DESK, CUSTOMER, PARTNER = "support@example.org", "kunde@example.net", "fremd@example.net"
ANNA, BORIS, LEAD = "anna@example.org", "boris@example.org", "lead@example.org"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

POLICY = """
title.de = "Alles"
about.de = "Für alle."
languages = ["de"]
status_on_request = true
resolution_needs = ["outcome", "measures"]
announce = ["in work", "waiting"]
developers = "fremd@example.net"
remind_after = "2 days"
close_after = "90 days"
reopen_for = "90 days"
[calendar]
zone = "UTC"
open = "mon-sun 00:00-24:00"
[[promise]]
id = "acknowledgement"
within = "24 hours"
[[promise]]
id = "answer"
within = "12 days"
warn = ["1 day before: assignee"]
[[promise]]
id = "progress"
within = "1 day"
of = "acknowledgement"
repeats = true
missed = "send no news yet"
automatic_at_most = 1
[[promise]]
id = "resolution"
within = "3 days"
warn = ["2 days before: assignee"]
pauses = "waiting for customer"
missed = "explain and promise anew"
extend_by = "1 day"
extend_at_most = 1
tell_before = "1 hour"
[escalation]
until = "90 days"
reasons = true
reviewer = "independent"
decide = "5 days"
otherwise = "manager"
[feedback]
ask = "rating"
[scope]
inside.de = ["unsere Geräte"]
outside.de = ["fremde Geräte"]
way_on.de = "Bitte fragen Sie den Hersteller."
[[category]]
id = "testing"
name.de = "Tests"
invitations = true
suggestion = true
words.de = ["betatest"]
[footer]
de = "Beispiel GmbH"
"""
AGENTS = """
[[agent]]
address = "anna@example.org"
name = "Anna"
languages = ["de"]
[[agent]]
address = "boris@example.org"
name = "Boris"
languages = ["de"]
reviewer = true
capacity = 1
"""
RESOLVED = "/resolve\n\nErgebnis: Die Rechnung stimmt.\nMaßnahmen: Geprüft."
QUESTION = "Guten Tag,\n\nmeine Rechnung ist falsch, bitte prüfen Sie den Betrag.\n\nJan Beispiel"


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail of ours as it left."""

    template: str
    audience: str
    to: str
    reference: str
    raw: bytes


async def start(folder: Path, now: datetime, seed: int) -> World:
    """A daemon in *folder*, with what is stored there."""
    (folder / "alles.toml").write_text(POLICY, encoding="utf-8")
    here = World(folder, now)
    config = CONFIG.replace("{policy}", str(folder / "alles.toml")).replace("{top}", "")
    await here.start(config + AGENTS, seed=seed)
    return here


async def play_all(folder: Path) -> tuple[datetime, Mapping[str, Sample]]:
    """Plays everything in *folder*; the moment at which it ends, and one sample of each kind of mail."""
    here = await start(folder, MONDAY, 1)
    try:
        await _play(here)
        return here.clock(), _samples(here)
    finally:
        await here.stop()


def _samples(here: World) -> dict[str, Sample]:
    found: dict[str, Sample] = {}

    def collect(conn) -> None:  # type: ignore[no-untyped-def]
        for row in reversed(outbox.listing(conn, state="sent", limit=1000)):
            raw = outbox.get_raw(conn, row.id)
            case = cases.load(conn, row.reference) if row.reference else None
            goes_on_in = case.linked[0] if case is not None and case.stage is Stage.MERGED else row.reference
            sample = Sample(row.template, row.audience, row.rcpt_to, goes_on_in, raw)
            found.setdefault(row.template, sample)

    here.daemon.store.read(collect)
    return found


async def _play(here: World) -> None:
    first = await _open(here, "Frage")
    await _say(here, first, "Ich prüfe das.")
    await _hear(here, first, "status")
    await _say(here, first, "/wait partner")
    await here.move(minutes=30)
    await _say(here, first, f"/partner {PARTNER}\n\nDer Server antwortet nicht.")
    await _say(here, first, "/fault\n\nDas Menü schließt nicht.")
    await _say(here, first, "/fixed\n\nMit der neuen Fassung.")
    await here.move(days=1, hours=1)
    second = await _open(here, "Rückfrage")
    await _say(here, second, "/wait\n\nWelches Modell ist es?")
    await here.move(days=3)
    await _hear(here, second, "Das große.")
    await here.move(days=1, hours=1)
    third = await _open(here, "Rechnung")
    await _say(here, third, RESOLVED)
    await _hear(here, third, "5")
    await here.move(days=1, hours=1)
    await _hear(here, third, "Eskalation")
    await _hear(here, third, "Eskalation: Der Betrag ist immer noch falsch.")
    await _say(here, third, "/verdict\n\nEntscheidung: Sie haben recht.\nBegründung: Der Betrag war falsch.")
    await here.move(days=1, hours=1)
    fourth = await _open(here, "Garantie")
    await _say(here, fourth, "/decline\n\nDie Frist ist vorbei.")
    await _hear(here, fourth, "Das stimmt nicht, bitte sehen Sie noch einmal nach.")
    await _say(here, fourth, "/out-of-scope")
    await here.move(days=1, hours=1)
    fifth = await _open(here, "Betatest")
    await _say(here, fifth, "/invite\n\nBitte kommen Sie.")
    await _inside(here, fifth)
    await here.move(days=1, hours=1)
    sixth = await _open(here, "Umzug")
    await _say(here, sixth, "/split\n\nDie Adresse ist auch falsch.")
    seventh = await _open(here, "Kündigung")
    await _say(here, seventh, f"/merge {sixth.reference}")
    await here.write(PARTNER, DESK, f"Re: [{sixth.reference}]", f"{QUESTION}\n\nAuch umgezogen")
    await _say(here, next(case for case in here.cases() if case.customer == PARTNER), "/accept")


async def _inside(here: World, case: Case) -> None:
    """What only staff hear."""
    agent, notice = _notice(here, case)
    private = notice.reply_to[0].addr_spec
    await here.write(agent, DESK, f"Re: {notice.subject}", "Ohne die private Adresse.")
    await here.write(agent, private, f"Re: {notice.subject}", f"Bitte schreiben Sie an {private}.")
    await _hear(here, case, "Noch etwas.")
    await here.write(agent, private, f"Re: {notice.subject}", "Das habe ich noch nicht gelesen.")
    await here.write(agent, private, f"Re: {notice.subject}", "/note\nFür uns.", headers=(f"Cc: {CUSTOMER}",))
    await _say(here, case, "/quatsch")
    await _say(here, case, "/help")
    await _say(here, case, "/why")
    await _say(here, case, "/complexity complex")
    await _say(here, case, "/undo")
    await _say(here, case, "/assign Boris" if agent == ANNA else "/assign Anna")
    await _for_oneself(here, case)
    here.refused.add(CUSTOMER)
    await _say(here, case, "Ich prüfe das.")
    here.refused.clear()


async def _for_oneself(here: World, case: Case) -> None:
    """What an agent asks of the desk."""
    agent, notice = _notice(here, case)
    private = notice.reply_to[0].addr_spec
    await here.write(agent, private, f"Re: {notice.subject}", f"/show {case.reference}")


async def _open(here: World, subject: str) -> Case:
    await here.write(CUSTOMER, DESK, subject, f"{QUESTION}\n\n{subject}")
    return next(case for case in here.cases() if case.subject == subject)


async def _say(here: World, case: Case, text: str) -> None:
    """Whoever has the case now answers the newest notification of it."""
    agent, notice = _notice(here, case)
    await here.write(agent, notice.reply_to[0].addr_spec, f"Re: {notice.subject}", text, parent=notice.message_id)


def _notice(here: World, case: Case) -> tuple[str, Mail]:
    """Whoever has the case now, and the newest mail to them about it."""
    agent = next(c.assignee for c in here.cases() if c.reference == case.reference)
    return agent, next(m for m in reversed(here.mails_to(agent)) if case.reference in m.subject)


async def _hear(here: World, case: Case, text: str) -> None:
    """The customer writes on their case."""
    await here.write(CUSTOMER, DESK, f"Re: [{case.reference}] {case.subject}", text)
