"""Tables of the file to values; what is wrong is told to the reader."""

import difflib
import re
import ssl
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailbot.config.policy_files import policy_names, policy_path
from mailbot.config.reader import Reader, Row
from mailbot.config.values import Desk, ImapAccount, Listen, Relay
from mailbot.core.forms import Form
from mailbot.core.people import Agent
from mailbot.core.policy import LANGUAGES
from mailbot.core.worktime import Calendar, parse_hours
from mailbot.policies import load_policy_file
from mailbot.toml_lines import Path as Place

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_HOST = re.compile(r"(?:\[[0-9a-fA-F:.%\w]+\]|[^\s:\[\]]+):(\d{1,5})")
_URLS = ("sqlite:///", "postgresql+psycopg://", "postgresql://")


def read_store_url(reader: Reader, row: Row) -> str:
    """A URL for SQLAlchemy; a relative path of SQLite is relative to the configuration."""
    url: str = row["url"]
    if row.fine("url") and (not url.startswith(_URLS) or url in _URLS):
        reader.problem(row.at("url"), url, 'write "sqlite:////path/mailbot.db" or "postgresql://user@host/name"')
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    relative = re.fullmatch(r"sqlite:///([^/].*)", url)
    return f"sqlite:///{reader.file(relative.group(1))}" if relative else url


def read_listen(reader: Reader, row: Row) -> Listen:
    files = {key: reader.file(row[key]) for key in ("tls_certificate", "tls_key")}
    for key, path in files.items():
        if path is not None and not path.is_file():
            reader.problem(row.at(key), str(path), "there is no such file")
    if (files["tls_certificate"] is None) != (files["tls_key"] is None):
        missing = "tls_key" if files["tls_key"] is None else "tls_certificate"
        reader.problem(row.at(missing), "", "certificate and key belong together; give both or none")
    elif all(path is not None and path.is_file() for path in files.values()):
        _check_certificate(reader, row, files)
    if row.fine("hostname") and (not row["hostname"] or " " in row["hostname"]):
        reader.problem(row.at("hostname"), row["hostname"], 'write a name like "mail.example.org"')
    return Listen(
        smtp=_where(reader, row, "smtp"),
        lmtp=_where(reader, row, "lmtp"),
        hostname=row["hostname"],
        tls_certificate=files["tls_certificate"],
        tls_key=files["tls_key"],
        size_limit_bytes=row["size_limit_bytes"],
        connections=row["connections"],
        connections_per_address=row["connections_per_address"],
    )


def _check_certificate(reader: Reader, row: Row, files: dict[str, Path | None]) -> None:
    """Only the daemon must be able to read the key; whoever only looks need not."""
    if not reader.secrets:
        return
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(str(files["tls_certificate"]), files["tls_key"])
    except ssl.SSLError:
        hint = "no certificate (PEM, its issuers after it) that belongs to tls_key (PEM, without a passphrase)"
        reader.problem(row.at("tls_certificate"), row["tls_certificate"], hint)
    except OSError as error:
        reader.problem(row.at("tls_certificate"), row["tls_certificate"], f"cannot be read: {error.strerror}")


def _where(reader: Reader, row: Row, key: str) -> str:
    value: str = row[key]
    match = _HOST.fullmatch(value)
    is_socket = key == "lmtp" and value.startswith("/")
    if value and not is_socket and (match is None or int(match.group(1)) > 65535):
        also = ', or "/run/mailbot/lmtp.sock"' if key == "lmtp" else ""
        reader.problem(row.at(key), value, f'write "127.0.0.1:8025", with a port of at most 65535{also}')
    return value


def read_relay(reader: Reader, row: Row) -> Relay:
    if row.fine("host", "maildir") and bool(row["host"]) == bool(row["maildir"]):
        hint = "one way out is needed: relay.host, or relay.maildir for a try-out"
        reader.problem(row.at("host"), row["host"], hint)
    if row["security"] == "none" and row["user"]:
        reader.problem(row.at("security"), "none", "a password never goes in clear text; use starttls or tls")
    password = reader.password(row.at("password"), row["password"], "relay-password")
    if row["user"] and not password and reader.secrets and row.fine("password"):
        reader.problem(row.at("password"), "", "no password for relay.user; use the credential relay-password")
    return Relay(**{**row.values, "password": password, "maildir": reader.file(row["maildir"])})


def read_imap(reader: Reader, row: Row) -> ImapAccount:
    password = reader.password(row.at("password"), row["password"], f"imap-password-{row['user']}")
    token = reader.credential(f"imap-token-{row['user']}") or reader.file(row["oauth_token_file"])
    if not password and not token and reader.secrets and row.fine("user", "password", "oauth_token_file"):
        hint = f"no password; use the credential imap-password-{row['user']} (or imap-token-{row['user']} for OAuth 2)"
        reader.problem(row.at("password"), "", hint)
    if row["done"] == row["folder"]:
        reader.problem(row.at("done"), row["done"], "the folder itself: its mail would be read again and again")
    return ImapAccount(**{**row.values, "password": password, "oauth_token_file": token})


def read_form(reader: Reader, row: Row, trust: Row) -> Form:
    sender = address(reader, row.at("sender"), row["sender"]) if row.fine("sender") else ""
    if row.fine("peer") and trust.fine("authserv_id") and not row["peer"] and not trust["authserv_id"]:
        hint = "nothing proves this form; give peer (the address that hands its mail in) or trust.authserv_id"
        reader.problem(row.at("peer"), "", hint)
    return Form(sender, row["desk"].casefold(), row["peer"], row["customer"])


def address(reader: Reader, place: Place, value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        reader.problem(place, value, 'not an address; write "support@example.org"')
    return value.casefold()


def read_desk(reader: Reader, row: Row, policies: Path | None) -> Desk | None:
    """None where its policy is no good."""
    main = address(reader, row.at("address"), row["address"]) if row.fine("address") else ""
    aliases = tuple(address(reader, row.at("aliases", n), a) for n, a in enumerate(row["aliases"]))
    manager = address(reader, row.at("manager"), row["manager"]) if row["manager"] else ""
    if not row.fine("policy"):
        return None
    name = row["policy"]
    path = (reader.file(name) if name.endswith(".toml") else None) or policy_path(name, reader.path, policies)
    if not path.is_file():
        reader.problem(row.at("policy"), name, _no_policy(name, path, reader.path, policies))
        return None
    file = load_policy_file(path)
    reader.problems.extend(p for p in file.problems if str(p) not in {str(known) for known in reader.problems})
    if file.policy is None:
        return None
    subaddress, shown = row["subaddress"], row["answers_as"]
    return Desk(main, row["name"], file.policy, manager, aliases, subaddress, shown, row["team"], file)


def _no_policy(name: str, path: Path, config: Path | None, folder: Path | None) -> str:
    names = policy_names(config, folder)
    near = difflib.get_close_matches(name, names, n=1)
    if name.endswith(".toml"):
        return f"there is no file {path}"
    return f"there is no such policy; did you mean {near[0]}?" if near else f"no such policy; use {', '.join(names)}"


def _languages(reader: Reader, row: Row) -> tuple[str, ...]:
    for number, language in enumerate(row["languages"]):
        if language not in LANGUAGES:
            reader.problem(row.at("languages", number), language, f"no mail is in it; use {', '.join(LANGUAGES)}")
    return tuple(row["languages"])


def read_agent(reader: Reader, row: Row, zone: str) -> Agent:
    """*zone* is that of the first desk."""
    if row["addresses"]:
        addresses = tuple(address(reader, row.at("addresses", n), a) for n, a in enumerate(row["addresses"]))
    elif row["address"]:
        addresses = (address(reader, row.at("address"), row["address"]),)
    else:
        addresses = ("",)
        if row.fine("address", "addresses"):
            reader.problem(row.at("address"), None, "missing; give address, or addresses for several of one person")
    return Agent(
        addresses,
        row["name"],
        tuple(row["teams"]),
        _languages(reader, row),
        _hours(reader, row, row["zone"] or zone),
        row["capacity"],
        row["senior"],
        row["reviewer"],
    )


def _hours(reader: Reader, row: Row, zone: str) -> Calendar | None:
    """The hours of duty; a zone that is none hides nothing that is wrong with them."""
    known = _is_zone(zone)
    if not known:
        reader.problem(row.at("zone"), zone, 'not a time zone; write "Europe/Berlin"')
    if not row["hours"]:
        return None
    try:
        hours = parse_hours(row["hours"])
    except ValueError as error:
        reader.problem(row.at("hours"), row["hours"], str(error))
        return None
    return Calendar(zone, hours) if known else None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
