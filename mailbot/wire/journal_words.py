"""What happened to a case, in an agent's language: the answer to /why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mailbot.core.promise import Promise
from mailbot.wire.letter_words import LETTERS
from mailbot.wire.word_table import Row, word
from mailbot.wire.words import COMPLEXITIES, PROMISES, STAGES, complexity_word, moment, promise_word, stage_word

HAPPENINGS: Mapping[str, Row] = {
    "errand": ("Auskunft erbeten", "poproszono o informację", "запрошена справка", "information asked for"),
    "send_files": ("Dateien angefordert", "poproszono o pliki", "запрошены файлы", "files asked for"),
    "open_case": ("Fall eröffnet", "otwarto sprawę", "обращение открыто", "case opened"),
    "record_mail": ("E-Mail eingegangen", "nadeszła wiadomość", "пришло письмо", "mail came in"),
    "change_stage": ("neuer Stand", "nowy stan", "новое состояние", "new stage"),
    "assign": ("zuständig", "prowadzi", "ответственный", "assignee"),
    "set_complexity": ("Schwierigkeit", "złożoność", "сложность", "complexity"),
    "set_category": ("eingeordnet", "kategoria", "категория", "category"),
    "set_team": ("an ein Team übergeben", "przekazano zespołowi", "передано команде", "handed to a team"),
    "read_details": ("Angaben gelesen", "odczytano dane", "прочитаны сведения", "details read"),
    "add_partner": ("Dritte beteiligt", "włączono osobę trzecią", "привлечена третья сторона", "third party added"),
    "record_consent": ("Zustimmung vermerkt", "odnotowano zgodę", "отмечено согласие", "consent recorded"),
    "join_incident": ("einer Störung zugeordnet", "przypisano do awarii", "связано со сбоем", "joined to an incident"),
    "tell_incident": (
        "Nachricht an alle der Störung",
        "wiadomość do wszystkich z awarii",
        "сообщение всем по сбою",
        "news to everybody of the incident",
    ),
    "take_next": ("nächsten Fall verlangt", "poproszono o następną sprawę", "взято следующее", "asked for the next case"),
    "join_case": ("geht weiter in", "prowadzona dalej w", "продолжается в", "goes on in"),
    "link_case": ("verknüpft mit", "powiązano z", "связано с", "linked with"),
    "split_case": ("eigener Fall für ein zweites Anliegen", "osobna sprawa", "отдельное обращение", "split off"),
    "add_watcher": ("liest mit", "ma wgląd", "читает переписку", "watches"),
    "remove_watcher": ("liest nicht mehr mit", "nie ma już wglądu", "больше не читает переписку", "watches no more"),
    "block": ("Adresse gesperrt", "zablokowano adres", "адрес заблокирован", "address blocked"),
    "unblock": ("Adresse entsperrt", "odblokowano adres", "адрес разблокирован", "address let in again"),
    "move_case": ("an eine andere Stelle übergeben", "przekazano innemu działowi", "передано другому отделу", "handed to another desk"),
    "change_desk": ("bei der Stelle", "w dziale", "в отделе", "at the desk"),
    "undo": ("zurückgenommen", "cofnięto", "отменено", "taken back"),
    "pass_fault": ("Fehler weitergegeben oder behoben", "błąd przekazany lub usunięty", "ошибка передана или исправлена", "fault passed on or fixed"),
    "make_promise": ("Zusage", "obietnica", "обещано", "promise"),
    "end_promise": ("Zusage beendet", "obietnica zakończona", "обещание завершено", "promise ended"),
    "reopen_promise": ("Zusage wieder offen", "obietnica znów otwarta", "обещание снова открыто", "promise open again"),
    "ask_patience": ("um Geduld gebeten", "poproszono o cierpliwość", "просили подождать", "asked for patience"),
    "defer_acknowledgement": ("Eingangsbestätigung aufgeschoben", "potwierdzenie odłożono", "подтверждение отложено", "acknowledgement deferred"),
    "record_acknowledgement": ("Eingang zusammen mit einem anderen Fall bestätigt", "odbiór potwierdzono razem z inną sprawą", "получение подтверждено вместе с другим обращением", "acknowledged together with another case"),
    "acknowledge_twin": ("Eingang eines anderen Falls mitbestätigt", "potwierdzono też odbiór innej sprawy", "подтверждено и получение другого обращения", "acknowledged another case too"),
    "replace_promise": ("neuer Termin", "nowy termin", "новый срок", "new date"),
    "escalate": ("erneute Prüfung", "ponowne rozpatrzenie", "пересмотр", "review"),
    "decide_review": ("erneute Prüfung entschieden", "rozpatrzono ponownie", "пересмотр завершён", "review decided"),
    "answered": ("beantwortet", "udzielono odpowiedzi", "дан ответ", "answered"),
    "rate": ("Bewertung", "ocena", "оценка", "rating"),
    "mark_fired": ("Zeitpunkt erreicht", "nadszedł termin", "срок наступил", "a moment passed"),
    "mark_undeliverable": ("nicht zustellbar", "nie można doręczyć", "не доставляется", "undeliverable"),
    "mark_reachable": ("wieder erreichbar", "znów osiągalny", "снова доступен", "reachable again"),
    "failed": ("nicht zugestellt", "nie doręczono", "не доставлено", "not delivered"),
    "set_quiet": ("keine regelmäßigen E-Mails mehr", "koniec regularnych wiadomości", "без регулярных писем", "no periodic mail any more"),
    "ask": ("Angaben erfragt", "poproszono o dane", "запрошены сведения", "details asked for"),
    "send": ("E-Mail geschrieben", "napisano wiadomość", "написано письмо", "mail written"),
}  # fmt: skip
STATES: Mapping[str, Row] = {
    "kept": ("gehalten", "dotrzymana", "выполнено", "kept"),
    "late": ("verspätet gehalten", "dotrzymana z opóźnieniem", "выполнено с опозданием", "kept late"),
    "missed": ("nicht gehalten", "niedotrzymana", "не выполнено", "missed"),
    "replaced": ("ersetzt", "zastąpiona", "заменено", "replaced"),
    "void": ("entfallen", "nieaktualna", "отпало", "void"),
}
#: why a promise ended or was replaced, where no person said it
REASONS: Mapping[str, Row] = {
    "solved": ("vorher gelöst", "sprawę rozwiązano wcześniej", "решено раньше", "solved before"),
    "joined to another case": ("mit einem anderen Fall verbunden", "połączono z inną sprawą", "объединено с другим обращением", "joined to another case"),
    "moved to another desk": ("an eine andere Stelle abgegeben", "przekazano do innego działu", "передано другому отделу", "moved to another desk"),
    "a suggestion": ("nur ein Vorschlag", "tylko sugestia", "только предложение", "a suggestion"),
    "takes longer": ("dauert länger", "potrwa dłużej", "займёт больше времени", "takes longer"),
    "the new date came too late": ("der neue Termin kam zu spät", "nowy termin podano za późno", "новый срок назван слишком поздно", "the new date came too late"),
    "waited for the customer": ("auf den Kunden gewartet", "czekano na klienta", "ждали клиента", "waited for the customer"),
    "the mail that began it did not arrive": ("die E-Mail davor kam nicht an", "poprzednia wiadomość nie dotarła", "предыдущее письмо не дошло", "the mail that began it did not arrive"),
    "the mail that it answers was acknowledged": ("die beantwortete E-Mail wurde schon bestätigt", "potwierdzono wiadomość, której dotyczy odpowiedź", "письмо, на которое отвечают, уже подтверждено", "the mail that it answers was acknowledged"),
    "the customer said stop": ("auf Wunsch des Kunden", "na prośbę klienta", "по просьбе клиента", "the customer said stop"),
}  # fmt: skip
_BODIES: Mapping[str, Row] = {
    "clock": ("Uhr", "zegar", "часы", "clock"),
    "customer": ("Anfrage", "zgłaszający", "заявитель", "customer"),
}
#: what people look for in an entry, in this order
_KEYS = (
    "to", "template", "waiting_for", "until", "agent", "desk", "complexity", "category", "team", "address", "name", "reference",
    "number", "state", "reviewer", "rating", "reason",
)  # fmt: skip


def actor_word(actor: str, language: str) -> str:
    return word(_BODIES, actor, language)


def happening(
    kind: str, detail: Mapping[str, Any], promises: Sequence[Promise], language: str, zone: str
) -> tuple[str, str]:
    """What happened, and the facts of it; *promises* are the case's, which entries name by their numbers."""
    ids = {p.number: p.id for p in promises}
    facts = [_fact(key, detail[key], ids, language, zone) for key in _KEYS if detail.get(key)]
    made = detail.get("promise") or detail.get("by")
    if isinstance(made, Mapping):
        due = datetime.fromisoformat(str(made["due_at"]))
        facts += [_promise(str(made["id"]), language), moment(due, language, zone)]
    elif kind == "record_mail":
        facts.append(actor_word(str(made), language))
    return word(HAPPENINGS, kind, language), ", ".join(dict.fromkeys(f for f in facts if f))


def _fact(key: str, value: Any, ids: Mapping[int, str], language: str, zone: str) -> str:
    if key == "number":
        return _promise(ids.get(int(value), ""), language)
    if key == "until":
        return moment(datetime.fromisoformat(str(value)), language, zone)
    text = str(value)
    if key == "template":
        return word(LETTERS, text, language)
    if key == "state":
        return word(STATES, text, language)
    if key == "reason" and text in REASONS:
        return word(REASONS, text, language)
    if text in STAGES:
        return stage_word(text, language)
    return complexity_word(text, language) if text in COMPLEXITIES else text


def _promise(id: str, language: str) -> str:
    return promise_word(id, language) if id in PROMISES else id


__all__ = ["HAPPENINGS", "REASONS", "STATES", "actor_word", "happening"]
