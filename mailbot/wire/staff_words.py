"""What agents read of their commands, in their language: what each does, and what was wrong with one."""

import re
from collections.abc import Mapping

from babel import Locale

from mailbot.core.commands import COMMANDS
from mailbot.wire.words import LOCALES, STAGES, stage_word

Row = tuple[str, str, str, str]  #: German, Polish, Russian, English
_COLUMN = {"de": 0, "pl": 1, "ru": 2, "en": 3}

COMPLEXITIES: Mapping[str, Row] = {
    "simple": ("einfach", "prosta", "простое", "simple"),
    "normal": ("normal", "zwykła", "обычное", "normal"),
    "complex": ("komplex", "złożona", "сложное", "complex"),
}
PROBLEMS: Mapping[str, Row] = {
    "unknown": (
        "diesen Befehl gibt es nicht",
        "nie ma takiego polecenia",
        "такой команды нет",
        "there is no such command",
    ),
    "argument": (
        "die Angabe dahinter passt nicht",
        "wartość po poleceniu nie pasuje",
        "значение после команды не подходит",
        "what follows the command does not fit",
    ),
    "who": (
        "mit diesem Namen geht es nicht",
        "z tą osobą to niemożliwe",
        "с этим сотрудником не получится",
        "this name does not work here",
    ),
    "missing-text": (
        "darunter fehlt der Text",
        "pod poleceniem brakuje tekstu",
        "под командой нет текста",
        "the text below it is missing",
    ),
    "missing-part": (
        "im Text fehlt ein Teil",
        "w tekście brakuje części",
        "в тексте не хватает части",
        "a part of the text is missing",
    ),
    "not-now": ("das geht hier nicht", "tu nie jest to możliwe", "здесь это невозможно", "not possible here"),
    "consent": (
        "dafür fehlt eine Zustimmung",
        "brakuje na to zgody",
        "на это нет согласия",
        "this needs consent",
    ),
    "too-big": (
        "diese Anhänge sind zu groß oder zu viele",
        "te załączniki są za duże lub jest ich za dużo",
        "эти вложения слишком большие или их слишком много",
        "these attachments are too big or too many",
    ),
    "twice": (
        "der Text kann nur ein Ziel haben",
        "tekst może trafić tylko w jedno miejsce",
        "у текста может быть только один адресат",
        "the text can go to one place only",
    ),
}
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
OTHER_LANGUAGE: Row = ("andere Sprache", "inny język", "другой язык", "another language")
#: the labels that a text must carry, as an agent writes them
PARTS: Mapping[str, Row] = {
    "outcome": ("Ergebnis:", "Wynik:", "Результат:", "outcome:"),
    "measures": ("Maßnahmen:", "Działania:", "Меры:", "measures:"),
    "decision": ("Entscheidung:", "Decyzja:", "Решение:", "decision:"),
    "reasons": ("Begründung:", "Uzasadnienie:", "Обоснование:", "reasons:"),
}
#: the reasons that decide() gives, by their English wording
DETAILS: Mapping[str, Row] = {
    "the policy names no scope": (
        "in den Zusagen steht nicht, wobei wir helfen",
        "zasady nie określają zakresu pomocy",
        "в правилах не указаны границы поддержки",
        "the policy names no scope",
    ),
    "the policy names no developers": (
        "die Zusagen nennen keine Adresse der Entwicklung",
        "zasady nie podają adresu programistów",
        "в правилах нет адреса разработчиков",
        "the policy names no developers",
    ),
    "no fault was passed on": (
        "es wurde kein Fehler weitergegeben",
        "nie przekazano żadnego błędu",
        "об ошибке не сообщалось",
        "no fault was passed on",
    ),
    "the case is part of no incident": (
        "der Fall gehört zu keiner Störung",
        "sprawa nie należy do żadnej awarii",
        "обращение не связано со сбоем",
        "the case is part of no incident",
    ),
    "the customer did not ask to be invited": (
        "um eine Einladung wurde nicht gebeten",
        "nikt nie prosił o zaproszenie",
        "о приглашении не просили",
        "no invitation was asked for",
    ),
    "no review is open": (
        "es läuft keine erneute Prüfung",
        "nie toczy się ponowne rozpatrzenie",
        "пересмотра сейчас нет",
        "no review is open",
    ),
    "the review is another person's": (
        "die erneute Prüfung liegt bei jemand anderem",
        "ponowne rozpatrzenie prowadzi inna osoba",
        "пересмотр ведёт другой человек",
        "the review is another person's",
    ),
    "no date for the resolution is promised": (
        "für die Lösung ist kein Termin zugesagt",
        "nie obiecano terminu rozwiązania",
        "срок решения не обещан",
        "no date for the resolution is promised",
    ),
    "the new date is not later than the old one": (
        "der neue Termin liegt nicht nach dem alten",
        "nowy termin nie jest późniejszy",
        "новый срок не позже прежнего",
        "the new date is not later than the old one",
    ),
    "in the past": ("liegt in der Vergangenheit", "to już przeszłość", "это уже в прошлом", "in the past"),
    "no working day": ("kein Werktag", "to nie dzień roboczy", "это не рабочий день", "no working day"),
    "more than ten years ahead": (
        "mehr als zehn Jahre voraus",
        "ponad dziesięć lat naprzód",
        "больше чем на десять лет вперёд",
        "more than ten years ahead",
    ),
    "not a third party": (
        "diese Adresse gehört zum Fall selbst",
        "ten adres należy do samej sprawy",
        "этот адрес уже участвует в обращении",
        "not a third party",
    ),
    "the review is for somebody else": (
        "die erneute Prüfung ist für jemand anderen",
        "ponowne rozpatrzenie powierzono komuś innemu",
        "пересмотр поручен другому",
        "the review is for somebody else",
    ),
    "may not decide this review": (
        "darf über diese erneute Prüfung nicht entscheiden",
        "nie może rozstrzygać tego ponownego rozpatrzenia",
        "не может решать этот пересмотр",
        "may not decide this review",
    ),
    "a review is open": (
        "eine erneute Prüfung läuft noch",
        "trwa ponowne rozpatrzenie",
        "идёт пересмотр",
        "a review is open",
    ),
    "it needs a mail of its own": (
        "dafür ist eine eigene E-Mail nötig",
        "potrzebna jest osobna wiadomość",
        "для этого нужно отдельное письмо",
        "it needs a mail of its own",
    ),
    "cannot be written from here": (
        "ist von hier aus nicht erreichbar",
        "jest stąd niedostępny",
        "отсюда недоступен",
        "cannot be written to from here",
    ),
    "joined to another case": (
        "der Fall ist mit einem anderen verbunden",
        "sprawa jest połączona z inną",
        "обращение присоединено к другому",
        "joined to another case",
    ),
    "a case of its own already": (
        "daraus ist schon ein eigener Fall geworden",
        "jest to już osobna sprawa",
        "это уже отдельное обращение",
        "it is a case of its own already",
    ),
    "your reply stays inside": (
        "Ihre Antwort bleibt intern",
        "odpowiedź pozostaje wewnętrzna",
        "ответ останется внутренним",
        "your reply stays inside",
    ),
    "the subject is missing": (
        "der Betreff fehlt",
        "brakuje tematu",
        "нет темы",
        "the subject is missing",
    ),
    "not a customer": (
        "diese Adresse gehört zu uns selbst",
        "ten adres należy do nas",
        "это наш собственный адрес",
        "this address is one of ours",
    ),
    "the text shows a private address": (
        "der Text oder ein Anhang zeigt eine private Antwortadresse",
        "tekst lub załącznik ujawnia prywatny adres do odpowiedzi",
        "в тексте или вложении виден личный адрес для ответов",
        "the text or an attachment shows a private reply address",
    ),
    "no files were left out": (
        "es wurden keine Dateien ausgelassen",
        "żadnego pliku nie pominięto",
        "ни один файл не был пропущен",
        "no files were left out",
    ),
    "the case names no open one": (
        "der Fall nennt keinen offenen",
        "sprawa nie wskazuje żadnej otwartej",
        "в обращении не назван номер открытого",
        "the case names no open one",
    ),
    "the mail names no case": (
        "die E-Mail nennt keinen Fall",
        "wiadomość nie wskazuje żadnej sprawy",
        "в письме не указано обращение",
        "the email names no case",
    ),
    "no text is prepared": (
        "es ist kein Text vorbereitet",
        "nie przygotowano żadnego tekstu",
        "готовых текстов нет",
        "no text is prepared",
    ),
    "it stands alone": (
        "dieser Befehl muss allein stehen",
        "to polecenie musi być jedyne",
        "эта команда пишется отдельно",
        "it has to stand alone",
    ),
    "a settled case does not wait": (
        "ein erledigter Fall wartet nicht",
        "załatwiona sprawa nie czeka",
        "завершённое обращение не ждёт",
        "a settled case does not wait",
    ),
    "there is no such case": (
        "diesen Fall gibt es nicht",
        "nie ma takiej sprawy",
        "такого обращения нет",
        "there is no such case",
    ),
    "it is this case itself": (
        "das ist dieser Fall selbst",
        "to jest ta sama sprawa",
        "это само это обращение",
        "it is this case itself",
    ),
    "that case is another desk's": (
        "jener Fall gehört einer anderen Stelle",
        "tamta sprawa należy do innego działu",
        "то обращение ведёт другой отдел",
        "that case is another desk's",
    ),
    "that case is another person's": (
        "jener Fall ist von jemand anderem",
        "tamta sprawa jest innej osoby",
        "то обращение от другого человека",
        "that case is another person's",
    ),
    "that case is not open": (
        "jener Fall ist nicht offen",
        "tamta sprawa nie jest otwarta",
        "то обращение не открыто",
        "that case is not open",
    ),
    "this address is one of ours": (
        "diese Adresse ist eine von uns",
        "to jeden z naszych adresów",
        "это один из наших адресов",
        "this address is one of ours",
    ),
    "this address is not blocked": (
        "diese Adresse ist nicht gesperrt",
        "ten adres nie jest zablokowany",
        "этот адрес не заблокирован",
        "this address is not blocked",
    ),
    "too many addresses": (
        "zu viele Adressen",
        "za dużo adresów",
        "слишком много адресов",
        "too many addresses",
    ),
    "the policy knows no review": (
        "die Zusagen kennen keine erneute Prüfung",
        "zasady nie przewidują ponownego rozpatrzenia",
        "в правилах нет пересмотра",
        "the policy knows no review",
    ),
    "there is nothing to take back": (
        "es gibt nichts zurückzunehmen",
        "nie ma czego cofnąć",
        "отменять нечего",
        "there is nothing to take back",
    ),
    "the last step is a colleague's": (
        "der letzte Schritt ist von jemand anderem",
        "ostatni krok wykonał ktoś inny",
        "последний шаг сделал другой сотрудник",
        "the last step is a colleague's",
    ),
    "something came in since": (
        "seitdem ist etwas dazugekommen",
        "od tego czasu coś się wydarzyło",
        "с тех пор что-то произошло",
        "something came in since",
    ),
    "other cases know of it already": (
        "andere Fälle wissen schon davon",
        "inne sprawy już o tym wiedzą",
        "другие обращения уже об этом знают",
        "other cases know of it already",
    ),
    "its mail has left": (
        "seine E-Mail ist schon verschickt",
        "wiadomość została już wysłana",
        "письмо уже ушло",
        "its mail has left",
    ),
    "there is no other desk": (
        "es gibt keine andere Stelle",
        "nie ma innego działu",
        "другого отдела нет",
        "there is no other desk",
    ),
    "the case is another desk's now": (
        "der Fall liegt jetzt bei einer anderen Stelle",
        "sprawę prowadzi teraz inny dział",
        "обращение теперь ведёт другой отдел",
        "the case is another desk's now",
    ),
    "the text names the customer": (
        "der Text verrät, um wen es geht",
        "z tekstu wynika, o kogo chodzi",
        "из текста видно, о ком речь",
        "the text tells who the customer is",
    ),
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


def complexity_word(complexity: str, language: str) -> str:
    return _said(COMPLEXITIES, complexity, language)


def problem_word(problem: str, language: str) -> str:
    return _said(PROBLEMS, problem, language)


def command_word(name: str, language: str) -> str:
    """What the command *name* does."""
    return COMMANDS[name][1] if language == "en" else _DOES[name][_COLUMN[language]]


def usage_word(usage: str, language: str) -> str:
    """How a command is written, its places named in the reader's language: "/away [bis DATUM]"."""
    return _PLACE.sub(lambda place: _said(PLACES, place[0], language), usage)


def part_label(part: str, language: str) -> str:
    """The label of a part that a text must have, as it begins a line: "Ergebnis:"."""
    said = _said(PARTS, part, language)
    return said[:1].upper() + said[1:]


def language_word(language: str, reader: str) -> str:
    """The name of a language in the reader's: "Polnisch"; "other" is none of ours."""
    if language == "other":
        return OTHER_LANGUAGE[_COLUMN[reader]]
    return str(Locale.parse(LOCALES[reader]).languages.get(language, language))


def detail_word(detail: str, language: str) -> str:
    """A problem's detail: a stage, missing parts, a known reason; names stay as they are."""
    if detail in STAGES:
        return stage_word(detail, language)
    parts = detail.split(", ")
    if all(part in PARTS for part in parts):
        return ", ".join(_said(PARTS, part, language) for part in parts)
    reason = next((r for r in DETAILS if detail.endswith(f" {r}") and detail not in DETAILS), "")
    if reason:  # "Anna may not decide this review", "mail to a@b.example cannot be written from here"
        return detail.removesuffix(reason).removeprefix("mail to ") + _said(DETAILS, reason, language)
    return _said(DETAILS, detail, language)


def _said(table: Mapping[str, Row], key: str, language: str) -> str:
    return table[key][_COLUMN[language]] if key in table else key
