"""Where the policy announces stages, the customer hears of each that begins (D6)."""

from mailbot.core import actions as do
from mailbot.core.case import OPEN, Case, Stage
from mailbot.core.desk import Desk
from mailbot.core.evolve import evolve


def announced(case: Case | None, actions: tuple[do.Action, ...], desk: Desk) -> tuple[do.Action, ...]:
    """*actions*, with a mail that tells the new stage where no other mail of this decision tells it."""
    if not desk.policy.announce or any(_to_customer(a) or isinstance(a, do.Undo) for a in actions):
        return actions
    before = case
    for action in actions:
        case = evolve(case, action)
    if case is None or before is None or case.undeliverable or case.quiet:
        return actions
    stage = _begun(before, case)
    if stage not in desk.policy.announce:
        return actions
    told = tuple(p.id for p in case.promises if p.is_open and p.told_in)
    mail = do.Send("stage", case.customer, do.Audience.CUSTOMER, do.Cause.CLOCK, tells=told, facts=(("begun", stage),))
    last = 1 if actions and isinstance(actions[-1], do.Conclude) else 0
    return (*actions[: len(actions) - last], mail, *actions[len(actions) - last :])


def _begun(before: Case, after: Case) -> str:
    """The name of the stage that began, or ""."""
    if after.stage is before.stage:
        return ""
    if before.stage in (Stage.RESOLVED, Stage.CLOSED) and after.stage in OPEN:
        return "reopened"
    return str(after.stage)


def _to_customer(action: do.Action) -> bool:
    return isinstance(action, do.Send) and action.audience is do.Audience.CUSTOMER
