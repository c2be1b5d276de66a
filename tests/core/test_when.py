"""Dates as people write them, in four languages."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailbot.core.when import CLOSED, FAR, PAST, parse_moment
from mailbot.core.when_words import BEFORE, COMING, EXAMPLES, IN, MONTHS, NEAR, NEXT, NEXT_WEEK, UNITS, WEEKDAYS
from mailbot.core.worktime import Calendar, closing, is_working_day, parse_hours
from mailbot.wire import words
from mailbot.wire.moments import by, on
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
        ("en", "fri, 4 Dec", "2026-12-04 17:00"),
        ("en", "Friday the 4th of December, 10:00", "2026-12-04 10:00"),
        ("en", "Wednesday, 9 December 2026, 17:00", "2026-12-09 17:00"),
        ("en", "Wednesday, December 9, 2026", "2026-12-09 17:00"),
        ("en", "Wednesday, 9 December 2026, 17:00 (Central European Time)", "2026-12-09 17:00"),
        ("en", "Wednesday, 9 December 2026, 17:00 (Moscow Time)", "2026-12-09 15:00"),
        ("en", "Wednesday, 9 December 2026, 17:00 (Europe/Berlin)", "2026-12-09 17:00"),
        ("en", "24.12.26", "2026-12-24 17:00"),
        ("en", "24.12.26 15:00", "2026-12-24 15:00"),
        ("en", "next monday", "2026-03-09 17:00"),
        ("en", "next Wednesday 10:00", "2026-03-11 10:00"),
        ("en", "coming friday", "2026-03-06 17:00"),
        ("de", "Mittwoch, 9. Dezember 2026, 17:00 Uhr", "2026-12-09 17:00"),
        ("de", "Mittwoch, 9. Dezember 2026, 17:00 Uhr.", "2026-12-09 17:00"),
        ("de", "am Mittwoch, dem 9. Dezember, um 17 Uhr", "2026-12-09 17:00"),
        ("de", "Mittwoch, 9. Dezember, 17:00 Uhr (Mitteleuropäische Zeit)", "2026-12-09 17:00"),
        ("de", "Fr 17.30", "2026-03-06 17:30"),
        ("de", "Fr 10.12 Uhr", "2026-03-06 10:12"),
        ("de", "Do 10.12.", "2026-12-10 17:00"),
        ("de", "bis nächsten Montag", "2026-03-09 17:00"),
        ("de", "am kommenden Freitag um 12 Uhr", "2026-03-06 12:00"),
        ("pl", "środa, 9 grudnia 2026 r., godz. 17:00", "2026-12-09 17:00"),
        ("pl", "poniedziałku, 9 marca 2026 r., godz. 17:00", "2026-03-09 17:00"),
        ("pl", "do poniedziałku, 9 marca, godz. 12:00", "2026-03-09 12:00"),
        ("pl", "w przyszły poniedziałek", "2026-03-09 17:00"),
        ("pl", "do najbliższego piątku", "2026-03-06 17:00"),
        ("ru", "среда, 9 декабря 2026 г., 17:00", "2026-12-09 17:00"),
        ("ru", "до среды, 9 декабря 2026 года, 17:00 (московское время)", "2026-12-09 15:00"),
        ("ru", "в следующий понедельник", "2026-03-09 17:00"),
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
        ("next friday", "6 Mar 2026 or 13 Mar 2026"),
        ("thursday, 9 December 2026, 17:00", "9 Dec 2026 is a Wednesday"),
        ("thu, 9 Dec", "9 Dec 2026 is a Wednesday"),
        ("wed, 25 December 2025", "25 Dec 2025 is a Thursday"),
        ("next soon", "tomorrow"),
        ("thu 10.12", "tomorrow"),
        ("24.12.25", PAST),
        ("24.12.26 15", "tomorrow"),
        ("24 dec 26", "tomorrow"),
        ("Wednesday, 9 December 2026, 17:00 (Eastern European Time)", "tomorrow"),
        ("Wednesday, 9 December 2026 (Moscow Time)", "tomorrow"),
        ("soon", "tomorrow"),
        ("03/04", "tomorrow"),
        ("", "tomorrow"),
    ],
)
def test_what_is_not_understood_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        local(text)


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("de", "nächsten Freitag", "06.03.2026 oder 13.03.2026? Bitte das Datum schreiben"),
        ("pl", "w przyszły piątek", "6.03.2026 czy 13.03.2026? Proszę podać datę"),
        ("ru", "в следующую пятницу", "06.03.2026 или 13.03.2026? Напишите дату"),
        ("de", "Donnerstag, 9. Dezember 2026", "09.12.2026 ist ein Mittwoch"),
        ("pl", "czwartek, 9 grudnia", "9.12.2026 to środa"),
        ("ru", "четверг, 9 декабря", "09.12.2026 — среда"),
    ],
)
def test_what_may_be_meant_otherwise_is_said_in_the_writers_language(language: str, text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        local(text, language)


def test_the_next_friday_leaves_no_doubt_on_a_friday_and_a_saturday() -> None:
    assert local("next friday", now=datetime(2026, 3, 6, 10, tzinfo=UTC)) == "2026-03-13 17:00"
    assert local("next friday", now=datetime(2026, 3, 7, 10, tzinfo=UTC)) == "2026-03-13 17:00"


FORMS: tuple[Callable[[datetime, str, str], str], ...] = (words.moment, words.genitive, words.when, on, by)


@many
@given(
    st.integers(1, 9 * 365 * 1440),
    st.sampled_from(["Europe/Berlin", "Europe/Warsaw", "Europe/Moscow", "Europe/Helsinki", "Europe/Kyiv", "UTC"]),
    st.sampled_from(list(EXAMPLES)),
    st.sampled_from(FORMS),
)
def test_what_our_mails_say_is_read_back_to_the_minute(
    minutes: int, zone: str, language: str, form: Callable[[datetime, str, str], str]
) -> None:
    at, calendar = NOW + timedelta(minutes=minutes), Calendar(zone, BERLIN.hours)
    assume(at.astimezone(ZoneInfo(zone)).fold == 0)  # an hour that comes twice is its first
    said = form(at, language, zone)
    spoken = [said, said.partition(", ")[2]]
    if minutes < 360 * 1440:
        spoken += [re.sub(r" \d{4}(\s[rг]\.)?", "", one) for one in spoken]

    for one in spoken:
        assert parse_moment(one, NOW, calendar, language) == at, one


def test_a_time_that_the_clocks_skip_is_the_jump_and_one_that_comes_twice_its_first() -> None:
    assert local("sun 2:30", now=datetime(2026, 3, 27, 10, tzinfo=UTC)) == "2026-03-29 03:00"
    at = parse_moment("sun 2:30", datetime(2026, 10, 23, 10, tzinfo=UTC), BERLIN, "en")
    assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_of_leap_years_is_the_next_one() -> None:
    assert local("29 Feb", now=NOW) == "2028-02-29 17:00"


_WORDS = [
    *BEFORE,
    *COMING,
    *NEXT,
    *IN,
    *MONTHS,
    *NEAR,
    *NEXT_WEEK,
    *UNITS,
    *WEEKDAYS,
    "at",
    "um",
    "17:00",
    "5 pm",
    "31",
    "24.12.",
    "²",
]
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
