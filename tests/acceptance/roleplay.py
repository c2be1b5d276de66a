"""Two weeks at a desk, played: sixty customers, three agents, a manager, each of whom reacts to the own mailbox.

Nobody looks into the store. Chance is seeded: the same seed is the same two weeks.
"""

import asyncio
import heapq
import random
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path

from mailbot.calendars import holiday_dates
from mailbot.core.mail import Envelope
from mailbot.core.worktime import Calendar, is_open, next_opening, parse_hours
from mailbot.store import people
from mailbot.wire.language import load_accurate
from mailbot.world import World, move_to
from tests.acceptance import roleplay_words as words

DESK = "support@example.org"
ANNA, BORIS, CELINA, LEAD = "anna@example.org", "boris@example.org", "celina@example.org", "lead@example.org"
PARTNER = "werkstatt@lieferant.test"
BEGIN = datetime(2026, 4, 27, 6, 0, tzinfo=UTC)  #: a Monday, 08:00 in Berlin; the Friday of the week is a holiday
END = BEGIN + timedelta(days=14)
SLOT = timedelta(minutes=10)
CUSTOMERS = 60
FOOTERS = {"de": "Fußzeile Berlin", "en": "Footing in Berlin", "pl": "Stopka z Berlina", "ru": "Подпись из Берлина"}
POLICY = """
title = { de = "Zusagen", en = "Promises", pl = "Obietnice", ru = "Обещания" }
about = { de = "Für alle.", en = "For everyone.", pl = "Dla wszystkich.", ru = "Для всех." }
languages = ["de", "en", "pl", "ru"]
status_on_request = true
resolution_needs = ["outcome", "measures"]
refusal_needs = ["reasons"]
announce = ["in work"]
remind_after = "2 working days"
close_after = "4 days"
reopen_for = "60 days"
[calendar]
zone = "Europe/Berlin"
open = "mon-fri 09:00-17:00"
holidays = "DE-BE"
[[promise]]
id = "acknowledgement"
within = "24 hours"
[[promise]]
id = "answer"
within = "1 working day"
warn = ["4 working hours before: assignee", "2 working hours before: team", "1 working hour before: manager"]
missed = "tell"
[[promise]]
id = "progress"
within = "2 working days"
of = "acknowledgement"
repeats = true
warn = ["4 working hours before: assignee"]
missed = "send no news yet"
automatic_at_most = 2
[[promise]]
id = "resolution"
within = { simple = "2 working days", normal = "4 working days", complex = "7 working days" }
warn = ["1 working day before: assignee", "6 working hours before: team", "4 working hours before: manager"]
pauses = "waiting for customer"
missed = "explain and promise anew"
extend_by = "2 working days"
extend_at_most = 1
tell_before = "2 working hours"
[[category]]
id = "money"
name = { de = "Rechnung", en = "Invoice", pl = "Faktura", ru = "Счёт" }
team = "money"
words = { de = ["rechnung"], en = ["invoice"], pl = ["faktur"], ru = ["счёт"] }
[[category]]
id = "technical"
name = { de = "Technik", en = "Technical", pl = "Technika", ru = "Техника" }
words = { de = ["gerät"], en = ["device"], pl = ["urządzeni"], ru = ["устройств"] }
[escalation]
until = "30 days"
reasons = true
reviewer = "independent"
decide = "2 working days"
warn = ["1 working day before: assignee", "4 working hours before: manager"]
otherwise = "manager"
[feedback]
ask = "rating"
[scope]
inside = { de = ["unsere Geräte"], en = ["our devices"], pl = ["nasze urządzenia"], ru = ["наши устройства"] }
outside = { de = ["fremde Geräte"], en = ["other devices"], pl = ["obce urządzenia"], ru = ["чужие устройства"] }
way_on = { de = "Fragen Sie den Hersteller.", en = "Ask the maker.", pl = "Proszę spytać producenta.", ru = "Спросите изготовителя." }
[footer]
""" + "".join(f'{language} = "{text}"\n' for language, text in FOOTERS.items())
CONFIG = """
send_delay_seconds = 60
[store]
url = "STORE"
[listen]
smtp = "127.0.0.1:0"
[relay]
host = "127.0.0.1"
port = {port}
security = "none"
[[desk]]
address = "support@example.org"
name = "Example Support"
policy = "POLICY"
manager = "lead@example.org"
"""
STAFF = (  # address, name, language, hours, more
    (ANNA, "Anna", "de", "mon-fri 09:00-17:00", 'teams = ["money"]'),
    (BORIS, "Boris", "en", "mon-fri 10:00-18:00", "reviewer = true"),
    (CELINA, "Celina", "pl", "mon-thu 08:00-14:00", "capacity = 12"),
)
LEAD_HOURS = "mon-fri 09:00-17:00"
ILL = (datetime(2026, 4, 28, 5, 0, tzinfo=UTC), datetime(2026, 4, 30, 22, 0, tzinfo=UTC))  #: Celina, three days
_REFERENCE = re.compile(r"\[([A-Z0-9-]{6,14})\]")
TOKEN = re.compile(r"support\+([a-z2-7]{20})@")


@dataclass
class Post:
    """One mail in somebody's mailbox."""

    at: datetime
    to: str
    mail_from: str  #: the envelope's
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]

    @cached_property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @cached_property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part is not None else ""

    @cached_property
    def reference(self) -> str:
        found = _REFERENCE.search(self.subject)
        return found[1] if found else ""

    @property
    def ours(self) -> bool:
        """Whether the desk sent it: not a friend."""
        return self.mail_from == "" or self.mail_from.endswith("@example.org")

    @property
    def automatic(self) -> bool:
        return bool(self.message["Auto-Submitted"])

    @cached_property
    def everything(self) -> str:
        """Header, text, HTML and files, decoded."""
        shown = [f"{name}: {value}" for name, value in self.message.items()]
        for part in self.message.walk():
            shown.append(str(part.get_filename() or ""))
            if not part.is_multipart():
                shown.append((part.get_payload(decode=True) or b"").decode("utf-8", "replace"))
        return "\n".join(shown) + self.raw.decode("latin-1")


@dataclass
class Sent:
    """One mail that somebody in the play sent."""

    at: datetime
    by: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]


class Scene(World):
    """The daemon, everybody's mailboxes, and what is planned to happen."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, BEGIN)
        self.chance = random.Random(seed)
        self.post: list[Post] = []
        self.sent: list[Sent] = []
        self.people: dict[str, Person] = {}
        self.notes: list[str] = []  #: the word of each note
        self._plans: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._count = self._read = 0

    async def _arrived(self, envelope: Envelope, raw: bytes) -> None:
        for address in envelope.rcpt_to:
            self.post.append(Post(self.clock(), address, envelope.mail_from, raw))

    def plan(self, at: datetime, act: Callable[[], Awaitable[None]]) -> None:
        """People look into their mailboxes every ten minutes."""
        self._count += 1
        slots = -((BEGIN - max(at, self.clock())) // SLOT)
        heapq.heappush(self._plans, (BEGIN + slots * SLOT, self._count, act))

    def word(self, mark: str) -> str:
        """A word that nobody else says."""
        return mark + "".join(self.chance.choices("bcdfghjklmnpqrstvwxz", k=9))

    def happens(self, percent: float) -> bool:
        return self.chance.random() * 100 < percent

    async def until(self, end: datetime) -> None:
        """Goes on by two hours, or to the next thing that is planned; everybody reads what came."""
        while self.clock() < end:
            first = self._plans[0][0] if self._plans else end
            await move_to(self.daemon, self.clock, min(first, self.clock() + timedelta(hours=2), end))
            self._hand_over()
            while self._plans and self._plans[0][0] <= self.clock():
                await heapq.heappop(self._plans)[2]()
        await self.daemon.settle()

    def _hand_over(self) -> None:
        while self._read < len(self.post):
            mail = self.post[self._read]
            self._read += 1
            if mail.to in self.people:
                self.people[mail.to].receive(mail)

    async def deliver(self, by: str, to: str, raw: bytes, mail_from: str | None = None, *, settle: bool = True) -> None:
        """Hands a mail in and, unless another comes at the same time, waits for what it does: so a seed repeats itself."""
        self.sent.append(Sent(self.clock(), by, raw))
        await asyncio.to_thread(self._smtp, by if mail_from is None else mail_from, to, raw)
        if settle:
            await self.daemon.settle()


class Person:
    """Somebody with a mailbox and a client."""

    def __init__(self, scene: Scene, address: str, name: str, language: str) -> None:
        self.scene, self.address, self.name, self.language = scene, address, name, language
        self.inbox: list[Post] = []
        scene.people[address] = self

    def receive(self, mail: Post) -> None:
        self.inbox.append(mail)

    def compose(
        self,
        subject: str,
        text: str,
        *,
        to: str = DESK,
        parent: Post | None = None,
        style: str = "plain",
        cc: str = "",
        files: Sequence[tuple[str, str]] = (),
    ) -> bytes:
        """A mail as the person's client writes it: plain, html or phone; the *parent* is quoted below."""
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = f'"{self.name}" <{self.address}>'
        message["To"] = to
        if cc:
            message["Cc"] = cc
        message["Subject"] = subject
        message["Date"] = format_datetime(self.scene.clock())
        number = self.scene.chance.getrandbits(64)
        message["Message-ID"] = f"<{number:x}.{len(self.scene.sent)}@{self.address.rpartition('@')[2]}>"
        if parent is not None:
            ancestors = f"{parent.message['References'] or ''} {parent.message['Message-ID']}"
            message["In-Reply-To"] = str(parent.message["Message-ID"])
            message["References"] = " ".join(ancestors.split())
        quote = parent.text if parent is not None else ""
        message.set_content(self._plain(text, quote, style), cte="8bit")
        if style == "html":
            message.set_content(self._html(text, quote), subtype="html")
        for name, content in files:
            message.add_attachment(content.encode(), maintype="application", subtype="octet-stream", filename=name)
        return message.as_bytes()

    def _plain(self, text: str, quote: str, style: str) -> str:
        if style == "phone":
            text = f"{text}\n\n{words.PHONE[self.language]}"
        if not quote:
            return text + "\n"
        if style == "outlook":
            return f"{text}\n\n-----Original Message-----\nFrom: Example Support <{DESK}>\n\n{quote}"
        quoted = "\n".join(f"> {line}".rstrip() for line in quote.splitlines())
        return f"{text}\n\n{words.ATTRIBUTION[self.language]}\n\n{quoted}\n"

    def _html(self, text: str, quote: str) -> str:
        def divs(shown: str) -> str:
            safe = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            return "".join(f"<div>{line or '<br>'}</div>" for line in safe.splitlines())

        below = f'<div class="gmail_quote"><div class="gmail_attr">{words.ATTRIBUTION[self.language]}<br></div>'
        below += f'<blockquote class="gmail_quote">{divs(quote)}</blockquote></div>'
        return f'<html><body><div dir="ltr">{divs(text)}</div><br>{below if quote else ""}</body></html>'


class Customer(Person):
    """Writes, waits, is pleased or is not."""

    def __init__(self, scene: Scene, address: str, name: str, language: str) -> None:
        super().__init__(scene, address, name, language)
        self.word = scene.word("kx")
        self.style = scene.chance.choice(("plain", "plain", "html", "phone", "outlook"))
        self.away = scene.happens(8)  #: an out-of-office answers for them
        self.bounces = not self.away and scene.happens(6)  #: the mailbox is full
        self.colleague: Customer | None = None
        self.patience = 6  #: mails that they write at most
        self.answered: set[str] = set()  #: who gets the out-of-office once

    def say(self, texts: words.Texts) -> str:
        return self.scene.chance.choice(texts[self.language]).format(word=self.word, name=self.name)

    async def begin(self) -> None:
        """The first mail of a matter."""
        subject, matter = self.scene.chance.choice(words.MATTERS[self.language])
        text = words.OPENING[self.language].format(matter=matter, word=self.word, name=self.name)
        files = ((f"foto-{self.word}.txt", f"Bild {self.word}"),) if self.scene.happens(20) else ()
        cc = self.colleague.address if self.colleague is not None else ""
        raw = self.compose(subject, text, style=self.style, files=files, cc=cc)
        await self.scene.deliver(self.address, DESK, raw)
        if self.colleague is not None:
            self.colleague.receive(Post(self.scene.clock(), self.colleague.address, self.address, raw))
        if self.scene.happens(8):  # the client tries again
            await self.scene.deliver(self.address, DESK, b"Received: by retry.example.net\r\n" + raw)
        if self.scene.happens(6):  # the person does
            await self.scene.deliver(self.address, DESK, self.compose(subject, text, style=self.style))

    def receive(self, mail: Post) -> None:
        super().receive(mail)
        if self.away and mail.ours and mail.mail_from not in self.answered and not mail.automatic:
            self.answered.add(mail.mail_from)
            self.scene.plan(self.scene.clock(), lambda: self._away(mail))
        elif self.bounces and mail.ours and mail.mail_from:
            self.scene.plan(self.scene.clock(), lambda: self._bounce(mail))
        elif self.patience > 0:
            wait = self.scene.chance.choice((0.1, 1, 3, 9, 20, 30))
            reaction = self._reaction(mail)
            if reaction[0]:
                self.patience -= 1
                at = self.scene.clock() + timedelta(hours=wait * self.scene.chance.uniform(0.7, 1.4))
                self.scene.plan(at, lambda: self._write(mail, *reaction))

    def _reaction(self, mail: Post) -> tuple[str, bool]:
        """What they answer, and whether something is attached; "" is nothing."""
        if not mail.reference:
            text = words.OPENING[self.language].format(matter=self.say(words.MORE), word=self.word, name=self.name)
            return ("", False) if self.scene.happens(50) else (text, False)
        if any(
            label in mail.text for labels in words.RESOLUTIONS.values() for label in (labels[0].split(":")[0] + ":",)
        ):
            table = ((40, words.RATINGS), (12, words.THANKS), (16, words.AGAIN), (12, words.ESCALATE))
        elif not mail.automatic:
            table = (
                (18, words.THANKS),
                (40, words.MORE),
                (5, words.STATUS),
                (6, words.ESCALATE),
                (5, words.FORWARD),
                (6, words.IMPATIENT),
            )
        else:
            table = ((8, words.STATUS), (14, words.MORE), (2, words.STOP), (4, words.IMPATIENT), (3, words.THANKS))
        dice = self.scene.chance.random() * 100
        for percent, texts in table:
            dice -= percent
            if dice < 0:
                text = self.say(texts)
                if texts is words.FORWARD:
                    text += f"\n\n---------- Forwarded message ----------\nFrom: Laden <laden@handel.test>\nSubject: Ihr Kauf {self.word}\n\nBitte an den Hersteller wenden."
                return text, texts is words.MORE and self.scene.happens(20)
        return "", False

    async def _write(self, parent: Post, text: str, attach: bool) -> None:
        to = str(parent.message["Reply-To"] or DESK) if parent.ours else DESK
        files = ((f"datei-{self.word}.txt", f"Inhalt {self.word}"),) if attach else ()
        subject = parent.subject if parent.subject.startswith("Re:") else f"Re: {parent.subject}"
        raw = self.compose(subject, text, to=to, parent=parent, style=self.style, files=files)
        await self.scene.deliver(self.address, _bare(to), raw)
        if self.scene.happens(4):
            await self.scene.deliver(self.address, _bare(to), raw)

    async def _away(self, mail: Post) -> None:
        """Some programs mark what they send, some do not."""
        subject, text = (t.format(word=self.word) for t in words.AWAY[self.language])
        message = message_from_bytes(self.compose(f"{subject}: {mail.subject}", text, parent=mail), policy=policy.SMTP)
        marked = self.scene.happens(70)
        if marked:
            message["Auto-Submitted"] = "auto-replied"
        to = (mail.mail_from or DESK) if marked else _bare(str(mail.message["Reply-To"] or DESK))
        await self.scene.deliver(self.address, to, message.as_bytes(), "" if marked else None)

    async def _bounce(self, mail: Post) -> None:
        host = self.address.rpartition("@")[2]
        report = (
            f"From: MAILER-DAEMON@{host}\r\nTo: {mail.mail_from}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            f"Date: {format_datetime(self.scene.clock())}\r\nMessage-ID: <{self.scene.chance.getrandbits(64):x}@{host}>\r\n"
            "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nThe mailbox is full.\r\n"
            f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {host}\r\n\r\n"
            f"Final-Recipient: rfc822; {self.address}\r\nAction: failed\r\nStatus: 5.2.2\r\n"
            "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n\r\n"
            f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail.message['Message-ID']}\r\n\r\n--b--\r\n"
        )
        await self.scene.deliver(f"MAILER-DAEMON@{host}", mail.mail_from, report.encode(), "")


class Partner(Person):
    """A workshop that is asked things."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene, PARTNER, "Werkstatt", "de")
        self.word = scene.word("px")

    def receive(self, mail: Post) -> None:
        super().receive(mail)
        if mail.reference and self.scene.happens(60):
            at = self.scene.clock() + timedelta(hours=self.scene.chance.uniform(1, 30))
            self.scene.plan(at, lambda: self._answer(mail))

    async def _answer(self, mail: Post) -> None:
        to = str(mail.message["Reply-To"] or DESK)
        raw = self.compose(f"Re: {mail.subject}", f"Das Teil ist da, Auftrag {self.word}.", to=to, parent=mail)
        await self.scene.deliver(self.address, _bare(to), raw)


@dataclass
class Memory:
    """What an agent knows of one case: the mails about it, and what they did."""

    mails: list[Post] = field(default_factory=list)
    unread: list[Post] = field(default_factory=list)
    language: str = "en"
    settled: bool = False
    looks: int = 0


class Agent(Person):
    """Works through the mailbox in the own hours."""

    def __init__(self, scene: Scene, address: str, name: str, language: str, hours: str) -> None:
        super().__init__(scene, address, name, language)
        self.calendar = Calendar("Europe/Berlin", parse_hours(hours), holiday_dates("DE-BE", range(2026, 2027)))
        self.ill: tuple[datetime, datetime] | None = None
        self.cases: dict[str, Memory] = defaultdict(Memory)
        self.style = scene.chance.choice(("plain", "html", "outlook"))

    def on_duty(self, at: datetime) -> bool:
        ill = self.ill is not None and self.ill[0] <= at < self.ill[1]
        return is_open(at, self.calendar) and not ill

    def working(self, minutes: float) -> datetime:
        """A moment of duty, *minutes* from now or later."""
        at = self.scene.clock() + timedelta(minutes=minutes)
        while not self.on_duty(at):
            if self.ill is not None and self.ill[0] <= at < self.ill[1]:
                at = self.ill[1]
            at = next_opening(at, self.calendar) + timedelta(minutes=self.scene.chance.uniform(1, 50))
        return at

    def receive(self, mail: Post) -> None:
        super().receive(mail)
        if not mail.reference:
            return  # what is due today, several alerts in one: each case has a mail of its own
        case = self.cases[mail.reference]
        case.mails.append(mail)
        case.unread.append(mail)
        case.settled = False
        case.language = self._language(mail) or case.language
        self.scene.plan(self.working(self.scene.chance.uniform(5, 240)), lambda: self.handle(mail.reference))
        if self.ill is not None and self.ill[0] <= self.scene.clock() < self.ill[1] and self.scene.happens(30):
            self.scene.plan(self.scene.clock(), lambda: self._away(mail))

    def _language(self, mail: Post) -> str:
        """Of the customer, whom every agent knows by now."""
        writers = (p for p in self.scene.people.values() if isinstance(p, Customer))
        return next((p.language for p in writers if p.address in mail.text), "")

    async def handle(self, reference: str) -> None:
        """Reads what is unread about one case and acts on it, mostly on the newest."""
        if not self.on_duty(self.scene.clock()):
            self.scene.plan(self.working(1), lambda: self.handle(reference))
            return
        case = self.cases[reference]
        if not case.unread:
            return
        mail = case.unread[0] if self.scene.happens(8) else case.unread[-1]
        case.unread.clear()
        text = self.reaction(kind_of(mail), case)
        if text:
            await self.act(mail, case, text)

    async def act(self, mail: Post, case: Memory, text: str) -> None:
        """Replies with *text*; sometimes a colleague, who had the case before, does so at the same moment."""
        raws = [(self, mail, self._reply(mail, text))]
        if self.scene.happens(6) and (other := self._colleague(mail.reference)) is not None:
            their = other.cases[mail.reference].mails[-1]
            raws.append((other, their, other._reply(their, self.scene.chance.choice(words.ANSWERS[case.language]))))
        for who, about, raw in raws:
            await self.scene.deliver(who.address, _bare(_to(about)), raw, settle=who is raws[-1][0])
        case.settled = text.startswith(("/resolve\n", "/decline", "/out-of-scope", "/verdict"))
        if mail.reference and not case.settled and case.looks < 2:
            case.looks += 1
            self.scene.plan(
                self.working(self.scene.chance.uniform(300, 3000)), lambda: self._look_again(mail.reference)
            )

    def _reply(self, mail: Post, text: str) -> bytes:
        files = (("anleitung.txt", "Schritt 1"),) if self.scene.happens(5) else ()
        to = DESK if self.scene.happens(1.5) else _to(mail)  # a client that ignores Reply-To
        return self.compose(f"Re: {mail.subject}", text, to=to, parent=mail, style=self.style, files=files)

    def _colleague(self, reference: str) -> "Agent | None":
        now = self.scene.clock()
        others = (p for p in self.scene.people.values() if isinstance(p, Agent) and p is not self and p.on_duty(now))
        return next((p for p in others if reference and p.cases[reference].mails), None)

    async def _look_again(self, reference: str) -> None:
        """A case that is not settled comes back to mind."""
        case = self.cases[reference]
        if case.settled or case.unread or not self.on_duty(self.scene.clock()):
            return
        text = self.pick(
            case, ((55, "resolve"), (10, "update"), (8, "answer"), (5, "decline"), (4, "note"), (3, "send"))
        )
        if text:
            await self.act(case.mails[-1], case, text)

    def reaction(self, kind: str, case: Memory) -> str:
        """What the agent writes on reading a mail of that kind; "" is nothing."""
        tables = {
            "due": ((30, "resolve"), (15, "extend"), (20, "update"), (15, "answer")),
            "missed": ((40, "resolve"), (20, "answer"), (10, "update")),
            "nothing done": ((70, "answer"), (15, "resolve"), (5, "help")),
            "held": ((60, "send"), (30, "answer")),
            "review": ((65, "verdict"), (10, "note"), (8, "answer"), (5, "extend")),
            "nobody": ((30, "take"), (20, "assign")),
            "rating": ((20, "note"), (20, "answer")),
            "information": (),
            "notice": (
                (27, "answer"),
                (22, "resolve"),
                (9, "question"),
                (7, "mistake"),
                (6, "note"),
                (5, "take"),
                (4, "assign"),
                (3, "decline"),
                (3, "complexity"),
                (3, "category"),
                (2, "incident"),
                (2, "incident-update"),
                (2, "partner"),
                (2, "update"),
                (1, "out-of-scope"),
                (1, "next"),
                (1, "help"),
                (1, "reopen"),
            ),
        }
        return self.pick(case, tables[kind])

    def pick(self, case: Memory, table: Sequence[tuple[float, str]]) -> str:
        dice = self.scene.chance.random() * 100
        for percent, name in table:
            dice -= percent
            if dice < 0:
                return self.text(name, case)
        return ""

    def text(self, name: str, case: Memory) -> str:
        chance, language = self.scene.chance, case.language
        answer = chance.choice(words.ANSWERS[language])

        def note() -> str:
            self.scene.notes.append(self.scene.word("nx"))
            return f"/note\nNur für uns: {self.scene.notes[-1]}, bitte nicht weitersagen."

        plain: dict[str, Callable[[], str]] = {
            "answer": lambda: f"{answer}\n\n{self.name}",
            "send": lambda: f"/send\n{answer}\n\n{self.name}",
            "note": note,
            "take": lambda: "/take",
            "next": lambda: "/next",
            "help": lambda: "/help",
            "reopen": lambda: f"/reopen\n{answer}",
            "question": lambda: f"/wait customer\n\n{words.QUESTIONS[language][0]}",
            "resolve": lambda: f"/resolve\n\n{words.RESOLUTIONS[language][0]}",
            "decline": lambda: f"/decline\n\n{words.REFUSALS[language][0]}",
            "out-of-scope": lambda: "/out-of-scope",
            "update": lambda: f"/update\n{words.NEWS[language][0]}",
            "extend": lambda: f"/extend {chance.choice(('3', '5'))} working days\n{words.DELAYS[language][0]}",
            "assign": lambda: (
                f"/assign {chance.choice(('Anna', 'Boris', 'Celina'))}\n{note() if chance.random() < 0.4 else ''}"
            ),
            "complexity": lambda: f"/complexity {chance.choice(('simple', 'complex'))}\n{answer}",
            "category": lambda: f"/category {chance.choice(('money', 'technical'))}\n{note()}",
            "incident": lambda: "/incident Ausfall",
            "incident-update": lambda: "/incident Ausfall\n/incident-update\nWir arbeiten an der Störung.",
            "partner": lambda: f"/wait partner\n/partner {PARTNER}\nWann kommt das Teil?",
            "verdict": lambda: f"/verdict\n{words.VERDICTS[language][0]}",
            "mistake": lambda: chance.choice(words.MISTAKES) + answer,
        }
        return plain[name]()

    async def _away(self, mail: Post) -> None:
        message = message_from_bytes(
            self.compose(f"Autoodpowiedź: {mail.subject}", "Jestem chora.", parent=mail), policy=policy.SMTP
        )
        message["Auto-Submitted"] = "auto-replied"
        await self.scene.deliver(self.address, _bare(_to(mail)), message.as_bytes(), "")


class Manager(Agent):
    """Hears of a lot and does little."""

    def reaction(self, kind: str, case: Memory) -> str:
        tables: dict[str, Sequence[tuple[float, str]]] = {
            "review": ((45, "assign"), (25, "verdict")),
            "nobody": ((50, "assign"),),
            "notice": ((20, "answer"), (20, "note")),
            "held": ((50, "send"),),
            "nothing done": ((30, "answer"),),
        }
        return self.pick(case, tables.get(kind, ((12, "note"), (8, "assign"), (3, "answer"))))


def kind_of(mail: Post) -> str:
    return next((kind for kind, marks in words.KINDS if any(mark in mail.subject for mark in marks)), "notice")


def _to(mail: Post) -> str:
    return str(mail.message["Reply-To"] or DESK)


def _bare(address: str) -> str:
    return address.strip().strip("<>")


def configuration(folder: Path, store: str) -> str:
    path = folder / "rolle.toml"
    path.write_text(POLICY, encoding="utf-8")
    rows = "".join(
        f'[[agent]]\naddress = "{address}"\nname = "{name}"\nlanguages = ["{language}"]\nhours = "{hours}"\n{more}\n'
        for address, name, language, hours, more in STAFF
    )
    return CONFIG.replace("STORE", store).replace("POLICY", str(path)) + rows


async def play(folder: Path, seed: int, store: str = "sqlite:///test.db") -> Scene:
    """The two weeks, on a daemon that runs on: the caller looks at the scene and stops it."""
    scene = Scene(folder, seed)
    load_accurate()  # else chance decides which mails it reads
    await scene.start(configuration(folder, store), seed=seed)
    for address, name, language, hours, _ in STAFF:
        Agent(scene, address, name, language, hours)
    Manager(scene, LEAD, "Lead", "de", LEAD_HOURS)
    Partner(scene)
    celina = scene.people[CELINA]
    assert isinstance(celina, Agent)
    celina.ill = ILL
    scene.plan(ILL[0], lambda: _call_in_sick(scene))
    _invite_customers(scene)
    await scene.until(END)
    return scene


async def _call_in_sick(scene: Scene) -> None:
    await asyncio.to_thread(scene.daemon.store.write, lambda conn: people.set_away(conn, CELINA, ILL[1]))


def _invite_customers(scene: Scene) -> None:
    for number in range(CUSTOMERS):
        language = ("de", "en", "pl", "ru")[number % 4]
        customer = Customer(scene, f"kunde{number}@haus{number % 7}.test", f"Person {number}", language)
        if scene.happens(10):
            customer.colleague = Customer(
                scene, f"kollege{number}@haus{number % 7}.test", f"Kollege {number}", language
            )
        for _ in range(1 + scene.happens(15)):
            scene.plan(BEGIN + timedelta(hours=scene.chance.uniform(0, 9 * 24)), customer.begin)
