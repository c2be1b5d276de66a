"""What was wrong with a command, in the agent's language."""

from collections.abc import Mapping

from mailbot.wire.word_table import Row, word
from mailbot.wire.words import STAGES, stage_word

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
    "misplaced": (
        "der Befehl steht unter anderem Text; Befehle gehören an den Anfang (soll der Text so an den Kunden, dann /answer darüber)",
        "polecenie stoi pod innym tekstem; polecenia należy pisać na początku (jeśli tekst ma tak trafić do klienta, nad nim /answer)",
        "команда стоит под другим текстом; команды пишутся в самом начале (если текст так и нужен клиенту, над ним /answer)",
        "the command stands below other text; commands come first (if the text is meant for the customer as it is, put /answer above it)",
    ),
    "twice": (
        "der Text kann nur ein Ziel haben",
        "tekst może trafić tylko w jedno miejsce",
        "у текста может быть только один адресат",
        "the text can go to one place only",
    ),
}
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
    "is absent": ("ist nicht da", "jest poza pracą", "отсутствует", "is absent"),
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
    "the text may be for the colleague or for the customer": (
        "der Text könnte für beide sein: /note für innen, /answer für den Kunden",
        "tekst może być dla obu stron: /note dla nas, /answer dla klienta",
        "текст может быть для обеих сторон: /note для своих, /answer для клиента",
        "the text could be for either: /note keeps it inside, /answer sends it to the customer",
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


def problem_word(problem: str, language: str) -> str:
    return word(PROBLEMS, problem, language)


def part_label(part: str, language: str) -> str:
    """The label of a part that a text must have, as it begins a line: "Ergebnis:"."""
    label = word(PARTS, part, language)
    return label[:1].upper() + label[1:]


def detail_word(detail: str, language: str) -> str:
    """A problem's detail: a stage, missing parts, a known reason; names stay as they are."""
    if detail in STAGES:
        return stage_word(detail, language)
    parts = detail.split(", ")
    if all(part in PARTS for part in parts):
        return ", ".join(word(PARTS, part, language) for part in parts)
    reason = next((r for r in DETAILS if detail.endswith(f" {r}") and detail not in DETAILS), "")
    if reason:  # "Anna may not decide this review", "mail to a@b.example cannot be written from here"
        return detail.removesuffix(reason).removeprefix("mail to ") + word(DETAILS, reason, language)
    return word(DETAILS, detail, language)


__all__ = ["DETAILS", "PARTS", "PROBLEMS", "detail_word", "part_label", "problem_word"]
