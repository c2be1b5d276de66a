"""`mailbot policy due` shows when a promise is due, and the arithmetic behind it."""

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.cli.due import explained
from mailbot.core.counting import steps
from mailbot.core.worktime import Calendar, parse_hours, parse_span


def run(*words: str) -> str:
    found = CliRunner().invoke(app, ["policy", "due", *words])
    assert found.exit_code == 0, found.output
    return found.output


def lines(hours: str, zone: str, start: str, span: str, holidays: tuple[tuple[date, str], ...] = ()) -> list[str]:
    calendar = Calendar(zone, parse_hours(hours), frozenset(dict(holidays)), (), holidays)
    begun = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    counted = steps(begun, parse_span(span), calendar)
    return [f"{time} | {words}" for time, words in explained(counted, parse_span(span), ZoneInfo(zone))]


def test_the_arithmetic_stands_between_from_and_due() -> None:
    assert run("four-day-week", "answer", "--from", "2026-03-12T17:00").splitlines() == [
        "answer: 24 hours on working days, from receipt",
        "  from Thursday, 12 March 2026, 17:00 (Moscow Time)",
        "    Thu 12 Mar 17:00–24:00  counts 7 h, 17 h left",
        "    Fri 13 Mar              closed",
        "    Sat 14 – Sun 15 Mar     weekend",
        "    Mon 16 Mar 00:00–17:00  counts 17 h",
        "  due  Monday, 16 March 2026, 17:00 (Moscow Time)",
    ]


def test_working_hours_are_shown_by_the_windows_in_which_they_run() -> None:
    assert lines("mon-thu 09:00-18:00", "Europe/Moscow", "2026-03-05T17:00", "9 working hours") == [
        "Thu 5 Mar 17:00–18:00 | counts 1 h, 8 h left",
        "Fri 6 Mar | closed",
        "Sat 7 – Sun 8 Mar | weekend",
        "Mon 9 Mar 09:00–17:00 | counts 8 h",
    ]


def test_a_clock_that_starts_after_closing_time_says_so() -> None:
    assert lines("mon-fri 09:00-12:00, 13:00-17:00", "Europe/Berlin", "2026-03-05T20:00", "5 working hours") == [
        "Thu 5 – Fri 6 Mar | outside opening hours",
        "Fri 6 Mar 09:00–12:00 | counts 3 h, 2 h left",
        "Fri 6 Mar 13:00–15:00 | counts 2 h",
    ]


def test_working_days_are_shown_one_by_one_each_skipped_day_with_its_reason() -> None:
    easter = ((date(2026, 4, 3), "Good Friday"), (date(2026, 4, 6), "Easter Monday"))

    assert lines("mon-fri 09:00-17:00", "Europe/Berlin", "2026-04-01T10:00", "2 working days", easter) == [
        "Wed 1 Apr | day of receipt, not counted",
        "Thu 2 Apr | working day 1 of 2",
        "Fri 3 Apr | holiday: Good Friday",
        "Sat 4 Apr | weekend",
        "Sun 5 Apr | weekend",
        "Mon 6 Apr | holiday: Easter Monday",
        "Tue 7 Apr | working day 2 of 2, until 17:00",
    ]


def test_the_next_working_day_is_named() -> None:
    assert lines("mon-thu 09:00-18:00", "Europe/Moscow", "2026-03-12T10:00", "end of next working day") == [
        "Thu 12 Mar | has already opened",
        "Fri 13 Mar | closed",
        "Sat 14 Mar | weekend",
        "Sun 15 Mar | weekend",
        "Mon 16 Mar | the next working day, until 18:00",
    ]


@pytest.mark.parametrize(
    ("hours", "start", "span", "line"),
    [
        (
            "mon-fri 09:00-17:00",
            "2026-03-28T12:00",
            "24 hours",
            "Sat 28 Mar 12:00 – Sun 29 Mar 13:00 | counts 24 h; the clocks go forward 1 h on Sun 29 Mar at 02:00",
        ),
        (
            "mon-fri 09:00-17:00",
            "2026-10-24T12:00",
            "24 hours",
            "Sat 24 Oct 12:00 – Sun 25 Oct 11:00 | counts 24 h; the clocks go back 1 h on Sun 25 Oct at 03:00",
        ),
        (
            "sun 00:00-24:00",
            "2026-10-25T00:00",
            "25 working hours",
            "Sun 25 Oct 00:00–24:00 | counts 25 h; the clocks go back 1 h on Sun 25 Oct at 03:00",
        ),
        (
            "sat 22:00-06:00",
            "2026-03-28T22:00",
            "7 working hours",
            "Sat 28 Mar 22:00 – Sun 29 Mar 06:00 | counts 7 h; the clocks go forward 1 h on Sun 29 Mar at 02:00",
        ),
    ],
)
def test_a_change_of_the_clocks_is_told_where_it_matters(hours: str, start: str, span: str, line: str) -> None:
    assert lines(hours, "Europe/Berlin", start, span) == [line]


def test_a_change_of_the_clocks_is_not_told_where_it_matters_nothing() -> None:
    shown = lines("mon-fri 09:00-17:00", "Europe/Berlin", "2026-03-27T16:00", "2 working hours")

    assert shown == [
        "Fri 27 Mar 16:00–17:00 | counts 1 h, 1 h left",
        "Sat 28 – Sun 29 Mar | weekend",
        "Mon 30 Mar 09:00–10:00 | counts 1 h",
    ]
    assert "clocks" not in "".join(lines("mon-fri 09:00-17:00", "Europe/Berlin", "2026-03-01T12:00", "240 days"))


def test_parts_of_hours_are_never_rounded() -> None:
    shown = lines("mon-fri 09:00-17:00", "Europe/Berlin", "2026-03-05T15:29:30", "2 working hours")

    assert [line.partition("counts ")[2] for line in shown] == ["1 h 30 min 30 s, 29 min 30 s left", "29 min 30 s"]


@pytest.mark.parametrize(
    ("start", "begun"),
    [
        ("2026-10-24T12:00", "2026-10-24T12:00:00+02:00"),
        ("2026-10-24T10:00Z", "2026-10-24T12:00:00+02:00"),
        ("2026-10-24T13:00+03:00", "2026-10-24T12:00:00+02:00"),
    ],
)
def test_json_has_exactly_the_four_fields_with_moments_of_the_policys_zone(start: str, begun: str) -> None:
    found = json.loads(run("complaints-24h", "acknowledgement", "--from", start, "--json"))

    assert found == {
        "promise": "acknowledgement",
        "clock": "24 hours",
        "from": begun,
        "due": "2026-10-25T11:00:00+01:00",
    }


def test_complexity_chooses_the_duration() -> None:
    clocks = [
        json.loads(run("four-day-week", "resolution", "--from", "2026-03-12", "--complexity", c, "--json"))["clock"]
        for c in ("simple", "normal", "complex")
    ]

    assert clocks == ["1 working day", "2 working days", "3 working days"]


def test_a_promise_for_closed_time_says_so_of_mail_that_came_in_open_time() -> None:
    note = "made only to mail that arrived in closed time"

    assert note in run("four-day-week", "next-working-day", "--from", "2026-03-12T10:00")
    assert note not in run("four-day-week", "next-working-day", "--from", "2026-03-13T10:00")


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--from", "tomorrow", "not a moment"),
        ("--from", "2026-03-29T02:30", "skip this time"),
        ("--from", "2026-10-25T02:30", "comes twice"),
        ("--from", "1900-01-01", "too far away"),
        ("--from", "9999-12-31T23:59", "too far away"),
        ("--complexity", "hard", "'simple', 'normal', 'complex'"),
    ],
)
def test_what_cannot_be_counted_is_a_usage_error_with_a_remedy(option: str, value: str, hint: str) -> None:
    words = {"--from": "2026-03-12", option: value}
    found = CliRunner().invoke(
        app, ["policy", "due", "complaints-24h", "resolution", *(w for pair in words.items() for w in pair)]
    )

    assert found.exit_code == 2
    assert hint in " ".join(found.output.replace("│", " ").split())
