"""The table of authority: every combination of facts has its cell."""

import pytest

from mailbot.core.mail import Address, AuthenticationResults, Mail
from mailbot.core.people import Agent
from mailbot.core.trust import Authority, Facts, authority, dmarc_passed, facts

ANNA = Agent(addresses=("anna@example.org",), name="Anna")

TABLE = {
    (True, True, True): Authority.FULL,
    (True, True, None): Authority.FULL,
    (True, True, False): Authority.NONE,
    (True, False, True): Authority.LIMITED,
    (True, False, None): Authority.NONE,
    (True, False, False): Authority.NONE,
    (False, True, True): Authority.NONE,
    (False, True, None): Authority.NONE,
    (False, True, False): Authority.NONE,
    (False, False, True): Authority.NONE,
    (False, False, None): Authority.NONE,
    (False, False, False): Authority.NONE,
}


@pytest.mark.parametrize(("row", "expected"), TABLE.items())
def test_authority_follows_the_table(row: tuple[bool, bool, bool | None], expected: Authority) -> None:
    assert authority(Facts(*row)) is expected


def mail(**changes: object) -> Mail:
    values: dict[str, object] = {
        "message_id": "<1@example.org>",
        "from_": Address("anna@example.org"),
        "subject": "x",
        "text": "x",
        "new_text": "x",
    }
    return Mail(**{**values, **changes})  # type: ignore[arg-type]


def test_an_ambiguous_from_is_nobodys_address() -> None:
    assert not facts(mail(from_is_ambiguous=True), ANNA, token=True, authserv_id="").address


def test_a_pass_counts_only_for_the_domain_that_it_names() -> None:
    good = AuthenticationResults("mx.example.org", dmarc="pass", header_from="example.org")
    other = AuthenticationResults("mx.example.org", dmarc="pass", header_from="evil.example")

    assert dmarc_passed(mail(authentication=good), "mx.example.org") is True
    assert dmarc_passed(mail(authentication=other), "mx.example.org") is False
    assert dmarc_passed(mail(), "mx.example.org") is False
    assert dmarc_passed(mail(authentication=good), "") is None
