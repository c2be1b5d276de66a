"""A fuzzer (atheris) over what reads the bytes of strangers: no exception, no input that takes seconds or gigabytes.

For longer than the tests do it: `python -m tests.fuzz.reading parse FOLDER -max_total_time=3600`, FOLDER keeping what was found.
"""

import logging
import random
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

try:
    import atheris
except ImportError:  # there is none for this machine: chance alone, without a look at what is covered
    atheris = None

with atheris.instrument_imports(include=["mailbot.wire", "mailbot.core.reference"]) if atheris else nullcontext():
    from mailbot.core.reference import find
    from mailbot.wire import tnef, uuencoded
    from mailbot.wire.body import html_text
    from mailbot.wire.charset import clean_text, decode
    from mailbot.wire.encoded_words import decode_words, header_text
    from mailbot.wire.parse import parse
    from mailbot.wire.plain_report import plain_reports
    from mailbot.wire.quoting import new_text

REPORT = (
    b'From: MAILER-DAEMON@example.net\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
    b"--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; example.net\r\n\r\n"
)
LIMITS = ("-timeout=5", "-rss_limit_mb=1000", "-max_len=20000")


def _text(data: bytes) -> str:
    return clean_text(data.decode("utf-8", "replace"))


def _parse(data: bytes) -> None:
    mail = parse(data, authserv_id="mx.example.org")
    assert mail.fingerprint
    assert "\n" not in mail.subject
    repr(mail).encode()  # no lone surrogate, which no store takes


def _new_text(data: bytes) -> None:
    text = _text(data)
    for reply in (True, False):
        assert all(word in text for word in new_text(text, reply=reply).split())


def _report(data: bytes) -> None:
    assert all(report.action for report in parse(REPORT + data + b"\r\n--x--\r\n").reports)
    assert plain_reports(parse(b"Subject: failure notice\r\n\r\n" + data))


def _reference(data: bytes) -> None:
    found = find(_text(data))
    assert found is None or find(f"[{found}]") == found


def _html(data: bytes) -> None:
    for quotes in (True, False):
        html_text(_text(data), quotes=quotes).encode()


def _wrapped(data: bytes) -> None:
    tnef.read(b"\x78\x9f\x3e\x22\x01\x00" + data)
    uuencoded.split(b"begin 644 a\n" + data)


def _charset(data: bytes) -> None:
    name, _, rest = data.partition(b"\n")
    decode(rest, name.decode("ascii", "replace"))
    decode_words(header_text(rest.decode("ascii", "surrogateescape"))).encode()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "parse": _parse,
    "new_text": _new_text,
    "report": _report,
    "reference": _reference,
    "html": _html,
    "wrapped": _wrapped,
    "charset": _charset,
}


def by_chance(target: Callable[[bytes], None], folder: Path, seconds: float) -> int:
    """Tries changed mails of *folder* for *seconds*; how many."""
    chance, mails = random.Random(1), [path.read_bytes()[:20000] for path in sorted(folder.glob("*.eml"))]
    until, tried = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        data = bytearray(chance.choice(mails))
        for _ in range(chance.randint(1, 8)):
            at, other = chance.randrange(len(data) + 1), chance.choice(mails)
            data[at : at + chance.choice((0, 1, 4, 64))] = chance.choice(
                (chance.randbytes(chance.randint(1, 4)), other[at : at + chance.randint(1, 200)], b"")
            )
        target(bytes(data))
        tried += 1
    return tried


if __name__ == "__main__":
    logging.disable()
    if atheris:
        atheris.Setup([sys.argv[0], *LIMITS, *sys.argv[2:]], TARGETS[sys.argv[1]])
        atheris.Fuzz()
    else:
        longest = next((float(a.partition("=")[2]) for a in sys.argv if a.startswith("-max_total_time=")), 3600)
        count = by_chance(TARGETS[sys.argv[1]], Path(sys.argv[3]), longest)
        print(f"number_of_executed_units: {count}", file=sys.stderr)
