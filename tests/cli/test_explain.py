"""`mailbot explain`: which desk, who wrote it, what would be decided and sent, each with its rule; without a store."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.cli.explain import explain
from mailbot.config import Settings, load

CONFIG = """
[store]
url = "sqlite:///none/x.db"
[listen]
smtp = "127.0.0.1:0"
[relay]
maildir = "."
[trust]
authserv_id = "mx.example.org"
[[form]]
sender = "formular@example.org"
peer = "192.0.2.10"
[[form]]
sender = "site@example.org"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
aliases = ["hilfe@example.org"]
[[desk]]
address = "serwis@example.org"
name = "Serwis"
policy = "complaints-working-days"
[[agent]]
address = "anna@example.org"
name = "Anna"
languages = ["en"]
"""
GERMAN = "Guten Tag, meine Rechnung Nummer 4711 ist falsch, bitte prüfen Sie das."
Told = dict[str, object]
Look = Callable[..., Told]
LOADED: dict[str, Settings] = {}


@pytest.fixture
def look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Look:
    """What explain says of a mail with these header lines; a name with its value replaces the usual line."""
    config, mail = tmp_path / "mailbot.toml", tmp_path / "1.eml"
    config.write_text(CONFIG)
    loaded = load(config, secrets=False)

    def looked(text: str = GERMAN, *more: str, readable: bool = False, **fields: str) -> Told:
        usual = {"From": "Jan <jan@example.net>", "To": "support@example.org", "Subject": "Hallo"}
        lines = [f"{k}: {v}" for k, v in {**usual, **fields}.items() if v] + [*more, "Message-ID: <1@example.net>"]
        mail.write_bytes(("\r\n".join(lines) + f"\r\n\r\n{text}\r\n").encode())
        assert explain([str(mail)], not readable, frozenset(), loaded.authserv_id, loaded) == 0
        out = capsys.readouterr().out
        return {"": out} if readable else json.loads(out)

    return looked


def said(told: Told, *keys: str) -> list[object]:
    return [told.get(key) for key in keys]


def sent(told: Told) -> list[tuple[str, str, str]]:
    rows = told["would_send"]
    assert isinstance(rows, list)
    return [(row["mail"], row["language"], row["to"]) for row in rows]


def test_a_customers_first_mail_is_acknowledged_in_its_language(look: Look) -> None:
    told = look()

    assert said(told, "desk", "desk_from", "policy") == ["support@example.org", "to", "complaints-24h"]
    assert said(told, "writer", "form", "outcome", "outcome_rule") == ["stranger", None, "applied", "opens-case"]
    assert said(told, "case_language", "language_from") == ["de", "the text"]
    assert sent(told) == [("acknowledgement", "de", "jan@example.net"), ("notice", "en", "anna@example.org")]
    assert "silent" not in told


def test_the_surest_field_names_the_desk_and_the_other_one_is_named_too(look: Look) -> None:
    told = look(To="serwis@example.org", Cc="Hilfe+x@Example.org")
    surer = look("x", "Delivered-To: hilfe@example.org", To="serwis@example.org")

    assert said(told, "desk", "desk_from", "other_desks") == ["serwis@example.org", "to", ["support@example.org"]]
    assert said(surer, "desk", "desk_from") == ["support@example.org", "delivered-to"]


def test_mail_to_none_of_the_desks_would_not_be_taken(look: Look) -> None:
    told = look(To="other@example.com")

    assert said(told, "desk", "outcome", "outcome_rule", "would_send") == [None, "refused", "no desk", []]
    assert "Delivered-To" in str(told["desk_from"])


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("ok", "de", "the desk's own: too little text to be sure"),
        ("Bonjour, ma facture est fausse, pouvez-vous la corriger, s'il vous plaît ?", "en", "second"),
    ],
)
def test_the_language_says_where_it_comes_from(look: Look, text: str, language: str, why: str) -> None:
    told = look(text, Subject="1")

    assert told["case_language"] == language
    assert why in str(told["language_from"])


def test_the_words_that_sort_a_mail_are_named(look: Look) -> None:
    told = look("Dzień dobry, mój falownik nie działa, proszę o pomoc.", To="serwis@example.org", Subject="Awaria")

    assert told["category"] == "product"
    assert "falownik" in str(told["category_from"])


@pytest.mark.parametrize(
    ("fields", "writer", "rule", "outcome", "silent"),
    [
        ({"From": "anna@example.org"}, "agent", "authority none", "held", "agent-without-authority"),
        ({"From": "a@x.test, b@x.test"}, "stranger", "several From", "applied", "no usable From"),
        ({"From": ""}, "nobody", "no usable From", "held", "no-sender"),
        ({"From": "Support+b.x@example.org"}, "ourselves", "own address", "suppressed", "loop"),
        (
            {"From": "küche@example.net"},
            "stranger",
            "customer",
            "applied",
            "the address cannot be written to from here",
        ),
        ({"Auto-Submitted": "auto-replied"}, "stranger", "customer", "suppressed", "auto-submitted"),
        ({"X-Failed-Recipients": "x@example.net"}, "stranger", "customer", "suppressed", "delivery report"),
        ({"X-Auto-Response-Suppress": "All"}, "stranger", "customer", "applied", "asks for no automatic reply"),
        (
            {"Authentication-Results": "mx.example.org; dmarc=fail header.from=example.net"},
            "stranger",
            "forged",
            "held",
            "dmarc-fail",
        ),
    ],
)
def test_nothing_leaves_to_the_customer_and_the_rule_says_why(
    look: Look, fields: dict[str, str], writer: str, rule: str, outcome: str, silent: str
) -> None:
    told = look(**fields)

    assert said(told, "writer", "outcome", "silent") == [writer, outcome, silent]
    assert rule in str(told["writer_rule"])


def test_a_forms_mail_is_its_customers_and_says_what_would_prove_it(look: Look) -> None:
    text = f"Name: Jan Muster\r\nE-Mail: jan@example.net\r\n\r\n{GERMAN}"
    told = look(text, From="formular@example.org")
    unproved = look(text, From="site@example.org")
    nameless = look(GERMAN, From="formular@example.org")

    assert said(told, "writer", "form", "outcome") == ["form", "formular@example.org", "applied"]
    assert told["form_rule"] == "the customer is jan@example.net, if 192.0.2.10 hands it in"
    assert sent(told)[0][0::2] == ("acknowledgement", "jan@example.net")
    assert said(unproved, "outcome", "form_rule") == ["held", "form without proof"]
    assert said(nameless, "outcome", "form_rule") == ["held", "form without a customer"]


def test_a_mail_that_an_agent_forwards_is_its_writers(look: Look) -> None:
    text = f"---------- Forwarded message ---------\r\nVon: Jan <jan@example.net>\r\nDate: Mo., 2. März 2026 um 10:00 Uhr\r\nSubject: 4711\r\nTo: <anna@example.org>\r\n\r\n\r\n{GERMAN}"
    passed = {"Authentication-Results": "mx.example.org; dmarc=pass header.from=example.org"}
    told = look(text, From="anna@example.org", Subject="Fwd: 4711", **passed)

    assert told["writer_rule"] == "an agent forwards it: the customer is jan@example.net"
    assert sent(told)[0] == ("acknowledgement", "de", "jan@example.net")
    assert look(text, From="anna@example.org", Subject="Fwd: 4711")["outcome"] == "held"


def test_the_readable_form_names_every_reason_and_fits_80_columns(look: Look) -> None:
    shown = str(look(GERMAN, readable=True)[""])

    assert "desk: support@example.org (to)\n" in shown
    assert "outcome: applied (opens-case)\n" in shown
    assert max(map(len, shown.splitlines())) <= 80


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300),
    st.sampled_from([b"To: support@example.org\r\n", b"From: a@b\r\nTo: serwis@example.org\r\n", b""]),
)
def test_no_bytes_make_it_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes, head: bytes) -> None:
    (tmp_path / "x.eml").write_bytes(head + raw)
    if not LOADED:
        (tmp_path / "mailbot.toml").write_text(CONFIG)
        LOADED["it"] = load(tmp_path / "mailbot.toml", secrets=False)

    assert explain([str(tmp_path / "x.eml")], True, frozenset(), "mx.example.org", LOADED["it"]) == 0
    assert json.loads(capsys.readouterr().out)
