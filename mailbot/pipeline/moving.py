"""A case comes to another desk, which decides by its own policy what is owed and who has it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from mailbot.core.decide import decide
from mailbot.core.events import CaseMoved
from mailbot.pipeline.office import Office
from mailbot.pipeline.perform import Trigger, perform
from mailbot.pipeline.story import newest_mail
from mailbot.store import cases


def move(conn: Connection, office: Office, wish: Mapping[str, Any]) -> str:
    """Brings the case there; what became of the wish."""
    case, own = cases.load(conn, str(wish["reference"])), office.desk_of(str(wish["desk"]))
    if case is None or own is None:
        return "the case or the desk is gone"
    mail, raw = newest_mail(conn, office, case)
    event = CaseMoved(str(wish["by"]), str(wish["by_name"]), mail.new_text if mail is not None else "")
    desk = office.desk_now(conn, own.address)
    actions = decide(case, event, desk, office.now())
    if actions:
        perform(conn, office, desk, case, actions, Trigger(actor=event.by, raw=raw, mail=mail))
    return "moved" if actions else "not moved"


__all__ = ["move"]
