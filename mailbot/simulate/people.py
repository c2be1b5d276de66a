"""The desks and the people of a replay: those of the configuration, or one desk that the mails themselves name."""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from pathlib import Path

from mailbot.config import Desk, Listen, Relay, Settings, load
from mailbot.core.people import Agent
from mailbot.core.policy import Policy
from mailbot.errors import ConfigError, MailbotError

Addressed = Counter[tuple[str, str]]


def settings_for(
    config: Path | None, policy: Policy, addressed: Addressed, desk: str = "", agents: Sequence[str] = ()
) -> Settings:
    """The settings of a replay; *desk* picks or names its desk, *agents* join those of the configuration.

    *addressed* says how many mails went from whom to which address. Raises MailbotError where no desk can be found.
    """
    more = tuple(_agent(address) for address in agents)
    if config is None:
        wanted = _address("--desk", desk) if desk else most_addressed(addressed, {a.address for a in more})
        if not wanted:
            raise MailbotError("the mails name no address that they were sent to; give the desk's with --desk")
        return Settings("", "", Listen(), Relay(), (_desk(wanted, policy),), more)
    settings = load(config, secrets=False)
    known = {a for agent in settings.agents for a in agent.addresses}
    new = tuple(a for a in more if a.address not in known)
    return replace(settings, desks=_chosen(settings, desk, policy, addressed), agents=(*settings.agents, *new))


def most_addressed(addressed: Addressed, people: Set[str]) -> str:
    """The address that most mails of others than *people* went to; of equals the first by name; "" where there is none."""
    counts: Counter[str] = Counter()
    for (sender, address), number in addressed.items():
        if not {sender, address} & people:
            counts[address] += number
    return min(counts, key=lambda address: (-counts[address], address), default="")


def _chosen(settings: Settings, wanted: str, policy: Policy, addressed: Addressed) -> tuple[Desk, ...]:
    """The desk of the configuration, or a new one that some of the mails went to."""
    if not wanted:
        return settings.desks
    found = tuple(d for d in settings.desks if wanted.casefold() in (d.address, *d.aliases))
    if found:
        return found
    address = _address("--desk", wanted)
    if all(to != address for _, to in addressed):
        known = ", ".join(d.address for d in settings.desks)
        raise ConfigError("--desk", wanted, f"no mail went to it, and the configuration has only {known}")
    return (_desk(address, policy),)


def _desk(address: str, policy: Policy) -> Desk:
    return Desk(address, _name(address), policy)


def _agent(text: str) -> Agent:
    address = _address("--agent", text)
    return Agent((address,), _name(address))


def _address(option: str, text: str) -> str:
    local, _, domain = text.strip().rpartition("@")
    if not local or not domain or any(c in text.strip() for c in ' <>,;"'):
        raise ConfigError(option, text, 'not an address; write "anna@example.org"')
    return text.strip().casefold()


def _name(address: str) -> str:
    """A person's or a desk's name made from the address: Anna Nowak for anna.nowak@example.org."""
    return address.rpartition("@")[0].replace(".", " ").replace("_", " ").title()
