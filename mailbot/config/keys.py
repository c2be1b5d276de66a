"""Every key of mailbot.toml with its default, and what its value may be."""

from collections.abc import Mapping
from typing import Any

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
    "": {
        "send_delay_seconds": 60,
        "mode": "live",
        "log_level": "info",
        "report_every": "",
        "digest": True,
        "templates": "",
        "policies": "",
    },
    "store": {"url": "sqlite:////var/lib/mailbot/mailbot.db"},
    "listen": {
        "smtp": "",
        "lmtp": "",
        "hostname": "localhost",
        "tls_certificate": "",
        "tls_key": "",
        "size_limit_bytes": 26_214_400,
        "connections": 50,
        "connections_per_address": 20,
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
    "dkim": {"selector": "", "key": "", "domain": ""},
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
        "answers_as": "person (desk)",
        "team": "",
    },
    "form": {"sender": None, "desk": "", "peer": "", "customer": "reply-to"},
    "prepared": {"name": None, "de": "", "pl": "", "ru": "", "en": ""},
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
    "report_every": ("", "week", "month"),
    "relay.security": ("starttls", "tls", "none"),
    "imap.security": ("starttls", "tls", "none"),
    "imap.history": ("ignore", "process"),
    "desk.subaddress": ("+", "-", "none"),
    "desk.answers_as": ("person (desk)", "person", "desk"),
}
#: the least and the most that a number may be; without an entry: one or more
RANGES: Mapping[str, tuple[int, int]] = {
    "send_delay_seconds": (0, 3600),
    "listen.connections": (1, 10_000),
    "listen.connections_per_address": (1, 10_000),
    "listen.size_limit_bytes": (1000, 41_943_040),  # wire.structure reads no bigger one
    "relay.port": (1, 65535),
    "relay.give_up_after_days": (1, 30),
    "imap.port": (1, 65535),
    "imap.poll_seconds": (1, 3600),
    "agent.capacity": (0, 100_000),
}
#: texts of several lines
PROSE = frozenset({"prepared.de", "prepared.pl", "prepared.ru", "prepared.en"})
TABLES = ("store", "listen", "relay", "trust", "dkim")
LISTS = ("imap", "desk", "agent", "form", "prepared")
