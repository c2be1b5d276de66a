"""The replay: old mails walk through the daemon's own pipeline on a moved clock; nothing is sent."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from mailbot.clock import MovedClock
from mailbot.config import Settings, data_dir
from mailbot.core.case import Case
from mailbot.core.mail import Envelope, Mail
from mailbot.core.policy import Policy
from mailbot.errors import MailbotError
from mailbot.log import handed_to
from mailbot.pipeline import Office, accept, drain, grant, hand_out_waiting, process, ring, tick
from mailbot.simulate.files import read
from mailbot.simulate.listing import Dated, Listing, parse_head
from mailbot.simulate.past import Aside, Past, Place, Untied, place, remember
from mailbot.simulate.timeline import EVERYTHING, Happening, all_cases, happenings
from mailbot.store import cases, inbox, moments, outbox
from mailbot.store.database import Store, scratch_store
from mailbot.wire.render import Renderer

LONGEST = timedelta(days=800)  #: that the clock runs on after the last mail
LEAVES_WITHIN = timedelta(minutes=15)  #: a mail waits no longer than this before it leaves
PEER = "replay"  #: hands in every mail; a contact form is known by its sender here


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the mails under one policy."""

    policy: Policy
    began: datetime
    ended: datetime
    happenings: tuple[Happening, ...]  #: in the order of time
    cases: tuple[Case, ...]  #: the oldest first
    outcomes: Mapping[str, int]  #: of the mails that were taken in
    aside: Counter[Aside]
    unsigned: Counter[str]  #: who wrote as the desk on known threads without being an agent
    headless: int  #: cases that began with an answer to a mail that is not among these


@dataclass(slots=True)
class _Run:
    """One replay while it runs."""

    office: Office
    past: Past
    clock: MovedClock
    untied: Untied = field(default_factory=Untied)
    aside: Counter[Aside] = field(default_factory=Counter)
    unsigned: Counter[str] = field(default_factory=Counter)
    headless: int = 0
    failed: list[str] = field(default_factory=list)


def replay(
    past: Past, policy: Policy, listing: Listing, until: datetime | None, went_on: Callable[[], None] = lambda: None
) -> Replayed:
    """Replays *listing* under *policy*; *went_on* is called after each mail. Equal inputs give equal results.

    The clock runs on until every promise has come due, or to *until*. Raises MailbotError.
    """
    with scratch_store() as store:
        run = _begin(store, replace(past, settings=_settings(past.settings, policy)), listing.mails[0].at)
        with handed_to(lambda name, keys: _failed(run, name, keys)):
            asyncio.run(_play(run, listing, until, went_on))
        return _result(run, policy, listing)


def _settings(settings: Settings, policy: Policy) -> Settings:
    """The desks under *policy*. Old cases never close here, so nobody is ever full."""
    return replace(
        settings,
        desks=tuple(replace(desk, policy=policy) for desk in settings.desks),
        agents=tuple(replace(agent, capacity=EVERYTHING) for agent in settings.agents),
        forms=tuple(replace(form, peer=PEER) for form in settings.forms),
        mode="live",
        secret="replay",  # seals nothing that leaves
    )


def _begin(store: Store, past: Past, now: datetime) -> _Run:
    clock = MovedClock(now)
    folders = (past.settings.templates,) if past.settings.templates else ()
    renderer = Renderer((*folders, data_dir() / "templates"))
    office = Office(past.settings, store, renderer, clock, _chance(), recognition=past.recognition())
    return _Run(office, past, clock)


def _chance() -> Callable[[int], int]:
    """Chance that repeats itself; references have a row of their own, so that two policies give a case the same."""
    rows: dict[int, random.Random] = {}
    return lambda bits: rows.setdefault(bits, random.Random(bits)).getrandbits(bits)


def _failed(run: _Run, name: str, keys: dict[str, Any]) -> None:
    if name in ("moment.failed", "wish.failed"):
        run.failed.append(f"{keys.get('case', '')} {keys.get('key', keys.get('kind', ''))}: {keys.get('exc_info')!r}")


async def _play(run: _Run, listing: Listing, until: datetime | None, went_on: Callable[[], None]) -> None:
    for dated in listing.mails:
        if until is not None and dated.at > until:
            break
        await _pass(run, dated.at)
        await _take_in(run, dated)
        went_on()
    await _pass(run, until or run.clock() + LEAVES_WITHIN)
    if until is not None:
        return
    last = run.clock() + LONGEST
    while (due := run.office.store.read(cases.last_due)) is not None and run.clock() < min(due, last):
        await _pass(run, min(due, last))


async def _pass(run: _Run, until: datetime) -> None:
    """Moves the clock to *until*; what is due on the way happens first, in order."""
    read_now = run.office.store.read
    while True:
        moment, leaving = read_now(moments.next_at), read_now(outbox.next_at)
        due = min((t for t in (moment, leaving) if t is not None), default=None)
        if due is None or due > until:
            break
        run.clock.move_to(due)
        if moment is not None and moment <= run.clock():
            tick(run.office)
            ring(run.office)
            _hand_on(run)
        if leaving is not None and leaving <= run.clock():
            await drain(run.office, _keep)
    run.clock.move_to(until)


def _hand_on(run: _Run) -> None:
    """What the last decisions left for other cases. Raises MailbotError where one of them failed."""
    while grant(run.office) + hand_out_waiting(run.office):
        continue
    if run.failed:
        raise MailbotError(f"the replay stopped at {run.clock().isoformat()}: {run.failed[0]}")


async def _keep(reverse_path: str, rcpt_to: str, raw: bytes) -> str:  # noqa: ARG001  the shape of every way out
    """Nothing leaves: the mail is in the store, and counts as sent."""
    return "kept by the replay"


async def _take_in(run: _Run, dated: Dated) -> None:
    """Offers one mail of the past to the desks that it went to, and waits until it is dealt with."""
    store, mail = run.office.store, parse_head(dated.source)
    where = store.read(lambda conn: place(conn, run.office, run.past, run.untied, mail))
    tag = run.past.tag_id(mail)
    if where.reference and (tag or where.aside is not None):
        known = (tag, mail.message_id if where.aside is not None else "")
        store.write(lambda conn: remember(conn, known, where.reference))
        run.untied.tie(where.reference if tag else "")
    if where.aside is not None:
        _put_aside(run, where, mail)
        return
    sender = mail.from_.addr_spec if mail.from_ is not None else ""
    accept(run.office, Envelope(sender, where.rcpt_to, dated.at, PEER, "file"), read(dated.source)).result()
    while process(run.office) and store.read(inbox.waiting):
        continue
    _hand_on(run)
    if not where.reference:
        _learn(run, mail, tag)


def _put_aside(run: _Run, where: Place, mail: Mail) -> None:
    assert where.aside is not None
    run.aside[where.aside] += 1
    if where.aside is Aside.OWN and where.reference and mail.from_ is not None:
        run.unsigned[mail.from_.identity] += 1


def _learn(run: _Run, mail: Mail, tag: str) -> None:
    """A mail of no known thread: which case did it open?"""
    store = run.office.store
    newest = store.read(lambda conn: inbox.listing(conn, outcome=None, limit=1))[0]
    case = store.read(lambda conn: cases.load(conn, newest.reference)) if newest.reference else None
    if case is None:
        return
    run.headless += bool(run.past.threads(mail))
    if tag:
        store.write(lambda conn: remember(conn, (tag,), case.reference))
    else:
        run.untied.add(run.past.subject(mail), case)


def _result(run: _Run, policy: Policy, listing: Listing) -> Replayed:
    store = run.office.store
    found = all_cases(store)
    return Replayed(
        policy=policy,
        began=listing.mails[0].at,
        ended=run.clock(),
        happenings=happenings(store, found),
        cases=found,
        outcomes={outcome: number for outcome, number in store.read(inbox.audit).items() if number},
        aside=run.aside,
        unsigned=run.unsigned,
        headless=run.headless,
    )
