"""Files to checked values: all problems at once, each with file, line, key, value and remedy."""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailbot.config.build import (
    read_agent,
    read_desk,
    read_form,
    read_imap,
    read_listen,
    read_relay,
    read_store_url,
)
from mailbot.config.dkim import read_dkim
from mailbot.config.keys import KEYS, LISTS, TABLES, TRY_OUT
from mailbot.config.policy_files import policy_names, policy_path
from mailbot.config.prepared import read_prepared, warn_of_silence
from mailbot.config.reader import Reader, Row, unknown
from mailbot.config.values import Desk, Settings
from mailbot.config.whole import check_accounts, check_desks_named, check_people, check_ways, warn
from mailbot.core.people import Agent
from mailbot.core.policy import Policy
from mailbot.errors import ConfigError, ConfigProblems
from mailbot.policies import load_policy_file


@dataclass(frozen=True, slots=True)
class Findings:
    """A configuration, looked at as a whole."""

    settings: Settings | None  #: None where there are problems
    seen: Settings | None  #: as far as it can be read, problems or not
    problems: tuple[ConfigError, ...]
    warnings: tuple[ConfigError, ...]


def load(path: Path | None, credentials: Path | None = None, *, secrets: bool = True) -> Settings:
    """The settings in *path*; None is the try-out. Raises ConfigProblems with everything that is wrong.

    Without *secrets* no password is asked for: enough for whoever only looks.
    """
    found = examine(path, credentials, secrets=secrets)
    if found.settings is None:
        raise ConfigProblems(found.problems)
    return found.settings


def examine(path: Path | None, credentials: Path | None = None, *, secrets: bool = True) -> Findings:
    """Everything that is wrong or doubtful in *path*; never raises for what stands in it."""
    try:
        text, tables = _read(path)
    except ConfigProblems as error:
        return Findings(None, None, error.problems, ())
    reader = Reader(path, text, credentials or _credentials(path), secrets)
    settings = _settings(reader, tables)
    ordered = sorted(reader.problems, key=lambda p: (p.file != str(path), p.file, p.line or 0))
    return Findings(None if reader.problems else settings, settings, tuple(ordered), tuple(reader.warnings))


def store_url(path: Path | None) -> str:
    """Where the store is; all that is asked of the configuration by whoever only looks inside."""
    text, tables = _read(path)
    reader = Reader(path, text, None)
    url = read_store_url(reader, reader.row("store", ("store",), tables.get("store", {})))
    if reader.problems:
        raise ConfigProblems(tuple(reader.problems))
    return url


def load_policy(name: str, config: Path | None, years: range | None = None) -> Policy:
    """One policy by name or file, as the configuration would find it, with the holidays of *years*.

    None takes the years around today. Raises ConfigProblems.
    """
    given = _read(config)[1].get("policies", "") if config is not None else ""
    folder = config.parent / given if config is not None and isinstance(given, str) and given else None
    path = policy_path(name, config, folder)
    if not path.is_file():
        hint = f"there is no such policy; there are {', '.join(policy_names(config, folder))}"
        raise ConfigProblems((ConfigError("policy", name, hint),))
    file = load_policy_file(path, years)
    if file.policy is None or file.problems:
        raise ConfigProblems(file.problems)
    return file.policy


def _credentials(path: Path | None) -> Path | None:
    """The folder that systemd names, or the one that its unit is told to read."""
    named = os.environ.get("CREDENTIALS_DIRECTORY", "")
    return Path(named) if named else path.parent / "credentials" if path else None


def _read(path: Path | None) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text("utf-8") if path else TRY_OUT
        return text, tomllib.loads(text)
    except FileNotFoundError as error:
        raise ConfigProblems((ConfigError("--config", str(path), "there is no such file"),)) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) if found else None
        raise ConfigProblems((ConfigError("syntax", None, f"not TOML: {error}", file=str(path), line=line),)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigProblems(
            (ConfigError("syntax", None, "not UTF-8; save it as UTF-8", file=str(path), line=line),)
        ) from error
    except OSError as error:
        hint = f"cannot be read: {error.strerror}"
        raise ConfigProblems((ConfigError("--config", str(path), hint),)) from error


def _settings(reader: Reader, tables: dict[str, Any]) -> Settings | None:
    strange = tables.keys() - KEYS[""].keys() - KEYS.keys()
    for key in strange:
        reader.problem((key,), None, unknown(key, (*KEYS[""], *TABLES, *LISTS)))
    top = reader.row("", (), {k: v for k, v in tables.items() if k in KEYS[""]})
    one = {name: reader.row(name, (name,), tables.get(name, {})) for name in TABLES}
    many = {name: reader.rows(name, tables.get(name, [])) for name in LISTS}
    if not strange and all(isinstance(tables.get(name, []), list) for name in LISTS):
        check_ways(reader, one, many)
    check_people(reader, many["desk"], many["agent"])
    check_desks_named(reader, many["desk"], [*many["imap"], *many["form"]])
    check_accounts(reader, many["imap"])
    settings = _built(reader, top, one, many)
    if not reader.problems:
        warn(reader, settings, many["desk"])
        warn_of_silence(reader, many["prepared"], settings.desks)
    return settings


def _built(reader: Reader, top: Row, one: dict[str, Row], many: dict[str, list[Row]]) -> Settings:
    policies = reader.folder(("policies",), top["policies"])
    desks = tuple(d for row in many["desk"] if (d := read_desk(reader, row, policies)) is not None)
    zone = desks[0].policy.calendar.zone if desks else "UTC"
    return Settings(
        file=str(reader.path or ""),
        store_url=read_store_url(reader, one["store"]),
        listen=read_listen(reader, one["listen"]),
        relay=read_relay(reader, one["relay"]),
        desks=desks,
        agents=_with_managers(tuple(read_agent(reader, row, zone) for row in many["agent"]), desks),
        imaps=tuple(read_imap(reader, row) for row in many["imap"]),
        forms=tuple(read_form(reader, row, one["trust"]) for row in many["form"]),
        authserv_id=one["trust"]["authserv_id"],
        signer=read_dkim(reader, one["dkim"], [desk.address.rpartition("@")[2] for desk in desks]),
        templates=reader.folder(("templates",), top["templates"]),
        send_delay_seconds=top["send_delay_seconds"],
        mode=top["mode"],
        log_level=top["log_level"],
        report_every=top["report_every"],
        digest=top["digest"],
        prepared=read_prepared(reader, many["prepared"]),
    )


def _with_managers(agents: tuple[Agent, ...], desks: tuple[Desk, ...]) -> tuple[Agent, ...]:
    """*agents*, and the managers who are none: they can answer what they are told."""
    known = {address for agent in agents for address in agent.addresses}
    others = dict.fromkeys(d.manager for d in desks if d.manager and d.manager not in known)
    return (*agents, *(Agent((a,), a.partition("@")[0].capitalize(), capacity=0, manager=True) for a in others))
