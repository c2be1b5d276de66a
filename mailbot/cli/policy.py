"""`mailbot policy show`."""

from mailbot.core.policy import Policy
from mailbot.wire.words import promise_word, span_word


def show(policy: Policy, language: str) -> str:
    """The policy's promises and footer as a customer reads them."""
    title = {str(k): v for k, v in policy.title.items()}.get(language, policy.id)
    lines = [title, "=" * len(title), ""]
    for rule in policy.promises:
        name = promise_word(rule.id, language)
        lines.append(f"- {name[:1].upper()}{name[1:]}: {span_word(rule.within.normal, language)}")
    footer = {str(k): v for k, v in policy.footer.items()}.get(language, "")
    return "\n".join([*lines, "", footer]).rstrip()
