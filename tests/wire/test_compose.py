"""Final bytes: whatever the values are, the header says what we meant and nothing else."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.mail import Address
from mailbot.wire.compose import Outgoing, Part, compose

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIELDS = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]


def outgoing(**changes: object) -> Outgoing:
    values: dict[str, object] = {
        "from_": Address("support@example.org", "Support"),
        "to": "jan@example.net",
        "subject": "Hello",
        "text": "Text\n",
        "message_id": "<1@example.org>",
        "date": NOW,
    }
    return Outgoing(**{**values, **changes})  # type: ignore[arg-type]


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=200), st.text(max_size=120), st.text(max_size=300))
def test_hostile_words_never_change_the_header(subject: str, name: str, text: str) -> None:
    raw = compose(outgoing(subject=subject, from_=Address("support@example.org", name), text=text))
    message = message_from_bytes(raw)

    assert [key for key, _ in message.items()] == FIELDS
    assert [a for _, a in getaddresses([str(message["To"])])] == ["jan@example.net"]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_subject_in_russian_comes_back_whole() -> None:
    subject = "[K7M-2QX-9H4] Мы получили ваше письмо и уже передали его сотруднику поддержки"

    message = message_from_bytes(compose(outgoing(subject=subject)))

    assert str(make_header(decode_header(message["Subject"]))) == subject


def test_long_references_are_folded_and_never_encoded() -> None:
    ids = tuple(f"<{'x' * 80}{n}@example.net>" for n in range(40))

    raw = compose(outgoing(references=ids, in_reply_to=ids[-1]))
    found = str(message_from_bytes(raw)["References"]).split()

    assert b"=?" not in raw
    assert found[0] == ids[0]
    assert found[-1] == ids[-1]
    assert len(found) <= 20


@pytest.mark.parametrize("length", [1, 60, 77, 250, 880])
def test_an_id_of_any_length_is_answered_as_it_is_written(length: int) -> None:
    ids = tuple(f"<{'x' * length}.{n}@example.net>" for n in range(2))

    raw = compose(outgoing(references=ids, in_reply_to=ids[-1]))
    message = message_from_bytes(raw)

    assert str(message["References"]).split() == list(ids)
    assert message["In-Reply-To"] == ids[-1]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


def test_of_a_thousand_references_the_first_and_the_newest_stay() -> None:
    ids = tuple(f"<{n}@example.net>" for n in range(1000))

    found = str(message_from_bytes(compose(outgoing(references=ids)))["References"]).split()

    assert found == [ids[0], *ids[-19:]]


@pytest.mark.parametrize(
    "bad", ["<käse@example.net>", "<1@example.net> (was: 2)", "<1@example.net>\r\nBcc: x@example.net", "1@x", "", "<>"]
)
def test_an_id_that_is_none_is_left_out_and_the_others_stay(bad: str) -> None:
    good = ("<1@example.net>", "<2@example.net>")

    message = message_from_bytes(compose(outgoing(references=(good[0], bad, good[1]), in_reply_to=bad)))

    assert str(message["References"]).split() == list(good)
    assert [key for key in ("In-Reply-To", "Bcc") if key in message] == []


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not an address"):
        compose(outgoing(to="a@b.example, c@d.example"))


def test_attachments_keep_their_names_and_bytes() -> None:
    raw = compose(
        outgoing(html="<p>Text</p>", attachments=(Part("Größe/../x.pdf", "application/pdf", b"\x00\xff" * 99),))
    )
    attached = list(message_from_bytes(raw).walk())[-1]

    assert attached.get_payload(decode=True) == b"\x00\xff" * 99
    assert attached.get_filename() == "Größe_.._x.pdf"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ivan@почта.example", "ivan@xn--80a1acny.example"),
        ("jan@example.net", "jan@example.net"),
        ("иван@почта.example", "иван@почта.example"),
        ("ivan@" + "ж" * 80 + ".example", "ivan@" + "ж" * 80 + ".example"),
    ],
)
def test_an_address_of_any_script_can_be_written_to(address: str, written: str) -> None:
    """Whoever writes from it gets a case; whether the answer arrives is the relay's to say."""
    head = compose(outgoing(to=address)).decode().partition("\r\n\r\n")[0]

    assert f"To: {written}\r\n" in head
