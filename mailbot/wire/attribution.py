"""The lines by which clients introduce what they quote, in the languages of our customers and their neighbours.

Where it is in doubt, a line is no attribution: its words are the writer's. Every look is at a bounded piece of text.
"""

import re
from collections.abc import Sequence

from mailbot.core.reference import find

LINES, LENGTH = 4, 500  #: of one attribution at most
BLOCK_LINES = 12  #: of one block of copied header fields at most


def _set(*words: str) -> frozenset[str]:
    return frozenset(word for line in words for word in line.split())


#: the first words of attributions; a date or a time may begin one, too
_BEGINS = _set(
    "on am le il el em op den dne dnia w wiadomość",
    "mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday",
    "pon wt śr czw pt sob niedz nie ndz poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "пн вт ср чт пт сб вс понедельник вторник среда четверг пятница суббота воскресенье",
    "lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche lunedì martedì mercoledì giovedì",
    "ma ke to pe la su man tir ons tor fre lør søn mån tis lör sön lunes martes miércoles jueves viernes po út st čt pá вы",
)
_VERB = re.compile(
    r"(?:^|\W)(?:wrote|writes|sent|schrieb|schreibt|geschrieben|napisał(?:a|\(a\))?|napisana|pisze|(?:на)?писал(?:а|\(а\)|и)?|пишет|пише|написав"
    r"|a écrit|ha scritto|escribió|escreveu|schreef|skrev|kirjoitti)(?=\W|$)",
    re.IGNORECASE,
)
_DASHED = re.compile(r"-{2,10}\s?[^-\n][^\n]{1,200}\b(?:wrote|schrieb|napisał|написал)\s?:?\s?-{2,10}$", re.IGNORECASE)
#: the writer tells of what they wrote themselves, or to whom
_FIRST_PERSON = re.compile(
    r"\b(?:(?:schrieb(?:en)?|habe|haben|hatte) (?:ich|wir)|(?:ich|wir) \w{1,12} geschrieben|(?:schrieb|geschrieben) an \S{1,64}@\S{1,255}"
    r"|(?:i|we) (?:wrote|sent|have)|(?:wrote|sent) to|(?:na)?pisał[ae]m|(?:na)?pisaliśmy|napisał[ao]? (?:do|na adres)"
    r"|(?:я|мы) (?:на)?писал[аи]?|(?:на)?писал[аи]? (?:на адрес|к))\b",
    re.IGNORECASE,
)
#: nor does a client call anybody so
_TOLD = re.compile(
    r"\b(?:your|my|our|colleague|ihr\w{0,2}|mein\w{0,2}|unser\w{0,2}|kolleg\w{1,3}|kolega|kole[żz]ank\w|państwa|twój|mój|nasz\w?"
    r"|ваша?|мо[йя]|наша?|коллега)\b",
    re.IGNORECASE,
)
#: without a day: only with marked lines below it
_QUOTING = re.compile(
    r"(?:quoting|zitat von|cytowanie|cytat|citando|citation de|цитирую|цитирование) [^<>\n]{0,100}<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?\s?:$",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2}[:.]\d{2}")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_DATE = re.compile(r"\b\d{4}\b|\d{1,2}[./-]\d{1,2}")
_INITIALS = re.compile(r"[^\W\d_]{1,3}>")
_NAMED = re.compile(r"[^<>@]{1,100}<[^<>\s@]{1,64}@[^<>\s@]{1,255}>,? \w")
_ADDRESSED = re.compile(r"<[^<>\s@]{1,64}@[^<>\s@]{1,255}>")
_ENDS_IN_ADDRESS = re.compile(
    r"(?:<[^<>\s@]{1,64}@[^<>\s@]{1,255}>|\b(?:von|from|od|от) [^<>\s@]{1,64}@[^<>\s@]{1,255})\s?:$", re.IGNORECASE
)

_LABELS = {
    "from": ("from", "von", "od", "от", "от кого", "від", "de", "da", "van", "fra", "från", "lähettäjä", "发件人"),
    "sent": (
        *(
            "sent",
            "gesendet",
            "wysłano",
            "wysłane",
            "отправлено",
            "envoyé",
            "envoyée",
            "envoyé le",
            "message du",
            "verzonden",
        ),
        *("inviato", "enviado", "enviado el", "enviada em", "sendt", "skickat", "lähetetty", "发送时间"),
        *("odesláno", "odoslané", "надіслано", "verschickt"),
    ),
    "date": ("date", "datum", "data", "data wysłania", "дата", "fecha", "dato", "päivämäärä"),
    "to": ("to", "an", "do", "komu", "кому", "à", "a", "aan", "para", "til", "till", "pour", "vastaanottaja", "收件人"),
    "subject": (
        *("subject", "betreff", "temat", "тема", "objet", "sujet", "onderwerp", "oggetto", "asunto", "assunto"),
        *("emne", "ämne", "aihe", "主题", "předmět", "predmet"),
    ),
    "copy": ("cc", "kopie", "dw", "do wiadomości", "копия", "copie à", "reply-to", "importance", "priorität"),
}
_KINDS = {word: kind for kind, words in _LABELS.items() for word in words}


def is_quoted(line: str) -> bool:
    """Whether *line* bears the mark of a quote."""
    return line.lstrip().startswith(">")


def quote_mark(lines: Sequence[str], at: int) -> str:
    """The initials by which The Bat! and its like mark the quote that begins at *at*, with the ">"; "" where none."""
    first = next((line.strip() for line in lines[at : at + 5] if line.strip()), "")
    initials = _INITIALS.match(first)
    return initials[0] if initials else ""


def attribution_length(lines: Sequence[str], at: int) -> int:
    """How many lines from *at* are one "on that day, somebody wrote:"; 0 where they are none."""
    if not lines[at].strip() or is_quoted(lines[at]):
        return 0
    length = _ends(lines, at)
    if length == 0 or any(_says(lines, later, at + length - later) for later in range(at + 1, at + length)):
        return 0  # what stands before the attribution proper is the writer's
    return length if _says(lines, at, length) else 0


def _ends(lines: Sequence[str], at: int) -> int:
    """How many lines it is to the first that may end an attribution."""
    for length in range(1, LINES + 1):
        if at + length > len(lines):
            return 0
        line = lines[at + length - 1].strip()
        if not line or (is_quoted(line) and line != ">:"):
            return 0
        if line.endswith((":", "--")) or (line.casefold().endswith("wrote") and "@" in line):
            return length
    return 0


def _says(lines: Sequence[str], at: int, length: int) -> bool:
    run = " ".join(line.strip() for line in lines[at : at + length]).replace(" >:", ">:")
    if len(run) > LENGTH:
        return False
    if length == 1 and _DASHED.search(run):
        return True
    if not run.endswith(":") and not run.casefold().endswith("wrote"):
        return False
    if _FIRST_PERSON.search(run):
        return False
    address, time = "@" in run, bool(_TIME.search(run))
    dated = time or bool(_DATE.search(run))
    after = at + length
    quoted, last = next_is_quoted(lines, after), not any(line.strip() for line in lines[after : after + 50])
    if quoted and (_QUOTING.match(run) or (time and dated and _ADDRESSED.search(run))):
        return True
    if _VERB.search(run):
        if quoted and time and length == 1:
            return True
        if address and ((dated and (length == 1 or _begins(run))) or (quoted and _NAMED.match(run))):
            return True
        return _begins(run) and (address or dated or any(c.isdigit() for c in run)) and (quoted or (last and dated))
    return bool(dated and _begins(run) and _ENDS_IN_ADDRESS.search(run.replace("< ", "<")))


def tells_of_somebody(lines: Sequence[str], at: int, end: int) -> bool:
    """Whether an attribution, the lines from *at* to *end*, is worded as a person tells of "your colleague"."""
    return bool(_TOLD.search(" ".join(lines[at:end])))


def introduces_quote(text: str) -> bool:
    """Whether *text* ends in an attribution of what follows it in a blockquote: a day and who, or who wrote."""
    run = " ".join(text.split())[-200:]
    if not run.endswith(":") or _FIRST_PERSON.search(run):
        return False
    says = ("@" in run, bool(_TIME.search(run) or _DATE.search(run)), bool(_VERB.search(run)))
    return sum(says) >= 2 or bool(_QUOTING.search(run))


def is_plain_introduction(line: str) -> bool:
    """Whether *line* ends in a colon and is no attribution that we do not know: no day, no address, nobody who wrote."""
    known = "@" in line or any(c.isdigit() for c in line) or _VERB.search(line)
    return line.endswith(":") and line.count(" ") >= 2 and not known


def _begins(run: str) -> bool:
    first = run.split(" ", 1)[0].casefold().strip(".,")
    return first in _BEGINS or first[:1].isdigit()


def next_is_quoted(lines: Sequence[str], at: int) -> bool:
    """Whether the next line that is not blank is quoted."""
    return bool(quote_mark(lines, at)) or next((is_quoted(line) for line in lines[at : at + 5] if line.strip()), False)


def end_of_head(lines: Sequence[str], at: int) -> int:
    """The line after the separator or the copied header fields that begin at *at*."""
    at += 1
    at += _bare_fields(lines, at)
    while at < len(lines) and (not lines[at].strip() or is_field(lines[at])):
        at += 1
    return at


def is_field(line: str) -> bool:
    """Whether *line* is a header field of a mail, as clients copy them."""
    head, colon, _ = line[:300].partition(":")
    return bool(colon) and head.strip(" *_\t\u00a0").casefold() in _KINDS


def _bare_fields(lines: Sequence[str], at: int) -> int:
    """How many lines from *at* are fields without colons, as eM Client writes them below its separator."""
    kinds = [_KINDS.get(line.strip()[:40].partition(" ")[0].casefold()) for line in lines[at : at + BLOCK_LINES]]
    length = kinds.index(None) if None in kinds else len(kinds)
    return length if {"from", "to", "subject"} <= set(kinds[:length]) else 0


def is_header_block(lines: Sequence[str], at: int, *, vouched: bool = False) -> bool:
    """Whether header fields of another mail are copied from line *at* on, as Outlook does.

    People list their parcels and journeys under such words, and paste a header to ask about it: only a client writes "Sent:"
    with an address in From or with a subject, or a "Date:" with its time of day. Fields that are less than that are a quote where our reference is in them, or where the caller
    has *vouched* for what follows.
    """
    found: dict[str, str] = {}
    wild = 0
    for line in lines[at : at + BLOCK_LINES]:
        head, colon, rest = line[:300].partition(":")
        kind = _KINDS.get(head.strip(" *_\t\u00a0").casefold()) if colon else None
        if kind is not None:
            found.setdefault(kind, rest)
        elif line.strip() or not found:
            wild += 1  # the second line of a long field
        if wild > 2 or (not found and wild):
            break
        if len(found) >= 4:
            break
    others = found.keys() & {"date", "sent", "to", "subject"}
    if "from" not in found or len(found) < 3 or len(others) < 2:
        return False
    addressed, whole = "@" in found["from"], {"to", "subject"} <= found.keys()
    sent = "sent" in found and (addressed or whole)
    timed = addressed and whole and bool(_CLOCK.search(found.get("date", "")))
    return vouched or sent or timed or bool(find(found.get("subject", "")))


def copied_field(line: str) -> tuple[str, str]:
    """The kind (from, sent, date, to, subject, copy) and the value of a copied header field; ("", "") for none."""
    head, colon, value = line.partition(":")
    kind = _KINDS.get(head[:100].strip(" *_\t\u00a0").casefold(), "") if colon else ""
    return (kind, value.strip()) if kind else ("", "")
