"""A mail of 25 MB is read within ten times its size."""

import subprocess
import sys

import pytest

READ = """
import base64, os, resource
from mailbot.wire.parse import parse
head = b'From: jan@example.net\\r\\nContent-Type: multipart/mixed; boundary="x"\\r\\n\\r\\n--x\\r\\n\\r\\nHallo\\r\\n--x\\r\\n'
kind = b'Content-Type: application/pdf; name=a.pdf\\r\\nContent-Transfer-Encoding: base64\\r\\n\\r\\n'
raw = head + kind + base64.encodebytes(os.urandom(1000)) + b'\\r\\n--x--\\r\\n'
parse(raw)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
raw = head + kind + base64.encodebytes(os.urandom(18_500_000)) + b'\\r\\n--x--\\r\\n'
mail = parse(raw)
assert mail.attachments[0].size_bytes == 18_500_000
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / len(raw))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss has another unit elsewhere")
def test_a_large_mail_takes_at_most_ten_times_its_size() -> None:
    done = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True)

    assert float(done.stdout) < 10
