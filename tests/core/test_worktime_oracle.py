"""Due moments against the oracle that counts minutes one by one: no difference on thousands of random calendars."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from mailbot.core.worktime import (
    Calendar,
    Clock,
    Span,
    before,
    due_at,
    is_open,
    is_working_day,
    last_open_at_or_before,
    next_opening,
    resumed,
    working_time_between,
)
from tests.core import oracle

Answer = tuple[object, object]  #: found, expected

CALENDARS_FOR_EACH_ZONE = 50
QUESTIONS_FOR_EACH_CALENDAR = 6


@pytest.mark.parametrize(("zone", "first"), oracle.WEEKS, ids=lambda v: str(v))
def test_no_due_moment_differs_from_counting_every_minute(zone: str, first: date) -> None:
    rng = random.Random(f"{zone} {first}")
    asked = sum(compare(rng, zone, first) for _ in range(CALENDARS_FOR_EACH_ZONE))

    assert asked > 10 * CALENDARS_FOR_EACH_ZONE


def compare(rng: random.Random, zone: str, first: date) -> int:
    """Asks about one random calendar, and says how many answers were compared."""
    calendar = oracle.random_calendar(rng, zone, first)
    film = oracle.film(calendar, first)
    inner = set(film.dates[1440:-4320])
    assert {day for day in inner if is_working_day(day, calendar)} == inner & set(film.shifts), calendar
    return sum(ask(rng, calendar, film) for _ in range(QUESTIONS_FOR_EACH_CALENDAR))


def ask(rng: random.Random, calendar: Calendar, film: oracle.Film) -> int:
    start = rng.randrange(2880, len(film.open) - 16000)
    amount = rng.choice((rng.randint(1, 90), rng.randint(1, 3000)))
    days = rng.randint(1, 6)
    answers = [
        *opening(start, calendar, film),
        *by_hours(rng, start, amount, calendar, film),
        *by_days(start, days, calendar, film),
        between(start, start + rng.randint(0, 11000), calendar, film),
    ]
    for found, expected in answers:
        assert found == expected, (calendar, film.at(start), amount, days)
    return len(answers)


def opening(start: int, calendar: Calendar, film: oracle.Film) -> Iterator[Answer]:
    at = film.at(start)
    yield is_open(at, calendar), bool(film.open[start])
    if (following := film.open.find(1, start)) >= 0:
        yield next_opening(at, calendar), film.at(following)
    if film.open[start]:
        yield last_open_at_or_before(at, calendar), at
    elif (last := film.open.rfind(1, 0, start)) >= 0:
        yield last_open_at_or_before(at, calendar), film.at(last + 1) - timedelta(seconds=1)


def by_hours(rng: random.Random, start: int, amount: int, calendar: Calendar, film: oracle.Film) -> Iterator[Answer]:
    at = film.at(start)
    for clock, marks in film.marks.items():
        span = Span(amount / 60, clock, "")
        if (warned := oracle.run_back(marks, start, amount)) is not None:
            yield before(at, span, calendar), film.at(warned)
        if (due := oracle.run(marks, start, amount)) is None:
            continue
        yield due_at(at, span, calendar), film.at(due)
        paused, again = sorted(rng.sample(range(start, due + 2000), 2))
        moved = oracle.run(marks, start, amount, range(paused, again)) if paused < due else due
        if moved is not None and again < len(film.open):
            yield resumed(film.at(due), span, film.at(paused), film.at(again), calendar), film.at(moved)


def by_days(start: int, days: int, calendar: Calendar, film: oracle.Film) -> Iterator[Answer]:
    at = film.at(start)
    if (due := oracle.working_days(film, start, days)) is not None:
        yield due_at(at, Span(days, Clock.WORKING_DAYS, ""), calendar), film.at(due)
    if (due := oracle.end_of_next(film, start)) is not None:
        yield due_at(at, Span(1, Clock.END_OF_NEXT_WORKING_DAY, ""), calendar), film.at(due)


def between(start: int, end: int, calendar: Calendar, film: oracle.Film) -> Answer:
    found = working_time_between(film.at(start), film.at(end), calendar)
    return found, timedelta(minutes=film.open[start:end].count(1))
