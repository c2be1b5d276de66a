"""What the person wrote now: a linear line scanner that leaves out quotes and signatures."""

import re
from collections.abc import Sequence

from mailbot.wire.attribution import (
    attribution_length,
    end_of_head,
    is_field,
    is_header_block,
    is_plain_introduction,
    is_quoted,
    next_is_quoted,
    quote_mark,
    tells_of_somebody,
)
from mailbot.wire.footer import is_footer

MARKER_START = "##-"  #: of the line that begins every mail of ours

_SEPARATOR = re.compile(
    r"[-_=*]{2,12}\s?(?:original[ -]?(?:message|nachricht)|reply message|ursprüngliche (?:nachricht|e?-?mail|mitteilung)"
    r"|wiadomość oryginalna|oryginalna wiadomość|исходное сообщение|оригинальное сообщение|message d'origine|message original"
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
#: what Microsoft 365 and companies' gateways write into a mail that came from outside, at its top
_INSERTED = re.compile(
    r"(?:\[?you don't often get e?-?mail from|some people who received this message don't often"
    r"|sie erhalten nicht (?:häufig|oft) e-?mails von|nie otrzymujesz często wiadomości|вы нечасто получаете (?:письма|сообщения)"
    r"|\W{0,4}(?:achtung|vorsicht|warnung|caution|warning|attention|external|extern|uwaga|ostrzeżenie|внимание|осторожно)\b"
    r".{0,80}(?:außerhalb|extern|outside|zewn[ęą]trz|spoza|внешн|вне ))",
    re.IGNORECASE,
)
_WISH = re.compile(r"\b(?:bitte|please|proszę|прошу|пожалуйста)\b", re.IGNORECASE)
_BEFORE_MARKER = "|*\ufeff\xa0 \t"  #: what clients put before it
_STUFFED = "\0"  #: in no text that was read
FIELDS = 4  #: between Yandex's rule and its attribution at most
ABOVE_MARKER = 200  #: lines in which the marker is looked for
NEAR_MARKER = 40  #: lines after the head of a quote
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
    lines = _tabs_marked(text.split("\n")) if reply else text.split("\n")
    stuffed = _STUFFED not in text and any(line.startswith(">") for line in lines)
    if stuffed:
        lines = _stuffed_marked(lines)
    kept: list[str] = []
    quoting, started, above = reply, False, False  # above: between the head of a quote and our marker
    mark, at = ">", 0
    lone = _lone_mark(lines)
    while at < len(lines):
        line = lines[at].strip()
        if _FORWARD.match(line[:200]):
            kept.extend(lines[at:])
            break
        if line.lstrip(_BEFORE_MARKER).startswith(MARKER_START):
            if not line.startswith("|"):
                _drop_rules(kept)
                break
            quoting, mark = True, "|"  # some clients mark with bars
        if above and _INSERTED.match(line[:200]):
            at += 1
            continue
        end = _end_of_introduction(lines, at, reply=reply)
        if end:
            at, quoting, mark = end, True, quote_mark(lines, end) or mark
            marked = next_is_quoted(lines, at)
            above = not marked and _marker_is_next(lines, at)
            if above:
                continue
            _drop_rules(kept)
            if not marked:
                break
            if not started:
                kept.extend(_inside_the_quote(lines, at))
            at = _end_of_quote(lines, at, mark, kept)
            continue
        if quoting and (is_quoted(line) or line.startswith(mark)):
            shown = _is_introduced(kept) or at == lone
            end = _end_of_quote(lines, at, mark, [] if shown else kept)
            if shown and not any(_is_marker(each) for each in lines[at:end]):
                kept.extend(lines[at:end])
            at = end
            continue
        after = _signature_end(lines, at)
        if after:
            at = after
            continue
        kept.append(lines[at])
        started = started or bool(line)
        at += 1
    new = "\n".join(_without_device(kept)).strip()
    return new.replace(_STUFFED, "") if stuffed else new


def _tabs_marked(lines: list[str]) -> list[str]:
    """*lines* with the usual mark where our mail is quoted by tabs, as mailx and s-nail do, above the answer."""
    by_tabs = any(line.startswith(f"\t{MARKER_START}") for line in lines[:ABOVE_MARKER])
    return [f">{line}" if line.startswith("\t") else line for line in lines] if by_tabs else lines


def _stuffed_marked(lines: list[str]) -> list[str]:
    """*lines* with a mark instead of the blank before a ">" that the writer typed, as format=flowed has it (RFC 3676 4.4).

    Where quotes begin with the ">" itself, a ">" behind a blank is none.
    """
    return [_STUFFED + line[1:] if line.startswith(" >") else line for line in lines]


def _end_of_introduction(lines: Sequence[str], at: int, *, reply: bool) -> int:
    """The line after the head or the attribution of a quote that begins at *at*; 0 where none does."""
    if reply and _is_head(lines, at):
        return end_of_head(lines, at)
    end = at + attribution_length(lines, at)
    if end == at or next_is_quoted(lines, end):
        return end if end > at else 0
    own = tells_of_somebody(lines, at, end) and not _marker_is_near(lines, end)
    return end if reply and not own else 0


def _is_head(lines: Sequence[str], at: int) -> bool:
    """Whether the line at *at* begins what a client without quote marks puts above the mail that it quotes."""
    if _SEPARATOR.match(lines[at].strip()[:200]):
        return True
    if is_header_block(lines, at) and not _is_introduced(lines[max(0, at - 3) : at]):
        return True
    return is_header_block(lines, at, vouched=True) and _marker_is_near(lines, at)


def _marker_is_near(lines: Sequence[str], at: int) -> bool:
    """Whether one of our mails begins soon behind the line at *at*."""
    return any(_is_marker(line) for line in lines[at : at + NEAR_MARKER])


def _marker_is_next(lines: Sequence[str], at: int) -> bool:
    """Whether our marker comes before any other head: what stands above it was written by this person.

    The marker begins every mail of ours. Some people obey it to the letter and write into the quote, right above it.
    """
    for number in range(at, min(len(lines), at + ABOVE_MARKER)):
        if _is_marker(lines[number]):
            return True
        if _is_head(lines, number) or attribution_length(lines, number):
            return False
    return False


def _end_of_quote(lines: Sequence[str], at: int, mark: str, kept: list[str]) -> int:
    """The line after the marked lines from *at* on and the blank ones around them; a gap that they leave is *kept*."""
    end, below, gaps = at, 0, 0
    while end < len(lines):
        line = lines[end].strip()
        if line and not is_quoted(line) and not line.startswith(mark):
            break
        below, gaps = (0, gaps) if line else (below + 1, gaps + 1)
        end += 1
    if kept and kept[-1].strip():
        kept.extend([""] * (below or min(gaps, 1)))
    return end


def _is_introduced(kept: Sequence[str]) -> bool:
    """Whether *kept* ends as in "this is what I typed:"; what looks like a quote below it is what the writer shows."""
    return is_plain_introduction(next((line.strip() for line in reversed(kept[-3:]) if line.strip()), ""))


def _lone_mark(lines: Sequence[str]) -> int:
    """The one line of the text that begins with ">", between lines of a sentence, as in "more than"; -1 where none is."""
    marked = [number for number, line in enumerate(lines) if is_quoted(line)]
    if len(marked) != 1 or not 0 < marked[0] < len(lines) - 1 or any(_is_marker(line) for line in lines):
        return -1
    before, after = lines[marked[0] - 1].strip(), lines[marked[0] + 1].strip()
    told = not (before.endswith(":") or lines[marked[0]].rstrip().endswith(":"))
    return marked[0] if before and after and told else -1


def _is_marker(line: str) -> bool:
    return line.lstrip("> " + _BEFORE_MARKER).startswith(MARKER_START)


def _inside_the_quote(lines: Sequence[str], at: int) -> list[str]:
    """What somebody wrote into the quote that begins at *at*, with its marks, right above our marker."""
    own: list[str] = []
    for line in lines[at : at + ABOVE_MARKER]:
        inside = line.strip().removeprefix(">").strip()
        if inside.startswith(">") or (inside and not is_quoted(line)):
            return []
        if _is_marker(inside):
            return own
        if not is_field(inside) and not _INSERTED.match(inside[:200]):
            own.append(inside)
    return []


def _signature_end(lines: Sequence[str], at: int) -> int:
    """The line after the signature that begins at *at*; 0 where none does.

    RFC 3676 4.3 has "-- "; where the space was lost, a few lines without a gap or a sentence under it are a signature.
    """
    mark = lines[at].rstrip("\r")
    if mark not in ("-- ", "--", "__ ", "__"):
        return 0
    limit = len(lines) if mark == "-- " else min(len(lines), at + 2 * SIGNATURE_LINES)
    end = at + 1
    while end < limit and not is_quoted(lines[end]) and not attribution_length(lines, end):
        if mark != "-- " and _is_prose(lines[end].strip()):
            return 0
        end += 1
    body = "\n".join(line.strip() for line in lines[at + 1 : end]).rstrip("\n")
    if mark == "-- " or not body:
        return end
    short = end < limit or limit == len(lines)
    return end if short and body.count("\n") < SIGNATURE_LINES and "\n\n" not in f"\n{body}" else 0


def _is_prose(line: str) -> bool:
    """Whether *line* says that a mere "--" above it began no signature: a sentence, or another such mark."""
    if line in ("--", "__"):
        return True
    words = line.count(" ") + 1
    if _WISH.search(line[:300]):
        return True
    return (words > 4 and line.endswith((".", "!", "?"))) or (words > 5 and len(line) > 60 and not line.endswith(":"))


def _drop_rules(kept: list[str]) -> None:
    """Takes the blank and ruled lines from the end of *kept*: they belonged to the quote; so do fields under a rule."""
    fields = len(kept)
    while fields > max(0, len(kept) - FIELDS) and is_field(kept[fields - 1]):
        fields -= 1
    if 0 < fields < len(kept) and _RULE.match(kept[fields - 1].strip()):
        del kept[fields:]
    while kept and (not kept[-1].strip() or _RULE.match(kept[-1].strip())):
        kept.pop()


def _without_device(kept: list[str]) -> list[str]:
    """*kept* without "Sent from my phone" at its end."""
    for last in range(len(kept) - 1, -1, -1):
        if kept[last].strip() and not is_footer(kept[last]):
            return kept[: last + 1]
    return []
