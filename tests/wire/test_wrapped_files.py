"""Files inside the text (uuencode) and inside Outlook's winmail.dat are files like others."""

import binascii
import struct
from email.message import EmailMessage

from mailbot.wire import tnef, uuencoded
from mailbot.wire.parse import parse
from mailbot.wire.parts import extract

PICTURE = bytes(range(256)) * 3
UU = (
    b"begin 644 plan.png\r\n"
    + b"".join(binascii.b2a_uu(PICTURE[i : i + 45]).rstrip(b"\n") + b"\r\n" for i in range(0, len(PICTURE), 45))
    + b"`\r\nend\r\n"
)


def _attribute(level: int, tag: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, tag, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _property(kind: int, name: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)


WINMAIL = (
    struct.pack("<IH", 0x223E9F78, 1)
    + _attribute(1, 0x00089006, struct.pack("<I", 0x10000))
    + _attribute(1, 0x00069003, struct.pack("<I", 2) + struct.pack("<HHI", 3, 0x3FDE, 65001) + _property(0x1F, 0x1000, "Grüße aus Łódź\0".encode("utf-16-le")))
    + _attribute(2, 0x00069002, b"\0" * 14)
    + _attribute(2, 0x00018010, b"RECHNU~1.PDF\0")
    + _attribute(2, 0x0006800F, PICTURE)
    + _attribute(2, 0x00069005, struct.pack("<I", 1) + _property(0x1F, 0x3707, "Rechnung März.pdf\0".encode("utf-16-le")))
)  # fmt: skip


def _mail(content: bytes, text: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "jan@example.net", "Rechnung"
    if text:
        mail.set_content(text)
    mail.add_attachment(content, "application", "ms-tnef", filename="winmail.dat")
    return mail.as_bytes()


def test_a_uuencoded_file_leaves_the_text_and_becomes_an_attachment() -> None:
    raw = b"From: jan@example.net\r\n\r\nHier der Plan:\r\n" + UU + b"Danke\r\n"

    mail = parse(raw)

    assert mail.text.split() == ["Hier", "der", "Plan:", "Danke"]
    assert [(a.name, a.content_type, a.size_bytes) for a in mail.attachments] == [("plan.png", "image/png", 768)]
    assert extract(raw, [mail.attachments[0].index]) == {mail.attachments[0].index: PICTURE}


def test_words_that_only_begin_like_uuencode_stay_text() -> None:
    for text in (b"begin 644 of my story\r\nwas long ago\r\nend\r\n", UU.replace(b"end\r\n", b"")):
        assert uuencoded.split(text) == (text, ())


def test_winmail_dat_gives_its_text_and_its_files() -> None:
    mail = parse(_mail(WINMAIL))

    assert mail.text == "Grüße aus Łódź"
    assert [(a.name, a.content_type) for a in mail.attachments] == [("Rechnung März.pdf", "application/pdf")]
    assert extract(_mail(WINMAIL), [mail.attachments[0].index]) == {mail.attachments[0].index: PICTURE}


def test_the_text_in_winmail_dat_is_not_told_twice() -> None:
    assert parse(_mail(WINMAIL, "Grüße aus Lodz\n")).text == "Grüße aus Lodz\n"


def test_a_winmail_dat_that_cannot_be_read_stays_an_attachment() -> None:
    for broken in (b"", b"PK\3\4", WINMAIL[:30]):
        assert [a.name for a in parse(_mail(broken, "Hallo\n")).attachments] == ["winmail.dat"]


def test_a_cut_winmail_dat_gives_what_came_before_the_cut() -> None:
    for length in range(len(WINMAIL)):
        read = tnef.read(WINMAIL[:length])
        assert read is None or read.text in (b"", "Grüße aus Łódź".encode())


def test_the_files_inside_the_parts_of_one_mail_have_a_limit() -> None:
    part = b"--x\r\n\r\n" + b"begin 644 a\r\n#0V%T\r\n`\r\nend\r\n" * 50
    raw = b'From: a@example.net\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n' + part * 60 + b"--x--\r\n"

    assert len(parse(raw).attachments) <= 1050
