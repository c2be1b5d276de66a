"""Old mail is found in every format, one by one, and put into the order of time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.errors import MailbotError
from mailbot.simulate import list_mails
from mailbot.simulate.files import find_sources, read
from tests.rig.month import DESK, MONTH, eml_folder, mail, maildir, mbox, moment


def test_every_format_gives_the_same_mails_in_the_order_of_time(tmp_path: Path) -> None:
    places = (mbox(tmp_path / "inbox"), maildir(tmp_path / "Maildir"), eml_folder(tmp_path / "saved"))
    listings = [list_mails([place]) for place in places]
    contents = [[read(d.source).replace(b"\r\n", b"\n").strip() for d in one.mails] for one in listings]

    assert contents[0] == contents[1] == contents[2]
    assert sorted(contents[0]) == sorted(one.strip() for one in MONTH)
    assert [d.at for d in listings[0].mails] == sorted(d.at for d in listings[0].mails)
    assert sum(n for (_, to), n in listings[0].addressed.items() if to == DESK) == 4


def test_a_line_of_the_text_that_begins_with_from_divides_no_mail_of_an_mbox(tmp_path: Path) -> None:
    text = "Hello,\n\nFrom now on it fails at 10:30.\n\nFrom time to time, too: always at 9:15\nBye"
    whole = mail("2 09:00", "a@example.net", DESK, "One", id="1", text=text)
    box = tmp_path / "box"
    box.write_bytes(b"\nFrom - Mon Mar  2 09:00:00 2026\n" + whole + b"\nFrom b@c Mon Mar  2 09:01 2026\n" + MONTH[4])
    first, second = find_sources(box)

    assert read(first) == whole
    assert read(second) == MONTH[4]


def test_a_quoted_from_line_of_an_mbox_reads_as_it_was_written(tmp_path: Path) -> None:
    whole = mail("2 09:00", "a@example.net", DESK, "One", id="1", text="Hello,\nFrom me to you.\n> From quoted")
    (source,) = find_sources(mbox(tmp_path / "box", [whole]))

    assert read(source) == whole


def test_without_a_date_the_newest_received_counts(tmp_path: Path) -> None:
    stamps = (
        "Received: from b by c; Tue, 3 Mar 2026 10:00:00 +0100",
        "Received: from a by b; Tue, 3 Mar 2026 09:00:00 +0100",
    )
    (dated,) = list_mails([mbox(tmp_path / "b", [mail("", "a@b.example", DESK, "x", id="1", headers=stamps)])]).mails

    assert dated.at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("received", "at"), [("3 Mar 2026 10:00", "3 10:00"), ("2 Mar 2026 12:00", "2 09:00")])
def test_a_date_is_believed_unless_its_received_says_that_the_clock_was_wrong(
    tmp_path: Path, received: str, at: str
) -> None:
    stamp = (f"Received: from a by b; {received}:00 +0100",)
    (dated,) = list_mails(
        [mbox(tmp_path / "b", [mail("2 09:00", "a@b.example", DESK, "x", id="1", headers=stamp)])]
    ).mails

    assert dated.at == moment(at)


def test_what_cannot_be_dated_is_named_with_its_place(tmp_path: Path) -> None:
    undated = mail("", "a@b.example", DESK, "x", id="1", headers=("Date: yesterday", "Received: nonsense; at noon"))
    box = mbox(tmp_path / "box", [MONTH[0], undated])
    (tmp_path / "note.eml").write_text("Buy milk.\n")
    listing = list_mails([box, tmp_path / "note.eml"])

    assert len(listing.mails) == 1
    assert [why for _, why in listing.left_out] == ["no date that can be read", "not a mail"]
    assert listing.left_out[0][0].startswith(f"{box}:")


@pytest.mark.parametrize("name", ["nothing.mbox", "picture.eml", "missing", "empty"])
def test_nothing_to_replay_is_an_error_that_names_the_place(tmp_path: Path, name: str) -> None:
    (tmp_path / "nothing.mbox").touch()
    (tmp_path / "picture.eml").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "empty").mkdir()

    with pytest.raises(MailbotError, match=name):
        list_mails([tmp_path / name])
