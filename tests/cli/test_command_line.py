"""The command line as people and scripts use it: a process, its output, its status."""

import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mailbot.cli import app
from mailbot.core.case import Case, Stage
from mailbot.core.mail import Envelope
from mailbot.core.promise import Promise
from mailbot.core.reference import make
from mailbot.errors import MailbotError
from mailbot.store import cases, inbox, outbox
from mailbot.store.cases import JournalEntry
from mailbot.store.database import Store, open_store
from tests.rig.process import environment

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REFERENCE = make(12345)
CONFIG = """
[store]
url = "sqlite:///data/mailbot.db"
[listen]
smtp = "127.0.0.1:8025"
[relay]
host = "mail.example.org"
user = "mailbot"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
"""
MAIL = b"From: Jan <jan@example.net>\r\nSubject: Falownik\r\nMessage-ID: <1@example.net>\r\n\r\nNie dziala.\r\n"


@dataclass(frozen=True)
class Desk:
    """A configuration, and a store with one of everything; no daemon, and no password at hand."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "mailbot.toml"

    @property
    def store(self) -> Path:
        return self.folder / "data" / "mailbot.db"

    def run(self, *words: str, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "mailbot", "--config", str(self.config), *words]
        return subprocess.run(command, input=stdin, capture_output=True, env=environment(**more), timeout=60)

    def call(self, *words: str) -> Result:
        """The same in this process: quicker, where only words and status count."""
        return CliRunner().invoke(app, ["--config", str(self.config), *words])

    def rows(self, *words: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.call(*words, "--json").stdout.splitlines()]


@pytest.fixture
def bare(tmp_path: Path) -> Desk:
    (tmp_path / "mailbot.toml").write_text(CONFIG)
    return Desk(tmp_path)


@pytest.fixture
def desk(bare: Desk) -> Desk:
    fill(bare.store)
    return bare


def fill(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    store.migrate()
    promise = Promise("answer", 1, "24 hours", NOW, NOW, NOW)
    case = Case(REFERENCE, "support@example.org", "jan@example.net", NOW, subject="Größe \x1b[31m", promises=(promise,))
    envelope = Envelope("jan@example.net", ("support@example.org",), NOW)
    store.write(lambda conn: cases.save(conn, case, now=NOW))
    store.write(lambda conn: cases.journal_add(conn, REFERENCE, [JournalEntry(1, NOW, "customer", "open_case", {})]))
    for outcome in ("applied", "quarantined"):
        number = store.write(lambda conn: inbox.add(conn, "support@example.org", envelope, MAIL))
        finish(store, number, outcome)
    store.write(
        lambda conn: outbox.add(
            conn,
            reference=REFERENCE,
            template="acknowledgement",
            audience="customer",
            cause="incoming",
            person=False,
            reverse_path="",
            rcpt_to="jan@example.net",
            message_id="<2@example.org>",
            raw=MAIL,
            now=NOW,
            not_before=NOW,
        )
    )
    store.close()


def finish(store: Store, number: int, outcome: str) -> None:
    named = {"message_id": "<1@example.net>", "reference": REFERENCE}
    store.write(lambda conn: inbox.finish(conn, number, outcome=outcome, rule="a rule", now=NOW, **named))


READING = (
    ("cases",),
    ("cases", "--all"),
    ("case", REFERENCE),
    ("why", "<1@example.net>"),
    ("audit",),
    ("outbox", "list"),
    ("outbox", "show", "1"),
    ("quarantine", "list"),
    ("quarantine", "show", "2"),
)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_reading_command_needs_no_daemon_no_password_and_prints_one_object_a_line(
    words: tuple[str, ...], desk: Desk
) -> None:
    shown, rows = desk.call(*words), desk.rows(*words)

    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout
    assert rows
    assert "\x1b" not in shown.stdout


def test_the_shape_of_what_scripts_read_is_stable(desk: Desk) -> None:
    """A change here is a change for everybody who wrote a script."""
    (case,) = desk.rows("case", REFERENCE)
    (mail,) = desk.rows("outbox", "list")
    (kept,) = desk.rows("quarantine", "list")
    first, _ = desk.rows("why", "1@example.net")
    (sent,) = desk.rows("why", "<2@example.org>")
    (raw,) = desk.rows("quarantine", "show", "2")

    assert list(case) == [
        "reference", "desk", "stage", "waiting_for", "complexity", "category", "team", "assignee", "customer",
        "customer_name", "language", "subject", "opened_at", "unanswered_since", "resolved_at", "closed_at",
        "escalated_at", "rating", "next_due_at", "promises", "journal",
    ]  # fmt: skip
    assert list(case["promises"][0]) == [  # type: ignore[index]
        "number", "id", "clock", "estimate", "made_at", "due_at", "state", "ended_at", "told_in", "replaced_by", "reason",
    ]  # fmt: skip
    assert list(case["journal"][0]) == ["seq", "at", "actor", "kind", "detail", "inbox_id"]  # type: ignore[index]
    assert case["next_due_at"] == "2026-03-02T09:00:00+00:00"
    assert list(mail) == [
        "id", "state", "template", "audience", "cause", "person", "rcpt_to", "reference", "message_id", "attempts",
        "in_doubt", "not_before", "created_at", "finished_at", "error", "reply",
    ]  # fmt: skip
    assert list(kept) == [
        "id", "desk", "mail_from", "received_at", "via", "attempts", "outcome", "rule", "reference", "message_id",
        "kind", "finished_at", "error",
    ]  # fmt: skip
    assert list(first) == ["way", *kept]
    assert (first["way"], sent["way"], sent["rcpt_to"]) == ("in", "out", "jan@example.net")
    assert list(raw) == ["id", "size_bytes", "raw_base64"]


def test_a_mail_is_shown_byte_for_byte(desk: Desk) -> None:
    assert desk.run("quarantine", "show", "2").stdout == MAIL


def test_only_a_quarantined_mail_is_shown_as_one(desk: Desk) -> None:
    for words in (("show", "1"), ("show", "1", "--json"), ("retry", "1")):
        found = desk.call("quarantine", *words)

        assert (found.exit_code, found.stdout) == (1, "")
        assert found.stderr.startswith(
            "mailbot: mail 1 is not in quarantine but applied; see mailbot why '<1@example.net>'"
        )


def test_a_reference_is_read_as_people_type_it_and_a_wrong_one_is_told(desk: Desk) -> None:
    typed = REFERENCE.replace("-", " ").lower()
    wrong = REFERENCE[:-1] + ("A" if REFERENCE[-1] != "A" else "B")
    unknown = make(54321)

    assert desk.call("case", typed).exit_code == 0
    assert_one_line(desk.run("case", wrong), 1, f"{wrong} is no reference")
    assert_one_line(desk.run("quarantine", "show", "99"), 1, "there is no inbox 99")
    for words, told in (
        (("case", unknown), f"there is no case {unknown}"),
        (("why", "<none@x>"), "no mail <none@x>"),
        (("quarantine", "retry", "1"), "mail 1 is not in quarantine"),
        (("outbox", "show", "99"), "there is no mail 99"),
    ):
        found = desk.call(*words)
        assert (found.exit_code, found.stderr.startswith(f"mailbot: {told}")) == (1, True)


def assert_one_line(done: subprocess.CompletedProcess[bytes], status: int, words: str) -> None:
    assert done.returncode == status, done.stderr.decode()
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("mailbot: ")
    assert words in line


@pytest.mark.parametrize("words", [*READING, ("pause",), ("outbox", "retry", "1")], ids=" ".join)
def test_no_command_makes_a_store_that_is_not_there(words: tuple[str, ...], bare: Desk) -> None:
    with pytest.raises(MailbotError, match=f"there is no store {bare.store} yet"):
        raise bare.call(*words).exception or AssertionError
    assert not bare.store.parent.exists()


@pytest.mark.parametrize("version", ["0001", "9999", ""])
def test_a_store_of_another_version_is_told_and_left_alone(version: str, desk: Desk) -> None:
    """A daemon of another version may run on it: only a daemon, alone with its store, migrates."""
    with sqlite3.connect(desk.store) as link:
        link.execute(
            "UPDATE alembic_version SET version_num = ?" if version else "DELETE FROM alembic_version",
            [version][: len(version)],
        )
    link.close()
    words = {"0001": "of an older mailbot", "9999": "by a newer mailbot", "": "the store is empty"}[version]

    for command in (("cases",), ("pause",)):
        with pytest.raises(MailbotError, match=words):
            raise desk.call(*command).exception or AssertionError
    with sqlite3.connect(desk.store) as link:
        found = link.execute("SELECT version_num FROM alembic_version").fetchall()
    link.close()
    assert found == ([(version,)] if version else [])


def test_a_file_that_is_no_store_is_told_and_left_alone(bare: Desk) -> None:
    bare.store.parent.mkdir()
    bare.store.write_bytes(b"This is no database. " * 1000)

    assert_one_line(bare.run("cases"), 1, "is no store of mailbot, or damaged")
    assert bare.store.read_bytes() == b"This is no database. " * 1000
    assert [path.name for path in bare.store.parent.iterdir()] == ["mailbot.db"]


def test_a_store_that_somebody_holds_locked_can_be_read_and_a_second_daemon_is_refused(desk: Desk) -> None:
    other = open_store(f"sqlite:///{desk.store}", exclusive=True)
    link = sqlite3.connect(desk.store, isolation_level=None)
    link.execute("BEGIN IMMEDIATE")
    try:
        assert desk.run("cases").returncode == 0
        config = desk.config.read_text().replace('host = "mail.example.org"\nuser = "mailbot"', 'maildir = "out"')
        desk.config.write_text(config)
        assert_one_line(desk.run("run"), 1, "is in use by another mailbot")
    finally:
        link.close()
        other.close()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")


@pytest.fixture
def theirs() -> Iterator[Desk]:
    """A store of another user (nobody), in a folder that both can walk into; mailbot itself where nobody can read."""
    folder = Path(f"/tmp/mb-owner-{os.getpid()}")
    folder.mkdir()
    (folder / "mailbot.toml").write_text(CONFIG)
    fill(folder / "data" / "mailbot.db")
    for path in (folder / "data", *(folder / "data").iterdir()):
        os.chown(path, 65534, 65534)
    yield Desk(folder)
    shutil.rmtree(folder)


@needs_root
@pytest.mark.parametrize("words", [("cases", "--json"), ("pause",), ("quarantine", "retry", "2")], ids=" ".join)
def test_root_becomes_the_owner_of_the_store_and_leaves_no_file_of_its_own(
    words: tuple[str, ...], theirs: Desk
) -> None:
    """Else the daemon could not open the store's write-ahead log afterwards."""
    done = theirs.run(*words)

    assert (done.returncode, done.stderr) == (0, b"")
    assert {path.stat().st_uid for path in theirs.store.parent.iterdir()} == {65534}


@needs_root
def test_a_store_that_may_not_be_read_is_told(theirs: Desk) -> None:
    os.chmod(theirs.store.parent, 0o700)
    command = [sys.executable, "-m", "mailbot", "--config", str(theirs.config), "cases"]
    # The interpreter may be root's alone: it is started as root, and gives its rights up before it looks.
    code = f"import os, sys, sqlite3, sqlalchemy.dialects.sqlite, mailbot.cli.cases, mailbot.cli; os.setuid(1234); sys.argv = {command[2:]}; mailbot.cli.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment(), timeout=60)

    assert_one_line(done, 1, "Permission denied; be the user that mailbot runs as, or root")


def test_a_wrong_word_is_answered_with_the_nearest_right_one_and_status_2(bare: Desk) -> None:
    expected = {
        ("casse",): "case",
        ("outbox", "lst"): "list",
        ("cases", "--jsn"): "--json",
        ("outbox", "list", "--state", "snt"): "sent",
        ("policy", "due", "complaints-24h", "acknowledgment", "--from", "2026-03-02T09:00"): "acknowledgement",
        ("policy", "due", "complaints-24h", "acknowledgement", "--from", "tomorrow"): "2026-03-02T17:00",
        ("policy", "show", "complaints-24h", "--language", "fr"): "'de', 'pl', 'ru', 'en'",
        ("case",): "reference",
    }
    for words, near in expected.items():
        found = bare.call(*words)

        assert found.exit_code == 2, words
        assert near in " ".join(found.stderr.replace("│", " ").split()), words


def test_the_configuration_may_be_named_after_the_command_too(desk: Desk) -> None:
    for words in (["cases", "--config", str(desk.config)], ["cases", f"--config={desk.config}"]):
        done = subprocess.run(
            [sys.executable, "-m", "mailbot", *words], capture_output=True, env=environment(), timeout=60
        )

        assert REFERENCE.encode() in done.stdout


def test_a_reader_that_leaves_early_is_no_error_worth_a_traceback(desk: Desk) -> None:
    store = open_store(f"sqlite:///{desk.store}")
    for number in range(3000):  # more than a pipe holds
        case = Case(
            make(number), "support@example.org", "jan@example.net", NOW, subject="x" * 100, stage=Stage.REGISTERED
        )
        store.submit(lambda conn, case=case: cases.save(conn, case, now=NOW))
    store.close()
    command = [sys.executable, "-m", "mailbot", "--config", str(desk.config), "cases", "--limit", "5000"]
    for more in ([], ["--json"]):
        with subprocess.Popen(
            [*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        ) as child:
            assert child.stdout is not None
            assert child.stderr is not None
            child.stdout.readline()
            child.stdout.close()
            assert child.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize(
    "words", [("cases",), ("cases", "--json"), ("report",), ("outbox", "show", "1"), ("policy", "show", "item-support")]
)
def test_what_cannot_be_written_is_one_line_and_status_1(words: tuple[str, ...], desk: Desk) -> None:
    command = [sys.executable, "-m", "mailbot", "--config", str(desk.config), *words]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=60)

    assert_one_line(done, 1, "cannot be written: No space left on device")


def test_a_short_answer_to_a_reader_that_has_left_is_silent(desk: Desk) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-m", "mailbot", "--config", str(desk.config), "cases"]
    with os.fdopen(theirs, "wb") as pipe:
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, env=environment(), timeout=60)

    assert (done.returncode, done.stderr) == (1, b"")


def test_explain_tells_the_language_that_a_running_daemon_reads(bare: Desk) -> None:
    mail = MAIL.replace(b"Nie dziala.", b"I forgot my password.")

    assert json.loads(bare.run("explain", "--json", "-", stdin=mail).stdout)["language"] == "en"


def test_explain_reads_files_and_a_pipe(bare: Desk, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(MAIL)

    (piped,) = [json.loads(line) for line in bare.run("explain", "--json", "-", stdin=MAIL).stdout.splitlines()]
    (filed,) = bare.rows("explain", str(tmp_path / "1.eml"))
    broken = bare.run("explain", str(tmp_path / "none.eml"), str(tmp_path / "1.eml"))

    assert piped == {**filed, "file": "-"}
    assert piped["message_id"] == "<1@example.net>"
    assert_one_line(broken, 1, "No such file")
    assert b"Falownik" in broken.stdout


def test_a_terminal_of_80_columns_gets_aligned_rows_and_colours_and_nothing_that_a_mail_wrote(desk: Desk) -> None:
    for words in (("cases",), ("case", REFERENCE), ("outbox", "list"), ("quarantine", "list"), ("audit",), ("check",)):
        shown = on_terminal(desk, *words)

        assert "\x1b[1" in shown, words
        assert "Größe \x1b" not in shown, words
        assert max(len(plain(line)) for line in shown.splitlines()) <= 80, words
    assert "\\x1b[31m" in on_terminal(desk, "case", REFERENCE)


def on_terminal(desk: Desk, *words: str) -> str:
    main, side = pty.openpty()
    command = [sys.executable, "-m", "mailbot", "--config", str(desk.config), *words]
    with subprocess.Popen(command, stdout=side, stderr=side, env=environment(COLUMNS="80", TERM="xterm")) as child:
        os.close(side)
        shown = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:  # Linux says EIO where others say end of file
                break
            if not piece:
                break
            shown += piece
        os.close(main)
        child.wait(30)
    return shown.decode()


def plain(line: str) -> str:
    """*line* without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def test_a_terminal_without_unicode_is_served(desk: Desk) -> None:
    done = desk.run("cases", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert done.returncode == 0
    assert b"Gr\\xf6\\xdfe" in done.stdout
