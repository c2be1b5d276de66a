"""`mailbot policy show`."""

from datetime import UTC, datetime
from pathlib import Path

import holidays
import typer

from mailbot.cli.output import print_json
from mailbot.config import Settings, data_dir, examine, load_policy
from mailbot.core.policy import Policy
from mailbot.wire.policy_page import policy_page


def print_page(name: str, config: Path | None, language: str, *, html: bool, as_json: bool) -> None:
    """Prints the page of a policy; the address and the templates are the configuration's, where there is one."""
    policy = load_policy(name, config)
    if language and language not in policy.languages:
        raise typer.BadParameter(
            f"{language}: the policy speaks {', '.join(policy.languages)}", param_hint="--language"
        )
    chosen = language or policy.languages[0]
    seen = examine(config, secrets=False).seen if config is not None else None
    folders = [seen.templates] if seen is not None and seen.templates is not None else []
    page = policy_page(
        policy,
        chosen,
        datetime.now(UTC),
        (*folders, data_dir() / "templates"),
        region=region_of(policy.holidays),
        address=_address(policy, seen),
    )
    if as_json:
        print_json([{"policy": policy.id, "language": chosen, "text": page.text, "html": page.html}])
    else:
        print(page.html if html else page.text, end="")


def region_of(code: str) -> str:
    """The name of the part of a country whose holidays are kept ("DE-BE"), in the words of that country."""
    country, _, region = code.partition("-")
    if not region:
        return ""
    names = holidays.country_holidays(country, subdiv=region).get_subdivision_aliases().get(region, [])
    return str(names[0]) if names else region


def _address(policy: Policy, settings: Settings | None) -> str:
    """Where customers write: the first desk that keeps this policy."""
    desks = settings.desks if settings is not None else ()
    return next((desk.address for desk in desks if desk.policy == policy), "")
