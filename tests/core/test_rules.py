"""What wrote a mail: no complaint is taken for a machine's mail, and no machine for a person."""

from datetime import UTC, datetime

import pytest

from mailbot.core.mail import Envelope, Kind, Verdict
from mailbot.core.rules import judge
from mailbot.wire.parse import parse

OWN = frozenset({"support@example.org"})
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HUMAN_TEXT = "Guten Tag, meine Bestellung ist nicht angekommen, bitte helfen Sie mir."
REPORT_TEXT = (
    "Your message could not be delivered to the following recipients:\n\n<jan@example.net>: 550 5.1.1 unknown user"
)
AWAY_TEXT = "Ich bin bis zum 12. März nicht im Büro. Ihre Nachricht wird nicht weitergeleitet."


def verdict(
    subject: str,
    text: str = HUMAN_TEXT,
    *headers: str,
    sender: str = "Jan <mensch@example.net>",
    mail_from: str = "mensch@example.net",
) -> Verdict:
    head = [
        f"From: {sender}",
        "To: support@example.org",
        f"Subject: {subject}",
        "Message-ID: <1@example.net>",
        *headers,
    ]
    raw = ("\r\n".join([*head, "Content-Type: text/plain; charset=utf-8"]) + f"\r\n\r\n{text}\r\n").encode()
    return judge(parse(raw), Envelope(mail_from, ("support@example.org",), NOW), OWN)


@pytest.mark.parametrize(
    "subject",
    [
        "Paket nicht zugestellt",
        "Delivery problem with my order 12",
        "Order not delivered",
        "Delivery delayed again!",
        "Nie dostarczono falownika",
        "Отсутствует доступ к аккаунту",
        "Товар не доставлен",
        "Abwesenheit bei der Prüfung",
        "Re: [K7M-2QX-9H4] Your automatic reply is wrong",
        "AW: Automatische Antwort: Rechnung",
        "The auto-reply of your shop is annoying",
        "Undelivered parcel",
        "Mail delivery to my new house",
    ],
)
def test_a_complaint_is_a_persons_mail_and_is_answered(subject: str) -> None:
    assert verdict(subject) == Verdict(Kind.HUMAN, answerable=True, rule="human")


@pytest.mark.parametrize("subject", ["Undelivered Mail Returned to Sender", "Delivery Status Notification (Failure)"])
def test_a_person_who_copies_a_mail_systems_subject_gets_a_case_without_an_answer(subject: str) -> None:
    assert (verdict(subject).kind, verdict(subject).answerable) == (Kind.HUMAN, False)


@pytest.mark.parametrize(
    "subject", ["Out of office", "Abwesenheitsnotiz: Rechnung", "Автоответ", "Odpowiedź automatyczna: x"]
)
def test_what_is_headed_as_an_automatic_reply_and_nothing_else_gets_a_case_without_an_answer(subject: str) -> None:
    assert (verdict(subject).kind, verdict(subject).answerable) == (Kind.HUMAN, False)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Paket nicht zugestellt",
            "Laut Ihrer E-Mail konnte das Paket nicht zugestellt werden. Meine Adresse:\nmensch@example.net",
        ),
        ("Order not delivered", "Hi, according to your message my parcel was not delivered. I am mensch@example.net."),
        ("Nie dostarczono wiadomości", "Dzień dobry, nie można dostarczyć wiadomości na adres jan@example.net."),
        ("Письмо не доставлено", "Здравствуйте! Не удалось доставить письмо на адрес jan@example.net."),
        ("Undelivered invoice mail", "Your mail to us has not been delivered: accounting@example.net waits for it."),
        ("Delivery status of order 1234", "Hello, what is its delivery status? mensch@example.net, 550 EUR"),
        ("Mail not delivered", REPORT_TEXT),
    ],
)
def test_a_complaint_worded_as_a_report_is_a_case_without_an_answer(subject: str, text: str) -> None:
    """Subject and first lines say the same thing once: they are one sign."""
    assert verdict(subject, text) == Verdict(Kind.HUMAN, answerable=False, rule="may be a delivery report")


@pytest.mark.parametrize(
    ("subject", "text", "headers"),
    [
        ("Abwesenheitsnotiz", "Ich bin ab Montag im Urlaub. Wie richte ich eine Abwesenheitsnotiz ein?", ()),
        ("Abwesenheit", "Ich bin ab Montag im Urlaub, bitte liefern Sie erst am 20.", ()),
        ("Out of office", "Hi, I am on vacation from Monday. How do I set up an out of office reply?", ()),
        ("Autoresponder", "Hi, I will be away next week. How can I switch it on?", ()),
        ("Nieobecność", "Dzień dobry, będę w przyszłym tygodniu na urlopie, proszę przesunąć dostawę.", ()),
        ("Отсутствую", "Я в отпуске до 10 декабря, прошу перенести доставку.", ()),
        (
            "Abwesend: Liefertermin verschieben",
            "Bitte liefern Sie erst am 20.12.",
            ("In-Reply-To: <2@example.org>",),
        ),
        ("[AutoReply] Rechnung", HUMAN_TEXT, ()),
    ],
)
def test_a_person_who_is_away_is_a_case_without_an_answer(subject: str, text: str, headers: tuple[str, ...]) -> None:
    assert verdict(subject, text, *headers) == Verdict(Kind.HUMAN, answerable=False, rule="may be an automatic reply")


@pytest.mark.parametrize(
    "local_part",
    ["prvs=1=noreply", '"noreply"', "noreply2", "auto-reply", "autoreply", "shop-autoresponder"],
)
def test_a_sender_that_takes_no_answers_gets_none(local_part: str) -> None:
    assert verdict("Rechnung", sender=f"{local_part}@example.net").kind is Kind.BULK


@pytest.mark.parametrize("headers", [("Precedence: first-class", "Precedence: bulk"), ("Precedence: bulk (news)",)])
def test_any_precedence_of_bulk_mail_counts(headers: tuple[str, ...]) -> None:
    assert verdict("Rechnung", HUMAN_TEXT, *headers).kind is Kind.BULK


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("root@example.net", ()),
        ("Cron Daemon <cron@example.net>", ()),
        # a mailbox's rules also send on what people wrote, and request trackers also what their agents write
        ("a@example.net", ("X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",)),
        ("a@example.net", ("X-RT-Loop-Prevention: example.net",)),
    ],
)
def test_a_machine_behind_which_a_person_may_stand_is_a_case_without_an_answer(
    sender: str, headers: tuple[str, ...]
) -> None:
    found = verdict("Rechnung", HUMAN_TEXT, *headers, sender=sender)

    assert found == Verdict(Kind.HUMAN, answerable=False, rule="may be a machine's mail")


def test_a_mail_that_a_rule_or_an_alias_sent_on_to_us_is_answered() -> None:
    """RFC 3834 section 2 asks that our address stand in To or Cc; behind an alias it never does, and people wait there."""
    assert verdict("Rechnung", HUMAN_TEXT, "X-MS-Exchange-Inbox-Rules-Loop: info@example.net").answerable
    raw = b"From: Jan <jan@example.net>\r\nTo: info@example.net\r\nSubject: Rechnung\r\nMessage-ID: <1@example.net>\r\n\r\nHallo\r\n"
    assert judge(parse(raw), Envelope("jan@example.net", ("support@example.org",), NOW), OWN).answerable


def test_a_person_who_shows_us_a_report_is_a_person() -> None:
    assert verdict("Fwd: Undelivered Mail Returned to Sender", f"Was soll das?\n\n{REPORT_TEXT}").kind is Kind.HUMAN
    assert verdict("Fwd: Delivery failed", REPORT_TEXT).kind is Kind.HUMAN
    assert verdict("Re: Delivery failed", REPORT_TEXT, "In-Reply-To: <2@example.org>").kind is Kind.HUMAN


@pytest.mark.parametrize(
    ("subject", "text", "sender", "mail_from", "headers"),
    [
        ("Undelivered Mail Returned to Sender", REPORT_TEXT, "MAILER-DAEMON@example.net", "x@example.net", ()),
        ("I like turtles", HUMAN_TEXT, "Mail Delivery Subsystem <mailer-daemon@example.net>", "x@example.net", ()),
        ("Order not delivered", REPORT_TEXT, "robot@example.net", "", ()),
        (
            "Nicht zugestellt: Ihre Nachricht",
            HUMAN_TEXT,
            "robot@example.net",
            "x@example.net",
            ("Auto-Submitted: auto-replied",),
        ),
        ("Undeliverable: Rechnung", "Your message did not reach some", "postmaster@example.net", "x@example.net", ()),
        ("Mail Error", REPORT_TEXT, "robot@example.net", "x@example.net", ()),
        ("Rechnung", HUMAN_TEXT, "robot@example.net", "x@example.net", ("X-Failed-Recipients: a@example.net",)),
    ],
)
def test_a_delivery_report_is_known_by_a_machines_sign_or_by_its_form(
    subject: str, text: str, sender: str, mail_from: str, headers: tuple[str, ...]
) -> None:
    assert verdict(subject, text, *headers, sender=sender, mail_from=mail_from).kind is Kind.BOUNCE


@pytest.mark.parametrize(
    ("subject", "text", "headers"),
    [
        ("Automatische Antwort: [DMG-6J9-ZJT] Rechnung", AWAY_TEXT, ("In-Reply-To: <2@example.org>",)),
        ("Out of Office: Re: [DMG-6J9-ZJT] x", "Ciao", ("References: <2@example.org>",)),
        ("Urlaub: Re: [DMG-6J9-ZJT] x", AWAY_TEXT, ("In-Reply-To: <2@example.org>",)),
        ("Odpowiedź automatyczna: Rachunek", "Jestem do piątku poza biurem.", ("X-Auto-Response-Suppress: All",)),
        ("Автоматический ответ: Счёт", "Добрый день, я в отпуске до пятницы.", ("Return-Path: <>",)),
        ("Out of office", AWAY_TEXT, ("Precedence: junk",)),
        ("Re: Rechnung", HUMAN_TEXT, ("X-Precedence: auto_reply",)),
        ("Re: Rechnung", HUMAN_TEXT, ("X-Mail-Autoreply: yes",)),
        ("Re: Rechnung", HUMAN_TEXT, ("X-POST-MessageClass: 9; Autoresponder",)),
        ("Re: Rechnung", HUMAN_TEXT, ("X-FC-MachineGenerated: true",)),
        ("Re: Rechnung", HUMAN_TEXT, ("Auto-Submitted: auto-replied (vacation)",)),
        ("Re: Rechnung", HUMAN_TEXT, ("X-Autoreply: yes",)),
        ("Re: Rechnung", HUMAN_TEXT, ("Precedence: auto_reply",)),
    ],
)
def test_an_automatic_reply_is_known_by_its_fields_or_by_our_own_subject_behind_its_words(
    subject: str, text: str, headers: tuple[str, ...]
) -> None:
    assert verdict(subject, text, *headers).kind is Kind.AUTO_REPLY


def test_a_person_who_tells_of_a_holiday_is_answered() -> None:
    text = "Ich bin im Urlaub bis zum 12. März. Bitte liefern Sie erst danach."

    assert verdict("Urlaub: bitte später liefern", text).answerable
    assert verdict("Urlaub: Re: Lieferung", HUMAN_TEXT, "In-Reply-To: <2@example.org>").answerable


def test_a_mark_against_loops_that_lists_and_forwarders_write_is_no_automatic_reply() -> None:
    assert verdict("Rechnung", HUMAN_TEXT, "X-Loop: desk@example.net").answerable


def test_somebody_elses_list_at_our_address_stays_a_list() -> None:
    posts = "List-Post: <mailto:users@example.net>"

    assert verdict("Rechnung", HUMAN_TEXT, posts).kind is Kind.LIST
    assert verdict("Rechnung", HUMAN_TEXT, "List-Post: <mailto:Support@example.org>").kind is Kind.HUMAN


def test_a_person_at_postmaster_gets_a_case_without_an_answer() -> None:
    found = verdict("Frage zur Rechnung", sender="Postmaster <postmaster@example.net>")

    assert (found.kind, found.answerable) == (Kind.HUMAN, False)


@pytest.mark.parametrize("value", ["no", "No", "no (human)", ""])
def test_auto_submitted_no_is_a_person(value: str) -> None:
    """3834-1."""
    assert verdict("Rechnung", HUMAN_TEXT, f"Auto-Submitted: {value}").kind is Kind.HUMAN


@pytest.mark.parametrize("value", ["auto-replied", "(no) auto-generated", 'auto-replied; owner-email="x"', "yes"])
def test_any_other_auto_submitted_is_a_machine(value: str) -> None:
    """3834-1."""
    assert verdict("Rechnung", HUMAN_TEXT, f"Auto-Submitted: {value}").kind is Kind.AUTO_REPLY
