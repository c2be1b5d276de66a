"""HTML without what its client quoted."""

import unicodedata
from collections.abc import Iterator
from itertools import islice

import lxml.etree
import lxml.html

from mailbot.core.commands import ALIASES, COMMANDS
from mailbot.wire.attribution import introduces_quote
from mailbot.wire.quoting import begins_forward
from mailbot.wire.structure import UNREADABLE

_CLASSES = ("gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra")
_COMMANDS = tuple(f"/{name}" for name in (*COMMANDS, *ALIASES))
TEXTS = 100  #: in which the first words of an element are looked for
_MARKS = "@id='divRplyFwdMsg' or @id='appendonsend' or @id='stopSpelling' or @data-marker='__DIVIDER__'"
_GMAIL = "//*[contains(@class,'gmail_quote')]"  #: answers may stand between the blockquotes inside
_QUOTES = "|".join(
    (
        "//blockquote[@type='cite']",
        *(f"//*[contains(@class,'{name}')]" for name in _CLASSES),
        "//blockquote[ancestor-or-self::*[contains(@class,'gmail_quote')]]",
        f"{_GMAIL}[not(.//blockquote)]",
        "//*[@name='quote' or @id='OLK_SRC_BODY_SECTION']",
    )
)


def without_quotes(html: str, *, reply: bool) -> str:
    """*html* without what its client quoted; forwarded mail stays, and so do indented words of one's own."""
    try:
        tree = lxml.html.fromstring(html)
        forwards = {element for element in tree.xpath(_GMAIL) if _is_forward(element)}
        marked = (*tree.xpath(_QUOTES), *_behind_marks(tree))
        quotes = [
            e for e in marked if not (_is_forward(e) or (forwards and not forwards.isdisjoint(e.iterancestors())))
        ]
        for element in (*quotes, *(_unmarked_quotes(tree) if reply else ())):
            if element.getparent() is not None:
                element.drop_tree()
        for kept in tree.iter("blockquote"):
            _disarm(kept)
        return str(lxml.html.tostring(tree, encoding="unicode"))
    except (*UNREADABLE, lxml.etree.LxmlError):
        return html


def _behind_marks(tree: lxml.html.HtmlElement) -> dict[lxml.html.HtmlElement, None]:
    """What begins with a mark of its client, and all that stands behind it; each element is looked at once."""
    behind: dict[lxml.html.HtmlElement, None] = {}
    for mark in tree.xpath(f"//*[{_MARKS}]"):
        if mark not in behind:
            behind.update(dict.fromkeys((mark, *mark.itersiblings("*"))))
    return behind


def _unmarked_quotes(tree: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """The plain blockquotes that are quotes: an attribution stands before them, or nothing behind."""
    recent, seen = "", 0
    introduced: list[lxml.html.HtmlElement] = []
    ended: list[tuple[lxml.html.HtmlElement, int]] = []
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        if element.tag == "blockquote" and event == "start" and introduces_quote(recent):
            introduced.append(element)
        elif element.tag == "blockquote" and event == "end":
            ended.append((element, seen))
        text = (element.text if event == "start" else element.tail) or ""
        if text.strip() and isinstance(element.tag, str):
            recent, seen = f"{recent} {text[-300:]}"[-300:], seen + 1
    last = [element for element, before in ended if before == seen]
    return [element for element in (*introduced, *last) if not _is_forward(element)]


def _disarm(quote: lxml.html.HtmlElement) -> None:
    """Puts a mark before the command that *quote* begins with: whose words these are is not certain, so nobody obeys them."""
    begin = list(islice(_texts(quote), TEXTS))
    said = "".join(c for _, _, text in begin for c in text if unicodedata.category(c) != "Cf").strip()
    if said.casefold().startswith(_COMMANDS):
        element, place, text = next(one for one in begin if one[2].strip())
        setattr(element, place, f"'{text.lstrip()}")


def _texts(element: lxml.html.HtmlElement) -> Iterator[tuple[lxml.html.HtmlElement, str, str]]:
    """The texts inside *element*, in order: whose it is, "text" or "tail", and what it says."""
    for event, part in lxml.etree.iterwalk(element, events=("start", "end", "comment")):
        if event == "start" and part.text:
            yield part, "text", part.text
        elif event != "start" and part is not element and part.tail:
            yield part, "tail", part.tail


def _is_forward(element: lxml.html.HtmlElement) -> bool:
    return begins_forward(next((text for text in islice(element.itertext(), TEXTS) if text.strip()), "").lstrip())
