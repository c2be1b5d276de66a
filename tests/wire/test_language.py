"""Which language a text is in: the writer's words decide, not what a company puts below each mail."""

import pytest

from mailbot.wire.language import detect

NOTICE = (
    "This e-mail may contain confidential and/or privileged information. If you are not the intended recipient please "
    "notify the sender immediately and destroy this e-mail."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wann kommt bitte der Techniker zu mir nach Hause?", "de"),
        ("Kiedy przyjdzie do mnie technik, bo pralka nie działa?", "pl"),
        ("Когда придёт мастер, стиральная машина не работает?", "ru"),
        ("Добры дзень! Мая прылада ўжо трэці дзень не ўключаецца.", "other"),
    ],
)
def test_a_notice_below_does_not_change_the_language(text: str, language: str) -> None:
    assert detect(text) == detect(f"{text}\n\n{NOTICE}") == language


def test_a_notice_alone_has_a_language() -> None:
    assert detect(NOTICE) == detect(f"OK\n\n{NOTICE}") == "en"
