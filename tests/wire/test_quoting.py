"""What the person wrote now: quotes of the clients our customers use are known, and nobody's own words are lost."""

import pytest

from mailbot.core import commands
from mailbot.wire.body import html_text
from mailbot.wire.parse import parse
from mailbot.wire.quoting import new_text
from tests.rig.cost import grows_with_its_length

OWN = "Danke, das hilft.\nNoch eine Frage: wann?"
QUOTE = "Guten Tag,\nErgebnis: erledigt.\n/resolve"
MARKED = "\n".join(f"> {line}" for line in QUOTE.splitlines())

ATTRIBUTIONS = {
    "gmail en": "On Mon, Mar 2, 2026 at 10:00 AM Example Support <support@example.org> wrote:",
    "gmail de": "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Example Support <support@example.org>:",
    "gmail de wrapped": "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Example Support <\nsupport@example.org>:",
    "gmail pl": "pon., 2 mar 2026 o 10:00 Example Support <support@example.org> napisał(a):",
    "gmail pl wrapped": "pon., 2 mar 2026 o 10:00 Example Support <support@example.org>\nnapisał(a):",
    "gmail ru": "пн, 2 мар. 2026 г. в 10:00, Example Support <support@example.org>:",
    "gmail ru wrapped": "пн, 2 мар. 2026 г. в 10:00, Example Support <support@example.org\n>:",
    "apple en": "On 2 Mar 2026, at 10:00, Example Support <support@example.org> wrote:",
    "apple de": "Am 02.03.2026 um 10:00 schrieb Example Support <support@example.org>:",
    "apple pl": "Wiadomość napisana przez Example Support <support@example.org> w dniu 2 mar 2026, o godz. 10:00:",
    "ios pl": "W dniu 2 mar 2026, o godz. 10:00, Example Support <support@example.org> napisał(a):",
    "apple ru": "2 марта 2026 г., в 10:00, Example Support <support@example.org> написал(а):",
    "k-9 de": "Am 2. März 2026 10:00:00 MEZ schrieb Example Support <support@example.org>:",
    "yahoo de": "Am Montag, 2. März 2026 um 10:00:00 MEZ hat Example Support <support@example.org> Folgendes geschrieben:",
    "yahoo pl": "W dniu poniedziałek, 2 marca 2026 10:00:00 CET użytkownik Example Support <support@example.org> napisał:",
    "gmx de": "Example Support <support@example.org> schrieb am 02.03.2026 10:00 CET:",
    "wp pl": "Dnia 2 marca 2026 10:00 Example Support <support@example.org> napisał(a):",
    "o2 pl": "W dniu 2026-03-02 10:00:00 użytkownik Example Support <support@example.org> napisał:",
    "onet pl": "W dniu 2026-03-02 10:00:00 użytkownik Example Support &lt;support@example.org&gt; napisał:",
    "yandex ru": '02.03.2026, 10:00, "Example Support" <support@example.org>:',
    "yandex en": '10:00, 2 March 2026, "Example Support" <support@example.org>:',
    "mail.ru ru": "Понедельник, 2 марта 2026, 10:00 +03:00 от Example Support <support@example.org>:",
    "mail.ru en": "Monday, March 2, 2026 10:00 AM +03:00 from Example Support <support@example.org>:",
    "android ru": "02.03.2026 10:00 пользователь Example Support <support@example.org> написал:",
    "tutanota de": "2. März 2026, 10:00 von support@example.org:",
}
#: without an address: only what follows with marks is known to be a quote
UNADDRESSED = {
    "thunderbird en": "On 02.03.26 10:00, Example Support wrote:",
    "thunderbird de": "Am 02.03.26 um 10:00 schrieb Example Support:",
    "thunderbird pl": "W dniu 2.03.2026 o 10:00, Example Support pisze:",
    "thunderbird ru": "02.03.2026 10:00, Example Support пишет:",
    "mblaze": '"Example Support" <support@example.org> wrote:',
}
BLOCKS = {
    "outlook en": "From: Example Support <support@example.org>\nSent: Monday, March 2, 2026 10:00 AM\nTo: Jan <jan@example.net>\nSubject: Invoice",
    "outlook de": "Von: Example Support <support@example.org>\nGesendet: Montag, 2. März 2026 10:00\nAn: Jan <jan@example.net>\nBetreff: Rechnung",
    "outlook de ruled": "________________________________\nVon: Example Support\nGesendet: Montag, 2. März 2026 10:00:00\nAn: Jan\nBetreff: Rechnung",
    "outlook pl": "Od: Example Support <support@example.org>\nWysłane: poniedziałek, 2 marca 2026 10:00\nDo: Jan <jan@example.net>\nTemat: Rachunek",
    "outlook ru": "От: Example Support <support@example.org>\nОтправлено: 2 марта 2026 г. 10:00\nКому: Jan <jan@example.net>\nТема: Счёт",
    "outlook starred": "*Von:* Example Support <support@example.org>\n*Gesendet:* Montag, 2. März 2026 10:00\n*An:* Jan\n*Betreff:* Rechnung",
    "outlook long": "Od: Example Support <support@example.org>\nWysłano: 2 marca 2026\nDo: Jan <jan@example.net>; Anna <anna@example.net>;\n Ewa <ewa@example.net>\nTemat: Rachunek",
    "gmx de": 'Gesendet: Montag, 02. März 2026 um 10:00 Uhr\nVon: "Example Support" <support@example.org>\nAn: jan@example.net\nBetreff: Rechnung',
    "interia pl": 'Od: "Example Support" <support@example.org>\nDo: jan@example.net;\nWysłane: 10:00 Poniedziałek 2026-03-02\nTemat: Rachunek',
    "mail.ru ru": "От кого: Example Support <support@example.org>\nКому: jan@example.net\nДата: понедельник, 2 марта 2026, 10:00 +03:00\nТема: Счёт",
    "samsung de": "-------- Ursprüngliche Nachricht --------\nVon: Example Support",
    "outlook 2003 de": "-----Ursprüngliche Nachricht-----\nVon: Example Support",
    "outlook 2003 pl": "-----Oryginalna wiadomość-----",
    "outlook 2003 ru": "-----Исходное сообщение-----",
    "outlook 2003 en": "-----Original Message-----",
}
DEVICES = [
    "Sent from my iPhone", "Von meinem iPhone gesendet", "Gesendet mit der GMX Mail App", "Wysłane z iPhone'a", "Отправлено с iPhone",
    "Outlook für Android herunterladen", "Pobierz Outlooka dla systemu iOS", "Скачать Outlook для iOS", "Отправлено из Mail.ru для Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>", "Gesendet von Mail für Windows", "Von meinem Samsung Galaxy Smartphone gesendet.",
    "Diese Nachricht wurde von meinem Android-Gerät gesendet.", "Outlook für iOS<https://aka.example.test/o0ukef> beziehen",
]  # fmt: skip
KEPT = {
    "prose that says who wrote": "Am Montag um 10:00 schrieb mein Chef:\nbitte sofort erledigen.\nDas geht so nicht.",
    "a date and who wrote": "Am 02.03.2026 um 10:00 Uhr schrieb mir Ihr Herr Müller:\n„Wir erstatten den Betrag.“\nBis heute ist nichts da.",
    "a journey": "Von: Berlin\nAn: Hamburg\nDatum: 02.03.2026\nDer Zug fiel aus.",
    "log lines": "From: 10.0.0.1\nTo: 10.0.0.2\nverworfen, bitte helfen.",
    "a list with dashes": "Es fehlt:\n--\nder Stecker\n\n--\n\ndas Netzteil",
    "a time and an address": "Um 10:00 antworten Sie bitte an jan@example.net:\ndas ist meine neue Adresse.",
    "a forward": "Zur Kenntnis.\n\n---------- Forwarded message ---------\nVon: Werk <werk@example.com>\nDatum: 2. März 2026\nBetreff: Teil\nAn: Jan\n\nDas Teil fehlt.\n> schon lange",
    "a device in prose": "Gesendet von meinem Nachbarn wurde das Paket am Montag.\nEs kam nie an.",
    "a device as the subject of a sentence": "Das Netzteil ist da.\n\nGesendet von Samsung wurde aber das falsche.",
    "a parcel": "Das Gerät ist unterwegs.\n\nGesendet mit DHL, Nummer 4711 (Samsung Galaxy)",
    "what a person shows": "Ich habe dies eingegeben:\n\n> select 1\n\n> select 2\n\nWarum geht das nicht?",
    "a log": "Das Protokoll:\n02.03.2026 10:00:12 login failed for jan@example.net:\nfalsches Kennwort",
    "what one wrote oneself": "Am 02.03.2026 um 10:00 habe ich Ihnen (info@example.org) geschrieben:\nBitte ein Netzteil.",
    "the device first": "Sent from my iPhone\n\nDas steht unter jeder meiner Mails. Wie geht das weg?",
}  # fmt: skip


@pytest.mark.parametrize(
    "attribution", [*ATTRIBUTIONS.values(), *UNADDRESSED.values()], ids=[*ATTRIBUTIONS, *UNADDRESSED]
)
def test_marked_quotes_below_and_above_are_left_out(attribution: str) -> None:
    assert new_text(f"{OWN}\n\n{attribution}\n\n{MARKED}\n") == OWN
    assert new_text(f"{attribution}\n{MARKED}\n\n{OWN}") == OWN


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_a_quote_without_marks_ends_the_text_where_its_attribution_names_an_address(attribution: str) -> None:
    assert new_text(f"{OWN}\n\n{attribution}\n\n{QUOTE}\n") == OWN


@pytest.mark.parametrize(
    "attribution", [*ATTRIBUTIONS.values(), *UNADDRESSED.values()], ids=[*ATTRIBUTIONS, *UNADDRESSED]
)
def test_an_attribution_does_not_take_the_line_above_with_it(attribution: str) -> None:
    assert new_text(f"{OWN}\n{attribution}\n{MARKED}") == OWN


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_copied_header_fields_end_the_text(block: str) -> None:
    assert new_text(f"{OWN}\n\n{block}\n\n{QUOTE}\n") == OWN


def test_a_quote_below_a_line_with_a_colon_is_left_out_where_an_attribution_says_so() -> None:
    text = f"Meine Antwort auf Ihre Frage:\n\n{ATTRIBUTIONS['apple de']}\n> Kiedy?\n\nMorgen."

    assert new_text(text).split("\n") == ["Meine Antwort auf Ihre Frage:", "", "Morgen."]


def test_answers_between_quotes_stay() -> None:
    text = f"{ATTRIBUTIONS['gmail pl']}\n> Kiedy?\n\nJutro.\n\n> Gdzie?\n\nW domu."

    assert new_text(text).split() == ["Jutro.", "W", "domu."]


@pytest.mark.parametrize("line", DEVICES)
def test_a_devices_line_at_the_end_is_left_out(line: str) -> None:
    assert new_text(f"{OWN}\n\n{line}\n\n{ATTRIBUTIONS['apple de']}\n{MARKED}") == OWN


@pytest.mark.parametrize("separator", ["-- ", "--"])
def test_a_signature_is_left_out(separator: str) -> None:
    assert new_text(f"{OWN}\n\n{separator}\nJan Beispiel\nTel. 0123\n\n{ATTRIBUTIONS['apple de']}\n{MARKED}") == OWN


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_nobodys_own_words_are_lost(text: str) -> None:
    assert new_text(text) == text


def test_what_is_no_reply_quotes_nothing() -> None:
    text = f"Meine Ausgabe:\n> select 1\n> 1 row\n\nWarum?\n\n{BLOCKS['outlook de']}\n\nalles davon"

    assert new_text(text, reply=False) == text
    assert new_text(f"{OWN}\n\n{ATTRIBUTIONS['gmail ru']}\n{MARKED}", reply=False) == OWN


def html_mail(body: str, *headers: str, subject: str = "Re: Rechnung") -> bytes:
    head = ["From: jan@example.net", f"Subject: {subject}", "Message-ID: <1@example.net>", *headers]
    return (
        "\r\n".join([*head, "Content-Type: text/html; charset=utf-8"]) + f"\r\n\r\n<html><body>{body}</body></html>"
    ).encode()


@pytest.mark.parametrize(
    "quote",
    [
        '<blockquote type="cite">Alt</blockquote>',
        '<div class="gmail_quote"><div class="gmail_attr">On Mon wrote:</div><blockquote>Alt</blockquote></div>',
        '<div class="moz-cite-prefix">Am 02.03.26 um 10:00 schrieb X:</div><blockquote type="cite">Alt</blockquote>',
        '<div name="quote">Alt</div>',
        '<div id="divRplyFwdMsg">Von: X</div><div>Alt</div>',
        '<div class="yahoo_quoted">Alt</div>',
        '<div class="protonmail_quote">Alt</div>',
        '<p>02.03.2026, 10:00, "X" &lt;support@example.org&gt;:</p><blockquote>Alt</blockquote>',
        "<blockquote>Alt</blockquote>",
        "<hr><div><b>Von:</b> X &lt;support@example.org&gt;<br><b>Gesendet:</b> Montag<br><b>An:</b> Jan<br><b>Betreff:</b> R<br></div><p>Alt</p>",
    ],
)
def test_quotes_of_html_are_left_out(quote: str) -> None:
    mail = parse(html_mail(f"<p>Neu.</p>{quote}"))

    assert mail.new_text == "Neu."
    assert "Alt" in mail.text


def test_the_customers_own_indented_words_stay() -> None:
    indented = "<p>Das Gerät meldet</p><blockquote>Fehler 17</blockquote><p>und geht aus.</p>"

    assert "Fehler 17" in parse(html_mail(indented)).new_text
    assert (
        "Fehler 17"
        in parse(html_mail("<p>Es meldet:</p><blockquote>Fehler 17</blockquote>", subject="Störung")).new_text
    )


@pytest.mark.parametrize(
    "begin",
    [
        "/resolve",
        "<br>/resolve",
        "<div>&nbsp;</div><div>/resolve</div>",
        "<span>/</span><span>resolve</span>",
        "<!-- x --> \u200b/resolve",
        "<blockquote>/resolve</blockquote>",
    ],
)
def test_a_command_in_a_blockquote_at_the_top_is_somebody_elses_and_obeyed_by_nobody(begin: str) -> None:
    text = parse(html_mail(f"<blockquote>{begin}<br>Ergebnis: gut</blockquote><p>Das lehnen wir ab.</p>")).new_text
    found = commands.parse(text)

    assert found.commands == ()
    assert [problem.nearest for problem in found.problems] == ["/resolve"]
    assert "Das lehnen wir ab." in text


def test_what_is_no_command_in_a_blockquote_stays_as_it_is() -> None:
    text = parse(html_mail("<blockquote>/etc/hosts fehlt</blockquote><p>Was nun?</p>", subject="Störung")).new_text

    assert text.startswith("/etc/hosts fehlt")


def test_words_between_the_blockquotes_of_gmail_stay() -> None:
    quote = '<blockquote class="gmail_quote">Alt</blockquote>'
    answer = f'<div class="gmail_quote"><div class="gmail_attr">On Mon wrote:</div>{quote}<p>Ja.</p>{quote}<p>Nein.</p></div>'

    assert parse(html_mail(answer)).new_text.split() == ["Ja.", "Nein."]


def test_what_gmail_forwards_stays_with_its_quotes() -> None:
    inside = (
        '<div class="gmail_attr">---------- Forwarded message ---------<br>Von: X</div>Neu.<blockquote>Alt</blockquote>'
    )
    mail = parse(html_mail(f'Zur Kenntnis.<div class="gmail_quote">{inside}</div>', subject="Rechnung"))

    assert "Alt" in mail.new_text


def test_indented_words_after_a_number_and_a_colon_stay() -> None:
    indented = "<p>Seit Version 4.2 meldet es:</p><blockquote>Fehler 17</blockquote><p>Was nun?</p>"

    assert "Fehler 17" in parse(html_mail(indented)).new_text


def test_a_forwarded_mail_stays_whole() -> None:
    forwarded = f"Bitte kümmern Sie sich.\r\n\r\n{BLOCKS['outlook de']}\r\n\r\nDas Teil fehlt."
    raw = f"From: jan@example.net\r\nSubject: WG: Teil\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{forwarded}".encode()

    assert "Das Teil fehlt." in parse(raw).new_text


@pytest.mark.parametrize(
    "piece",
    [
        "On ",
        "> ",
        "-- \n",
        "From: a\n",
        "wrote:\n",
        "Am 1.1.2026 um 10:00 ",
        "--",
        "a@b:\n",
        " \n",
        ">\n",
        "Sent from my x\n",
        "--\na b c d.\n",
        "--\n",
        "a b c:\nVon: a\nAn: b\nBetreff: c\n",
        "Von: a\nAn: b\nDatum: c\n",
        "Am 1.1.2026 um 10:00 schrieb A <a@b.example>:\nAB> x\n",
        "a b c:\n> x\n",
        "---\nAn: a\n",
    ],
)
def test_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    """T-42."""
    assert grows_with_its_length(lambda count: new_text(piece * count), 3_000)


@pytest.mark.parametrize(
    "piece",
    [
        "<blockquote>x:</blockquote>",
        "<blockquote>",
        "<div class=gmail_quote>1:",
        "<i class=gmail_quote></i>",
        "1:</p>",
        "<p id=appendonsend>",
        "<div id=divRplyFwdMsg>x</div>",
        "<hr id=stopSpelling>x",
    ],
)
def test_hostile_html_costs_no_more_than_its_length(piece: str) -> None:
    """T-42."""
    assert grows_with_its_length(
        lambda count: html_text(f"<html><body>{piece * count}</body></html>", quotes=False), 1_000
    )


def test_an_answer_under_a_quote_that_is_marked_by_tabs_is_read() -> None:
    """s-nail and mailx quote so, the answer below, unless they are told otherwise."""
    quote = "\t##- Bitte antworten Sie oberhalb dieser Zeile -##\n\t\n\tGuten Tag,\n\t\n\twir prüfen das."
    text = f'"Beispiel GmbH" <support@example.org> wrote:\n\n{quote}\n/note\n\nGesehen.'

    assert new_text(text) == "/note\n\nGesehen."


def test_a_table_of_tabs_is_no_quote() -> None:
    text = "Die Werte:\n\t1\t2\n\t3\t4\nBitte prüfen Sie das."

    assert new_text(text) == text


@pytest.mark.parametrize(
    "own",
    [
        "Bitte buchen Sie um:\nVon: Berlin\nAn: München\nDatum: 12.12.2026\nBetreff: Reise\n\nIch zahle die Differenz.",
        "Parcel data:\nFrom: Hamburg\nTo: Berlin\nSent: 5 Nov\n\nIt has not arrived.",
        "Sendung\nVon: Firma X\nAn: Max\nGesendet: 5.11.\n\nnicht angekommen",
        "Paczka:\nOd: Firma X\nDo: Jan\nWysłano: 5.11\n\nNie doszła.",
        "Посылка:\nОт: ООО Ромашка\nКому: Иванов\nОтправлено: 5.11\n\nНе пришла.",
        "I never got this:\n\nFrom: anna@example.net\nTo: me@example.net\nSubject: Invoice\n\nCan you find it in your logs?",
        "Nie doszła wiadomość\nOd: anna@example.net\nDo: ja@example.net\nTemat: Faktura\nData: 12.11.2026\n\nProszę sprawdzić.",
        "I miss this one of today:\n\nFrom: anna@example.net\nDate: 2 March 2026 10:00\nTo: me@example.net\nSubject: x\n\nWhere is it?",
        "die Messung ergab\n> 5 bar\nan allen Ventilen.",
        "hier meine Daten\n--\nKundennummer 4711, bitte den Vertrag kündigen",
        "On 12 Nov 2026 at 14:30 your colleague bob@example.org wrote:\nit cannot be repaired. I do not agree.",
    ],
)
def test_a_persons_own_list_pasted_header_or_story_stays_in_an_answer(own: str) -> None:
    assert new_text(own) == own


def test_copied_fields_above_our_marker_or_with_our_reference_are_a_quote() -> None:
    fields = "Von: Example Support\nAn: Jan\nBetreff: Rechnung"

    assert new_text(f"{OWN}\n\n{fields}\n\n##- Bitte oberhalb antworten -##\n\n{QUOTE}") == OWN
    assert new_text(f"{OWN}\n\n{fields.replace('Rechnung', '[DMG-6J9-ZJT] x')}\n\n{QUOTE}") == OWN
