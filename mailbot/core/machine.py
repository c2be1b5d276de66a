"""How mail systems word their delivery reports: their names, their subjects and their first lines.

Words alone never decide that a machine wrote (a customer complains of what was not delivered, too): core.rules asks
for a sign of another sort. Every pattern reads a bounded piece of text.
"""

import re

from mailbot.core.mail import Mail

_FAILED = re.compile(
    r"undeliver|delivery (?:status|fail|problem|error|delay|has|warning)|delivery notification|mail delivery|returned? mail"
    r"|mail (?:error|returned|failed|failure)|failed mail|failure notice|failure delivery|non-?delivery|not delivered"
    r"|could not be delivered|message (?:delayed|rejected)|rejected mail"
    r"|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|nie dostarczon|niedostarczon|nie można dostarczyć"
    r"|не доставлен|недоставлен|не удалось доставить|non remis|non recapitable|no entregado|mancata consegna",
    re.IGNORECASE,
)
#: the subjects that mail systems use; a person who writes one has copied it
_FAILED_EXACTLY = re.compile(
    r"(?:undelivered mail returned to sender|undeliverable(?: mail|:)|mail delivery (?:failed|failure|sub)|returned mail[:-]"
    r"|delivery (?:status notification|failure|notification)|failure notice|non-?delivery|unzustellbar:"
    r"|(?:mail|nachricht) unzustellbar|не удалось доставить|nie można dostarczyć)",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"mailer[-_. ]?daemon|\bmdaemon\b|mail[-_. ]?delivery[-_. ]?(?:sub)?system|\bdelivery subsystem\b", re.IGNORECASE
)
_GATEWAY = re.compile(
    r"postmaster|system administrator|ndr|bounces?|imss|.{0,60}smtp.{0,60}|.{0,60}anti[-_ ]?virus.{0,60}"
    r"|.{0,60}mail[-_ ]?(?:server|service|gateway|system)",
    re.IGNORECASE,
)
_REPORT_OPENS = re.compile(
    r"\b(?:this (?:message|e-?mail) was (?:created automatically|automatically)|this is an? auto(?:matically|mated) (?:generated|message)"
    r"|(?:message|e-?mail|mail|email below)[^.!?]{0,120}(?:could not|cannot|can't|couldn't|was not|has not(?: yet)?) be(?:en)? delivered"
    r"|message[^.!?]{0,90}(?:was not delivered|did not reach|has been returned)|message[^.!?]{0,60} rejected"
    r"|(?:could not|unable to|wasn't able to) deliver|delivery (?:to the following|of email|failed|has failed|status)"
    r"|failed recipients?|undeliverable to|unknown user|invalid final delivery|returned mail|non-delivery report"
    r"|(?:nachricht|e-?mail)[^.!?]{0,90}nicht zugestellt werden|nie można (?:było )?dostarczyć|nie udało się dostarczyć"
    r"|не (?:удалось|может быть|было) доставлен\w*|не удалось доставить|n'a pas pu [eê]tre (?:d[eé]livr|remis))",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}|\b[45]\.\d{1,3}\.\d{1,3}\b|\b[45]\d\d[ -]")
#: somebody speaks of themselves before they show us a report
_PERSON = re.compile(
    r"\b(?:ich|mir|mich|mein\w{0,2}|i (?:get|got|keep|receive|received|have|had|tried|wrote|sent)|my|me"
    r"|mi|mnie|mam|dosta\w{1,6}|otrzym\w{1,6}|mó\w{1,4}|moj\w{1,3}|я|мне|меня|мо[йяеюи]\w{0,2})\b",
    re.IGNORECASE,
)
#: nothing but the address under the words, as no letter has it
_RECIPIENT = re.compile(
    r"(?:deliver|zugestellt|dostarcz|доставлен)[^\n@]{0,80}\n\s{0,20}(?:<[^\s@<>]{1,64}@[^\s@<>]{1,255}>|[^\s@<>]{1,64}@[^\s@<>]{1,255}[:;]?\s{0,9}$)",
    re.IGNORECASE | re.MULTILINE,
)
_FORWARDED = re.compile(r"(?:fwd?|wg|pd|tr|пересл|i)\s?:", re.IGNORECASE)


def is_mail_system(mail: Mail) -> bool:
    """A mail system's own name stands in From."""
    return bool(_SYSTEM.search(_sender(mail)))


def is_gateway(mail: Mail) -> bool:
    """From names somebody behind whom a person may stand, but mostly a machine does."""
    if mail.from_ is None:
        return bool(_GATEWAY.fullmatch(re.split(r"[\\@]", mail.header("from")[:120].strip(' "<>'))[0]))
    local = mail.from_.local_part[:120].strip('"')
    return bool(_GATEWAY.fullmatch(local)) or mail.from_.display_name.casefold() in (
        "postmaster",
        "system administrator",
    )


def sounds_failed(subject: str) -> bool:
    """A delivery report may have this subject; so may a complaint."""
    return bool(_FAILED.search(subject[:300]))


def copies_report(subject: str) -> bool:
    """Exactly what mail systems write."""
    return bool(_FAILED_EXACTLY.match(subject[:300].strip()))


def opens_as_report(mail: Mail) -> bool:
    """The first lines are a report about a mail of ours, with an address or a code; nobody sent it on to us."""
    if mail.in_reply_to or is_forwarded(mail):
        return False
    opening = mail.opening(300)
    report = _REPORT_OPENS.search(opening)
    return bool(report and not _PERSON.search(opening[: report.start()]) and _EVIDENCE.search(mail.text[:3000]))


def lists_recipient(mail: Mail) -> bool:
    """Nobody's name stands in From, and the recipient stands alone on the line under "could not be delivered to"."""
    named = mail.from_ is not None and mail.from_.display_name
    return not named and bool(_RECIPIENT.search(mail.text[:1000]))


def is_forwarded(mail: Mail) -> bool:
    """Somebody sent on what they had got."""
    return bool(_FORWARDED.match(mail.subject.strip()))


def _sender(mail: Mail) -> str:
    return f"{mail.from_.display_name} {mail.from_.local_part}".strip() if mail.from_ else mail.header("from")
