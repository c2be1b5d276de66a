"""Prepared texts: `/template NAME` puts one, in the customer's language, below the agent's own words."""

from dataclasses import replace
from difflib import get_close_matches

from mailbot.core.commands import COMMANDS, Command, Parsed, Problem
from mailbot.core.decide.steps import Steps


def with_prepared(steps: Steps, parsed: Parsed) -> Parsed:
    """*parsed* with the texts that it names, those that there are, below its own."""
    texts = _texts(steps)
    named = (texts.get(c.argument.casefold(), "") for c in parsed.commands if c.name == "template")
    return replace(parsed, body="\n\n".join(text for text in (parsed.body, *named) if text))


def prepared_problem(steps: Steps, command: Command) -> Problem | None:
    """No text of this name in the customer's language: the nearest name, and all that there are."""
    texts = _texts(steps)
    if command.argument.casefold() in texts:
        return None
    near = get_close_matches(command.argument.casefold(), texts, n=1)
    usage = f"/template {near[0]}" if near else COMMANDS["template"][0]
    return Problem(command.line, "argument", usage, ", ".join(texts) or "no text is prepared")


def _texts(steps: Steps) -> dict[str, str]:
    language = steps.case.language
    return {name: texts[language] for name, texts in steps.desk.prepared.items() if texts.get(language)}


__all__ = ["prepared_problem", "with_prepared"]
