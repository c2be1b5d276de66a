"""Two addresses are one person's only where they are the same letters (T-09)."""

import pytest

from mailbot.core.mail import Address, ascii_address, identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna@straße.example", "anna@strasse.example"),
        ("boriſ@example.org", "boris@example.org"),
        ("\u212aarl@example.org", "karl@example.org"),
        ("anna@ex\u0430mple.org", "anna@example.org"),
    ],
)
def test_addresses_that_only_fold_alike_are_two(one: str, other: str) -> None:
    assert identity(one) != identity(other)
    assert Address(one).domain == Address(other).domain or "xn--" in ascii_address(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna@Example.ORG", "anna@example.org"),
        ("max@müller.example", "max@xn--mller-kva.example"),
        ("max@MÜLLER.example", "max@mu\u0308ller.example"),
    ],
)
def test_addresses_that_servers_take_for_one_are_one(one: str, other: str) -> None:
    assert identity(one) == identity(other)


def test_mail_to_a_domain_with_a_sharp_s_goes_to_that_domain() -> None:
    """IDNA 2008; the codec of 2003 would send it to another's."""
    assert ascii_address("kunde@straße.example") == "kunde@xn--strae-oqa.example"
