"""What an action does to a case: the only place where a Case changes."""

from dataclasses import replace
from typing import assert_never

from mailbot.core import actions as do
from mailbot.core.agenda import is_warning
from mailbot.core.case import OPEN, TRANSITIONS, Case, Escalation, InvalidMove, Stage
from mailbot.core.mail import identity
from mailbot.core.promise import Promise, State


def evolve(case: Case | None, action: do.Action) -> Case | None:
    """*case* after *action*. Only OpenCase makes a case out of None; Conclude and Send to strangers need none.

    Raises InvalidMove for a stage change that TRANSITIONS does not know.
    """
    if isinstance(action, do.OpenCase):
        return _opened(action)
    if isinstance(action, do.Conclude) or case is None:
        return case
    return _changed(case, action)


def _opened(action: do.OpenCase) -> Case:
    return Case(
        reference=action.reference,
        desk=action.desk,
        customer=action.customer,
        customer_name=action.customer_name,
        subject=action.subject,
        language=action.language,
        opened_at=action.opened_at,
        category=action.category,
        team=action.team,
        linked=action.linked,
    )


def _changed(case: Case, action: do.Action) -> Case:
    match action:
        case do.RecordMail():
            return _recorded(case, action)
        case do.ChangeStage():
            return _moved(case, action)
        case do.Assign():
            return _assigned(case, action)
        case do.SetComplexity():
            return replace(case, complexity=action.complexity, involved=_and(case, action.by))
        case do.SetCategory():
            return replace(case, category=action.category, team=action.team, involved=_and(case, action.by))
        case do.SetTeam():
            return replace(case, team=action.team, involved=_and(case, action.by))
        case do.ReadDetails():
            return replace(case, fields=tuple({**dict(case.fields), **dict(action.fields)}.items()))
        case do.AddPartner():
            partners = dict.fromkeys((*case.partners, action.address))
            return replace(case, partners=tuple(partners), involved=_and(case, action.by))
        case do.AddWatcher():
            watchers = dict.fromkeys((*case.watchers, action.address))
            copied = dict.fromkeys((*case.copied, *((action.address,) if action.copies else ())))
            involved = _and(case, action.by)
            return replace(case, watchers=tuple(watchers), copied=tuple(copied), involved=involved)
        case do.RemoveWatcher():
            left = identity(action.address)
            watchers, copied = (
                dict.fromkeys(w for w in who if identity(w) != left) for who in (case.watchers, case.copied)
            )
            return replace(case, watchers=tuple(watchers), copied=tuple(copied), involved=_and(case, action.by))
        case do.LinkCase():
            linked = dict.fromkeys((*case.linked, action.reference))
            return replace(case, linked=tuple(linked), involved=_and(case, action.by))
        case do.JoinCase():
            linked = dict.fromkeys((action.reference, *case.linked))
            return replace(case, linked=tuple(linked), involved=_and(case, action.by))
        case do.RecordConsent():
            return replace(case, consent=True, involved=_and(case, action.by))
        case do.JoinIncident():
            return replace(case, incident=action.name, involved=_and(case, action.by))
        case do.ChangeDesk():
            came_from = tuple(dict.fromkeys((*case.came_from, case.desk)))
            return replace(
                case,
                desk=action.desk,
                came_from=came_from,
                category=action.category,
                team=action.team,
                language=action.language,
                assignee="",
                involved=_and(case, action.by),
                fired=frozenset(key for key in case.fired if not is_warning(key)),  # the ladder is another one
            )
        case do.Undo():
            return replace(action.before, seq=case.seq)
        case do.PassFault():
            return replace(case, fault=not action.fixed, involved=_and(case, action.by))
        case do.MakePromise():
            return replace(case, promises=(*case.promises, action.promise))
        case do.EndPromise():
            return replace(case, promises=tuple(_ended(p, action) for p in case.promises))
        case do.ReopenPromise():
            again = {"state": State.OPEN, "ended_at": None, "reason": "", "kept_in": ""}
            return replace(case, promises=_with(case.promises, action.number, **again))
        case do.DeferAcknowledgement():
            return replace(case, acknowledge_at=action.until, deferred=case.deferred + 1)
        case do.AcknowledgeTwin():
            return _linked(case, action.reference)
        case do.RecordAcknowledgement():
            return _acknowledged(case, action)
        case do.AskPatience():
            return replace(case, patience=case.patience + 1)
        case do.ReplacePromise():
            new = action.by
            gone = {
                "state": State.REPLACED,
                "ended_at": new.made_at,
                "reason": action.reason,
                "replaced_by": new.number,
            }
            return replace(case, promises=(*_with(case.promises, action.number, **gone), new))
        case do.Escalate():
            return replace(case, escalation=Escalation(action.at, action.reasons, action.reviewer))
        case do.DecideReview():
            mark = replace(case.escalation, decided_at=action.at) if case.escalation else None
            return replace(case, escalation=mark, involved=_and(case, action.by))
        case do.Answered():
            return replace(
                case,
                unanswered_since=None,
                answered_at=case.answered_at or action.at,
                told_at=action.at,
                updates_in_row=0,
                patience=0,
                involved=_and(case, action.by),
            )
        case do.Rate():
            return replace(case, rating=action.rating, rating_words=action.words)
        case do.MarkFired():
            return replace(case, fired=case.fired | {action.key})
        case do.MarkUndeliverable():
            return replace(case, undeliverable=True)
        case do.MarkReachable():
            return replace(case, undeliverable=False)
        case do.SetQuiet():
            return replace(case, quiet=True)
        case do.Ask():
            return replace(case, asked=(*case.asked, *action.labels))
        case do.Send():
            return _told(case, action)
        case do.OpenCase() | do.Conclude() | do.Failed() | do.TellIncident() | do.TakeNext() | do.Errand():
            return case
        case do.SplitCase() | do.MoveCase() | do.Block() | do.Unblock() | do.SendFiles():
            return case
    assert_never(action)


def _linked(case: Case, reference: str) -> Case:
    return replace(case, linked=tuple(dict.fromkeys((*case.linked, reference))))


def _acknowledged(case: Case, action: do.RecordAcknowledgement) -> Case:
    """A mail of another case told this one's promises, and kept the one that it acknowledges."""

    def marked(p: Promise) -> Promise:
        if p.id == "acknowledgement" and p.state in (State.KEPT, State.LATE) and not p.kept_in:
            return replace(p, kept_in=action.message_id)
        told = p.is_open and not p.told_in and p.id in action.tells
        return replace(p, told_in=action.message_id) if told else p

    promises = tuple(marked(p) for p in case.promises)
    return replace(_linked(case, action.by), promises=promises, acknowledged=True, told_at=action.at)


def _assigned(case: Case, action: do.Assign) -> Case:
    """An open review goes with the case; decide() hands it to nobody who took part (A11)."""
    involved = case.involved | ({action.agent} - {""})
    review = case.escalation
    if case.open_review is not None and action.agent:
        review = replace(case.open_review, reviewer=action.agent)
    return replace(case, assignee=action.agent, involved=involved, escalation=review)


def _and(case: Case, agent: str) -> frozenset[str]:
    return case.involved | {agent} if "@" in agent else case.involved


def _ended(promise: Promise, action: do.EndPromise) -> Promise:
    if promise.number != action.number:
        return promise
    automatic = promise.automatic or action.automatic
    state = State(action.state)
    return replace(promise, state=state, ended_at=action.at, reason=action.reason, automatic=automatic)


def _with(promises: tuple[Promise, ...], number: int, **changes: object) -> tuple[Promise, ...]:
    return tuple(replace(p, **changes) if p.number == number else p for p in promises)  # type: ignore[arg-type]


def _recorded(case: Case, action: do.RecordMail) -> Case:
    if action.from_customer and not action.held:
        since = case.unanswered_since or (None if action.settled else action.at)
        return replace(case, unanswered_since=since, customer_wrote_at=action.at)
    if action.from_agent and not action.held:
        return replace(case, involved=case.involved | {action.by})
    return case


def _moved(case: Case, action: do.ChangeStage) -> Case:
    if action.to is not case.stage and action.to not in TRANSITIONS[case.stage]:
        raise InvalidMove(f"{case.reference}: {case.stage} -> {action.to}")
    resolved_at = action.at if action.to is Stage.RESOLVED else None if action.to in OPEN else case.resolved_at
    closed_at = action.at if action.to is Stage.CLOSED else None if action.to in OPEN else case.closed_at
    waiting = action.to is Stage.WAITING
    return replace(
        case,
        stage=action.to,
        waiting_for=action.waiting_for if waiting else "",
        waiting_until=action.until if waiting else None,
        waiting_since=(case.waiting_since or action.at) if waiting else None,
        resolved_at=resolved_at,
        closed_at=closed_at,
    )


def _told(case: Case, action: do.Send) -> Case:
    if action.audience is not do.Audience.CUSTOMER:
        return case
    in_row = case.updates_in_row + 1 if action.template == "progress" and not action.person else case.updates_in_row
    acknowledged = case.acknowledged or action.template in ("acknowledgement", "split")
    return replace(case, updates_in_row=in_row, acknowledged=acknowledged)
