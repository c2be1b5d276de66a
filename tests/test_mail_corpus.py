"""Every mail of tests/mail is read as its JSON says: one oddity a file, through `mailbot explain --json`.

A JSON file gives "why" (the oddity, and which software makes it) and any of explain's keys with the value expected; in lists
of objects (attachments) only the named keys are compared.
"""

import json
from pathlib import Path

import pytest

from mailbot.cli.explain import explain
from mailbot.wire import language

MAILS = sorted(Path(__file__).with_name("mail").glob("*.eml"))
OWN = frozenset({"support@example.org"})


@pytest.fixture(autouse=True)
def _as_at_the_first_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick detector, whatever a daemon loaded in this process before."""
    monkeypatch.setattr(language, "_accurate", [])


def _pick(found: object, expected: object) -> object:
    """What *expected* speaks of, out of *found*."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return {key: _pick(found.get(key), value) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [_pick(one, other) for one, other in zip(found, expected, strict=True)]
    return found


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_of_the_corpus_is_read_as_it_is_meant(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert expected.pop("why")

    assert explain([str(path)], as_json=True, own=OWN, authserv_id="mx.example.org") == 0

    assert _pick(json.loads(capsys.readouterr().out), expected) == expected


def test_no_expectation_is_without_its_mail() -> None:
    stems = {path.stem for path in MAILS}

    assert stems == {path.stem for path in Path(__file__).with_name("mail").glob("*.json")}
