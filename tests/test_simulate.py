"""`mailbot simulate`: old mail shows what a policy would have promised and kept; nothing leaves."""

import json
import os
import re
import subprocess
import sys
from base64 import encodebytes
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mailbot.cli import main
from mailbot.core.reference import make
from mailbot.wire import language
from tests.rig.month import ANNA, BERLIN, DESK, MONTH, eml_folder, mail, maildir, mbox, policy

Row = dict[str, Any]
Run = Callable[..., tuple[int, str, str]]
Told = Callable[..., list[Row]]
TERMINAL = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
REFERENCE = make(2026)
NO_NETWORK = """
import sys
def guard(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"):
        raise SystemExit(f"{event} {arguments}")
sys.addaudithook(guard)
from mailbot.cli import main
main()
"""
#: without the accurate language model, which takes now more memory, now less
PEAK = """
from mailbot.cli import main
from mailbot.wire import language
language.load_accurate = lambda at_once: None
try:
    main()
finally:
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")))
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`mailbot` with these words: exit status, standard output, standard error."""

    def _run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mailbot", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return _run


@pytest.fixture
def told(run: Run) -> Told:
    """`mailbot simulate --json` with these words: its rows."""

    def _told(*words: object) -> list[Row]:
        status, out, err = run("simulate", *words, "--json")
        assert (status, err) == (0, "")
        return [json.loads(line) for line in out.splitlines()]

    return _told


def of(rows: list[Row], **wanted: object) -> list[Row]:
    return [row for row in rows if all(row.get(key) == value for key, value in wanted.items())]


def ends(rows: list[Row], promise: str) -> list[str]:
    """What became of a promise, with the day and the hour in Berlin."""
    return [f"{_local(row['at'])} {row['state']}" for row in of(rows, promise=promise) if row["state"] != "open"]


def _local(iso: str) -> str:
    local = datetime.fromisoformat(iso).astimezone(BERLIN)
    return f"{local.day} {local:%H:%M}"


def some(counts: dict[str, int]) -> dict[str, int]:
    """The counts above zero."""
    return {state: number for state, number in counts.items() if number}


def test_a_month_is_kept_late_and_missed_as_computed_by_hand(told: Told, tmp_path: Path) -> None:
    *rows, last = told(policy(tmp_path), mbox(tmp_path / "box"), "--agent", ANNA)
    summary = last["summary"]

    assert some(summary["promises"]["answer"]) == {"kept": 2, "late": 1, "missed": 1}
    assert some(summary["later_mails"]["answer"]) == {"kept": 1}
    assert summary["kept_on_original_date"] == {"answer": 0.5}
    # 25, 30 and 72 hours: nine of ten within 30 + 0.8 * 42
    assert summary["seconds_to_answer"] == {"cases": 3, "median": 30 * 3600, "p90": pytest.approx(63.6 * 3600)}
    assert (summary["mails"], summary["cases"], summary["open_cases"]) == (9, 4, 4)
    assert ends(rows, "answer") == [
        "3 10:00 kept",
        "4 11:00 kept",
        "4 12:00 overdue",
        "5 12:00 late",
        "8 15:00 overdue",
        "10 14:00 kept",
    ]


def test_a_promise_is_replaced_as_often_as_the_policy_allows_and_news_goes_out_by_itself(
    told: Told, tmp_path: Path
) -> None:
    """A4 to A7, by hand: 10 working days from Monday 2 March, then 5 more three times; Good Friday and Easter Monday."""
    *rows, last = told("complaints-24h", mbox(tmp_path / "box", [MONTH[0]]))
    summary = last["summary"]
    dues = [
        datetime.fromisoformat(row["due"]).astimezone(BERLIN) for row in of(rows, promise="resolution", state="open")
    ]

    assert some(summary["promises"]["acknowledgement"]) == {"kept": 1}
    assert some(summary["promises"]["resolution"]) == {"replaced": 3, "missed": 1}
    assert [f"{due:%d.%m. %H:%M}" for due in dues] == ["16.03. 17:00", "23.03. 17:00", "30.03. 17:00", "08.04. 17:00"]
    assert [_local(row["at"]) for row in of(rows, event="sent", template="progress")] == [
        "9 16:00",
        "16 16:00",
        "23 16:00",
    ]
    assert summary["kept_on_original_date"]["resolution"] == 0
    assert summary["kept_by_automatic_mail"] == {"progress": 3}


def test_every_format_tells_the_same(told: Told, tmp_path: Path) -> None:
    places = (mbox(tmp_path / "box"), maildir(tmp_path / "Maildir"), eml_folder(tmp_path / "saved"))
    rows = [told(policy(tmp_path), place, "--agent", ANNA) for place in places]

    assert rows[0] == rows[1] == rows[2]
    assert len(rows[0]) > 30


def test_the_same_mail_in_two_places_counts_once(told: Told, tmp_path: Path) -> None:
    rows = told(policy(tmp_path), mbox(tmp_path / "box"), maildir(tmp_path / "Maildir"), "--agent", ANNA)
    summary = rows[-1]["summary"]

    assert summary["outcomes"] == {"applied": 9, "duplicate": 9}
    assert some(summary["promises"]["answer"]) == {"kept": 2, "late": 1, "missed": 1}


def test_equal_input_gives_equal_output(run: Run, tmp_path: Path) -> None:
    words = ("simulate", policy(tmp_path), mbox(tmp_path / "box"), "--agent", ANNA, "--json")

    assert run(*words) == run(*words)


def test_rows_come_in_the_order_of_time_with_the_documented_keys(told: Told, tmp_path: Path) -> None:
    *rows, last = told(policy(tmp_path), mbox(tmp_path / "box"), "--agent", ANNA)
    known = {"at", "case", "event", "mail", "to", "template", "promise", "due", "state", "rule", "actor"}

    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert all({"at", "case", "event"} <= row.keys() <= known for row in rows)
    assert list(last) == ["summary"]


def test_a_stricter_policy_shows_who_would_have_waited_too_long(told: Told, run: Run, tmp_path: Path) -> None:
    box, usual, strict = mbox(tmp_path / "box"), policy(tmp_path), policy(tmp_path, "24 hours", "strict")
    *rows, last = told(usual, box, "--agent", ANNA, "--compare", strict)
    _, text, _ = run("simulate", usual, box, "--agent", ANNA, "--compare", strict)

    assert [(row["actor"], row["state"], row["other"]) for row in rows] == [
        ("kasia@example.net", "kept", "late"),
        ("dora@example.net", "kept", "late"),
    ]
    assert some(last["summary"]["promises"]["answer"]) == {"kept": 2, "late": 1, "missed": 1}
    assert some(last["compared"]["promises"]["answer"]) == {"late": 3, "missed": 1}
    assert last["differ"] == 2
    assert re.search(r"answer +kept +2 +0\n", text)
    assert re.search(r"answer +kept +late +dora@example.net", text)


def test_a_promise_that_only_one_policy_makes_is_counted_and_makes_no_case_differ(
    told: Told, run: Run, tmp_path: Path
) -> None:
    box = mbox(tmp_path / "box")
    rows = told(policy(tmp_path), box, "--agent", ANNA, "--compare", "complaints-24h")
    _, text, _ = run("simulate", policy(tmp_path), box, "--agent", ANNA, "--compare", "complaints-24h")

    assert [row["differ"] for row in rows] == [0]
    assert re.search(r"acknowledgement +kept +- +4\n", text)


def test_the_language_is_read_as_a_running_daemon_reads_it(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "_accurate", [])
    told(policy(tmp_path), mbox(tmp_path / "box"))

    assert language._accurate


def test_until_stops_the_clock_while_a_promise_is_open(told: Told, tmp_path: Path) -> None:
    box = mbox(tmp_path / "box")
    stopped = told(policy(tmp_path), box, "--agent", ANNA, "--until", "2026-03-08T14:59")[-1]["summary"]
    day = told(policy(tmp_path), box, "--agent", ANNA, "--until", "2026-03-08")[-1]["summary"]

    assert some(stopped["promises"]["answer"]) == {"kept": 1, "late": 1, "open": 1}
    assert some(day["promises"]["answer"]) == {"kept": 1, "late": 1, "missed": 1}


def test_answers_written_as_the_desk_count_when_the_desk_is_named_as_an_agent(
    told: Told, run: Run, tmp_path: Path
) -> None:
    box = mbox(tmp_path / "box", [one.replace(ANNA.encode(), DESK.encode()) for one in MONTH])
    without = told(policy(tmp_path), box, "--desk", DESK)[-1]["summary"]
    _, text, _ = run("simulate", policy(tmp_path), box, "--summary")
    named = told(policy(tmp_path), box, "--desk", DESK, "--agent", DESK)[-1]["summary"]

    assert some(without["promises"]["answer"]) == {"missed": 4}
    assert f"if a person wrote them, add --agent {DESK}" in text
    assert some(named["promises"]["answer"]) == {"kept": 2, "late": 1, "missed": 1}


def test_an_agents_mail_on_no_known_thread_is_put_aside_and_told(told: Told, run: Run, tmp_path: Path) -> None:
    stray = mail("2 10:00", ANNA, "kasia@example.net", "Something else", id="s1")
    inside = mail("2 10:30", ANNA, "boss@example.com", "Fwd: Inverter stops", id="s2", answers="k1")
    box = mbox(tmp_path / "box", [MONTH[0], stray, inside])
    summary = told(policy(tmp_path), box, "--agent", ANNA)[-1]["summary"]
    _, text, _ = run("simulate", policy(tmp_path), box, "--agent", ANNA)

    assert some(summary["promises"]["answer"]) == {"missed": 1}
    assert list(summary["aside"].values()) == [1, 1]
    assert "Not taken in: 1, an agent's mail on no known thread." in text


def test_an_automatic_mail_of_the_old_system_keeps_nothing_and_ties_its_thread(told: Told, tmp_path: Path) -> None:
    receipt = mail(
        "2 09:01",
        DESK,
        "kasia@example.net",
        "Received",
        id="r1",
        answers="k1",
        headers=("Auto-Submitted: auto-replied",),
    )
    answer = mail("3 09:00", ANNA, "kasia@example.net", "Re: Received", id="a9", answers="r1")
    box = mbox(tmp_path / "box", [MONTH[0], receipt, answer])
    rows = told(policy(tmp_path), box, "--agent", ANNA, "--desk", DESK)

    assert ends(rows, "answer") == ["3 09:00 kept"]


def test_another_systems_reference_in_the_subject_is_a_thread(told: Told, tmp_path: Path) -> None:
    receipt = mail("2 09:01", DESK, "kasia@example.net", "[#4711] Inverter stops", id="r1")
    answer = mail("3 10:00", ANNA, "kasia@example.net", "[#4711] AW: Inverter stops", id="a1")
    second = mail("4 10:00", "kasia@example.net", DESK, "Re: [#4711] AW: Inverter stops", id="k2")
    words = (policy(tmp_path), mbox(tmp_path / "box", [MONTH[0], receipt, answer, second]), "--agent", ANNA)
    tagged = told(*words, "--tag", r"\[#(\d+)\]")[-1]["summary"]
    untagged = told(*words, "--desk", DESK)[-1]["summary"]

    assert (tagged["cases"], some(tagged["promises"]["answer"])) == (1, {"kept": 1})
    assert some(tagged["later_mails"]["answer"]) == {"missed": 1}
    assert (untagged["cases"], some(untagged["promises"]["answer"])) == (2, {"missed": 2})


def test_last_months_mail_of_mailbot_itself_replays_by_its_own_references(told: Told, tmp_path: Path) -> None:
    """An agent answered a notification: what it answers is in no mailbox, the reference in its subject is."""
    token = "support+abcdefghij234567abcd@example.org"
    resolved = "/resolve\nOutcome: a new inverter\nMeasures: replaced"
    answer = mail("3 10:00", ANNA, token, f"Re: [{REFERENCE}] Inverter stops", id="a1", answers="notice", text=resolved)
    box = mbox(tmp_path / "box", [MONTH[0], MONTH[4], answer])
    summary = told(policy(tmp_path), box, "--agent", ANNA)[-1]["summary"]

    assert some(summary["promises"]["answer"]) == {"kept": 1, "missed": 1}
    assert (summary["cases"], summary["open_cases"]) == (2, 1)


def test_a_reference_that_may_mean_two_cases_means_none(told: Told, tmp_path: Path) -> None:
    twin = mail("2 09:30", "ben@example.net", DESK, "Inverter stops", id="b9")
    answer = mail("3 10:00", ANNA, DESK, f"Re: [{REFERENCE}] Inverter stops", id="a1", answers="notice")
    summary = told(policy(tmp_path), mbox(tmp_path / "box", [MONTH[0], twin, answer]), "--agent", ANNA)[-1]["summary"]

    assert some(summary["promises"]["answer"]) == {"missed": 2}
    assert summary["aside"] == {"an agent's mail on no known thread": 1}


CONFIG = """
[store]
url = "sqlite:///never.db"
[listen]
smtp = "127.0.0.1:0"
[relay]
host = "relay.invalid"
[trust]
authserv_id = "mx.example.org"
[[desk]]
address = "support@example.org"
name = "Support"
policy = "complaints-24h"
manager = "lead@example.org"
[[desk]]
address = "sales@example.org"
name = "Sales"
policy = "complaints-24h"
[[agent]]
address = "anna@example.org"
name = "Anna"
[[form]]
sender = "form@example.org"
"""


def test_desks_agents_and_forms_come_from_the_configuration(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "mailbot.toml"
    config.write_text(CONFIG)
    form = mail("2 09:00", "form@example.org", DESK, "Form", id="f1", headers=("Reply-To: fay@example.net",))
    answer = mail("3 09:00", ANNA, "fay@example.net", "Re: Form", id="a1", answers="f1")
    sales = mail("3 10:00", "ben@example.net", "Sales <sales@example.org>", "Price", id="b1")
    other = mail("3 11:00", "ben@example.net", "else@example.com", "Nothing", id="b2")
    words = (policy(tmp_path), mbox(tmp_path / "box", [form, answer, sales, other]), "--json")
    _, out, _ = run("--config", config, "simulate", *words)
    _, one, _ = run("--config", config, "simulate", *words, "--desk", DESK)
    *rows, last = (json.loads(line) for line in out.splitlines())

    assert ends(rows, "answer") == ["3 09:00 kept", "5 10:00 overdue"]
    assert last["summary"]["aside"] == {"sent to no desk": 1}
    assert of(rows, template="missed", to="lead@example.org") == []
    assert of(rows, template="acknowledgement", to="fay@example.net")
    assert json.loads(one.splitlines()[-1])["summary"]["desks"] == [DESK]
    assert not (tmp_path / "never.db").exists()


def test_mail_to_no_desk_is_counted_and_the_way_to_a_desk_of_its_own_is_told(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "mailbot.toml"
    config.write_text(CONFIG)
    others = [mail(f"3 1{n}:00", "ben@example.net", "help@shop.example", "Price", id=f"b{n}") for n in range(3)]
    words = ("--config", config, "simulate", policy(tmp_path), mbox(tmp_path / "box", others))
    _, out, _ = run(*words)
    status, tried, _ = run(*words, "--desk", "help@shop.example")
    refused, _, why = run(*words, "--desk", "hlep@shop.example")

    assert (
        "Not taken in: 3, sent to no desk (to try the policy on those to help@shop.example: --desk help@shop.example).\n"
        in out
    )
    assert status == 0
    assert "3 mails to help@shop.example\n" in tried
    assert "Mails taken in: 3 applied.\n" in tried
    assert (refused, "no mail went to it" in why) == (78, True)


def test_a_template_that_breaks_is_an_outcome_of_its_mail_and_stops_the_clock_with_an_error(
    told: Told, run: Run, tmp_path: Path
) -> None:
    config = tmp_path / "mailbot.toml"
    config.write_text('templates = "words"\n' + CONFIG)
    broken = tmp_path / "words" / "en" / "delay.md.j2"
    broken.parent.mkdir(parents=True)
    broken.write_text("Subject: x\n{{ nobody_knows }}\n")
    words = ("--config", config, "simulate", policy(tmp_path), mbox(tmp_path / "box", [MONTH[0]]))
    status, _, err = run(*words)
    broken.rename(broken.with_name("acknowledgement.md.j2"))
    _, out, _ = run(*words)

    assert (status, "Traceback" in err) == (1, False)
    assert "the replay stopped at 2026-03-04T08:00:00+00:00" in err
    assert "nobody_knows" in err
    assert "from kasia@example.net (quarantined: UndefinedError: 'nobody_knows' is undefined)\n" in out
    assert "1 mail to support@example.org, sales@example.org\n" in out
    assert "No promise was made." in out


def test_nothing_leaves(tmp_path: Path) -> None:
    """The whole command runs while every way of Python to reach a network ends the process."""
    odd = mail("2 08:00", "eve@example.net", DESK, "Odd", id="e1").replace(b"text/plain", b"text/rfc822-headers")
    words = ["simulate", str(policy(tmp_path)), str(mbox(tmp_path / "box", [odd, *MONTH])), "--agent", ANNA]
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, *words], capture_output=True, text=True, timeout=60, env=dict(os.environ)
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "to kasia@example.net: answer" in done.stdout


def test_piped_text_is_plain_and_tells_who_what_and_when_in_the_policys_zone(run: Run, tmp_path: Path) -> None:
    status, out, err = run("simulate", policy(tmp_path), mbox(tmp_path / "box"), "--agent", ANNA)
    lines = [re.sub(r"  \w{3}-\w{3}-\w{3}  ", "  ", line) for line in out.splitlines()]

    assert (status, err) == (0, "")
    assert "\x1b" not in out
    assert lines[:2] == [
        "2026-03-02 09:00  from kasia@example.net: Inverter stops",
        "2026-03-02 09:00  promised: answer by 2026-03-04 09:00",
    ]
    assert "2026-03-04 12:00  overdue: answer" in lines
    assert "2026-03-05 12:00  late: answer, was due 2026-03-04 12:00" in lines
    assert "2026-03-02 09:00 to 2026-03-10 14:15 (Europe/Berlin). Nothing was sent." in lines
    assert re.search(r"answer +2 +1 +1 +- +- +- +50%", out)
    assert "4 cases, 4 of them without an end" in out
    assert "Answered in time: 9 mails to support@example.org" in lines
    assert "half within 1 day, 6 hours; 90% within 2 days, 15 hours." in out


def test_a_terminal_gets_a_progress_bar_on_standard_error(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    words = ["-m", "mailbot", "simulate", policy(tmp_path), mbox(tmp_path / "box"), "--json"]
    process = subprocess.Popen([sys.executable, *words], stderr=theirs, stdout=subprocess.DEVNULL, env=TERMINAL)
    os.close(theirs)
    seen = _all_of(ours)
    os.close(ours)

    assert process.wait(60) == 0
    assert b"replaying under" in seen
    assert b"9/9" in seen


def _all_of(terminal: int) -> bytes:
    seen = b""
    while True:
        try:
            seen += os.read(terminal, 65536)
        except OSError:  # Linux: nobody has the other end any more
            return seen


def test_what_a_sender_wrote_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    evil = mail("2 09:00", "eve@example.net", DESK, "=?utf-8?q?Hi=1B=5D0;owned=07?=", id="e1")
    _, out, _ = run("simulate", policy(tmp_path), mbox(tmp_path / "box", [evil]))

    assert "\x1b" not in out
    assert "\x07" not in out


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("nonsense", "box"), 78, "there is no such policy"),
        (("broken.toml", "box"), 78, "broken.toml"),
        (("answered.toml", "box", "--compare", "nonsense"), 78, "there is no such policy"),
        (("answered.toml", "empty.mbox"), 1, "no mail to replay"),
        (("answered.toml", "missing"), 1, "missing"),
        (("answered.toml", "picture.eml"), 1, "not a mail"),
        (("answered.toml", "undated.eml"), 1, "no date that can be read"),
        (("answered.toml", "box", "--agent", "anna"), 78, "--agent"),
        (("answered.toml", "box", "--desk", "support"), 78, "--desk"),
        (("answered.toml", "box", "--until", "2020-01-01"), 1, "before the first mail"),
        (("answered.toml", "box", "--until", "soon"), 2, "--until"),
        (("answered.toml", "box", "--tag", "("), 2, "--tag"),
        (("answered.toml", "box", "--tag", "#"), 2, "--tag"),
    ],
)
def test_wrong_input_is_one_clear_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], status: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    policy(tmp_path)
    mbox(tmp_path / "box")
    (tmp_path / "broken.toml").write_text('title = "x"\n[calendar]\nzone = "Nowhere"\n')
    (tmp_path / "empty.mbox").touch()
    (tmp_path / "picture.eml").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "undated.eml").write_bytes(mail("", "a@b.example", DESK, "x", id="1"))
    found, out, err = run("simulate", *words)

    assert (found, out) == (status, "")
    assert says in err
    assert "Traceback" not in err


def test_mails_are_read_one_by_one(tmp_path: Path) -> None:
    """Forty mails of two megabytes take hardly more memory than one: they never are in memory together."""
    picture = encodebytes(bytes(1_500_000)).decode()
    kind = ("Content-Transfer-Encoding: base64", "Content-Disposition: attachment; filename=x.bin")
    big = [
        mail(f"2 10:{n}", f"p{n}@example.net", DESK, "Big", id=f"p{n}", text=picture, headers=kind) for n in range(40)
    ]
    one, many = mbox(tmp_path / "one", big[:1]), mbox(tmp_path / "many", big)

    assert many.stat().st_size > 80_000_000
    assert _peak_bytes(policy(tmp_path), many) - _peak_bytes(policy(tmp_path), one) < 30_000_000


def _peak_bytes(*words: object) -> int:
    """The most memory that a process of its own took for `mailbot simulate --summary` (proc(5))."""
    command = [sys.executable, "-c", PEAK, "simulate", *map(str, words), "--summary"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout.splitlines()[-1]) * 1024
