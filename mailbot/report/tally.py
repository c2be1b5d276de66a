"""What became of promises: every row of the ledger is counted once in the period in which it ends."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.case import Case
from mailbot.core.promise import WAITED, Promise, State

KEPT_IN_SOME_WAY = ("kept", "kept_after_extension", "kept_by_automatic_mail", "kept_after_automatic_extension")


@dataclass(frozen=True, slots=True)
class Tally:
    """The promises of one id. What was open before and what was made either ended or is open."""

    promise: str
    open_before: int
    made: int
    kept: int  #: on the original date: the first figure
    kept_after_extension: int  #: on a later date that a person had promised
    kept_by_automatic_mail: int  #: a "no news yet"
    kept_after_automatic_extension: int  #: not kept, but the customer knew in time
    late: int
    missed: int
    replaced: int
    void: int
    open: int
    overdue: int  #: of the open ones
    kept_share: (
        float | None
    )  #: kept on the original date, of all that ended kept, late or missed or are overdue; 0 to 1


def tallies(
    ids: Sequence[str], ledgers: Iterable[Sequence[Promise]], begin: datetime, end: datetime, now: datetime
) -> tuple[Tally, ...]:
    """One for each of *ids* and of what else is found; a ledger holds all promises of one case."""
    counts: dict[str, Counter[str]] = {id: Counter() for id in ids}
    for ledger in ledgers:
        for promise in ledger:
            counts.setdefault(promise.id, Counter()).update(_counted(promise, ledger, begin, end, now))
    return tuple(_tally(id, found) for id, found in counts.items())


def ledgers(cases: Iterable[Case], kind: str) -> tuple[tuple[Promise, ...], ...]:
    """The rows of one *kind*, case by case: promise, obligation (untold) or estimate."""
    return tuple(tuple(p for p in case.promises if _kind(p) == kind) for case in cases)


def _kind(promise: Promise) -> str:
    return "estimate" if promise.is_estimate else "obligation" if promise.obligation else "promise"


def _counted(promise: Promise, ledger: Sequence[Promise], begin: datetime, end: datetime, now: datetime) -> list[str]:
    """The figures that *promise* adds one to."""
    ended = promise.ended_at
    if promise.made_at >= end or (ended is not None and ended < begin):
        return []
    found = ["made" if promise.made_at >= begin else "open_before"]
    if ended is not None and ended < end:
        return [*found, how_it_ended(promise, ledger)]
    return [*found, "open", *(["overdue"] if promise.due_at < min(end, now) else [])]


def how_it_ended(promise: Promise, ledger: Sequence[Promise]) -> str:
    """The figure for a promise that has ended; *ledger* holds those whose place it may have taken.

    A date that moved because the customer was waited for is an original one: the promise's own text said so (G12).
    """
    if promise.state is not State.KEPT:
        return str(promise.state)
    chain = [promise]
    while (older := _place_taken(chain[-1], ledger)) is not None:
        chain.append(older)
    moved = [p for p in chain[1:] if p.reason != WAITED]
    assert promise.ended_at is not None
    if not moved:
        return "kept_by_automatic_mail" if promise.automatic else "kept"
    if promise.ended_at <= moved[-1].due_at:
        return "kept"
    return "kept_after_automatic_extension" if any(p.automatic for p in chain[:-1]) else "kept_after_extension"


def _place_taken(promise: Promise, ledger: Sequence[Promise]) -> Promise | None:
    """What was replaced by *promise*, or was missed at the moment in which it was made."""
    return next((p for p in ledger if p.replaced_by == promise.number or _made_anew(p, promise)), None)


def _made_anew(missed: Promise, promise: Promise) -> bool:
    alike = (missed.id, missed.since, missed.ended_at) == (promise.id, promise.since, promise.made_at)
    return alike and missed.state is State.MISSED and missed.number < promise.number


def _tally(id: str, counts: Counter[str]) -> Tally:
    figures = {name: counts[name] for name in Tally.__dataclass_fields__ if name not in ("promise", "kept_share")}
    judged = sum(figures[name] for name in (*KEPT_IN_SOME_WAY, "late", "missed", "overdue"))
    return Tally(promise=id, **figures, kept_share=round(figures["kept"] / judged, 4) if judged else None)
