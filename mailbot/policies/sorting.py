"""Categories, labels and asked details that hide each other or lead nowhere."""

import re
from collections.abc import Iterable, Iterator

from mailbot.core.commands import LABELS
from mailbot.core.policy import Policy
from mailbot.policies.finding import Finding, one_of
from mailbot.toml_lines import Path

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\"]+")


def sorting_findings(policy: Policy) -> Iterator[Finding]:
    """One finding for each second use and each loose end."""
    yield from _categories(policy)
    yield from _labels(policy)
    yield from _asks(policy)
    for key in ("resolution_needs", "refusal_needs"):
        for index, part in enumerate(getattr(policy, key)):
            if part not in LABELS:
                yield Finding((key, index), f"no part that an agent can write; {one_of(part, tuple(LABELS))}")
    if policy.developers and not _ADDRESS.fullmatch(policy.developers):
        yield Finding(("developers",), 'not an address; write "developers@example.org"')


def _categories(policy: Policy) -> Iterator[Finding]:
    ids = [((("category", n, "id"), c.id)) for n, c in enumerate(policy.categories)]
    yield from _twice(ids, "also the id of {0}; give each its own")
    words: list[tuple[Path, str]] = []
    fields: list[tuple[Path, str]] = []
    addresses: list[tuple[Path, str]] = []
    for n, category in enumerate(policy.categories):
        for language, group in category.words.items():
            words += [(("category", n, "words", language, k), word) for k, word in enumerate(group)]
        fields += [(("category", n, "fields", name), f"{name}: {value}") for name, value in category.fields.items()]
        if category.address and not _ADDRESS.fullmatch(category.address):
            yield Finding(("category", n, "address"), 'not an address; write "service@example.org"')
        elif category.address:
            addresses.append((("category", n, "address"), category.address))
    yield from _twice(words, "also a word of {0}: it sorts nothing; keep it in one of them", apart=True)
    yield from _twice(fields, "also means {0}, which always wins; keep it in one of them")
    yield from _twice(addresses, "also the address of {0}, which always wins; keep it in one of them")


def _labels(policy: Policy) -> Iterator[Finding]:
    ids = [(("label", n, "id"), x.id) for n, x in enumerate(policy.labels)]
    yield from _twice(ids, "also the id of {0}; give each its own")
    words: list[tuple[Path, str]] = []
    for n, label in enumerate(policy.labels):
        words += [(("label", n, "words", k), word) for k, word in enumerate(label.words)]
    yield from _twice(words, "also a word of {0}; keep it in one of them", apart=True)


def _asks(policy: Policy) -> Iterator[Finding]:
    known = tuple(label.id for label in policy.labels)
    lists: list[tuple[Path, tuple[str, ...]]] = [(("asks",), policy.asks)]
    lists += [(("category", n, "asks"), c.asks) for n, c in enumerate(policy.categories)]
    for path, asks in lists:
        plain = [ask.removesuffix("?") for ask in asks]
        for index, ask in enumerate(plain):
            if ask not in known:
                remedy = one_of(ask, known) if known else f'add [[label]] id = "{ask}"'
                yield Finding((*path, index), f"no [[label]] has this id; {remedy}")
            elif ask in plain[:index]:
                yield Finding((*path, index), "asked for twice; keep one of them")


def _twice(given: Iterable[tuple[Path, str]], hint: str, *, apart: bool = False) -> Iterator[Finding]:
    """The second uses of one text; with *apart*, only those in another table than the first."""
    first: dict[str, Path] = {}
    for path, text in given:
        before = first.setdefault(" ".join(text.casefold().split()).replace("ё", "е"), path)
        if before != path and not (apart and before[:2] == path[:2]):
            yield Finding(path, hint.format(f"{before[0]} {int(before[1]) + 1}"))


__all__ = ["sorting_findings"]
