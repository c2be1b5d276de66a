"""The settings of a running mailbot, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.core.forms import Form
from mailbot.core.people import Agent
from mailbot.core.period import Every
from mailbot.core.policy import Policy
from mailbot.policies import PolicyFile
from mailbot.signing import Signer


@dataclass(frozen=True, slots=True)
class Listen:
    smtp: str = ""  #: host:port; "" does not listen
    lmtp: str = ""  #: host:port or /path/of/a/socket
    hostname: str = "localhost"
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    size_limit_bytes: int = 26_214_400
    connections: int = 50
    connections_per_address: int = 20  #: by SMTP; LMTP comes from the machine itself


@dataclass(frozen=True, slots=True)
class Relay:
    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = ""
    maildir: Path | None = None
    give_up_after_days: int = 4


@dataclass(frozen=True, slots=True)
class ImapAccount:
    host: str
    user: str
    port: int = 993
    security: str = "tls"
    password: str = ""
    oauth_token_file: Path | None = None  #: an OAuth 2 access token; read afresh at every login
    folder: str = "INBOX"
    done: str = "mailbot/done"
    desk: str = ""
    history: str = "ignore"
    poll_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Desk:
    address: str
    name: str
    policy: Policy
    manager: str = ""
    aliases: tuple[str, ...] = ()
    subaddress: str = "+"
    answers_as: str = "person (desk)"  #: whose name an agent's mail bears: "person (desk)", "person" or "desk"
    team: str = ""
    policy_file: PolicyFile | None = None  #: where the policy stands, for what only shows with the desk's people

    @property
    def language(self) -> str:
        return self.policy.languages[0]

    def owns(self, addr_spec: str) -> bool:
        """Whether that is its address, an alias, or either with a subaddress."""
        local, _, domain = addr_spec.casefold().rpartition("@")
        for own in (self.address, *self.aliases):
            own_local, _, own_domain = own.casefold().rpartition("@")
            below = self.subaddress != "none" and local.startswith(own_local + self.subaddress)
            if domain == own_domain and (local == own_local or below):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Settings:
    file: str
    store_url: str
    listen: Listen
    relay: Relay
    desks: tuple[Desk, ...]
    agents: tuple[Agent, ...] = ()
    imaps: tuple[ImapAccount, ...] = ()
    forms: tuple[Form, ...] = ()
    authserv_id: str = ""
    signer: Signer | None = None  #: None: what leaves is not signed
    templates: Path | None = None
    send_delay_seconds: int = 60
    mode: str = "live"
    log_level: str = "info"
    report_every: Every = ""
    digest: bool = True  #: each agent gets what is to be done, each working morning
    prepared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: name -> language -> text
    secret: str = ""

    @property
    def desk_addresses(self) -> frozenset[str]:
        """Every desk's address and aliases, lower case."""
        return frozenset(a.casefold() for desk in self.desks for a in (desk.address, *desk.aliases))

    def desk_of(self, addr_spec: str) -> Desk | None:
        """The first desk that owns *addr_spec*."""
        return next((desk for desk in self.desks if desk.owns(addr_spec)), None)

    def is_ours(self, addr_spec: str) -> bool:
        """Whether it is a desk's or an agent's."""
        wanted = addr_spec.casefold()
        return any(wanted in agent.addresses for agent in self.agents) or self.desk_of(wanted) is not None
