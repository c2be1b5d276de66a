"""How automatic replies of people who are away are worded: their subjects and their first lines.

Words alone never decide that a machine wrote: core.rules asks for a sign of another sort. Every pattern reads a bounded piece of text.
"""

import re

from mailbot.core.mail import Mail

_SUBJECT = re.compile(
    r"(?!(?:ihre?|eure|deine|wasz[ae]|państwa|twoja|pańska|your|ваш[ае]?)\b)"  # a person speaks of one of ours
    r"(?:[^\W\d_]{1,20} ){0,3}(?:out of (?:the )?office|auto(?:matic|mated)?[- _]?(?:reply|response|responder|answer)"
    r"|abwesenheit\w{0,12}|abwesend|automatische (?:antwort|r[üu]ckmeldung)|auto-?odpowied[zź]|automatyczna odpowied[zź]"
    r"|odpowied[zź] automatyczna|nieobecno[sś][cć]|poza biurem|автоответ\w{0,4}|автоматический ответ|отсутствую|вне офиса"
    r"|vacation (?:reply|notice|message)|away from my (?:e-?)?mail|r[eé]ponse automatique|respuesta autom[aá]tica"
    r"|fuera de (?:la )?oficina|risposta automatica|automatisch antwoord|autosvar|automatisk[at]? (?:atbilde|svar))"
    r"(?: (?:auto-?reply|reply|notice|notification|message|assistant))?\s{0,3}(?:[]:–-]|$)",
    re.IGNORECASE,
)
#: people head their own mails with these, too
_PREFIX = re.compile(
    r"(?:ooo|urlaub|außer haus|urlop|нет на месте|нет в офисе|отпуск|отсутствие(?: на рабочем месте)?|on (?:holiday|vacation|leave))\s?:"
    r"|.{1,250}\((?:out of (?:the )?office|auto(?:matic)? ?reply|abwesend|abwesenheit)\)$",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"\b(?:(?:i am|i'm|i will be|i'll be|am) (?:currently )?(?:out of|away|on (?:vacation|holiday|annual leave|leave))"
    r"|out of (?:the )?office|this is an? auto(?:matic|mated) (?:reply|response)|automatic reply"
    r"|(?:nicht im (?:büro|haus|hause)|abwesend|im urlaub|außer haus|nicht erreichbar)|dies ist eine automatische"
    r"|(?:jestem|będę) [^.!?]{0,40}(?:nieobecn|poza biurem|na urlopie)|to jest automatyczna|przebywam na urlopie"
    r"|(?:нахожусь|буду) [^.!?]{0,40}(?:в отпуске|вне офиса)|я в отпуске|буду отсутствовать|это автоматическ)",
    re.IGNORECASE,
)


def sounds_away(subject: str) -> bool:
    """The words by which clients head an automatic reply, as a prefix or as the whole."""
    return bool(_SUBJECT.match(subject[:120].strip().removeprefix("[")))


def may_sound_away(subject: str) -> bool:
    """Words before or behind the subject by which a person, too, may tell of a holiday."""
    return bool(_PREFIX.match(subject[:300].strip()))


def opens_as_away(mail: Mail) -> bool:
    """The first lines say that somebody is away, or that a machine answers."""
    return bool(_OPENS.search(mail.opening(300)))
