"""A minute of fuzzing in all, from the corpus of mails on; MAILBOT_FUZZ_SECONDS, for each target, makes it longer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAILS = Path(__file__).parents[1] / "mail"
TARGETS = ("parse", "new_text", "report", "reference", "html", "wrapped", "charset")
SECONDS = int(os.environ.get("MAILBOT_FUZZ_SECONDS", "9"))


@pytest.mark.once
@pytest.mark.timeout(60 + SECONDS * 2)
@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_of_strangers_stop_a_reader(target: str, tmp_path: Path) -> None:
    (tmp_path / "found").mkdir()
    command = [sys.executable, "-m", "tests.fuzz.reading", target, str(tmp_path / "found"), str(MAILS)]

    done = subprocess.run(
        [
            *command,
            f"-max_total_time={SECONDS}",
            f"-artifact_prefix={tmp_path}/",
            "-verbosity=0",
            "-print_final_stats=1",
        ],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-6000:]
    tried = next(int(line.split()[-1]) for line in done.stderr.splitlines() if "number_of_executed_units" in line)
    assert tried > 100
