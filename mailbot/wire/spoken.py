"""Which leaves of a mail are its words, in their order, and which are files.

Of the forms of an alternative one is taken; all else that is text is one passage after the other: no words are lost.
"""

import re
from collections.abc import Sequence

from mailbot.wire.body import html_text, leaf_text
from mailbot.wire.parts import Leaf, disposition, file_name

_PLAIN = ("text/plain", "text/enriched", "text/richtext", "text/markdown")
_HTML = "text/html"
_READABLE = frozenset({*_PLAIN, _HTML, "text/x-amp-html", "text/watch-html"})
_DATA = ("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/csv", "text/rfc822-headers", "text/css")
_PLACEHOLDER = re.compile(
    r"[^.!\n]{0,100}(?:\b(?:does not|doesn't|cannot|can't|not) (?:support|display|view|read|show)\w{0,3} (?:html|this (?:e-?mail|message))"
    r"|this is an? html (?:e-?mail|message|only)|multi-?part message|unterstützt (?:kein|html)|html-(?:nachricht|e-?mail|ansicht)"
    r"|html[- ]compatible|view (?:it |this )?in (?:an? )?html|nie obsługuje|не поддержива)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_NO_WORDS = re.compile(r"\[cid:[^\]]{0,200}\]|https?://\S+")
SHORT = 400  #: characters of a plain form that may be no more than a signature


def words_and_files(leaves: Sequence[Leaf]) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]]:
    """The leaves to be read, in order, and those that are attachments; a form that was not taken is neither."""
    shown = [leaf for leaf in leaves if leaf.content_type in _READABLE and not _is_file(leaf)]
    chosen = [leaf for leaf in shown if leaf.alternative < 0 and leaf.content_type in (*_PLAIN, _HTML)]
    for group in dict.fromkeys(leaf.alternative for leaf in shown if leaf.alternative >= 0):
        chosen += _form([leaf for leaf in shown if leaf.alternative == group])
    if not any(leaf.data.strip() for leaf in chosen):
        named = next((leaf for leaf in leaves if _is_named_text(leaf)), None)
        chosen, shown = ([named], [*shown, named]) if named else (chosen, shown)
    read = {leaf.index for leaf in chosen}
    passed = {leaf.index for leaf in shown if leaf.alternative >= 0}
    files = tuple(leaf for leaf in leaves if leaf.index not in read | passed)
    return tuple(leaf for leaf in leaves if leaf.index in read), files


def _form(forms: list[Leaf]) -> list[Leaf]:
    """The form of one alternative that has the words: plain text, unless the HTML says clearly more."""
    plain = [leaf for leaf in forms if leaf.content_type == "text/plain"]
    html = [leaf for leaf in forms if leaf.content_type == _HTML]
    said = "".join(leaf_text(leaf)[0] for leaf in plain).strip(" \r\n\t\u00a0\u200b\ufeff")
    if said and not (html and len(said) < SHORT and _is_less(said, html)):
        return plain
    marked = [leaf for leaf in forms if leaf.content_type in _PLAIN and leaf.data.strip()]
    return html or marked or plain


def _is_less(said: str, html: list[Leaf]) -> bool:
    """Whether a short plain form only points at the HTML, or is its signature alone."""
    if _PLACEHOLDER.match(said):
        return True
    words = len(_WORDS.findall(_NO_WORDS.sub("", said)))
    return words * 2 < len(_WORDS.findall("".join(html_text(leaf_text(leaf)[0]) for leaf in html)))


def _is_file(leaf: Leaf) -> bool:
    """Whether the sender gave *leaf* as a file; a form of an alternative may have a name."""
    kind = disposition(leaf.part)
    return kind == "attachment" or (leaf.index > 0 and leaf.alternative < 0 and bool(file_name(leaf.part)))


def _is_named_text(leaf: Leaf) -> bool:
    """Whether *leaf* may be the words of a mail that has no other: phones and fax gateways give them a name."""
    told = leaf.content_type.startswith("text/") and leaf.content_type not in _DATA
    return told and disposition(leaf.part) != "attachment" and bool(leaf.data.strip())
