"""The text of a mail, from plain parts or from HTML."""

import html as entities
import re
from collections.abc import Sequence

import lxml.etree
import lxml.html
import nh3
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from mailbot.wire.charset import clean_text, decode
from mailbot.wire.parameters import parameters
from mailbot.wire.parts import Leaf
from mailbot.wire.payload import field
from mailbot.wire.plain_text import as_lines
from mailbot.wire.quoting import begins_forward
from mailbot.wire.structure import UNREADABLE

_CLASSES = ("gmail_quote", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra")
_MARKS = "@id='divRplyFwdMsg' or @id='appendonsend' or @id='stopSpelling' or @data-marker='__DIVIDER__'"
_QUOTES = "|".join(
    (
        "//blockquote[@type='cite']",
        *(f"//*[contains(@class,'{name}')]" for name in _CLASSES),
        "//*[@name='quote' or @id='OLK_SRC_BODY_SECTION']",
        f"//*[{_MARKS}]",
        f"//*[{_MARKS}]/following-sibling::*",
    )
)
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
        html = _without_quotes(html, reply=reply)
    try:
        plain = _without_styles(html)
        text = str(get_text(plain, ParserConfig(css=CSS_PROFILES["strict"]))) if plain else ""
    except (*UNREADABLE, lxml.etree.LxmlError):
        text = ""
    if not text.strip():
        text = entities.unescape(nh3.clean(_ENDS_LINE.sub("\n", html), tags=set()))
    return clean_text(text).strip()


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


def _without_quotes(html: str, *, reply: bool) -> str:
    """*html* without what its client quoted; forwarded mail stays, and so do indented words of one's own."""
    try:
        tree = lxml.html.fromstring(html)
        quotes = [element for element in tree.xpath(_QUOTES) if not _is_forward(element)]
        for element in (*quotes, *(_unmarked_quotes(tree) if reply else ())):
            if element.getparent() is not None:
                element.drop_tree()
        return str(lxml.html.tostring(tree, encoding="unicode"))
    except (*UNREADABLE, lxml.etree.LxmlError):
        return html


def _unmarked_quotes(tree: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """The plain blockquotes that are quotes: "…:" with a day or an address stands before them, or nothing behind."""
    recent, seen = "", 0
    introduced: list[lxml.html.HtmlElement] = []
    ended: list[tuple[lxml.html.HtmlElement, int]] = []
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        if element.tag == "blockquote" and event == "start" and _introduces(recent):
            introduced.append(element)
        elif element.tag == "blockquote" and event == "end":
            ended.append((element, seen))
        text = (element.text if event == "start" else element.tail) or ""
        if text.strip() and isinstance(element.tag, str):
            recent, seen = f"{recent} {text[-300:]}"[-300:], seen + 1
    last = [element for element, before in ended if before == seen]
    return [element for element in (*introduced, *last) if not _is_forward(element)]


def _introduces(text: str) -> bool:
    return text.rstrip().endswith(":") and ("@" in text or any(c.isdigit() for c in text))


def _is_forward(element: lxml.html.HtmlElement) -> bool:
    return begins_forward(next((text for text in element.itertext() if text.strip()), "").lstrip())
