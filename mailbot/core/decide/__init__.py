"""The only place where events become actions."""

from datetime import datetime
from typing import assert_never

from mailbot.core.actions import Action
from mailbot.core.case import Case
from mailbot.core.decide.acknowledge import decide_twin
from mailbot.core.decide.announce import announced
from mailbot.core.decide.deadline import decide_moment
from mailbot.core.decide.delivery import decide_delivery
from mailbot.core.decide.files import decide_files
from mailbot.core.decide.incident import decide_incident
from mailbot.core.decide.join import decide_joined
from mailbot.core.decide.kin import decide_linked
from mailbot.core.decide.mail import decide_mail
from mailbot.core.decide.moving import decide_moved
from mailbot.core.decide.split import decide_split
from mailbot.core.decide.turn import decide_turn
from mailbot.core.decide.watching import copied
from mailbot.core.desk import Desk
from mailbot.core.events import (
    CaseJoined,
    CaseLinked,
    CaseMoved,
    CaseSplit,
    DeliveryFailed,
    Event,
    FilesWanted,
    IncidentUpdated,
    MailReceived,
    MomentPassed,
    TurnCame,
    TwinAcknowledged,
)

__all__ = ["decide"]


def decide(case: Case | None, event: Event, desk: Desk, now: datetime) -> tuple[Action, ...]:
    """What *event* means for *case* (None: there is none yet) under the desk's policy at *now* (aware UTC).

    Complete before anything runs. Equal inputs give equal actions; nothing that a sender wrote makes it raise.
    """
    return copied(case, announced(case, _decide(case, event, desk, now), desk))


def _decide(case: Case | None, event: Event, desk: Desk, now: datetime) -> tuple[Action, ...]:
    match event:
        case MailReceived():
            return decide_mail(case, event, desk, now)
        case MomentPassed():
            return decide_moment(case, event, desk, now) if case is not None else ()
        case TurnCame():
            return decide_turn(case, event, desk, now) if case is not None else ()
        case TwinAcknowledged():
            return decide_twin(case, event, desk, now) if case is not None else ()
        case FilesWanted():
            return decide_files(case, event, desk, now) if case is not None else ()
        case IncidentUpdated():
            return decide_incident(case, event, desk, now) if case is not None else ()
        case CaseJoined():
            return decide_joined(case, event, desk, now) if case is not None else ()
        case CaseLinked():
            return decide_linked(case, event, desk, now) if case is not None else ()
        case CaseSplit():
            return decide_split(event, desk, now)
        case CaseMoved():
            return decide_moved(case, event, desk, now) if case is not None else ()
        case DeliveryFailed():
            return decide_delivery(case, event, desk, now) if case is not None else ()
    assert_never(event)
