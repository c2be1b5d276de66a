"""The text of a mail, from plain parts or from HTML."""

import html as entities
import re
from collections.abc import Sequence

import lxml.etree
import lxml.html
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from mailbot.wire.charset import clean_text, decode
from mailbot.wire.html_quotes import without_quotes
from mailbot.wire.parameters import parameters
from mailbot.wire.parts import Leaf
from mailbot.wire.payload import field
from mailbot.wire.plain_text import as_lines
from mailbot.wire.structure import UNREADABLE

HTML_CHARACTERS = 2_000_000
LAID_OUT_CHARACTERS = 8_000_000  #: of padding and indentation at most; beyond, the words without their layout
_META = re.compile(rb"<meta[^>]{1,200}charset\s{0,3}=\s{0,3}[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\s{0,20}<\?xml[^>]{0,200}>", re.IGNORECASE)  # lxml takes none in decoded text
_ENDS_LINE = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BREAKS_COUNT = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)(?!-line)", re.IGNORECASE)
PASSAGES = 100  #: whose line ends count, at most
_FACES = {"J": "☺", "K": "😐", "L": "☹"}
_KEPT = ("href", "src", "alt", "start", "type")
_INDENTING = frozenset({"ul", "ol", "dl", "blockquote", "table"})


def leaf_text(leaf: Leaf, named: Sequence[str] = ()) -> tuple[str, str]:
    """The decoded text of *leaf* with the line ends that it has, and a defect or ""; *named* are charsets named in the mail."""
    told = parameters(field(leaf.part, "content-type"))
    name = told.get("charset", "")
    if not name and leaf.content_type == "text/html" and (meta := _META.search(leaf.data[:4096])):
        name = meta[1].decode("ascii")
    text, defect = decode(leaf.data, name, named)
    lines = as_lines(text.replace("\r\n", "\n"), leaf.content_type, told)
    return lines.replace("\n", "\r\n") if "\r\n" in text else lines, defect


def html_text(html: str, *, quotes: bool = True, reply: bool = True) -> str:
    """*html* as plain text; without the quoted parts unless *quotes*. What is no *reply* has only marked ones."""
    html = _DECLARATION.sub("", html[:HTML_CHARACTERS])
    if not quotes:
        html = without_quotes(html, reply=reply)
    try:
        plain = _without_styles(html)
        text = str(get_text(plain, ParserConfig(css=CSS_PROFILES["strict"]))) if plain else ""
    except (*UNREADABLE, lxml.etree.LxmlError):
        text = ""
    if not text.strip():
        text = _stripped(html)
    return clean_text(text).strip()


def _stripped(html: str) -> str:
    """*html* without its tags, for what no layout can be made of; linear."""
    for tag in ("script", "style"):
        pieces = re.split(rf"<{tag}\b", html, flags=re.IGNORECASE)
        html = pieces[0] + "".join(
            re.split(rf"</{tag}", piece, maxsplit=1, flags=re.IGNORECASE)[-1] for piece in pieces[1:]
        )
    return entities.unescape(re.sub(r"<[^<>]*>", "", _ENDS_LINE.sub("\n", html)))


def _without_styles(html: str) -> str:
    """*html* without what is hidden and without its measures; "" where the layout alone would be enormous.

    A few bytes of style (`padding-left:100000em`), or a table with one long cell, can ask for gigabytes of blanks.
    """
    tree = lxml.html.fromstring(html)
    cells = longest = depth = blocks = spoken = 0
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue
        if _HIDDEN.search(element.get("style") or "") and element.getparent() is not None:
            element.drop_tree()
            continue
        spoken += _speak(element, spoken)
        for name in [n for n in element.attrib if n not in _KEPT]:
            del element.attrib[name]
        blocks += 1
        if element.tag in ("td", "th"):
            cells += 1
            longest = max(longest, len(element.text_content()))
        elif element.tag in _INDENTING:
            depth = max(depth, sum(1 for up in element.iterancestors() if up.tag in _INDENTING) + 1)
    heavy = cells * longest + blocks * depth * 4 > LAID_OUT_CHARACTERS
    return "" if heavy else str(lxml.html.tostring(tree, encoding="unicode"))


def _speak(element: lxml.html.HtmlElement, spoken: int) -> bool:
    """What only the style of *element* says: that its line ends count (a few times), and that Outlook's J is a smiling face."""
    style = element.get("style") or ""
    if "wingdings" in style.casefold() and element.text in _FACES:
        element.text = _FACES[element.text]
    breaks = (
        spoken < PASSAGES and element.tag in ("div", "p", "span", "body", "td") and bool(_BREAKS_COUNT.search(style))
    )
    if breaks:
        element.tag = "pre"
    return breaks
