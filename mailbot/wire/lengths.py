"""Durations in sentences, in the case that the language asks for: after "within", "every", "after", "for", "in"."""

from collections.abc import Mapping

from babel import Locale

from mailbot.core.worktime import Clock, Span
from mailbot.wire.words import LOCALES

Forms = Mapping[str, str]  #: CLDR plural form -> words; "other" where there is no own one

#: language -> unit -> case -> forms. Cases: de acc dat, pl acc gen loc, ru acc gen, en acc
_UNITS: Mapping[str, Mapping[str, Mapping[str, Forms]]] = {
    "de": {
        "minutes": {
            "acc": {"one": "eine Minute", "other": "{n} Minuten"},
            "dat": {"one": "einer Minute", "other": "{n} Minuten"},
        },
        "hours": {
            "acc": {"one": "eine Stunde", "other": "{n} Stunden"},
            "dat": {"one": "einer Stunde", "other": "{n} Stunden"},
        },
        "days": {"acc": {"one": "einen Tag", "other": "{n} Tage"}, "dat": {"one": "einem Tag", "other": "{n} Tagen"}},
        "working hours": {
            "acc": {"one": "eine Arbeitsstunde", "other": "{n} Arbeitsstunden"},
            "dat": {"one": "einer Arbeitsstunde", "other": "{n} Arbeitsstunden"},
        },
        "working days": {
            "acc": {"one": "einen Werktag", "other": "{n} Werktage"},
            "dat": {"one": "einem Werktag", "other": "{n} Werktagen"},
        },
    },
    "pl": {
        "minutes": {
            "acc": {"one": "1 minutę", "few": "{n} minuty", "other": "{n} minut"},
            "gen": {"one": "1 minuty", "other": "{n} minut"},
            "loc": {"one": "1 minucie", "other": "{n} minutach"},
        },
        "hours": {
            "acc": {"one": "1 godzinę", "few": "{n} godziny", "other": "{n} godzin"},
            "gen": {"one": "1 godziny", "other": "{n} godzin"},
            "loc": {"one": "1 godzinie", "other": "{n} godzinach"},
        },
        "days": {
            "acc": {"one": "1 dzień", "other": "{n} dni"},
            "gen": {"one": "1 dnia", "other": "{n} dni"},
            "loc": {"one": "1 dniu", "other": "{n} dniach"},
        },
        "working hours": {
            "acc": {"one": "1 godzinę roboczą", "few": "{n} godziny robocze", "other": "{n} godzin roboczych"},
            "gen": {"one": "1 godziny roboczej", "other": "{n} godzin roboczych"},
            "loc": {"one": "1 godzinie roboczej", "other": "{n} godzinach roboczych"},
        },
        "working days": {
            "acc": {"one": "1 dzień roboczy", "few": "{n} dni robocze", "other": "{n} dni roboczych"},
            "gen": {"one": "1 dnia roboczego", "other": "{n} dni roboczych"},
            "loc": {"one": "1 dniu roboczym", "other": "{n} dniach roboczych"},
        },
    },
    "ru": {
        "minutes": {
            "acc": {"one": "{n} минуту", "few": "{n} минуты", "other": "{n} минут"},
            "gen": {"one": "{n} минуты", "other": "{n} минут"},
        },
        "hours": {
            "acc": {"one": "{n} час", "few": "{n} часа", "other": "{n} часов"},
            "gen": {"one": "{n} часа", "other": "{n} часов"},
        },
        "days": {
            "acc": {"one": "{n} день", "few": "{n} дня", "other": "{n} дней"},
            "gen": {"one": "{n} дня", "other": "{n} дней"},
        },
        "working hours": {
            "acc": {"one": "{n} рабочий час", "few": "{n} рабочих часа", "other": "{n} рабочих часов"},
            "gen": {"one": "{n} рабочего часа", "other": "{n} рабочих часов"},
        },
        "working days": {
            "acc": {"one": "{n} рабочий день", "few": "{n} рабочих дня", "other": "{n} рабочих дней"},
            "gen": {"one": "{n} рабочего дня", "other": "{n} рабочих дней"},
        },
    },
    "en": {
        "minutes": {"acc": {"one": "1 minute", "other": "{n} minutes"}},
        "hours": {"acc": {"one": "1 hour", "other": "{n} hours"}},
        "days": {"acc": {"one": "1 day", "other": "{n} days"}},
        "working hours": {"acc": {"one": "1 working hour", "other": "{n} working hours"}},
        "working days": {"acc": {"one": "1 working day", "other": "{n} working days"}},
    },
}
#: language -> relation -> (case, phrase)
_RELATIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "de": {
        "within": ("dat", "innerhalb von {}"),
        "after": ("dat", "nach {}"),
        "every": ("acc", "alle {}"),
        "before": ("acc", "spätestens {} vorher"),
        "through": ("acc", "{} lang"),
        "in": ("dat", "in {}"),
    },
    "pl": {
        "within": ("gen", "w ciągu {}"),
        "after": ("loc", "po {}"),
        "every": ("acc", "co {}"),
        "before": ("acc", "najpóźniej {} wcześniej"),
        "through": ("acc", "przez {}"),
        "in": ("acc", "za {}"),
    },
    "ru": {
        "within": ("gen", "в течение {}"),
        "after": ("acc", "через {}"),
        "every": ("acc", "каждые {}"),
        "before": ("acc", "не позднее чем за {}"),
        "through": ("gen", "в течение {}"),
        "in": ("acc", "через {}"),
    },
    "en": {
        "within": ("acc", "within {}"),
        "after": ("acc", "after {}"),
        "every": ("acc", "every {}"),
        "before": ("acc", "at least {} before"),
        "through": ("acc", "for {}"),
        "in": ("acc", "in {}"),
    },
}
#: "every" with one: no number is said
_EACH: Mapping[str, Mapping[str, str]] = {
    "de": {
        "minutes": "jede Minute",
        "hours": "jede Stunde",
        "days": "jeden Tag",
        "working hours": "jede Arbeitsstunde",
        "working days": "an jedem Werktag",
    },
    "pl": {
        "minutes": "co minutę",
        "hours": "co godzinę",
        "days": "codziennie",
        "working hours": "co godzinę roboczą",
        "working days": "w każdy dzień roboczy",
    },
    "ru": {
        "minutes": "каждую минуту",
        "hours": "каждый час",
        "days": "каждый день",
        "working hours": "каждый рабочий час",
        "working days": "каждый рабочий день",
    },
    "en": {
        "minutes": "every minute",
        "hours": "every hour",
        "days": "every day",
        "working hours": "every working hour",
        "working days": "every working day",
    },
}
_ON_WORKING_DAYS = {
    "de": " an Werktagen",
    "pl": " w dni robocze",
    "ru": " по рабочим дням",
    "en": " on working days",
}
_NEXT_WORKING_DAY = {
    "de": "bis zum Ende des nächsten Werktags",
    "pl": "do końca następnego dnia roboczego",
    "ru": "до конца следующего рабочего дня",
    "en": "by the end of the next working day",
}


def length(span: Span, language: str, relation: str) -> str:
    """*span* with its preposition: "innerhalb von 7 Werktagen", "co 2 dni robocze", "через 14 дней".

    Relations: within, after, every, before, through ("14 Tage lang"). The end of the next working day is a moment and
    has one wording.
    """
    if span.clock is Clock.END_OF_NEXT_WORKING_DAY:
        return _NEXT_WORKING_DAY[language]
    amount, unit = _counted(span)
    tail = _ON_WORKING_DAYS[language] if span.clock is Clock.HOURS_ON_WORKING_DAYS else ""
    if relation == "every" and amount == 1:
        return _EACH[language][unit] + tail
    return counted(amount, unit, language, relation, tail)


def counted(amount: int, unit: str, language: str, relation: str, tail: str = "") -> str:
    """So many minutes, hours, days, working hours or working days: "in 3 Arbeitsstunden", "za 2 dni robocze"."""
    case, phrase = _RELATIONS[language][relation]
    forms = _UNITS[language][unit][case]
    form = forms.get(str(Locale.parse(LOCALES[language]).plural_form(amount)), forms["other"])
    return phrase.format(form.format(n=amount) + tail)


def _counted(span: Span) -> tuple[int, str]:
    """The number that is said, and of what."""
    if span.amount != int(span.amount):
        return round(span.amount * 60), "minutes"
    unit = "hours" if span.clock is Clock.HOURS_ON_WORKING_DAYS else str(span.clock)
    return int(span.amount), unit


__all__ = ["counted", "length"]
