"""What do we know of who wrote a mail? Facts about one mail, and the authority that follows from them.

The From field alone proves nothing. A token proves that the writer read a mail that only this agent got; a
pass proves, where the border says so, that the From domain sent it. One function decides for every path.
"""

from dataclasses import dataclass
from enum import StrEnum

from mailbot.core.mail import Mail, ascii_domain
from mailbot.core.people import Agent


class Authority(StrEnum):
    FULL = "full"  #: answers, notes and commands on the case
    LIMITED = "limited"  #: reading commands, and a note that is held
    NONE = "none"  #: a held note, and a capped word to the real agent


@dataclass(frozen=True, slots=True)
class Facts:
    address: bool  #: one From, one mailbox, no defect, registered
    token: bool  #: valid for this agent and this case, not expired, not revoked
    passed: bool | None  #: aligned DMARC pass in our border's topmost result; None: nothing is configured


def authority(facts: Facts) -> Authority:
    """Address and token are needed, and pass too where it can be had."""
    if not facts.address or facts.passed is False:
        return Authority.NONE
    if facts.token:
        return Authority.FULL
    return Authority.LIMITED if facts.passed else Authority.NONE


def dmarc_passed(mail: Mail, authserv_id: str) -> bool | None:
    """Whether the border vouches for the From domain; None where no border is configured."""
    if not authserv_id:
        return None
    result = mail.authentication
    if result is None or mail.from_ is None or mail.from_is_ambiguous:
        return False
    return result.dmarc == "pass" and ascii_domain(result.header_from) == mail.from_.domain


def facts(mail: Mail, agent: Agent | None, *, token: bool, authserv_id: str) -> Facts:
    """The facts about *mail*, of which *agent* is the registered owner of the From address."""
    named = agent is not None and mail.from_ is not None and not mail.from_is_ambiguous
    return Facts(address=named, token=token, passed=dmarc_passed(mail, authserv_id))
