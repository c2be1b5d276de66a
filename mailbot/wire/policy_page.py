"""The page that tells customers what a policy promises them, as text or as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mailbot.core.policy import Policy
from mailbot.wire.page import page_html, page_text
from mailbot.wire.policy_view import policy_view


@dataclass(frozen=True, slots=True)
class Page:
    text: str
    html: str


def policy_page(
    policy: Policy, language: str, now: datetime, folders: Sequence[Path], *, region: str = "", address: str = ""
) -> Page:
    """The page in *language*, its example reckoned from *now*. *folders* hold the templates, an administrator's first.

    *region* is the part of a country whose holidays count ("Berlin"), *address* where customers write.
    """
    environment = Environment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        undefined=StrictUndefined,
        autoescape=False,  # the source is Markdown-like; HTML is made, and escaped, in page
        trim_blocks=True,
        lstrip_blocks=True,
    )
    view = policy_view(policy, language, now, region=region, address=address)
    source = environment.get_template(f"{language}/policy.md.j2").render(view)
    return Page(page_text(source), page_html(source, language))


__all__ = ["Page", "policy_page"]
