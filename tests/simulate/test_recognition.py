"""A replay trusts a registered address; the daemon never does."""

import ast
import inspect
import subprocess
import sys
from itertools import product
from pathlib import Path

from mailbot.config import load
from mailbot.core import trust
from mailbot.core.trust import Authority, Facts
from mailbot.daemon import Daemon
from mailbot.pipeline import Recognition
from mailbot.pipeline.office import mails_answered
from mailbot.simulate.past import by_address
from tests.test_daemon import CONFIG

HOUSE = Path(__file__).parent.parent.parent / "mailbot"


def test_in_a_replay_a_registered_address_is_all_that_counts() -> None:
    for address, token, passed in product((True, False), (True, False), (True, False, None)):
        expected = Authority.FULL if address else Authority.NONE

        assert by_address(Facts(address, token, passed)) is expected


def test_the_daemon_knows_people_by_tokens_and_has_no_way_to_be_told_otherwise(tmp_path: Path) -> None:
    config = tmp_path / "mailbot.toml"
    config.write_text(CONFIG)
    daemon = Daemon(load(config))
    found = daemon.office.recognition
    daemon.store.close()

    assert found == Recognition(trust.authority, mails_answered, frozenset())
    assert set(inspect.signature(Daemon.__init__).parameters) == {"self", "settings", "clock", "bell", "chance"}


def test_only_a_replay_hands_in_another_recognition() -> None:
    named = {
        path.relative_to(HOUSE).parts[0]
        for path in HOUSE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Name) and node.id == "Recognition")
        or (isinstance(node, ast.keyword) and node.arg == "recognition")
    }

    assert named == {"pipeline", "simulate"}


def test_neither_the_daemon_nor_the_demo_loads_the_replay() -> None:
    words = "import sys, mailbot.cli.running, mailbot.demo; print([m for m in sys.modules if 'mailbot.simulate' in m])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout == "[]\n"
