"""Text parts that are not plain lines: format=flowed (RFC 3676), text/enriched (RFC 1896), PGP's armour (RFC 9580)."""

import re
from collections.abc import Mapping

_COMMAND = re.compile(r"<param>.{0,500}?</param>|</?[a-z][a-z0-9-]{0,59}>", re.IGNORECASE | re.DOTALL)
_SIGNED, _SIGNATURE, _SIGNATURE_ENDS = (
    "-----BEGIN PGP SIGNED MESSAGE-----",
    "-----BEGIN PGP SIGNATURE-----",
    "-----END PGP SIGNATURE-----",
)
SIGNED_AT_MOST = 20  #: passages of one mail


def as_lines(text: str, content_type: str, parameters: Mapping[str, str]) -> str:
    """*text*, LF line ends, of *content_type* with its *parameters*, as the lines that its writer saw."""
    if content_type in ("text/enriched", "text/richtext"):
        return _enriched(text)
    if parameters.get("format", "").casefold() == "flowed":
        return _unflowed(text, delsp=parameters.get("delsp", "").casefold() == "yes")
    return text


def without_armour(text: str) -> str:
    """*text* with what PGP signed instead of its armour; the dashes that it escaped are as they were written."""
    shown, rest = "", text
    for _ in range(SIGNED_AT_MOST):
        before, begun, after = rest.partition(_SIGNED)
        passage, signed, behind = after.partition(_SIGNATURE)
        if not (begun and signed):
            break
        _, _, words = passage.partition("\n\n")  # the armour's own fields end at an empty line
        _, ended, rest = behind.partition(_SIGNATURE_ENDS)
        shown += before + "\n".join(line.removeprefix("- ") for line in words.rstrip("\n").split("\n"))
        rest = rest if ended else ""
    return shown + rest


def _unflowed(text: str, *, delsp: bool) -> str:
    """A line that ends in a blank goes on in the next of the same depth; "-- " ends there, and a stuffed blank goes.

    Beside quotes it stays before a ">", which would else be one.
    """
    paragraphs: list[list[str]] = []
    depth_before, goes_on = -1, False
    quotes = any(line.startswith(">") for line in text.split("\n"))
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare if quotes and depth == 0 and bare.startswith(" >") and not goes_on else bare.removeprefix(" ")
        is_delimiter = bare == "-- "
        if not (goes_on and depth == depth_before and not is_delimiter):
            paragraphs.append([">" * depth + " "] if depth else [])
        goes_on = bare.endswith(" ") and not is_delimiter
        depth_before = depth
        paragraphs[-1].append(bare[:-1] if goes_on and delsp else bare)
    lines = ("".join(pieces) for pieces in paragraphs)
    return "\n".join(line if line == "-- " else line.rstrip(" ") for line in lines)


def _enriched(text: str) -> str:
    """Commands go, "<<" is "<", one line break is a blank, and n of them are n - 1."""
    shown = _COMMAND.sub("", text.replace("<<", "\0")).replace("\0", "<")
    return re.sub(r"\n+", lambda breaks: "\n" * (len(breaks[0]) - 1) or " ", shown.strip("\n")).strip()
