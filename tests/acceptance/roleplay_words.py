"""What the people of the role-play write, in four languages: {word} is the customer's own word."""

from collections.abc import Mapping

Texts = Mapping[str, tuple[str, ...]]

MATTERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "de": (
        (
            "Rechnung stimmt nicht",
            "auf meiner letzten Rechnung steht ein Betrag, den ich nicht bestellt habe. Bitte prüfen Sie das.",
        ),
        ("Gerät startet nicht", "seit gestern lässt sich das Gerät nicht mehr einschalten, die Lampe blinkt nur rot."),
        ("Lieferung unvollständig", "in dem Paket fehlten zwei Kabel und die Anleitung. Was soll ich jetzt tun?"),
        ("Anmeldung", "ich kann mich seit heute früh nicht mehr anmelden, obwohl das Passwort richtig ist."),
    ),
    "en": (
        ("Wrong invoice", "there is an amount on my last invoice that I never ordered. Please have a look at it."),
        ("Device does not start", "since yesterday the device cannot be switched on any more, the lamp only blinks."),
        ("Parts are missing", "two cables and the manual were missing in the parcel. What should I do now?"),
        ("Login", "I have not been able to log in since this morning although my password is right."),
    ),
    "pl": (
        ("Błędna faktura", "na ostatniej fakturze jest kwota, której nie zamawiałem. Proszę to sprawdzić."),
        ("Urządzenie nie działa", "od wczoraj nie mogę włączyć urządzenia, lampka tylko miga na czerwono."),
        ("Brakuje części", "w paczce brakowało dwóch kabli i instrukcji. Co mam teraz zrobić?"),
        ("Logowanie", "od rana nie mogę się zalogować, chociaż hasło jest na pewno poprawne."),
    ),
    "ru": (
        ("Неверный счёт", "в последнем счёте указана сумма, которую я не заказывал. Пожалуйста, проверьте."),
        ("Устройство не включается", "со вчерашнего дня устройство не включается, лампочка только мигает красным."),
        ("Не хватает деталей", "в посылке не было двух кабелей и инструкции. Что мне теперь делать?"),
        ("Вход в кабинет", "с самого утра не могу войти в личный кабинет, хотя пароль точно верный."),
    ),
}
OPENING = {
    "de": "Guten Tag,\n\n{matter}\n\nMeine Kundennummer ist {word}.\n\nMit freundlichen Grüßen\n{name}",
    "en": "Hello,\n\n{matter}\n\nMy customer number is {word}.\n\nKind regards\n{name}",
    "pl": "Dzień dobry,\n\n{matter}\n\nMój numer klienta to {word}.\n\nZ poważaniem\n{name}",
    "ru": "Здравствуйте,\n\n{matter}\n\nМой номер клиента {word}.\n\nС уважением\n{name}",
}
MORE: Texts = {
    "de": (
        "Ich habe noch etwas gefunden: unter {word} steht derselbe Fehler noch einmal.",
        "Das habe ich schon versucht, leider ohne Erfolg. Siehe {word}.",
        "Datum: gestern gegen 18 Uhr\nEs war im Büro, Nummer {word}.",
    ),
    "en": (
        "I have found something else: the same mistake is there again under {word}.",
        "I have tried that already, without success. See {word}.",
        "Date: yesterday at about six in the evening\nIt was at the office, number {word}.",
    ),
    "pl": (
        "Znalazłem jeszcze coś: ten sam błąd jest także pod numerem {word}.",
        "Już tego próbowałem, niestety bez skutku. Proszę zobaczyć {word}.",
        "Data: wczoraj około osiemnastej\nTo było w biurze, numer {word}.",
    ),
    "ru": (
        "Я нашёл ещё кое-что: та же ошибка есть и под номером {word}.",
        "Это я уже пробовал, к сожалению, без успеха. Смотрите {word}.",
        "Дата: вчера около шести вечера\nЭто было в офисе, номер {word}.",
    ),
}
IMPATIENT: Texts = {
    "de": ("Ich warte immer noch auf eine Lösung für {word}, so geht das nicht.",),
    "en": ("I am still waiting for a solution for {word}, this cannot go on.",),
    "pl": ("Wciąż czekam na rozwiązanie w sprawie {word}, tak dalej być nie może.",),
    "ru": ("Я всё ещё жду решения по номеру {word}, так дальше нельзя.",),
}
AGAIN: Texts = {
    "de": ("Leider ist es wieder genauso wie vorher, bei {word} hat sich nichts geändert.",),
    "en": ("Unfortunately it is just as before, nothing has changed for {word}.",),
    "pl": ("Niestety jest tak samo jak wcześniej, w sprawie {word} nic się nie zmieniło.",),
    "ru": ("К сожалению, всё осталось по-прежнему, по номеру {word} ничего не изменилось.",),
}
THANKS: Texts = {
    "de": ("Vielen Dank!", "Danke"),
    "en": ("Thank you very much!", "Thanks"),
    "pl": ("Bardzo dziękuję!", "Dziękuję"),
    "ru": ("Большое спасибо!", "Спасибо"),
}
STATUS: Texts = {"de": ("Status?", "Wie ist der Stand?"), "en": ("Status",), "pl": ("status",), "ru": ("Статус?",)}
STOP: Texts = {"de": ("Stopp",), "en": ("stop",), "pl": ("stop",), "ru": ("стоп",)}
ESCALATE: Texts = {
    "de": ("Eskalation: es wurde nur die Hälfte geprüft, siehe {word}.", "Eskalation"),
    "en": ("Escalation: only half of it was looked at, see {word}.", "escalate"),
    "pl": ("Eskalacja: sprawdzono tylko połowę, proszę zobaczyć {word}.", "eskalacja"),
    "ru": ("Эскалация: проверили только половину, смотрите {word}.", "эскалация"),
}
RATINGS: Texts = {
    "de": ("5", "4", "5 - schnell und freundlich", "2", "1\nBei {word} hat niemand zurückgerufen.", "Ja"),
    "en": ("5", "4", "5 - quick and friendly", "2", "1\nNobody called me back about {word}.", "👍"),
    "pl": ("5", "4", "5 - szybko i miło", "2", "1\nNikt nie oddzwonił w sprawie {word}.", "tak"),
    "ru": ("5", "4", "5 - быстро и вежливо", "2", "1\nНикто не перезвонил по номеру {word}.", "да"),
}
FORWARD: Texts = {
    "de": ("Zur Kenntnis, das schrieb mir Ihr Händler zu {word}.",),
    "en": ("For your information, your dealer wrote this to me about {word}.",),
    "pl": ("Do wiadomości, tak napisał mi Państwa sprzedawca w sprawie {word}.",),
    "ru": ("Для сведения: вот что мне написал ваш продавец по номеру {word}.",),
}
AWAY: Texts = {
    "de": ("Abwesenheitsnotiz", "Ich bin bis Montag nicht im Büro. {word}"),
    "en": ("Out of office", "I am out of the office until Monday. {word}"),
    "pl": ("Autoodpowiedź", "Jestem poza biurem do poniedziałku. {word}"),
    "ru": ("Автоответ", "Меня не будет в офисе до понедельника. {word}"),
}
ATTRIBUTION = {
    "de": "Am 27.04.2026 um 10:12 schrieb Example Support <support@example.org>:",
    "en": "On Mon, Apr 27, 2026 at 10:12 AM Example Support <support@example.org> wrote:",
    "pl": "pon., 27 kwi 2026 o 10:12 Example Support <support@example.org> napisał(a):",
    "ru": "пн, 27 апр. 2026 г. в 10:12, Example Support <support@example.org>:",
}
PHONE = {
    "de": "Von meinem iPhone gesendet",
    "en": "Sent from my iPhone",
    "pl": "Wysłane z iPhone'a",
    "ru": "Отправлено с iPhone",
}

# what agents write to customers
ANSWERS: Texts = {
    "de": (
        "Guten Tag,\n\nvielen Dank, ich sehe mir das an und melde mich.",
        "Guten Tag,\n\nbitte versuchen Sie es noch einmal.",
    ),
    "en": ("Hello,\n\nthank you, I will look into this and come back to you.", "Hello,\n\nplease try it once more."),
    "pl": ("Dzień dobry,\n\ndziękuję, sprawdzę to i dam znać.", "Dzień dobry,\n\nproszę spróbować jeszcze raz."),
    "ru": ("Здравствуйте!\n\nСпасибо, я проверю и напишу вам.", "Здравствуйте!\n\nПожалуйста, попробуйте ещё раз."),
}
QUESTIONS: Texts = {
    "de": ("Guten Tag,\n\nwelches Modell haben Sie, und seit wann tritt das auf?",),
    "en": ("Hello,\n\nwhich model do you have, and since when does it happen?",),
    "pl": ("Dzień dobry,\n\njaki to model i od kiedy to się dzieje?",),
    "ru": ("Здравствуйте!\n\nКакая у вас модель и с какого времени это происходит?",),
}
RESOLUTIONS: Texts = {
    "de": ("Ergebnis: Sie haben recht, es war unser Fehler.\nMaßnahmen: Wir haben ihn behoben.",),
    "en": ("Outcome: You are right, it was our mistake.\nMeasures: We have put it right.",),
    "pl": ("Wynik: Ma Pan rację, to był nasz błąd.\nDziałania: Naprawiliśmy go.",),
    "ru": ("Результат: Вы правы, это была наша ошибка.\nМеры: Мы её исправили.",),
}
REFUSALS: Texts = {
    "de": ("Begründung: Die Frist ist abgelaufen, leider können wir nichts mehr tun.",),
    "en": ("Reasons: The period is over, we are sorry that we can do nothing more.",),
    "pl": ("Uzasadnienie: Termin minął, niestety nic więcej nie możemy zrobić.",),
    "ru": ("Обоснование: Срок истёк, к сожалению, мы больше ничего не можем сделать.",),
}
NEWS: Texts = {
    "de": ("Die Werkstatt hat das Teil, wir warten auf den Bericht.",),
    "en": ("The workshop has the part, we are waiting for the report.",),
    "pl": ("Warsztat ma tę część, czekamy na raport.",),
    "ru": ("Деталь в мастерской, мы ждём отчёта.",),
}
DELAYS: Texts = {
    "de": ("Das Ersatzteil kommt später als gedacht.",),
    "en": ("The spare part comes later than we thought.",),
    "pl": ("Część zamienna dotrze później, niż myśleliśmy.",),
    "ru": ("Запчасть придёт позже, чем мы думали.",),
}
VERDICTS: Texts = {
    "de": ("Ich habe alles noch einmal geprüft: Sie haben recht, wir erstatten den Betrag.",),
    "en": ("I have looked at everything again: you are right, we refund the amount.",),
    "pl": ("Sprawdziłem wszystko ponownie: ma Pan rację, zwracamy kwotę.",),
    "ru": ("Я ещё раз всё проверил: вы правы, мы вернём деньги.",),
}
MISTAKES = (
    "/resolv\n\n",
    "/take bitte\n",
    "/wait tomorrow\n",
    "/extend gestern\n",
    "/assign Niemand\n",
    "/resolve\n",
    "/verdict\n",
    "/note\n/update\n",
    "/category frisbee\n",
)

#: what the subject of a mail to staff tells at a glance
KINDS = (
    ("due", ("Due soon:", "Bald fällig:", "Zbliża się termin:")),
    (
        "missed",
        (
            "] Not kept:",
            "] Extended automatically:",
            "] Nicht eingehalten:",
            "] Automatisch verlängert:",
            "] Termin przedłużony",
            "] Termin niedotrzymany",
        ),
    ),
    ("nothing done", ("] Nothing was done", "] Es wurde nichts ausgeführt", "] Nic nie zostało wykonane")),
    (
        "held",
        (
            "] Your answer was held",
            "] Ihre Antwort wurde zurückgehalten",
            "] Odpowiedź wstrzymana",
        ),
    ),
    ("review", ("] Review:", "] Erneute Prüfung:", "] Ponowne rozpatrzenie:")),
    ("nobody", ("] Nobody available:", "] Niemand erreichbar:", "] Brak dostępnej osoby:")),
    ("rating", ("] Rating:", "] Bewertung:", "] Ocena:")),
    (
        "information",
        (
            "An email in your name",
            "E-Mail in Ihrem Namen",
            "Wstrzymano wiadomość",
            "Commands",
            "Die Befehle",
            "Polecenia",
            "No case is waiting",
            "Es wartet kein Fall",
            "Żadna sprawa nie czeka",
            "no longer valid",
            "gilt nicht mehr",
            "stracił ważność",
            "] Undeliverable:",
            "] Nicht zustellbar:",
            "] Nie dostarczono:",
        ),
    ),
)
