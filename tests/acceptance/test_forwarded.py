"""An agent forwards a customer's mail to the desk: the customer is who wrote it, not who forwarded it."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.store import inbox
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, newest, only_case, play

TEXTS = {
    "de": "Guten Tag, meine Rechnung 4711 ist falsch, bitte prüfen Sie das.",
    "pl": "Dzień dobry, moja faktura 4711 jest błędna, proszę o sprawdzenie.",
    "ru": "Здравствуйте, мой счёт 4711 неверный, проверьте, пожалуйста.",
    "en": "Hello, my invoice 4711 is wrong, could you please check it?",
}
LABELS = {
    "de": ("Von", "Datum", "Betreff", "An", "Gesendet"),
    "pl": ("Od", "Data", "Temat", "Do", "Wysłano"),
    "ru": ("От", "Дата", "Тема", "Кому", "Отправлено"),
    "en": ("From", "Date", "Subject", "To", "Sent"),
}
APPLE = {
    "de": "Anfang der weitergeleiteten Nachricht:",
    "pl": "Początek przekazywanej wiadomości:",
    "ru": "Начало переадресованного сообщения:",
    "en": "Begin forwarded message:",
}
THUNDERBIRD = {
    "de": "-------- Weitergeleitete Nachricht --------",
    "pl": "-------- Przekazana wiadomość --------",
    "ru": "-------- Перенаправленное сообщение --------",
    "en": "-------- Forwarded Message --------",
}
OUTLOOK = {"de": "WG", "pl": "PD", "ru": "FW", "en": "FW"}


def gmail(language: str) -> tuple[str, str]:
    from_, date, subject, to, _ = LABELS[language]
    head = f"{from_}: Jan Muster <{CUSTOMER}>\n{date}: 2.03.2026, 8:30\n{subject}: 4711\n{to}: <{ANNA}>"
    return "Fwd: 4711", f"---------- Forwarded message ---------\n{head}\n\n\n{TEXTS[language]}"


def outlook(language: str) -> tuple[str, str]:
    from_, _, subject, to, sent = LABELS[language]
    head = f"{from_}: Jan Muster <{CUSTOMER}>\n{sent}: 2.03.2026 8:30\n{to}: Anna <{ANNA}>\n{subject}: 4711"
    return f"{OUTLOOK[language]}: 4711", f"\n\n{head}\n\n{TEXTS[language]}"


def apple(language: str) -> tuple[str, str]:
    from_, date, subject, to, _ = LABELS[language]
    lines = (APPLE[language], "", f"{from_}: Jan Muster <{CUSTOMER}>", f"{subject}: 4711", f"{date}: 2.03.2026, 8:30")
    return "Fwd: 4711", "\n".join(f"> {line}".rstrip() for line in (*lines, f"{to}: {ANNA}", "", TEXTS[language]))


def thunderbird(language: str) -> tuple[str, str]:
    from_, date, subject, to, _ = LABELS[language]
    head = f"{subject}: \t4711\n{date}: \t2.03.2026 8:30\n{from_}: \tJan Muster <{CUSTOMER}>\n{to}: \t{ANNA}"
    return "Fwd: 4711", f"\n\n{THUNDERBIRD[language]}\n{head}\n\n\n\n{TEXTS[language]}"


async def forward(here: World, subject: str, text: str, from_: str = ANNA, headers: tuple[str, ...] = ()) -> None:
    await here.write(from_, DESK, subject, text, headers=headers)


@pytest.mark.parametrize("form", [gmail, outlook, apple, thunderbird])
def test_in_every_clients_form_and_every_language_the_customer_is_the_writer(tmp_path: Path, form: object) -> None:
    assert callable(form)

    async def story(here: World) -> None:
        for language, text in TEXTS.items():
            subject, body = form(language)
            await forward(here, subject, f"Bitte übernehmen!\n\n{body}")
            case = here.cases()[-1]

            assert (case.customer, case.customer_name, case.subject) == (CUSTOMER, "Jan Muster", "4711")
            assert text in newest(here, ANNA).text
            assert "Bitte übernehmen!" in newest(here, ANNA).text
        assert len(here.cases()) == 4
        acknowledged = here.mails_to(CUSTOMER)
        assert len(acknowledged) == 3  # an address's share of a day (G5)
        assert not any("übernehmen" in m.text or ANNA in m.text for m in acknowledged)
        assert acknowledged[0].in_reply_to == ()

    play(tmp_path, story, agents=ONE)


def test_the_customer_is_answered_in_the_language_of_the_forwarded_words(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await forward(here, *gmail("en"))

        assert only_case(here).language == "en"
        await here.reply(ANNA, DESK, "We look into it.")
        assert "We look into it." in newest(here, CUSTOMER).text

    play(tmp_path, story, agents=ONE)


def test_a_mail_forwarded_as_a_file_is_the_customers_mail_whole(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        original = EmailMessage()
        original["From"], original["To"], original["Subject"] = f"Jan <{CUSTOMER}>", ANNA, "4711"
        original["Message-ID"] = "<original@example.net>"
        original.set_content(TEXTS["de"])
        original.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="rechnung.pdf")
        outer = EmailMessage()
        outer["From"], outer["To"], outer["Subject"] = ANNA, DESK, "Fwd: 4711"
        outer["Message-ID"] = "<outer@example.org>"
        outer.set_content("Bitte übernehmen!\n")
        outer.add_attachment(original)
        await here.send(ANNA, DESK, outer.as_bytes().replace(b"\n", b"\r\n"))

        assert only_case(here).customer == CUSTOMER
        assert here.daemon.store.read(lambda conn: [r.outcome for r in inbox.find(conn, "<outer@example.org>")]) == [
            "applied"
        ]
        assert newest(here, CUSTOMER).in_reply_to == ("<original@example.net>",)
        assert [a.name for a in newest(here, ANNA).attachments] == ["rechnung.pdf"]
        assert "Bitte übernehmen!" in newest(here, ANNA).text
        await here.write(CUSTOMER, DESK, "Re: 4711", "Noch etwas: es eilt.", parent="<original@example.net>")
        assert len(here.cases()) == 1

    play(tmp_path, story, agents=ONE)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Fwd: 4711", gmail("de")[1].replace(CUSTOMER, DESK)),
        ("Fwd: 4711", gmail("de")[1].replace(CUSTOMER, "lead@example.org")),
        ("Fwd: 4711", gmail("de")[1].replace(f"<{CUSTOMER}>", "")),
        ("AW: 4711", outlook("de")[1]),
        ("4711", TEXTS["de"]),
    ],
)
def test_what_forwards_no_customers_mail_is_held_as_before(tmp_path: Path, subject: str, body: str) -> None:
    async def story(here: World) -> None:
        await forward(here, subject, body)

        assert here.cases() == ()
        assert here.mails_to(CUSTOMER) == ()

    play(tmp_path, story, agents=ONE)


def test_where_the_border_is_known_only_a_proved_agent_forwards(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await forward(here, *gmail("de"))
        assert here.cases() == ()
        passed = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org"
        await forward(here, *gmail("de"), headers=(passed,))

        assert only_case(here).customer == CUSTOMER

    play(tmp_path, story, agents=ONE, more='[trust]\nauthserv_id = "mx.example.org"\n')


def test_a_strangers_forwarded_mail_stays_the_strangers(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await forward(here, *gmail("de"), from_="somebody@example.net")

        assert only_case(here).customer == "somebody@example.net"

    play(tmp_path, story, agents=ONE)


def test_a_forwarded_mail_from_a_noreply_sender_is_a_case_that_nobody_is_written_to(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        subject, body = gmail("de")
        await forward(here, subject, body.replace(CUSTOMER, "no-reply@shop.test"))

        assert only_case(here).customer == "no-reply@shop.test"
        assert here.mails_to("no-reply@shop.test") == ()

    play(tmp_path, story, agents=ONE)
