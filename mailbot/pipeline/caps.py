"""Nobody gets more automatic mail than the caps allow, whoever writes in their name (G5)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.core import actions as do
from mailbot.store import outbox

CAP_ADDRESS, CAP_DOMAIN, CAP_ALL = 3, 30, 500  #: automatic answers to incoming mail: a day, an hour, an hour

CAP_STAFF = 10  #: automatic mails that staff or the clock cause: a day and address
#: of one agent's making, a day: answers to one address on one case, and words about mistakes in their commands; no
#: person comes near it, and robots on both sides, or one that answers its own mistakes, end there
CAP_PERSON = 20
#: what a customer's word on their own case promises them: it counts with what staff and the clock cause
_ON_A_CASE = frozenset({"escalated", "reopened"})
_CAPPED = frozenset({"held", "form-held"})  #: mails to staff that strangers can cause without end


def cap_on(conn: Connection, reference: str, action: do.Send, now: datetime) -> str:
    """Which cap holds this mail back until a person lets it go; "" where none does.

    Staff are told of everything: what customers write is joined instead (pipeline.joining), and only the word
    about mail that somebody sent in their name, or by a form without a name, is capped, by itself: no other mail uses
    it up. What only robots do ends at CAP_PERSON.
    """
    day = now - timedelta(days=1)
    staff = action.audience in (do.Audience.AGENT, do.Audience.MANAGER)
    if action.person or action.template == "transcript":
        many = outbox.count_of_template_since(conn, reference, action.to, action.template, day) >= CAP_PERSON
        return f"{outbox.CAPPED}mails of one kind of a day" if many else ""
    if staff:
        told = action.template in _CAPPED and outbox.count_of_kind_since(conn, action.to, action.template, day)
        return f"{outbox.CAPPED}words about held mail" if told >= CAP_ADDRESS else ""
    promising = action.template in _ON_A_CASE
    if action.cause is do.Cause.MAIL and not promising:
        return outbox.CAPPED + capped if (capped := _breached(conn, action.to, now)) else ""
    counted = (do.Cause.CLOCK, do.Cause.STAFF, *((do.Cause.MAIL,) if promising else ()))
    caused = sum(outbox.count_since(conn, action.to, day, cause=cause) for cause in counted)
    return f"{outbox.CAPPED}automatic mail of a day" if caused >= CAP_STAFF else ""


def is_capped(conn: Connection, addr_spec: str, now: datetime) -> bool:
    """Whether *addr_spec*, its domain or everybody together had their share."""
    return bool(_breached(conn, addr_spec, now))


def _breached(conn: Connection, addr_spec: str, now: datetime) -> str:
    """The first cap that one more automatic answer would break; ""."""
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    domain = addr_spec.rpartition("@")[2]
    if outbox.count_since(conn, addr_spec, day, cause="mail") >= CAP_ADDRESS:
        return "automatic answers to an address"
    if outbox.count_domain_since(conn, domain, hour, cause="mail") >= CAP_DOMAIN:
        return "automatic answers to a domain"
    return "automatic answers to all" if outbox.count_cause_since(conn, "mail", hour) >= CAP_ALL else ""
