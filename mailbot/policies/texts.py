"""Texts that are missing in a language that the policy speaks."""

from collections.abc import Iterator, Mapping

from mailbot.core.policy import Language, Policy
from mailbot.policies.finding import Finding
from mailbot.toml_lines import Path


def text_findings(policy: Policy) -> Iterator[Finding]:
    """One finding for each text, naming every language that it lacks."""
    if not policy.languages:
        yield Finding(("languages",), 'speaks none; write languages = ["de", "en"], the desk\'s own first')
    for index, language in enumerate(policy.languages):
        if language in policy.languages[:index]:
            yield Finding(("languages", index), "named twice; keep one of them")
    for path, texts in _texts(policy):
        missing = [language for language in dict.fromkeys(policy.languages) if not _said(texts.get(language))]
        if missing:
            yield Finding(path, f"no text in {', '.join(missing)}; write one in each language of the policy")


def _texts(policy: Policy) -> Iterator[tuple[Path, Mapping[Language, object]]]:
    yield ("title",), policy.title
    yield ("footer",), policy.footer
    for name in ("about", "welcome"):
        if getattr(policy, name):
            yield (name,), getattr(policy, name)
    for index, category in enumerate(policy.categories):
        yield ("category", index, "name"), category.name
        for number, article in enumerate(category.articles):
            yield ("category", index, "articles", number, "title"), article.title
    if policy.scope is not None:
        yield ("scope", "inside"), policy.scope.inside
        yield ("scope", "outside"), policy.scope.outside
        yield ("scope", "way_on"), policy.scope.way_on
    if policy.feedback is not None and policy.feedback.reasons:
        yield ("feedback", "reasons"), policy.feedback.reasons


def _said(text: object) -> bool:
    """Whether a text, or each text of a list, says anything."""
    if isinstance(text, str):
        return bool(text.strip())
    return isinstance(text, tuple) and bool(text) and all(_said(part) for part in text)


__all__ = ["text_findings"]
