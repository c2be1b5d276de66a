"""An agent forwards a customer's mail: the customer is its writer, and nothing is taken on the agent's word.

A case is opened and its customer written to as if they had written themselves, which the From of anybody's mail
does as well; where the border's word can be had, the agent's mail must have passed.
"""

from dataclasses import replace

from sqlalchemy import Connection

from mailbot.core.case import Case
from mailbot.core.events import Author, MailReceived
from mailbot.core.mail import Envelope, Kind, Mail, Verdict
from mailbot.core.rules import judge
from mailbot.core.trust import Authority, dmarc_passed
from mailbot.pipeline.office import Office
from mailbot.pipeline.route import received
from mailbot.store.inbox import Inbound
from mailbot.wire.forward import Forwarded, read_forwarded


def forwarded_by_agent(
    office: Office, inbound: Inbound, mail: Mail, case: Case | None, event: MailReceived
) -> Forwarded | None:
    """The customer's mail that an agent's *mail* brings; None where it is of a case, or proved to be no agent's."""
    if event.author is not Author.AGENT or case is not None or event.verdict.kind is not Kind.HUMAN:
        return None
    if dmarc_passed(mail, office.settings.authserv_id) is False:
        return None
    return read_forwarded(mail, inbound.raw, office.settings.is_ours)


def as_its_writers(conn: Connection, office: Office, inbound: Inbound, found: Forwarded) -> MailReceived:
    """The event that the forwarded mail is: of a stranger, whatever case it names."""
    judged = judge(
        found.mail, Envelope("?", (), inbound.envelope.received_at, via="file"), office.settings.desk_addresses
    )
    verdict = Verdict(Kind.HUMAN, judged.answerable, "forwarded by an agent")
    event = received(conn, office, inbound, found.mail, verdict)[1]
    return replace(event, author=Author.STRANGER, agent=None, authority=Authority.NONE, names="", comment=found.comment)


__all__ = ["as_its_writers", "forwarded_by_agent"]
