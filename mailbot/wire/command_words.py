"""What each command of an agent does and how it is written, in the agent's language."""

import re
from collections.abc import Mapping

from mailbot.core.commands import COMMANDS
from mailbot.wire.word_table import COLUMN, Row, word

#: what an agent puts in the place of a word in capitals
PLACES: Mapping[str, Row] = {
    "until DATE": ("bis DATUM", "do DATY", "до ДАТЫ", "until DATE"),
    "DATE": ("DATUM", "DATA", "ДАТА", "DATE"),
    "assign NAME": ("assign NAME", "assign OSOBA", "assign ИМЯ", "assign NAME"),
    "NAME": ("NAME", "NAZWA", "НАЗВАНИЕ", "NAME"),
    "DESK": ("STELLE", "DZIAŁ", "ОТДЕЛ", "DESK"),
    "REFERENCE": ("NUMMER", "NUMER", "НОМЕР", "REFERENCE"),
    "ADDRESS": ("ADRESSE", "ADRES", "АДРЕС", "ADDRESS"),
    "WORDS": ("WÖRTER", "SŁOWA", "СЛОВА", "WORDS"),
}
_PLACE = re.compile("|".join(PLACES))
#: German, Polish, Russian; the English is COMMANDS itself
_DOES: Mapping[str, tuple[str, str, str]] = {
    "answer": (
        "der Text darunter wird als Antwort verschickt",
        "tekst poniżej zostanie wysłany jako odpowiedź",
        "текст ниже будет отправлен как ответ",
    ),
    "note": ("der Text darunter bleibt intern", "tekst poniżej zostaje w zespole", "текст ниже останется внутренним"),
    "update": (
        "der Text darunter wird als Zwischenstand verschickt",
        "tekst poniżej zostanie wysłany jako informacja o postępach",
        "текст ниже будет отправлен как сообщение о ходе работы",
    ),
    "resolve": (
        "der Text darunter wird als Lösung verschickt",
        "tekst poniżej zostanie wysłany jako rozwiązanie",
        "текст ниже будет отправлен как решение",
    ),
    "decline": (
        "der Text darunter erklärt vollständig, warum sich die Sache nicht lösen lässt",
        "tekst poniżej w pełni wyjaśnia, dlaczego sprawy nie da się rozwiązać",
        "текст ниже полностью объясняет, почему вопрос решить нельзя",
    ),
    "out-of-scope": (
        "vorbereitete Antwort: was wir nicht leisten und wie es weitergeht; Ihr Text steht zuerst",
        "gotowa odpowiedź: czego nie robimy i co dalej; własny tekst będzie na początku",
        "готовый ответ: чего мы не делаем и как быть дальше; Ваш текст идёт первым",
    ),
    "wait": (
        "der Fall wartet; der Text darunter, falls vorhanden, ist die Frage",
        "sprawa czeka; tekst poniżej, jeśli jest, to pytanie",
        "обращение ждёт; текст ниже, если он есть, — это вопрос",
    ),
    "promise": (
        "ein neuer Termin für die Lösung (Freitag 17 Uhr, in 2 Werktagen); der Text darunter ist der Grund",
        "nowy termin rozwiązania (piątek 17:00, za 2 dni robocze); tekst poniżej to powód",
        "новый срок решения (пятница 17:00, через 2 рабочих дня); текст ниже — причина",
    ),
    "assign": ("den Fall übergeben", "przekazać sprawę", "передать обращение"),
    "take": ("den Fall übernehmen", "przejąć sprawę", "взять обращение"),
    "next": (
        "den Fall übernehmen, der am längsten wartet",
        "przejąć sprawę, która czeka najdłużej",
        "взять обращение, которое ждёт дольше всех",
    ),
    "category": (
        "den Fall einordnen; Team und Zusagen folgen",
        "określić kategorię; zespół i terminy zmienią się z nią",
        "указать категорию; команда и сроки изменятся вместе с ней",
    ),
    "complexity": ("wie schwierig der Fall ist", "jak trudna jest sprawa", "насколько сложно обращение"),
    "accept": (
        "diesen Fall mit dem verbinden, den er nennt; wer ihn schrieb, ist dort beteiligt",
        "połączyć tę sprawę z tą, którą wskazuje; jej autor bierze w niej udział",
        "присоединить это обращение к названному в нём; его автор участвует и там",
    ),
    "files": (
        "die Dateien schicken, für die in einer Benachrichtigung kein Platz war",
        "przysłać pliki, które nie zmieściły się w powiadomieniu",
        "прислать файлы, которые не поместились в уведомление",
    ),
    "partner": (
        "der Text darunter geht zu diesem Fall an Dritte",
        "tekst poniżej trafia w tej sprawie do osoby trzeciej",
        "текст ниже будет отправлен по этому обращению третьей стороне",
    ),
    "consent": (
        "es liegt eine Zustimmung vor, dass Dritte erfahren, um wen es geht",
        "jest zgoda, by osoba trzecia wiedziała, o kogo chodzi",
        "есть согласие, чтобы третья сторона знала, о ком речь",
    ),
    "fault": (
        "der Text darunter geht an die Entwicklung",
        "tekst poniżej trafia do programistów",
        "текст ниже будет отправлен разработчикам",
    ),
    "fixed": (
        "der Fehler ist behoben; die Nachricht darüber wird mit dem Text darunter verschickt",
        "błąd usunięto; wiadomość o tym zostanie wysłana razem z tekstem poniżej",
        "ошибка исправлена; сообщение об этом будет отправлено вместе с текстом ниже",
    ),
    "incident": ("den Fall einer Störung zuordnen", "przypisać sprawę do awarii", "связать обращение со сбоем"),
    "incident-update": (
        "der Text darunter geht an alle, die diese Störung betrifft",
        "tekst poniżej trafia do wszystkich, których dotyczy ta awaria",
        "текст ниже будет отправлен всем, кого касается этот сбой",
    ),
    "invite": (
        "der Text darunter lädt zu einem Test ein; nur wenn darum gebeten wurde",
        "tekst poniżej zaprasza do testu; tylko jeśli o to proszono",
        "текст ниже приглашает к тесту; только если об этом просили",
    ),
    "verdict": (
        "der Text darunter ist das Ergebnis der erneuten Prüfung",
        "tekst poniżej to wynik ponownego rozpatrzenia",
        "текст ниже — результат пересмотра",
    ),
    "reopen": (
        "einen gelösten oder abgeschlossenen Fall wieder aufnehmen",
        "wznowić rozwiązaną lub zamkniętą sprawę",
        "возобновить решённое или закрытое обращение",
    ),
    "new": (
        "zuerst schreiben: Der Text darunter eröffnet einen Fall, sein Betreff ist der dieser E-Mail",
        "napisać jako pierwsi: tekst poniżej otwiera sprawę pod tematem tej wiadomości",
        "написать первыми: текст ниже открывает обращение с темой этого письма",
    ),
    "send": (
        "den Text darunter senden, obwohl etwas dazwischenkam",
        "wysłać tekst poniżej, choć coś się w międzyczasie wydarzyło",
        "отправить текст ниже, хотя за это время что-то произошло",
    ),
    "close": (
        "einen gelösten Fall sofort abschließen",
        "od razu zamknąć rozwiązaną sprawę",
        "сразу закрыть решённое обращение",
    ),
    "team": (
        "den Fall an ein Team übergeben",
        "przekazać sprawę zespołowi",
        "передать обращение команде",
    ),
    "link": (
        "dieser Fall und jener wissen voneinander",
        "ta sprawa i tamta są powiązane",
        "это обращение и то связаны между собой",
    ),
    "merge": (
        "dieser Fall geht in jenem weiter, der von derselben Person ist",
        "tę sprawę prowadzi się dalej w tamtej, od tej samej osoby",
        "это обращение продолжится в том, от того же человека",
    ),
    "split": (
        "die Nachricht oder der Text darunter wird ein eigener Fall",
        "wiadomość lub tekst poniżej staje się osobną sprawą",
        "письмо или текст ниже станет отдельным обращением",
    ),
    "cc": (
        "wer eine Kopie jeder Antwort bekommt und wer nicht mehr",
        "kto dostaje kopię każdej odpowiedzi, a kto już nie",
        "кто получает копию каждого ответа, а кто больше нет",
    ),
    "escalate": (
        "der Text darunter ist der Grund für eine erneute Prüfung",
        "tekst poniżej to powód ponownego rozpatrzenia",
        "текст ниже — причина пересмотра",
    ),
    "spam": (
        "den Fall ohne ein Wort beenden",
        "zakończyć sprawę bez odpowiedzi",
        "завершить обращение без ответа",
    ),
    "block": (
        "ebenso, und E-Mails von dieser Adresse werden keine Fälle mehr",
        "tak samo, a wiadomości z tego adresu nie będą już sprawami",
        "то же, и письма с этого адреса больше не станут обращениями",
    ),
    "unblock": (
        "E-Mails von dieser Adresse sind wieder erwünscht",
        "wiadomości z tego adresu są znów przyjmowane",
        "письма с этого адреса снова принимаются",
    ),
    "why": (
        "die letzten Entscheidungen zu diesem Fall",
        "ostatnie decyzje w tej sprawie",
        "последние решения по этому обращению",
    ),
    "undo": (
        "den eigenen letzten Schritt in diesem Fall zurücknehmen, solange seine E-Mail nicht verschickt ist",
        "cofnąć swój ostatni krok w tej sprawie, dopóki wiadomość nie została wysłana",
        "отменить свой последний шаг по этому обращению, пока письмо не ушло",
    ),
    "move": (
        "den Fall an eine andere Stelle übergeben; ab dann gelten deren Zusagen",
        "przekazać sprawę innemu działowi; odtąd obowiązują jego terminy",
        "передать обращение другому отделу; дальше действуют его сроки",
    ),
    "template": (
        "ein vorbereiteter Text in der Sprache des Falls; Ihr Text steht zuerst",
        "gotowy tekst w języku sprawy; własny tekst będzie na początku",
        "готовый текст на языке обращения; Ваш текст идёт первым",
    ),
    "mine": ("Ihre offenen Fälle", "własne otwarte sprawy", "Ваши открытые обращения"),
    "find": (
        "Fälle, in deren Betreff, Adresse oder Nummer die Wörter stehen",
        "sprawy, które mają te słowa w temacie, adresie lub numerze",
        "обращения, у которых эти слова есть в теме, адресе или номере",
    ),
    "show": (
        "was zu einem Fall bisher geschrieben wurde und wie er steht",
        "co dotąd napisano w sprawie i jaki jest jej stan",
        "что уже написано по обращению и в каком оно состоянии",
    ),
    "away": (
        "Sie sind nicht da; Ihre Fälle werden weitergegeben, bevor eine Zusage bricht",
        "nieobecność; sprawy zostaną przekazane, zanim minie obiecany termin",
        "Вас нет; Ваши обращения передадут другим раньше, чем нарушится срок",
    ),
    "back": ("Sie sind wieder da", "powrót z nieobecności", "Вы снова на месте"),
    "help": ("diese Liste", "ta lista", "этот список"),
}


def command_word(name: str, language: str) -> str:
    """What the command *name* does."""
    return COMMANDS[name][1] if language == "en" else _DOES[name][COLUMN[language]]


def usage_word(usage: str, language: str) -> str:
    """How a command is written, its places named in the reader's language: "/away [bis DATUM]"."""
    return _PLACE.sub(lambda place: word(PLACES, place[0], language), usage)


__all__ = ["PLACES", "command_word", "usage_word"]
