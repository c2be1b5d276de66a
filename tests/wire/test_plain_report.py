"""Reports in plain words say who failed, for good or not yet, and why."""

import pytest

from mailbot.wire.parse import parse
from mailbot.wire.plain_report import plain_reports

QMAIL = """Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<kunde@example.net>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 <kunde@example.net>: Recipient address rejected
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Return-Path: <support@example.org>
Message-ID: <abc.1@example.org>
From: support@example.org
To: Kunde <kunde@example.net>, other@example.net
"""
EXCHANGE = """Your message

  To:      verteiler@example.net
  Subject: [7K2-9HXM-4] Ihre Anfrage
  Sent:    Mon, 2 Mar 2026 10:00:00 +0100

did not reach the following recipient(s):

kunde@example.net on Mon, 2 Mar 2026 10:00:05 +0100
    The recipient name is not recognized
"""
EXIM_WARNING = """This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.net.

The address to which the message has not yet been delivered is:

  kunde@example.net
"""
MAIL_RU = """Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.

К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:

kunde@example.net
Причина: user not found
"""


@pytest.mark.parametrize(
    ("text", "action", "status", "original"),
    [
        (QMAIL, "failed", "5.1.1", "<abc.1@example.org>"),
        (EXCHANGE, "failed", "", ""),
        (EXIM_WARNING, "delayed", "", ""),
        (MAIL_RU, "failed", "", ""),
        ("Sorry, unable to deliver your message to kunde@example.net for\nthe following reason:\n\n552 Quota\n", "failed", "5.0.0", ""),
        ("Your mail to user kunde@example.net failed. Call us: 0480-624-2500.", "failed", "", ""),
    ],
)  # fmt: skip
def test_a_report_in_plain_words(text: str, action: str, status: str, original: str) -> None:
    mail = parse(
        f"From: postmaster@mx.example.net\r\nTo: support@example.org\r\nSubject: failure notice\r\n\r\n{text}".encode()
    )

    (report,) = plain_reports(mail)

    assert (report.action, report.final_recipient) == (action, "kunde@example.net")
    assert (report.status, report.original_message_id) == (status, original)


def test_what_the_mail_system_says_in_a_field_comes_first() -> None:
    head = b"X-Failed-Recipients: a@example.net, b@example.net\r\nSubject: Mail delivery failed\r\n\r\n"

    found = plain_reports(parse(head + b"<c@example.net>: unknown user\r\n"))

    assert [report.final_recipient for report in found] == ["a@example.net", "b@example.net"]


def test_a_report_that_names_nobody_is_one_all_the_same() -> None:
    (report,) = plain_reports(
        parse(b"From: mailer-daemon@example.net\r\nSubject: Mail Error\r\n\r\nMailbox unavailable.\r\n")
    )

    assert (report.action, report.final_recipient) == ("failed", "")
