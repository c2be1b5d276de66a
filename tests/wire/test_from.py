"""Who wrote a mail is known only where From says it plainly (T-02, T-09)."""

import pytest

from mailbot.wire.parse import parse

ANNA = "anna@example.org"
FORGED = [
    f"{ANNA} <x@evil.example>",
    f"<{ANNA}> <x@evil.example>",
    f"<{ANNA}><x@evil.example>",
    f"{ANNA}, <x@evil.example>",
    f"{ANNA},x@evil.example",
    f"{ANNA};x@evil.example",
    f'"{ANNA}" <x@evil.example>',
    f'"Anna <{ANNA}>" <x@evil.example>',
    f"=?utf-8?q?{ANNA}?= <x@evil.example>",
    "=?utf-8?b?YW5uYUBleGFtcGxlLm9yZw==?= <x@evil.example>",
    f"{ANNA}\u202e <x@evil.example>",
    f"{ANNA}\r\n <x@evil.example>",
    f"Anna <{ANNA}\0@evil.example>",
    f"staff: {ANNA};",
    f"staff: {ANNA}, x@evil.example;",
    f"({ANNA}) x@evil.example",
    f"x@evil.example ({ANNA})",
    f"Anna <{ANNA}> <x@evil.example>",
    f"Anna <@evil.example:{ANNA}>",
    f"<{ANNA}",
    f"{ANNA}>",
    "Anna <anna @example.org>",
    "Anna <anna@example.org.>",
    f"Anna {ANNA}",
    "anna@example.org(.evil.example",
    '"anna"@example.org',
    "anna@[example.org]",
    "anna\u200b@example.org",
    "anna@example。org",
    "anna@exa\u00admple.org",
    "Аnna <аnna@example.org>",
]
PLAIN = [
    ANNA,
    f"<{ANNA}>",
    f"Anna <{ANNA}>",
    f'"Anna, Support" <{ANNA}>',
    f"{ANNA} (Anna)",
    f"Anna (Support) <{ANNA}>",
    f"=?utf-8?q?J=C3=BCrgen?= <{ANNA}>",
    f"Anna\r\n <{ANNA}>",
    "Anna <Anna@Example.ORG>",
]


def identity(from_: str) -> str:
    """Whom the mail is taken to be from; "" where that is not plain."""
    mail = parse(f"From: {from_}\r\nSubject: x\r\n\r\nhi\r\n".encode())
    return mail.from_.identity if mail.from_ is not None and not mail.from_is_ambiguous else ""


@pytest.mark.parametrize("from_", FORGED, ids=range(len(FORGED)))
def test_nothing_that_only_looks_like_an_agent_is_the_agent(from_: str) -> None:
    assert identity(from_) != ANNA


@pytest.mark.parametrize("from_", PLAIN, ids=range(len(PLAIN)))
def test_what_clients_write_is_plain(from_: str) -> None:
    assert identity(from_) == ANNA


@pytest.mark.parametrize("field", ["Sender", "Resent-From", "Reply-To", "X-Original-From", "Return-Path"])
def test_no_other_field_says_who_wrote(field: str) -> None:
    mail = parse(f"{field}: {ANNA}\r\nFrom: x@evil.example\r\n\r\nhi\r\n".encode())

    assert mail.from_ is not None
    assert mail.from_.identity == "x@evil.example"


def test_two_from_fields_are_nobody() -> None:
    assert parse(f"From: {ANNA}\r\nFrom: x@evil.example\r\n\r\nhi\r\n".encode()).from_is_ambiguous
    assert parse(f"From: {ANNA}\r\nfrom: {ANNA}\r\n\r\nhi\r\n".encode()).from_is_ambiguous
