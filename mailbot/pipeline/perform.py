"""Performs what decide() asked for, inside one transaction: journal, promises, outbox, moments, case."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.core.agenda import agenda
from mailbot.core.case import Case
from mailbot.core.decide import decide
from mailbot.core.decide.delivery import owed_again
from mailbot.core.decide.direct import DIRECT
from mailbot.core.desk import Desk
from mailbot.core.events import TwinAcknowledged
from mailbot.core.evolve import evolve
from mailbot.core.mail import Mail
from mailbot.core.promise import Promise, State
from mailbot.log import get_logger
from mailbot.pipeline.alerts import is_alert, keep, news_at
from mailbot.pipeline.guard import SHOWN
from mailbot.pipeline.joining import join
from mailbot.pipeline.letters import Letter, write_letter
from mailbot.pipeline.office import TOKEN_LIFE, Office
from mailbot.pipeline.undoing import take_back
from mailbot.store import blocked, cases, events, moments, outbox, people, undo
from mailbot.store.cases import JournalEntry

JOINED_WITHIN = timedelta(minutes=10)  #: a newer stage, or any mail, replaces an announcement that has not left yet
AGENTS = "agent: "  #: begins the rule of an agent's mail that changed something
log = get_logger()


@dataclass(frozen=True, slots=True)
class Trigger:
    """What made us decide."""

    actor: str
    inbox_id: int | None = None
    raw: bytes = b""
    rings: bool = False  #: alerts leave now: their reader is at work
    mail: Mail | None = None  #: that caused it; its attachments may be passed on


@dataclass(frozen=True, slots=True)
class Result:
    outcome: str
    rule: str
    reference: str


def perform(
    conn: Connection, office: Office, desk: Desk, case: Case | None, actions: Sequence[do.Action], trigger: Trigger
) -> Result:
    """Applies *actions* in order and saves what they leave behind."""
    now = office.now()
    outcome, rule = "applied", ""
    entries: list[JournalEntry] = []
    letters: list[tuple[Letter, int]] = []
    before = case
    for action in actions:
        if isinstance(action, do.Conclude):
            outcome, rule = action.outcome, action.rule
            continue
        if isinstance(action, do.Send) and case is not None and is_alert(action) and not trigger.rings:
            keep(conn, case, action)
            continue
        case = evolve(case, action)
        detail = _detail(action)
        letter = None
        if isinstance(action, do.Send):
            letter, more = _write(conn, office, desk, case, action, trigger, entries, now)
            detail |= more
            case = case if letter.held else _told(case, action, letter.message_id, now)
        _ask_others(conn, desk, case, action, trigger, now)
        if case is None:
            if letter is not None:
                letters.append((letter, 0))
            continue
        case = replace(case, seq=case.seq + 1)
        entries.append(JournalEntry(case.seq, now, trigger.actor, _name(action), detail, trigger.inbox_id))
        if letter is not None:
            letters.append((letter, case.seq))
    if case is not None:
        case = _kept_in(before, case, letters)
        case = _open_again(case, letters, entries, trigger, now)
        cases.save(conn, case, now=now)
        cases.journal_add(conn, case.reference, entries)
        if before is not None and outcome == "applied" and _is_step(before, case, entries, rule):
            step = undo.Step(trigger.actor, rule, before.seq + 1, case.seq, before)
            undo.keep(conn, step, case.reference)
        moments.plan(conn, case.reference, agenda(case, desk, now))
        if _overtaken(before, case, letters):
            outbox.cancel_queued(conn, case.reference, "stage", now)
    _post(conn, office, case, entries, letters)
    if case is not None:
        _acknowledge_twins(conn, office, case, actions, letters)
        log.info("case.decided", case=case.reference, rule=rule, stage=str(case.stage), actions=len(actions))
    return Result(outcome, rule, case.reference if case is not None else "")


def _is_step(before: Case, case: Case, entries: Sequence[JournalEntry], rule: str) -> bool:
    """Whether an agent did something on this case that may be taken back: not /new, no errand, no mail that had left."""
    theirs = rule.startswith(AGENTS) and rule != DIRECT and before.reference == case.reference
    return theirs and any(entry.kind == "record_mail" for entry in entries)


def _write(
    conn: Connection,
    office: Office,
    desk: Desk,
    case: Case | None,
    action: do.Send,
    trigger: Trigger,
    entries: Sequence[JournalEntry],
    now: datetime,
) -> tuple[Letter, dict[str, object]]:
    """The letter, and what the journal says of it beside the action."""
    joined = join(conn, case, action, trigger.inbox_id, now)
    letter = write_letter(conn, office, desk, case, joined.action, trigger.mail, trigger.raw, entries, joined.earlier)
    more: dict[str, object] = {"message_id": letter.message_id}
    if joined.inbox_ids:
        more["brings"] = list(joined.inbox_ids)
    if letter.held:
        more["held_back"] = letter.held
        log.warning("outbox.held", case=case.reference if case else "", template=letter.template, reason=letter.held)
    at = news_at(office, action, case.desk if case is not None else desk.address, now)
    return replace(letter, not_before=max(filter(None, (joined.not_before, at)), default=None)), more


def _open_again(
    case: Case, letters: Sequence[tuple[Letter, int]], entries: list[JournalEntry], trigger: Trigger, now: datetime
) -> Case:
    """A mail that is held back keeps no promise: what it would have kept is owed still."""
    held = {letter.message_id for letter, _ in letters if letter.held}
    for promise in case.promises:
        if promise.kept_in and promise.kept_in in held:
            for action in owed_again(case, promise, now):
                changed = evolve(case, action)
                assert changed is not None
                case = replace(changed, seq=case.seq + 1)
                what = (_name(action), _detail(action))
                entries.append(JournalEntry(case.seq, now, trigger.actor, *what, trigger.inbox_id))
    return case


def _told(case: Case | None, action: do.Send, message_id: str, now: datetime) -> Case | None:
    """The promises that this mail states are told from now on."""
    if case is None or action.audience is not do.Audience.CUSTOMER:
        return case
    told = tuple(
        replace(p, told_in=message_id) if p.is_open and not p.told_in and p.id in action.tells else p
        for p in case.promises
    )
    return replace(case, promises=told, told_at=now)


def _kept_in(before: Case | None, case: Case, letters: Sequence[tuple[Letter, int]]) -> Case:
    """What this decision kept was kept by its mail to the customer; a permanent failure of that opens it again."""
    mail = next((letter.message_id for letter, _ in letters if letter.audience == do.Audience.CUSTOMER), "")
    known = {p.number: p.state for p in before.promises} if before is not None else {}

    def marked(p: Promise) -> Promise:
        new = p.state in (State.KEPT, State.LATE) and known.get(p.number, State.OPEN) is State.OPEN
        return replace(p, kept_in=mail) if new and mail else p

    return replace(case, promises=tuple(marked(p) for p in case.promises))


def _overtaken(before: Case | None, case: Case, letters: Sequence[tuple[Letter, int]]) -> bool:
    """Whether a stage that is still to be announced is past by now, or the customer hears of the case anyway (D6)."""
    moved = before is not None and before.stage is not case.stage
    return moved or any(letter.audience == do.Audience.CUSTOMER and not letter.held for letter, _ in letters)


def _ask_others(
    conn: Connection, desk: Desk, case: Case | None, action: do.Action, trigger: Trigger, now: datetime
) -> None:
    """What concerns other cases, or none, is asked for in this commit, and decided case by case afterwards."""
    if isinstance(action, do.TellIncident):
        for reference in cases.of_incident(conn, desk.address, action.name):
            detail = {"reference": reference, "name": action.name, "by": action.by, "text": action.text}
            events.add_event(conn, "incident-update", detail, now)
    elif isinstance(action, do.JoinCase) and case is not None:
        detail = {"reference": action.reference, "joined": case.reference, "by": action.by}
        events.add_event(conn, "join", detail, now)
    elif isinstance(action, do.LinkCase) and case is not None and not action.known:
        detail = {"reference": action.reference, "linked": case.reference, "by": action.by}
        events.add_event(conn, "link", detail, now)
    elif isinstance(action, do.SplitCase) and case is not None:
        events.add_event(conn, "split", {"source": case.reference, **asdict(action)}, now)
    elif isinstance(action, do.MoveCase) and case is not None:
        events.add_event(conn, "move", {"reference": case.reference, **asdict(action)}, now)
    elif isinstance(action, do.Undo) and case is not None:
        take_back(conn, case, action)
    elif isinstance(action, do.RemoveWatcher) and case is not None:
        outbox.cancel_copies(conn, case.reference, action.address, now)
    elif isinstance(action, do.Block):
        blocked.block(conn, action.address, action.by, now)
    elif isinstance(action, do.Unblock):
        blocked.unblock(conn, action.address)
    elif isinstance(action, do.SendFiles) and case is not None:
        wanted: dict[str, object] = {"reference": case.reference, "agent": action.agent, "inbox_id": action.inbox_id}
        events.add_event(conn, "files", wanted, now)
    elif isinstance(action, do.TakeNext):
        events.add_event(conn, "next", {"desk": desk.address, "agent": action.agent}, now)
    elif isinstance(action, do.Errand):
        events.add_event(conn, "errand", {"desk": desk.address, "inbox_id": trigger.inbox_id, **_detail(action)}, now)


def _acknowledge_twins(
    conn: Connection, office: Office, case: Case, actions: Sequence[do.Action], letters: Sequence[tuple[Letter, int]]
) -> None:
    """The cases that the acknowledgement told with this one are acknowledged in the same commit, if it leaves (G3)."""
    sent = next((one.message_id for one, _ in letters if one.template == "acknowledgement" and not one.held), "")
    for action in actions:
        twin = cases.load(conn, action.reference) if isinstance(action, do.AcknowledgeTwin) and sent else None
        if twin is not None:
            desk = office.desk_now(conn, twin.desk)
            told = decide(twin, TwinAcknowledged(case.reference, sent), desk, office.now())
            perform(conn, office, desk, twin, told, Trigger(actor="mailbot"))


def _post(
    conn: Connection, office: Office, case: Case | None, entries: list[JournalEntry], letters: list[tuple[Letter, int]]
) -> None:
    now = office.now()
    for letter, _ in letters:
        ordered = letter.cause == do.Cause.STAFF and letter.audience not in (do.Audience.AGENT, do.Audience.MANAGER)
        delay = timedelta(seconds=office.settings.send_delay_seconds if letter.person or ordered else 0)
        if letter.template == "stage" and case is not None:
            delay = JOINED_WITHIN
        outbox.add(
            conn,
            reference=case.reference if case is not None else "",
            template=letter.template,
            audience=letter.audience,
            cause=letter.cause,
            person=letter.person,
            reverse_path=letter.reverse_path,
            rcpt_to=letter.to,
            message_id=letter.message_id,
            raw=letter.raw,
            now=now,
            not_before=letter.not_before or now + delay,
            held=letter.held or ("shadow mode" if office.settings.mode == "shadow" else ""),
        )
        if letter.token:
            kind, seq = "note" if letter.note else "case", case.seq if case is not None else None
            reference = case.reference if case is not None else ""
            people.issue_token(conn, letter.token, letter.to, reference, now, now + TOKEN_LIFE, kind, seq)
        if letter.held == SHOWN:
            events.add_event(conn, "withheld", {"message_id": letter.message_id, "why": letter.held}, now)
        if case is not None:
            agent = letter.to if letter.audience == "agent" else ""
            audience = "note" if letter.note else letter.audience
            # numbered by the whole decision: what follows it makes an answer to this mail outdated
            cases.remember(conn, letter.message_id, case.reference, audience=audience, seq=case.seq, agent=agent)
    if case is None:
        return
    for entry in entries:
        if entry.kind == "record_mail" and entry.detail.get("message_id"):
            message_id = str(entry.detail["message_id"])
            cases.remember(conn, message_id, case.reference, audience="in", seq=entry.seq)


def _name(action: do.Action) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(action).__name__).lower()


def _detail(action: do.Action) -> dict[str, object]:
    """The action as JSON values; the words of mails stay with the mails."""
    detail = {key: _plain(value) for key, value in asdict(action).items() if key not in ("text", "before")}
    if isinstance(action, do.Send):
        detail["facts"] = {
            k: _plain(v) for k, v in action.facts if k not in ("body", "words", "note", "commands", "lines", "reason")
        }
    return detail


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
