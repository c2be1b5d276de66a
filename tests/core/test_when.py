"""Dates as people write them, in four languages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.when import CLOSED, FAR, PAST, parse_moment
from mailbot.core.when_words import BEFORE, EXAMPLES, IN, MONTHS, NEAR, NEXT_WEEK, UNITS, WEEKDAYS
from mailbot.core.worktime import Calendar, closing, is_working_day, parse_hours
from tests.core.scenes import many, scenes

BERLIN = Calendar("Europe/Berlin", parse_hours("mon-fri 09:00-17:00"), frozenset({date(2026, 12, 25)}))
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  #: Wednesday, eleven o'clock in Berlin


def local(text: str, language: str = "en", now: datetime = NOW) -> str:
    at = parse_moment(text, now, BERLIN, language)
    return f"{at.astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "fri 17:00", "2026-03-06 17:00"),
        ("en", "friday", "2026-03-06 17:00"),
        ("en", "by Friday at 3 pm", "2026-03-06 15:00"),
        ("en", "wednesday", "2026-03-04 17:00"),
        ("en", "wednesday 10:00", "2026-03-11 10:00"),
        ("en", "today", "2026-03-04 17:00"),
        ("en", "tomorrow 10:00", "2026-03-05 10:00"),
        ("en", "the day after tomorrow", "2026-03-06 17:00"),
        ("en", "in 2 working days", "2026-03-06 17:00"),
        ("en", "10 working days", "2026-03-18 17:00"),
        ("en", "end of next working day", "2026-03-05 17:00"),
        ("en", "in 3 hours", "2026-03-04 14:00"),
        ("en", "in an hour", "2026-03-04 12:00"),
        ("en", "in two weeks", "2026-03-18 11:00"),
        ("en", "2026-12-24", "2026-12-24 17:00"),
        ("en", "2026-12-24 09:30", "2026-12-24 09:30"),
        ("en", "24 Dec", "2026-12-24 17:00"),
        ("en", "Dec 24th", "2026-12-24 17:00"),
        ("en", "24 Dec 2026 15:00", "2026-12-24 15:00"),
        ("en", "until 3 March", "2027-03-03 17:00"),
        ("en", "next week", "2026-03-09 17:00"),
        ("en", "17:00", "2026-03-04 17:00"),
        ("en", "09:00", "2026-03-05 09:00"),
        ("en", "sat 10:00", "2026-03-07 10:00"),
        ("de", "Freitag 17 Uhr", "2026-03-06 17:00"),
        ("de", "bis Freitag um 16 Uhr 30", "2026-03-06 16:30"),
        ("de", "bis Montag", "2026-03-09 17:00"),
        ("de", "Do", "2026-03-05 17:00"),
        ("de", "Do 17:00", "2026-03-05 17:00"),
        ("de", "morgen", "2026-03-05 17:00"),
        ("de", "übermorgen 12.30 Uhr", "2026-03-06 12:30"),
        ("de", "in 2 Arbeitstagen", "2026-03-06 17:00"),
        ("de", "in einer Woche", "2026-03-11 11:00"),
        ("de", "24.12.", "2026-12-24 17:00"),
        ("de", "bis zum 24.12.2026, 15:00 Uhr", "2026-12-24 15:00"),
        ("de", "24. Dezember", "2026-12-24 17:00"),
        ("de", "nächste Woche", "2026-03-09 17:00"),
        ("pl", "piątek 17:00", "2026-03-06 17:00"),
        ("pl", "piatek", "2026-03-06 17:00"),
        ("pl", "w piątek o 15", "2026-03-06 15:00"),
        ("pl", "jutro", "2026-03-05 17:00"),
        ("pl", "do jutra", "2026-03-05 17:00"),
        ("pl", "do piątku, godz. 12:00", "2026-03-06 12:00"),
        ("pl", "za 2 dni robocze", "2026-03-06 17:00"),
        ("pl", "za tydzień", "2026-03-11 11:00"),
        ("pl", "w poniedziałek", "2026-03-09 17:00"),
        ("pl", "do 17:00", "2026-03-04 17:00"),
        ("pl", "we wtorek", "2026-03-10 17:00"),
        ("pl", "24 grudnia 2026 r.", "2026-12-24 17:00"),
        ("pl", "w przyszłym tygodniu", "2026-03-09 17:00"),
        ("ru", "пятница 17:00", "2026-03-06 17:00"),
        ("ru", "завтра в 10:00", "2026-03-05 10:00"),
        ("ru", "до пятницы", "2026-03-06 17:00"),
        ("ru", "к четвергу", "2026-03-05 17:00"),
        ("ru", "через 2 рабочих дня", "2026-03-06 17:00"),
        ("ru", "через неделю", "2026-03-11 11:00"),
        ("ru", "в понедельник в 9 часов", "2026-03-09 09:00"),
        ("ru", "24 декабря 2026 г.", "2026-12-24 17:00"),
        ("ru", "25 мая", "2026-05-25 17:00"),
    ],
)
def test_what_people_write_is_understood(language: str, text: str, meant: str) -> None:
    assert local(text, language) == meant
    assert local(text.upper(), language) == meant


@pytest.mark.parametrize("language", EXAMPLES)
def test_the_examples_are_understood(language: str) -> None:
    for example in EXAMPLES[language].split(" · "):
        assert local(example, language) > "2026-03-04 11:00"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-03-03", PAST),
        ("today 9:00", PAST),
        ("24.12.2025", PAST),
        ("saturday", CLOSED),
        ("25.12.", CLOSED),
        ("2099-01-01", FAR),
        ("in 9999 weeks", FAR),
        ("2026-13-40", "tomorrow"),
        ("31.2.", "tomorrow"),
        ("in 0 days", "tomorrow"),
        ("friday 25:00", "tomorrow"),
        ("next friday", "tomorrow"),
        ("soon", "tomorrow"),
        ("03/04", "tomorrow"),
        ("", "tomorrow"),
    ],
)
def test_what_is_not_understood_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        local(text)


def test_a_time_that_the_clocks_skip_is_the_jump_and_one_that_comes_twice_its_first() -> None:
    assert local("sun 2:30", now=datetime(2026, 3, 27, 10, tzinfo=UTC)) == "2026-03-29 03:00"
    at = parse_moment("sun 2:30", datetime(2026, 10, 23, 10, tzinfo=UTC), BERLIN, "en")
    assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_of_leap_years_is_the_next_one() -> None:
    assert local("29 Feb", now=NOW) == "2028-02-29 17:00"


_WORDS = [*BEFORE, *IN, *MONTHS, *NEAR, *NEXT_WEEK, *UNITS, *WEEKDAYS, "at", "um", "17:00", "5 pm", "31", "24.12.", "²"]
_WORDS += ["2026-12-24", "2", "99999999999999999999", "12.2026", "9999-12-31", "0001-01-01", "00:00", "24:00", "٣"]
SAID = st.lists(st.sampled_from(_WORDS), max_size=5).map(" ".join) | st.text(max_size=40)


@many
@given(scenes(), SAID, st.sampled_from(list(EXAMPLES)))
def test_whatever_is_written_is_a_moment_ahead_or_a_value_error(
    scene: tuple[datetime, Calendar], said: str, language: str
) -> None:
    now, calendar = scene
    try:
        at = parse_moment(said, now, calendar, language)
    except ValueError:
        return

    assert at > now
    assert at.tzinfo is UTC
    assert at < now + timedelta(days=3660 + 366)


@many
@given(scenes(), st.integers(0, 400), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d.%m.", "%A"]))
def test_a_day_is_its_closing_and_with_a_time_that_time(
    scene: tuple[datetime, Calendar], ahead: int, form: str
) -> None:
    now, calendar = scene
    ahead = ahead % 6 + 1 if form == "%A" else ahead % 360 + 1 if form == "%d.%m." else ahead + 1
    day = now.astimezone(ZoneInfo(calendar.zone)).date() + timedelta(days=ahead)
    named = day.strftime(form)
    if is_working_day(day, calendar) and (form != "%A" or ahead > 1):
        assert parse_moment(named, now, calendar, "en") == closing(day, calendar)
    local_at = parse_moment(f"{named} 12:34", now, calendar, "en").astimezone(ZoneInfo(calendar.zone))

    assert (local_at.date(), local_at.hour, local_at.minute) == (day, 12, 34)
