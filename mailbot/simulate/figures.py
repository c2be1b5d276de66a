"""The promises of a replay, counted; and where two replays of the same mails part."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from mailbot.core.case import Case
from mailbot.core.promise import Promise, State

STATES = ("kept", "late", "missed", "replaced", "void", "open")  #: in the order of the tables
WORST_FIRST = ("missed", "late", "replaced", "open", "kept", "void")
Counts = Mapping[str, Counter[str]]  #: promise id -> state -> how many


@dataclass(frozen=True, slots=True)
class Figures:
    """One replay in numbers."""

    promises: Counts
    later: Counts  #: untold duties that customers' later mails made
    originally: Mapping[
        str, float | None
    ]  #: promise id -> share that was kept on the date first told; None: none ended
    unwritten: Mapping[str, int]  #: promise id -> how many of those kept were kept by a mail that no person wrote
    answers: tuple[timedelta, ...]  #: from a case's first mail to a person's first answer, shortest first
    cases: int
    open: int  #: cases without an end

    @property
    def median(self) -> timedelta | None:
        return timedelta(seconds=round(median(a.total_seconds() for a in self.answers))) if self.answers else None

    @property
    def ninetieth(self) -> timedelta | None:
        """The time within which nine of ten cases were answered."""
        if len(self.answers) < 2:
            return self.answers[0] if self.answers else None
        seconds = [a.total_seconds() for a in self.answers]
        return timedelta(seconds=round(quantiles(seconds, n=10, method="inclusive")[8]))


@dataclass(frozen=True, slots=True)
class Difference:
    """A case whose promise ends otherwise in the other replay."""

    at: datetime  #: when the case was opened
    case: str
    customer: str
    subject: str
    promise: str
    state: str
    other: str


def figures(cases: tuple[Case, ...], ended: datetime) -> Figures:
    """Counts what became of every promise by *ended*, the end of the replay."""
    ids = list(dict.fromkeys(p.id for c in cases for p in c.promises if not p.is_estimate))
    told = [p for c in cases for p in c.promises if not p.is_estimate and not p.obligation]
    later = [p for c in cases for p in c.promises if p.obligation]
    return Figures(
        promises=_counted(ids, told, ended),
        later=_counted(dict.fromkeys(p.id for p in later), later, ended),
        originally={id: _originally(id, cases, ended) for id in ids},
        unwritten=Counter(id for case in cases for id in _unwritten(case)),
        answers=tuple(sorted(c.answered_at - c.opened_at for c in cases if c.answered_at is not None)),
        cases=len(cases),
        open=sum(c.is_open for c in cases),
    )


def ending(promise: Promise, ended: datetime) -> str:
    """How *promise* stands at the end: what is still owed after its due moment is missed."""
    return "missed" if promise.is_open and promise.due_at <= ended else str(promise.state)


def differences(
    here: tuple[Case, ...], there: tuple[Case, ...], ended: datetime, other_ended: datetime
) -> Iterator[Difference]:
    """The cases in which a promise that both policies make ends otherwise, the oldest case first."""
    others = {case.reference: case for case in there}
    for case in here:
        other = others.get(case.reference)
        if other is None:
            continue
        ours, theirs = _worst(case, ended), _worst(other, other_ended)
        for id in ours:
            if id in theirs and ours[id] != theirs[id]:
                yield Difference(case.opened_at, case.reference, case.customer, case.subject, id, ours[id], theirs[id])


def _counted(ids: Iterable[str], promises: Iterable[Promise], ended: datetime) -> Counts:
    counts: dict[str, Counter[str]] = {id: Counter() for id in ids}
    for promise in promises:
        counts[promise.id][ending(promise, ended)] += 1
    return counts


def _originally(id: str, cases: tuple[Case, ...], ended: datetime) -> float | None:
    """A promise that took another's place does not count; what ended without being due does not either."""
    counts: Counter[str] = Counter()
    for case in cases:
        second = {p.replaced_by for p in case.promises}
        firsts = (p for p in case.promises if p.id == id and not p.obligation and p.number not in second)
        counts.update(ending(p, ended) for p in firsts if not p.is_estimate)
    decided = sum(counts[state] for state in ("kept", "late", "missed", "replaced"))
    return counts["kept"] / decided if decided else None


def _unwritten(case: Case) -> list[str]:
    """The promises that an automatic mail kept; those made by an automatic extension bear the same mark."""
    extended = {p.replaced_by for p in case.promises}
    kept = [p for p in case.promises if p.state in (State.KEPT, State.LATE) and not p.is_estimate]
    return [p.id for p in kept if p.automatic and not p.obligation and p.number not in extended]


def _worst(case: Case, ended: datetime) -> dict[str, str]:
    """The worst end that each of the case's promises came to, by id."""
    found: dict[str, str] = {}
    for promise in case.promises:
        if promise.is_estimate or promise.obligation:
            continue
        state = ending(promise, ended)
        known = found.get(promise.id, WORST_FIRST[-1])
        found[promise.id] = min(state, known, key=WORST_FIRST.index)
    return found
