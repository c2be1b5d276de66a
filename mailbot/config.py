"""Files to checked settings: all problems at once, each with file, line, key and remedy."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailbot.core.forms import Form
from mailbot.core.people import Agent
from mailbot.core.policy import Policy
from mailbot.core.worktime import Calendar, parse_hours
from mailbot.errors import ConfigError, MailbotError
from mailbot.policies import load_policy_file

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")


class ConfigProblems(MailbotError):
    """Everything that is wrong with a configuration, at once."""

    def __init__(self, problems: tuple[ConfigError, ...]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Listen:
    smtp: str = ""  #: host:port; "" does not listen
    lmtp: str = ""  #: host:port or /path/of/a/socket
    hostname: str = "localhost"
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    size_limit_bytes: int = 26_214_400
    connections: int = 50


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
    team: str = ""

    @property
    def language(self) -> str:
        return self.policy.languages[0]


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
    templates: Path | None = None
    send_delay_seconds: int = 60
    mode: str = "live"
    log_level: str = "info"
    secret: str = ""


TRY_OUT = """
[store]
url = "sqlite:///mailbot-data/mailbot.db"
[listen]
smtp = "127.0.0.1:8025"
[relay]
maildir = "mailbot-data/out"
[[desk]]
address = "support@localhost"
name = "Support"
policy = "complaints-24h"
"""

#: every key: table -> (key -> default); None means that it must be given
KEYS: Mapping[str, Mapping[str, Any]] = {
    "": {"send_delay_seconds": 60, "mode": "live", "log_level": "info", "templates": "", "policies": ""},
    "store": {"url": "sqlite:////var/lib/mailbot/mailbot.db"},
    "listen": {
        "smtp": "",
        "lmtp": "",
        "hostname": "localhost",
        "tls_certificate": "",
        "tls_key": "",
        "size_limit_bytes": 26_214_400,
        "connections": 50,
    },
    "relay": {
        "host": "",
        "port": 587,
        "security": "starttls",
        "user": "",
        "password": "",
        "maildir": "",
        "give_up_after_days": 4,
    },
    "trust": {"authserv_id": ""},
    "imap": {
        "host": None,
        "user": None,
        "port": 993,
        "security": "tls",
        "password": "",
        "oauth_token_file": "",
        "folder": "INBOX",
        "done": "mailbot/done",
        "desk": "",
        "history": "ignore",
        "poll_seconds": 60,
    },
    "desk": {
        "address": None,
        "name": None,
        "policy": None,
        "manager": "",
        "aliases": [],
        "subaddress": "+",
        "team": "",
    },
    "form": {"sender": None, "desk": "", "peer": "", "customer": "reply-to"},
    "agent": {
        "address": "",
        "addresses": [],
        "name": None,
        "teams": [],
        "languages": [],
        "hours": "",
        "zone": "",
        "capacity": 20,
        "senior": False,
        "reviewer": False,
    },
}
CHOICES = {
    "mode": ("live", "shadow"),
    "log_level": ("debug", "info", "warning", "error"),
    "relay.security": ("starttls", "tls", "none"),
    "imap.security": ("starttls", "tls", "none"),
    "imap.history": ("ignore", "process"),
    "desk.subaddress": ("+", "-", "none"),
}
LISTS = ("imap", "desk", "agent", "form")


def data_dir() -> Path:
    """Where the shipped templates and policies are: inside the installed package, or in the checkout."""
    installed = Path(__file__).parent / "_data"
    return installed if installed.is_dir() else Path(__file__).parent.parent


@dataclass(slots=True)
class _Reader:
    """Collects problems while the tables of one file are read."""

    path: Path | None
    text: str
    credentials: Path | None
    problems: list[ConfigError] = field(default_factory=list)

    def problem(self, key: str, value: object, hint: str) -> None:
        last = key.rpartition(".")[2]
        rows = list(enumerate(self.text.splitlines(), 1))
        line = next((n for n, t in rows if t.split("=")[0].strip().strip("[]") == last), None)
        shown = "…" if last == "password" and value else value
        name = str(self.path) if self.path else "the built-in try-out"
        self.problems.append(ConfigError(key, shown, hint, file=name, line=line))

    def table(self, name: str, given: object, prefix: str = "") -> dict[str, Any]:
        """*given* with defaults, its keys and the types of its values checked."""
        known, label = KEYS[name], f"{prefix or name}." if name else ""
        if not isinstance(given, dict):
            self.problem(prefix or name, given, f"write a table: [{name}]")
            return {k: v for k, v in known.items() if v is not None}
        for key in given.keys() - known.keys():
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"unknown; did you mean {near[0]}?" if near else f"unknown; known are {', '.join(sorted(known))}"
            self.problem(label + key, given[key], hint)
        values = {key: given.get(key, default) for key, default in known.items()}
        for key, value in values.items():
            self._check(label + key, f"{name}.{key}" if name else key, value, known[key])
        return values

    def _check(self, label: str, key: str, value: object, default: object) -> None:
        wanted = str if default is None else type(default)
        if value is None:
            self.problem(label, None, "missing; it must be given")
        elif not isinstance(value, wanted) or (isinstance(value, bool) and wanted is int):
            kind = {str: "a text in quotes", int: "a whole number", list: "a list", bool: "true or false"}[wanted]
            self.problem(label, value, f"write {kind}")
        elif key in CHOICES and value not in CHOICES[key]:
            self.problem(label, value, f"use one of {', '.join(CHOICES[key])}")
        elif (
            isinstance(value, int) and not isinstance(value, bool) and value < (0 if key == "send_delay_seconds" else 1)
        ):
            self.problem(label, value, "write a number above zero")

    def place(self, value: str) -> Path | None:
        base = self.path.parent if self.path else Path()
        return base / value if value else None

    def credential(self, name: str) -> Path | None:
        """The file of that credential; systemd puts the name of the folder before it."""
        folder = self.credentials
        found = [folder / n for n in (name, f"credentials_{name}") if (folder / n).is_file()] if folder else []
        return found[0] if found else None

    def password(self, key: str, given: str, credential: str) -> str:
        """From systemd's credentials (systemd.exec(5), LoadCredential), or from a file that nobody else may read."""
        stored = self.credential(credential)
        if stored is not None:
            return stored.read_text("utf-8").strip()
        if given and self.path and self.path.stat().st_mode & 0o077:
            self.problem(key, given, f"others can read this file: chmod 600 it, or use the credential {credential}")
        return given


def load(path: Path | None, credentials: Path | None = None) -> Settings:
    """The settings in *path*; None is the try-out. Raises ConfigProblems with everything that is wrong."""
    named = os.environ.get("CREDENTIALS_DIRECTORY", "")
    credentials = credentials or (Path(named) if named else None)
    text, tables = _read(path)
    reader = _Reader(path, text, credentials)
    for key in tables.keys() - KEYS[""].keys() - KEYS.keys():
        near = difflib.get_close_matches(key, [*KEYS, *KEYS[""]], n=1)
        reader.problem(key, None, f"unknown; did you mean {near[0]}?" if near else "unknown; remove it")
    settings = _settings(reader, tables)
    if reader.problems or settings is None:
        raise ConfigProblems(tuple(reader.problems))
    return settings


def _read(path: Path | None) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text("utf-8") if path else TRY_OUT
        return text, tomllib.loads(text)
    except FileNotFoundError as error:
        raise ConfigProblems((ConfigError("--config", str(path), "there is no such file"),)) from error
    except tomllib.TOMLDecodeError as error:
        problem = ConfigError("syntax", None, f"not TOML: {error}", file=str(path))
        raise ConfigProblems((problem,)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigProblems((ConfigError("--config", str(path), f"cannot be read: {error}"),)) from error


def _settings(reader: _Reader, tables: dict[str, Any]) -> Settings | None:
    top = reader.table("", {k: v for k, v in tables.items() if k in KEYS[""]})
    one = {name: reader.table(name, tables.get(name, {})) for name in ("store", "listen", "relay", "trust")}
    many = {name: _rows(reader, tables, name) for name in LISTS}
    if reader.problems:
        return None
    desks = tuple(d for row in many["desk"] if (d := _desk(reader, row, top["policies"])) is not None)
    settings = Settings(
        file=str(reader.path or ""),
        store_url=_store_url(reader, one["store"]["url"]),
        listen=_listen(reader, one["listen"]),
        relay=_relay(reader, one["relay"]),
        desks=desks,
        agents=with_managers(tuple(_agent(reader, row, desks) for row in many["agent"]), desks),
        imaps=tuple(_imap(reader, row) for row in many["imap"]),
        forms=tuple(_form(reader, row, one["trust"]["authserv_id"]) for row in many["form"]),
        authserv_id=one["trust"]["authserv_id"],
        templates=reader.place(top["templates"]),
        send_delay_seconds=top["send_delay_seconds"],
        mode=top["mode"],
        log_level=top["log_level"],
    )
    if not many["desk"]:
        reader.problem("desk", None, "no desk; write a [[desk]] with address, name and policy")
    if not (settings.listen.smtp or settings.listen.lmtp or settings.imaps or os.environ.get("LISTEN_FDS")):
        reader.problem("listen", None, "no way in; set listen.smtp, listen.lmtp or an [[imap]]")
    return settings


def _rows(reader: _Reader, tables: dict[str, Any], name: str) -> list[dict[str, Any]]:
    given = tables.get(name, [])
    if not isinstance(given, list):
        reader.problem(name, None, f"write it with two brackets: [[{name}]]")
        return []
    return [reader.table(name, row, f"{name}[{n}]") for n, row in enumerate(given, 1)]


def _store_url(reader: _Reader, url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        reader.problem("store.url", url, 'write "sqlite:////path/mailbot.db" or "postgresql://user@host/name"')
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    relative = re.fullmatch(r"sqlite:///([^/].*)", url)
    return f"sqlite:///{reader.place(relative.group(1))}" if relative else url


def _where(reader: _Reader, key: str, value: str) -> str:
    port = value.rpartition(":")[2]
    if value and not value.startswith("/") and not (":" in value and port.isdigit() and int(port) <= 65535):
        reader.problem(key, value, 'write "127.0.0.1:8025", with a port of at most 65535')
    return value


def _listen(reader: _Reader, row: dict[str, Any]) -> Listen:
    certificate, key = reader.place(row["tls_certificate"]), reader.place(row["tls_key"])
    for name, path in (("tls_certificate", certificate), ("tls_key", key)):
        if path is not None and not path.is_file():
            reader.problem(f"listen.{name}", str(path), "there is no such file")
    if (certificate is None) != (key is None):
        reader.problem("listen.tls_key", row["tls_key"], "certificate and key belong together; give both or none")
    return Listen(
        smtp=_where(reader, "listen.smtp", row["smtp"]),
        lmtp=_where(reader, "listen.lmtp", row["lmtp"]),
        hostname=row["hostname"],
        tls_certificate=certificate,
        tls_key=key,
        size_limit_bytes=row["size_limit_bytes"],
        connections=row["connections"],
    )


def _relay(reader: _Reader, row: dict[str, Any]) -> Relay:
    if not 1 <= row["port"] <= 65535:
        reader.problem("relay.port", row["port"], "not a port; use 1 to 65535")
    if bool(row["host"]) == bool(row["maildir"]):
        reader.problem("relay.host", row["host"], "one way out is needed: relay.host, or relay.maildir for a try-out")
    if row["security"] == "none" and row["user"]:
        reader.problem("relay.security", "none", "a password never goes in clear text; use starttls or tls")
    password = reader.password("relay.password", row["password"], "relay-password")
    return Relay(**{**row, "password": password, "maildir": reader.place(row["maildir"])})


def _imap(reader: _Reader, row: dict[str, Any]) -> ImapAccount:
    if not 1 <= row["port"] <= 65535:
        reader.problem("imap.port", row["port"], "not a port; use 1 to 65535")
    password = reader.password("imap.password", row["password"], f"imap-password-{row['user']}")
    token = reader.credential(f"imap-token-{row['user']}") or reader.place(row["oauth_token_file"])
    if not password and not token:
        reader.problem("imap.password", "", f"no password; use the credential imap-password-{row['user']}")
    return ImapAccount(**{**row, "password": password, "oauth_token_file": token})


def _form(reader: _Reader, row: dict[str, Any], authserv_id: str) -> Form:
    sender = _address(reader, "form.sender", row["sender"])
    if not row["peer"] and not authserv_id:
        hint = "nothing proves this form; give form.peer (the address that hands its mail in) or trust.authserv_id"
        reader.problem("form.peer", "", hint)
    return Form(sender, row["desk"].casefold(), row["peer"], row["customer"])


def _address(reader: _Reader, key: str, value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        reader.problem(key, value, 'not an address; write "support@example.org"')
    return value.casefold()


def _desk(reader: _Reader, row: dict[str, Any], policies: str) -> Desk | None:
    address = _address(reader, "desk.address", row["address"])
    aliases = tuple(_address(reader, "desk.aliases", a) for a in row["aliases"])
    manager = _address(reader, "desk.manager", row["manager"]) if row["manager"] else ""
    policy, problems = load_policy_file(policy_path(row["policy"], reader.path, reader.place(policies)))
    reader.problems.extend(problems)
    if policy is None:
        return None
    return Desk(address, row["name"], policy, manager, aliases, row["subaddress"], row["team"])


def policy_path(name: str, config: Path | None, folder: Path | None = None) -> Path:
    """The file of the policy *name*: a path, the administrator's folder, or the shipped one."""
    if name.endswith(".toml"):
        return Path(name)
    own = folder or (config.parent / "policies" if config else None)
    if own is not None and (own / f"{name}.toml").is_file():
        return own / f"{name}.toml"
    return data_dir() / "config" / "policies" / f"{name}.toml"


def load_policy(name: str, config: Path | None) -> Policy:
    """One policy by name or file. Raises ConfigProblems."""
    policy, problems = load_policy_file(policy_path(name, config))
    if policy is None or problems:
        raise ConfigProblems(problems)
    return policy


def _agent(reader: _Reader, row: dict[str, Any], desks: tuple[Desk, ...]) -> Agent:
    given = row["addresses"] or [row["address"]]
    addresses = tuple(_address(reader, "agent.address", str(a)) for a in given)
    calendar = None
    if row["hours"]:
        zone = row["zone"] or (desks[0].policy.calendar.zone if desks else "UTC")
        try:
            ZoneInfo(zone)
            calendar = Calendar(zone, parse_hours(row["hours"]))
        except (ZoneInfoNotFoundError, OSError):
            reader.problem("agent.zone", zone, 'not a time zone; write "Europe/Berlin"')
        except ValueError as error:
            reader.problem("agent.hours", row["hours"], str(error))
    return Agent(
        addresses,
        row["name"],
        tuple(row["teams"]),
        tuple(row["languages"]),
        calendar,
        row["capacity"],
        row["senior"],
        row["reviewer"],
    )


def with_managers(agents: tuple[Agent, ...], desks: tuple[Desk, ...]) -> tuple[Agent, ...]:
    """*agents*, and the managers who are none: they can answer what they are told."""
    known = {address for agent in agents for address in agent.addresses}
    others = dict.fromkeys(d.manager for d in desks if d.manager and d.manager not in known)
    return (*agents, *(Agent((a,), a.partition("@")[0].capitalize(), capacity=0, manager=True) for a in others))


def check(settings: Settings) -> tuple[list[ConfigError], list[ConfigError]]:
    """(problems, warnings) that only show when everything is seen together."""
    problems: list[ConfigError] = []
    warnings: list[ConfigError] = []
    own = [a for d in settings.desks for a in (d.address, *d.aliases)]
    for address in sorted({a for a in own if own.count(a) > 1}):
        problems.append(
            ConfigError("desk.address", address, "two desks share it; give each its own", file=settings.file)
        )
    staff = [agent for agent in settings.agents if not agent.manager]
    people = [a for agent in staff for a in agent.addresses]
    for address in sorted(set(people) & set(own)):
        hint = "a desk's own address cannot be an agent's: notifications would come back as mail"
        problems.append(ConfigError("agent.address", address, hint, file=settings.file))
    for address in sorted({a for a in people if people.count(a) > 1}):
        problems.append(ConfigError("agent.address", address, "two agents share it; keep one", file=settings.file))
    for desk in settings.desks:
        if desk.manager in own:
            problems.append(
                ConfigError("desk.manager", desk.manager, "a desk cannot manage itself", file=settings.file)
            )
        if staff and not desk.manager:
            warnings.append(
                ConfigError("desk.manager", "", "nobody hears of a broken promise; name one", file=settings.file)
            )
        if desk.policy.escalation is not None and len(staff) == 1:
            hint = "with one agent nobody is independent: escalations go to the manager"
            warnings.append(ConfigError("agent", staff[0].name, hint, file=settings.file))
    if not settings.authserv_id and settings.file:
        hint = "not set: who wrote a mail is known by reply tokens alone"
        warnings.append(ConfigError("trust.authserv_id", "", hint, file=settings.file))
    return problems, warnings
