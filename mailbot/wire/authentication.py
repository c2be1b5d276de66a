"""The border's own Authentication-Results (RFC 8601); everybody else's are text."""

import re
from collections.abc import Iterable

from mailbot.core.mail import AuthenticationResults
from mailbot.wire.encoded_words import header_text

_RESULT = re.compile(r"([\w.-]+)(?:/\d+)?\s*=\s*([A-Za-z]+)(?![\w=])")
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*\"?([^\s;\"()]+)")


def results(fields: Iterable[tuple[str, str]], authserv_id: str) -> AuthenticationResults | None:
    """The topmost results of *authserv_id* that stand above the first Received but one; None where there are none.

    *fields* are (name, raw body) in order. What contradicts itself or cannot be read counts as no result.
    """
    if not authserv_id:
        return None
    received = 0
    for name, raw in fields:
        if name.casefold() == "received":
            received += 1
        if received > 1:
            return None
        if name.casefold() == "authentication-results":
            text = without_comments(header_text(raw)[:8000])
            head, *entries = text.split(";")
            if head.strip().split(" ")[0].casefold() == authserv_id.casefold() and '"' not in head:
                return _read(authserv_id, entries, readable="(" not in text and ")" not in text)
    return None


def _read(authserv_id: str, entries: list[str], *, readable: bool) -> AuthenticationResults:
    found: dict[str, list[str]] = {"dmarc": [], "dkim": [], "spf": []}
    header_from = ""
    for entry in entries:
        match = _RESULT.match(entry.strip())
        method = match[1].casefold() if match else ""
        if match and readable and method in found:
            found[method].append(match[2].casefold())
            domain = _HEADER_FROM.search(entry)
            if method == "dmarc" and domain:
                header_from = domain[1].rpartition("@")[2].casefold()
    dmarc, spf = found["dmarc"], found["spf"]
    return AuthenticationResults(
        authserv_id=authserv_id,
        dmarc=dmarc[0] if len(dmarc) == 1 else "",
        dkim="pass" if "pass" in found["dkim"] else next(iter(found["dkim"]), ""),
        spf=spf[0] if len(spf) == 1 else "",
        header_from=header_from if len(dmarc) == 1 else "",
    )


def without_comments(text: str) -> str:
    """*text* without balanced comments (RFC 5322 3.2.2); an unbalanced parenthesis stays, as a sign of trouble."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for letter in text:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
            continue
        elif letter == ")" and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(letter)
    return "".join(kept) + "(" * depth
