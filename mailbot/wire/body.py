"""The text of a mail, from plain parts or from HTML."""

import html as entities

import lxml.etree
import lxml.html
import nh3
from inscriptis import get_text

from mailbot.wire.charset import clean_text, decode
from mailbot.wire.parts import Leaf, payload_bytes
from mailbot.wire.quoting import begins_forward
from mailbot.wire.structure import UNREADABLE

_QUOTES = (
    "//blockquote|//*[contains(@class,'gmail_quote')]|//*[@name='quote']|//*[contains(@class,'moz-cite-prefix')]"
    "|//*[@id='divRplyFwdMsg' or @id='appendonsend']|//*[@id='divRplyFwdMsg' or @id='appendonsend']/following-sibling::*"
)
HTML_CHARACTERS = 2_000_000


def leaf_text(leaf: Leaf) -> tuple[str, str]:
    """The decoded text of *leaf*, and a defect or ""."""
    try:
        charset = leaf.part.get_param("charset", "") or ""
    except UNREADABLE:
        charset = ""
    name = charset[2] if isinstance(charset, tuple) else charset
    text, defect = decode(payload_bytes(leaf.part), name)
    return clean_text(text), defect


def html_text(html: str, *, quotes: bool = True) -> str:
    """*html* as plain text; without the quoted parts unless *quotes*."""
    html = html[:HTML_CHARACTERS]
    if not quotes:
        html = _without_quotes(html)
    try:
        text = str(get_text(html))
    except (*UNREADABLE, lxml.etree.LxmlError):
        text = ""
    if not text.strip():
        text = entities.unescape(nh3.clean(html, tags=set()))
    return clean_text(text).strip()


def _without_quotes(html: str) -> str:
    try:
        tree = lxml.html.fromstring(html)
        for element in tree.xpath(_QUOTES):
            if element.getparent() is not None and not begins_forward(str(element.text_content()).lstrip()):
                element.drop_tree()
        return str(lxml.html.tostring(tree, encoding="unicode"))
    except (*UNREADABLE, lxml.etree.LxmlError):
        return html
