"""What each of our mails about a case is called, in an agent's language."""

from collections.abc import Mapping

from mailbot.wire.word_table import Row

LETTERS: Mapping[str, Row] = {
    "accepted": ("Übernahme in einen anderen Fall", "dołączenie do innej sprawy", "присоединение к другому обращению", "joined to another case"),
    "acknowledgement": ("Eingangsbestätigung", "potwierdzenie odbioru", "подтверждение получения", "acknowledgement"),
    "answer": ("Antwort", "odpowiedź", "ответ", "answer"),
    "assigned": ("Übergabe", "przydział sprawy", "передача обращения", "handover"),
    "bad-rating": ("schlechte Bewertung", "niska ocena", "низкая оценка", "bad rating"),
    "decline": ("Absage", "odmowa", "отказ", "refusal"),
    "delay": ("Bitte um Geduld", "prośba o cierpliwość", "просьба подождать", "request for patience"),
    "escalated": ("Beginn der erneuten Prüfung", "początek ponownego rozpatrzenia", "начало пересмотра", "start of the review"),
    "escalation-refused": ("keine erneute Prüfung", "brak ponownego rozpatrzenia", "пересмотр не начат", "no review"),
    "exposed": ("Antwortadresse ungültig", "adres do odpowiedzi nieważny", "адрес для ответа не действует", "reply address no longer valid"),
    "fault": ("Fehlermeldung", "zgłoszenie błędu", "сообщение об ошибке", "fault report"),
    "fixed": ("Fehler behoben", "błąd usunięty", "ошибка исправлена", "fault fixed"),
    "held": ("E-Mail zurückgehalten", "wiadomość wstrzymana", "письмо задержано", "email held"),
    "help": ("Liste der Befehle", "lista poleceń", "список команд", "list of commands"),
    "history": ("Verlauf", "przebieg sprawy", "переписка", "what was written so far"),
    "invitation": ("Einladung", "zaproszenie", "приглашение", "invitation"),
    "merged": ("Zusammenlegung", "połączenie spraw", "объединение обращений", "cases joined"),
    "missed": ("Zusage nicht eingehalten", "termin niedotrzymany", "срок нарушен", "promise not kept"),
    "notice": ("Benachrichtigung", "powiadomienie", "уведомление", "notification"),
    "out-of-scope": ("außerhalb unserer Aufgaben", "poza naszym zakresem", "вне нашей поддержки", "outside our support"),
    "outdated": ("Antwort zurückgehalten", "odpowiedź wstrzymana", "ответ задержан", "answer held"),
    "partner": ("Anfrage an Dritte", "pytanie do osoby trzeciej", "вопрос третьей стороне", "enquiry to a third party"),
    "progress": ("Zwischenstand", "informacja o postępach", "сообщение о ходе работы", "progress report"),
    "promise-changed": ("neuer Termin", "nowy termin", "новый срок", "new date"),
    "rating-thanks": ("Dank für die Bewertung", "podziękowanie za ocenę", "благодарность за оценку", "thanks for the rating"),
    "reminder": ("Erinnerung", "przypomnienie", "напоминание", "reminder"),
    "reopened": ("Wiederaufnahme", "wznowienie sprawy", "возобновление", "case reopened"),
    "resolution": ("Lösung", "rozwiązanie", "решение", "resolution"),
    "resumed": ("Fortsetzung", "kontynuacja sprawy", "продолжение работы", "work resumed"),
    "review-request": ("Bitte um erneute Prüfung", "prośba o ponowne rozpatrzenie", "просьба о пересмотре", "review request"),
    "split": ("eigener Fall", "osobna sprawa", "отдельное обращение", "case of its own"),
    "stage": ("neuer Stand", "nowy stan", "новое состояние", "new stage"),
    "status": ("Auskunft zum Stand", "informacja o stanie sprawy", "справка о состоянии", "answer to “status”"),
    "transcript": ("nichts ausgeführt", "nic nie wykonano", "ничего не выполнено", "nothing was done"),
    "unassigned": ("niemand erreichbar", "brak dostępnej osoby", "некому передать", "nobody available"),
    "undeliverable": ("nicht zustellbar", "nie dostarczono", "не доставлено", "undeliverable"),
    "undone": ("Schritt zurückgenommen", "cofnięty krok", "шаг отменён", "step taken back"),
    "verdict": ("Ergebnis der erneuten Prüfung", "wynik ponownego rozpatrzenia", "результат пересмотра", "result of the review"),
    "warning": ("Zusage bald fällig", "zbliża się termin", "скоро срок", "promise due soon"),
    "why": ("letzte Entscheidungen", "ostatnie decyzje", "последние решения", "newest decisions"),
    "withheld": ("Antwort zurückgehalten", "odpowiedź wstrzymana", "ответ задержан", "answer held"),
}  # fmt: skip

__all__ = ["LETTERS"]
