"""What the person wrote now: a linear line scanner that leaves out quotes and signatures."""

import re
from collections.abc import Sequence

from mailbot.wire.attribution import attribution_length, end_of_head, is_header_block, is_quoted, next_is_quoted
from mailbot.wire.footer import is_footer

MARKER_START = "##-"  #: of the line that begins every mail of ours

_SEPARATOR = re.compile(
    r"[-_=*]{2,12}\s?(?:original[ -]?(?:message|nachricht)|reply message|ursprüngliche (?:nachricht|e?-?mail|mitteilung)|wiadomość oryginalna"
    r"|oryginalna wiadomość|исходное сообщение|оригинальное сообщение|message d'origine|message original"
    r"|oorspronkelijk bericht|mensaje original|messaggio originale|mensagem original|oprindelig (?:meddelelse|besked)"
    r"|opprinnelig melding|ursprungligt meddelande|alkuperäinen viesti)\s?[-_=*]{2,12}$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"(?:[-_=*]{2,12}\s?){1,3}(?:begin )?(?:forwarded message|weitergeleitete nachricht|przekazana wiadomość"
    r"|wiadomość przekazana|(?:пересылаемое|пересланное|перенаправленное) сообщение)\b"
    r"|(?:begin forwarded message|anfang der weitergeleiteten (?:e-?mail|nachricht)"
    r"|początek (?:przekazywanej|przekazanej) wiadomości|начало (?:пере\w{1,12}) сообщения)\s?:",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-_=*~─—–]{3,200}$")
_FORWARDED_SUBJECT = re.compile(r"(?:fwd?|wg|pd|tr|enc|rv|doorst|vs|vb|пересл?|fs)\s?:", re.IGNORECASE)
ABOVE_MARKER = 200  #: lines in which the marker is looked for
SIGNATURE_LINES = 12  #: of a signature whose mark is not exact


def begins_forward(text: str) -> bool:
    """Whether *text* begins with the line by which a client marks a forwarded mail."""
    return bool(_FORWARD.match(text[:200].strip()))


def is_forward(subject: str) -> bool:
    """Whether a client put the mark of a forwarded mail before *subject*."""
    return bool(_FORWARDED_SUBJECT.match(subject.strip()))


def new_text(text: str, *, reply: bool = True) -> str:
    """*text* without quotes and signature; forwarded mail and answers between quotes stay. "" where nothing is new.

    What is no *reply* quotes nothing, unless an attribution and marked lines say so.
    """
    lines = text.split("\n")
    kept: list[str] = []
    quoting = reply
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if _FORWARD.match(line[:200]):
            kept.extend(lines[at:])
            break
        if line.startswith(MARKER_START):
            _drop_rules(kept)
            break
        if reply and _is_head(lines, at):
            at = end_of_head(lines, at)
            if _marker_is_next(lines, at):
                continue
            _drop_rules(kept)
            break
        length = attribution_length(lines, at)
        if length and (reply or next_is_quoted(lines, at + length)):
            quoting = True
            at += length
            above = not next_is_quoted(lines, at) and _marker_is_next(lines, at)
            if above:
                continue
            _drop_rules(kept)
            if not next_is_quoted(lines, at):
                break
            continue
        if quoting and is_quoted(line):
            at += 1
            continue
        after = _signature_end(lines, at)
        if after:
            at = after
            continue
        kept.append(lines[at])
        at += 1
    return "\n".join(_without_device(kept)).strip()


def _is_head(lines: Sequence[str], at: int) -> bool:
    """Whether the line at *at* begins what a client without quote marks puts above the mail that it quotes."""
    return bool(_SEPARATOR.match(lines[at].strip()[:200])) or is_header_block(lines, at)


def _marker_is_next(lines: Sequence[str], at: int) -> bool:
    """Whether our marker comes before any other head: what stands above it was written by this person.

    The marker begins every mail of ours. Some people obey it to the letter and write into the quote, right above it.
    """
    for number in range(at, min(len(lines), at + ABOVE_MARKER)):
        if lines[number].lstrip("> ").startswith(MARKER_START):
            return True
        if _is_head(lines, number) or attribution_length(lines, number):
            return False
    return False


def _signature_end(lines: Sequence[str], at: int) -> int:
    """The line after the signature that begins at *at*; 0 where none does.

    RFC 3676 4.3 has "-- "; where the space was lost, a few lines without a gap under it are a signature.
    """
    mark = lines[at].rstrip("\r")
    if mark not in ("-- ", "--", "__ ", "__"):
        return 0
    limit = len(lines) if mark == "-- " else min(len(lines), at + 2 * SIGNATURE_LINES)
    end = at + 1
    while end < limit and not is_quoted(lines[end]) and not attribution_length(lines, end):
        end += 1
    body = "\n".join(line.strip() for line in lines[at + 1 : end]).rstrip("\n")
    if mark == "-- " or not body:
        return end
    short = end < limit or limit == len(lines)
    return end if short and body.count("\n") < SIGNATURE_LINES and "\n\n" not in f"\n{body}" else 0


def _drop_rules(kept: list[str]) -> None:
    """Takes the blank and ruled lines from the end of *kept*: they belonged to the quote."""
    while kept and (not kept[-1].strip() or _RULE.match(kept[-1].strip())):
        kept.pop()


def _without_device(kept: list[str]) -> list[str]:
    """*kept* without "Sent from my phone" at its end."""
    for last in range(len(kept) - 1, -1, -1):
        if kept[last].strip() and not is_footer(kept[last]):
            return kept[: last + 1]
    return []
