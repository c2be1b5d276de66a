"""The words of dates as people write them, in four languages: tables for core.when."""

import unicodedata
from collections.abc import Mapping


def plain(text: str) -> str:
    """*text* in small letters without accents, commas and double blanks: "Piątek, 17 Uhr." is "piatek 17 uhr."."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("ł", "l"))
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).replace(",", " ").split())


def _table(*rows: str) -> Mapping[str, int]:
    """word -> number of its row, from 0."""
    return {word: number for number, row in enumerate(rows) for word in plain(row).split()}


#: Monday is 0
WEEKDAYS = _table(
    "mon monday mo montag pon pn poniedziałek poniedziałku пн понедельник понедельника понедельнику",
    "tue tues tuesday di dienstag wt wto wtorek wtorku вт вторник вторника вторнику",
    "wed weds wednesday mi mittwoch śr śro środa środę środy среда среду среды среде ср",
    "thu thur thurs thursday do donnerstag cz czw czwartek czwartku чт четверг четверга четвергу",
    "fri friday fr freitag pt pią piątek piątku пт пятница пятницу пятницы пятнице",
    "sat saturday sa samstag sonnabend sob sobota sobotę soboty сб суббота субботу субботы субботе",
    "sun sunday so sonntag nd ndz niedz niedziela niedzielę niedzieli вс воскресенье воскресенья воскресенью",
)
#: January is 0
MONTHS = _table(
    "jan january januar jänner sty styczeń stycznia янв январь января",
    "feb february februar lut luty lutego фев февр февраль февраля",
    "mar march mär märz mrz marzec marca мар март марта",
    "apr april kwi kwiecień kwietnia апр апрель апреля",
    "may mai maj maja май мая",
    "jun june juni cze czerwiec czerwca июн июнь июня",
    "jul july juli lip lipiec lipca июл июль июля",
    "aug august sie sierpień sierpnia авг август августа",
    "sep sept september wrz wrzesień września сен сент сентябрь сентября",
    "oct october okt oktober paź październik października окт октябрь октября",
    "nov november lis listopad listopada ноя нояб ноябрь ноября",
    "dec december dez dezember gru grudzień grudnia дек декабрь декабря",
)
#: days from today
NEAR: Mapping[str, int] = {
    plain(words): days
    for days, row in enumerate(
        (
            ("today", "heute", "dziś", "dzisiaj", "сегодня"),
            ("tomorrow", "morgen", "jutro", "jutra", "завтра"),
            ("the day after tomorrow", "übermorgen", "uebermorgen", "pojutrze", "pojutrza", "послезавтра"),
        )
    )
    for words in row
}
#: the first working day of the next week
NEXT_WEEK = frozenset(
    plain(words)
    for words in (
        *("next week", "nächste woche", "nächster woche", "naechste woche", "naechster woche"),
        *("w przyszłym tygodniu", "przyszły tydzień", "przyszłego tygodnia", "w następnym tygodniu"),
        *("на следующей неделе", "следующая неделя", "следующей недели"),
    )
)
#: before a weekday: the coming one, or that of the next week
NEXT = frozenset(
    plain(
        "next nächsten nächster nächste nächstes nächstem naechsten naechster naechste naechstem"
        " przyszły przyszłą przyszła przyszłego przyszłej następny następną następna następnego następnej"
        " следующий следующую следующее следующая следующего следующей следующему"
    ).split()
)
#: before a weekday: the coming one
COMING = frozenset(
    plain(
        "coming kommenden kommender kommende kommendem najbliższy najbliższą najbliższa najbliższego najbliższej"
        " ближайший ближайшую ближайшее ближайшая ближайшего ближайшей ближайшему"
    ).split()
)
ARTICLES = ("den", "dem", "der", "the")  #: what may stand between a weekday and its date
#: what may stand before a day, the longest first
BEFORE = tuple(
    plain(words)
    for words in (
        *("not later than", "bis spätestens", "bis zum", "najpóźniej do", "не позднее", "until", "till", "by", "on"),
        *("bis", "am", "do", "na", "we", "w", "до", "ко", "к", "во", "в"),
    )
)
#: what may stand between now and a duration; a number may be missing after some: "через неделю"
IN = tuple(plain(words) for words in ("within", "in", "za", "w ciągu", "через", "в течение"))
AT = tuple(
    plain(words) for words in ("o godzinie", "o godz.", "godz.", "at", "um", "o", "в", "к", "до", "do", "by", "bis")
)
#: small numbers in words
NUMBERS: Mapping[str, int] = {
    plain(word): number
    for number, row in enumerate(
        (
            "a an one ein eine einem einer einen jeden jedną один одну",
            "two zwei dwa dwie dwóch два две двух",
            "three drei trzy trzech три трёх",
            "four vier cztery четыре",
            "five fünf pięć пять",
        ),
        start=1,
    )
    for word in row.split()
}
#: the unit of a duration, as worktime.parse_span() names it
UNITS: Mapping[str, str] = {
    plain(words): unit
    for unit, row in {
        "minutes": ("minute", "minuten", "minut", "minuty", "minutę", "минут", "минуты", "минуту"),
        "hours": ("stunde", "stunden", "godzin", "godziny", "godzinę", "час", "часа", "часов"),
        "working hours": (
            *("arbeitsstunde", "arbeitsstunden", "godzin roboczych", "godziny robocze", "godzinę roboczą"),
            *("рабочий час", "рабочих часа", "рабочих часов"),
        ),
        "working days": (
            *("arbeitstag", "arbeitstage", "arbeitstagen", "werktag", "werktage", "werktagen"),
            *("dzień roboczy", "dni robocze", "dni roboczych", "рабочий день", "рабочих дня", "рабочих дней"),
        ),
        "days": ("tag", "tage", "tagen", "dzień", "dni", "день", "дня", "дней"),
        "weeks": ("woche", "wochen", "tydzień", "tygodnie", "tygodni", "неделю", "недели", "недель"),
    }.items()
    for words in row
}
#: how a date may be written, for who wrote another
EXAMPLES: Mapping[str, str] = {
    "de": "Freitag 17 Uhr · morgen · in 2 Werktagen · 24.12. 15:00",
    "pl": "piątek 17:00 · jutro · za 2 dni robocze · 24.12. 15:00",
    "ru": "пятница 17:00 · завтра · через 2 рабочих дня · 24.12. 15:00",
    "en": "fri 17:00 · tomorrow · in 2 working days · 24 Dec 15:00",
}
