"""What the person wrote now: a linear line scanner that leaves out quotes and signatures."""

import re

MARKER_START = "##-"
_ATTRIBUTION = re.compile(
    r"\b(?:wrote|schrieb\b.*|napisał\w*|pisze|написал\w*|пишет|a écrit|ha scritto|escribió|schreef\b.*|skrev\b.*)\s*:\s*$"
)
_SEPARATOR = re.compile(
    r"[-_\s]{3,12}(?:original message|ursprüngliche nachricht|wiadomość oryginalna|oryginalna wiadomość"
    r"|исходное сообщение|message d'origine)\b",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"(?:[-_=*]{2,12}\s?){1,3}(?:begin )?(?:forwarded message|weitergeleitete nachricht|przekazana wiadomość"
    r"|wiadomość przekazana|(?:пересылаемое|пересланное|перенаправленное) сообщение)\b"
    r"|(?:begin forwarded message|anfang der weitergeleiteten (?:e-?mail|nachricht)"
    r"|początek (?:przekazywanej|przekazanej) wiadomości|начало (?:пере\w{1,12}) сообщения)\s?:",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"[*\s]{0,3}(?:(from|von|od|от|de)|(sent|date|gesendet|datum|wysłano|data|отправлено|дата|envoyé)"
    r"|(to|an|do|кому|à)|(subject|betreff|temat|тема|objet))[*\s]{0,3}:",
    re.IGNORECASE,
)
_MOBILE = re.compile(
    r"(?:sent from my|sent from outlook|get outlook for|von meinem .{1,40} gesendet|gesendet (?:von|mit)|wysłan[eo] z|отправлено (?:из|с))\b",
    re.IGNORECASE,
)


def begins_forward(text: str) -> bool:
    """Whether *text* begins with the line by which a client marks a forwarded mail."""
    return bool(_FORWARD.match(text[:200].strip()))


def new_text(text: str) -> str:
    """*text* without quotes and signature; forwarded mail and answers between quotes stay. "" where nothing is new."""
    lines = text.split("\n")
    kept: list[str] = []
    signature = False
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if line.lstrip("> ").startswith(MARKER_START) or _SEPARATOR.match(line[:200]) or _is_header_block(lines, at):
            break
        if _FORWARD.match(line[:200]):
            kept.extend(lines[at:])
            break
        length = _attribution_length(lines, at)
        if length:
            signature = False
            at += length
            if not _next_is_quoted(lines, at):
                break
            continue
        if line.startswith(">"):
            signature = False
        elif line in ("--", "__") or lines[at].rstrip("\r") == "-- ":
            signature = True
        elif not signature and not _MOBILE.match(line[:200]):
            kept.append(lines[at])
        at += 1
    return "\n".join(kept).strip()


def _is_header_block(lines: list[str], at: int) -> bool:
    first = _LABEL.match(lines[at][:200])
    if not first or first.lastindex != 1:
        return False
    found = {match.lastindex for line in lines[at : at + 6] if (match := _LABEL.match(line[:200]))}
    return len(found) >= 3 and bool(found & {2, 4})


def _attribution_length(lines: list[str], at: int) -> int:
    """How many lines from *at* are one "… wrote:"; 0 where they are none."""
    joined = ""
    for length in range(1, 4):
        if at + length > len(lines) or not lines[at + length - 1].strip() or lines[at].lstrip().startswith(">"):
            return 0
        joined = f"{joined} {lines[at + length - 1].strip()}"[:500]
        if _ATTRIBUTION.search(joined):
            strong = "@" in joined or re.search(r"\d{1,2}:\d\d", joined)
            return length if strong or (re.search(r"\d", joined) and _next_is_quoted(lines, at + length)) else 0
    return 0


def _next_is_quoted(lines: list[str], at: int) -> bool:
    return next((line.lstrip().startswith(">") for line in lines[at : at + 5] if line.strip()), False)
