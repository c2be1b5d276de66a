"""What a mail tells by itself: its category, the details given in labelled lines, and what is still missing."""

import re
from collections.abc import Iterable, Mapping

from mailbot.core.mail import Mail, identity
from mailbot.core.policy import Category, Label, Language, Policy

Fields = tuple[tuple[str, str], ...]

_LINE = re.compile(r"[\s>*•-]{0,6}([^:：\n]{1,60}?)\s{0,3}[*_]{0,2}\s{0,3}[:：][*_]{0,2}\s{0,3}(.*)")
_WORD = re.compile(r"[^\W_]+")
VALUE_CHARACTERS = 500


def labelled_lines(text: str) -> Fields:
    """Every "Label: value" line of *text* as (label, value), in order; an empty value is taken from the next line."""
    found: list[tuple[str, str]] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line[:1000])
        if match is None or match[2].startswith("//"):  # a URL is no label
            continue
        value = match[2].strip()
        following = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if not value and following and _LINE.fullmatch(following[:1000]) is None:
            value = following
        if value:
            found.append((match[1].strip(), value[:VALUE_CHARACTERS]))
    return tuple(found)


def read_details(policy: Policy, mail: Mail, fields: Fields = ()) -> Fields:
    """The policy's details that *mail* gives, as (label id, value): form fields first, then labelled lines."""
    names = {_plain(name): label.id for label in policy.labels for name in _names(label)}
    found: dict[str, str] = {}
    for name, value in (*fields, *labelled_lines(mail.new_text)):
        id = names.get(_plain(name))
        if id is not None:
            found.setdefault(id, value)
    for label in policy.labels:
        if label.given_by == "text" and mail.new_text.strip():
            found.setdefault(label.id, "in the text")
        if label.given_by == "sender" and mail.from_ is not None and " " in mail.from_.display_name.strip():
            found.setdefault(label.id, mail.from_.display_name.strip())
        if label.given_by == "attachment" and any(not a.inline for a in mail.attachments):
            found.setdefault(label.id, "attached")
    return tuple(found.items())


def missing(policy: Policy, category: str, given: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Label ids that are still missing: (needed, welcome if at hand)."""
    have = set(given)
    wanted = [ask for ask in policy.asks_in(category) if ask.rstrip("?") not in have]
    return tuple(a for a in wanted if not a.endswith("?")), tuple(a.rstrip("?") for a in wanted if a.endswith("?"))


def categorise(policy: Policy, addresses: Iterable[str], fields: Fields, text: str) -> str:
    """The id of the category that a mail belongs to: by address, by form field, then by most words; "" where none fits."""
    to = {identity(a) for a in addresses}
    chosen = {_plain(name): _plain(value) for name, value in fields}
    for category in policy.categories:
        if category.address and identity(category.address) in to:
            return category.id
        if any(chosen.get(_plain(name)) == _plain(value) for name, value in category.fields.items()):
            return category.id
    counted = [(_count(category.words, text), category) for category in policy.categories]
    best = max(counted, key=lambda pair: pair[0], default=(0, None))
    return best[1].id if best[1] is not None and best[0] > 0 else ""


def seems_outside(policy: Policy, text: str) -> bool:
    """Whether words of *text* suggest that it is out of scope; only a person decides that (C7)."""
    return policy.scope is not None and _count(policy.scope.words, text) > 0


def invites(category: Category | None) -> bool:
    """Whether the customer asked to be invited to tests (D27)."""
    return category is not None and category.invitations


def counted(words: Mapping[Language, tuple[str, ...]], text: str) -> Mapping[str, int]:
    """How many words of *text* begin with each of *words* (people inflect); a phrase counts where it stands."""
    plain = _plain(text[:20000])
    tokens = _WORD.findall(plain)
    return {
        word: plain.count(word) if " " in word else sum(token.startswith(word) for token in tokens)
        for word in sorted({_plain(w) for group in words.values() for w in group})
    }


def _count(words: Mapping[Language, tuple[str, ...]], text: str) -> int:
    return sum(counted(words, text).values())


def _names(label: Label) -> tuple[str, ...]:
    return (label.id, label.id.replace("_", " "), label.de, label.pl, label.ru, label.en, *label.words)


def _plain(text: str) -> str:
    return re.sub(r"\s*\(.*?\)", "", " ".join(text.casefold().split())).replace("ё", "е").strip(" *_-.?")
