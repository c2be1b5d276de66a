"""Bytes of whatever charset become the words that were meant."""

import pytest

from mailbot.wire.charset import decode, guess, named_charsets
from mailbot.wire.encoded_words import decode_words, header_text
from tests.rig.cost import grows_with_its_length

RUSSIAN, POLISH, GERMAN = (
    "Здравствуйте, не работает вход",
    "Zażółć gęślą jaźń, proszę",
    "Die Tür schließt nicht mehr für Größe",
)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        *((RUSSIAN, charset) for charset in ("cp1251", "koi8-r", "utf-8")),
        *((POLISH, charset) for charset in ("iso8859-2", "cp1250", "utf-8")),
        *((GERMAN, charset) for charset in ("cp1252", "iso8859-2", "utf-8")),
        ("Avertissement d'année chargée", "cp1252"),
        ("件名のテスト", "iso2022_jp"),
    ],
)
def test_bytes_without_a_charset_are_understood(text: str, charset: str) -> None:
    assert guess(text.encode(charset)) == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("이용약관 변경 안내", "euc-kr"),
        ("测试费表格", "gb18030"),
        ("お知らせ", "shift_jis"),
        ("bugün ışık", "iso8859-9"),
    ],
)
def test_a_charset_that_the_mail_names_elsewhere_is_the_first_guess(text: str, charset: str) -> None:
    named = named_charsets(f'Content-Type: text/plain; charset="{charset}"\r\n'.encode())

    assert guess(text.encode(charset), named) == text


def test_a_lying_name_elsewhere_does_not_win_over_plain_russian() -> None:
    assert guess(RUSSIAN.encode("cp1251"), ("cp1252",)) == RUSSIAN


def test_utf_8_that_calls_itself_a_code_page_is_utf_8_and_a_defect() -> None:
    text, defect = decode(RUSSIAN.encode(), "windows-1251")

    assert (text, bool(defect)) == (RUSSIAN, True)


def test_capitals_that_happen_to_be_utf_8_stay_what_they_are() -> None:
    """KÓŁKO in ISO 8859-2 holds a sequence that is valid UTF-8."""
    assert decode("KÓŁKO".encode("iso8859-2"), "iso-8859-2") == ("KÓŁKO", "")


def test_utf_7_is_read() -> None:
    assert decode(b"Fr+APY-sche", "utf-7") == ("Frösche", "")
    assert decode_words("=?utf-7?Q?Fr+APY-sche?=") == "Frösche"


def test_bare_bytes_inside_an_encoded_word_are_in_its_charset() -> None:
    raw = "=?iso-8859-2?Q?Za=BF\udcf3\udcb3\udce6?="

    assert decode_words(header_text(raw)) == "Zażółć"


def test_a_folded_field_has_one_blank_where_it_was_folded() -> None:
    assert header_text("Die Hasen und\r\n \r\n\t die Frösche".replace("ö", "o")) == "Die Hasen und die Frosche"


@pytest.mark.parametrize("piece", [" ", "=?utf-8?q?", "=?utf-8?b?YQ==?= ", "?", "\n ", "\udcff", "=?x?q?a?b"])
def test_hostile_fields_cost_no_more_than_their_length(piece: str) -> None:
    """T-42."""
    assert grows_with_its_length(lambda count: decode_words(header_text(piece * count)), 600)
