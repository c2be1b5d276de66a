"""Stories that people play with their own mail clients, and what comes of each step: every mail, and what is so.

The clock moves on an hour before each step, so that no cap on automatic mail is reached. Each story has customers of its
own, whose mail lies in the mailboxes of CUSTOMER and OTHER.
"""

import re
import smtplib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

from mailbot.core.case import Case
from mailbot.store import blocked, people
from tests.acceptance.test_links import links_of
from tests.acceptance.test_private_addresses import PRIVATE, all_of
from tests.rig.clients import Client, Mblaze, Neomutt, SNail
from tests.rig.process import Row
from tests.rig.servers import ANNA, AWAY, BORIS, CUSTOMER, DESK, IMAP_DESK, LEAD, STRANGER, read, text_of
from tests.rig.staffed import Staffed

OTHER = AWAY  #: another customer
OUTSIDE = (CUSTOMER, OTHER, STRANGER)
EVERYBODY = (*OUTSIDE, ANNA, BORIS, LEAD, IMAP_DESK)
CASES = ("first", "second", "third")  #: of a story, in the order in which they were opened
QUESTION = "Guten Tag,\n\nmeine Rechnung ist falsch, bitte prüfen Sie den Betrag.\n\nJan Beispiel"

Kind = type[Neomutt | Mblaze | SNail]
Heard = tuple[tuple[str, str], ...]  #: whose mailbox a mail came into, and words of it
Facts = Mapping[str, str]


@dataclass(frozen=True)
class Letter:
    """What a customer sends, which mails come of it, and what is so from then on and was not before.

    In all texts {first} is the reference of the first case, {customer} the address of CUSTOMER in this story.
    """

    heard: Heard = ()
    after: Facts = field(default_factory=dict)
    subject: str = "Rechnung 4711"
    by: str = CUSTOMER
    files: int = 0


@dataclass(frozen=True)
class Order:
    """What an agent sends in answer to the newest notification in their mailbox; the rest as with a Letter."""

    text: str
    heard: Heard = ()
    after: Facts = field(default_factory=dict)
    by: str = ANNA
    afresh: bool = False  #: no answer, but a new mail to the private address
    click: bool = False  #: *text* is the link in the notification that fills in the whole mail
    at_once: bool = False  #: before the clock moves on

    @property
    def commands(self) -> tuple[str, ...]:
        """The names of those that it gives."""
        return tuple(re.findall(r"^/([a-z-]+)", self.text, re.MULTILINE))


Step = Letter | Order


class Story:
    """One story; it begins with empty mailboxes."""

    def __init__(self, desk: Staffed, folder: Path, name: str) -> None:
        self._desk, self._folder, self._name = desk, folder, name
        self._earlier = {case.reference for case in desk.cases()}
        self._clients: dict[tuple[str, Kind], Client] = {}
        self._read: Counter[str] = Counter()
        self._row: Row = {}

    def play(self, step: Step, client: Kind = Neomutt) -> None:
        """Takes *step*, an order with *client*, and compares what came of it."""
        assert step.heard or step.after, "nothing is expected"
        before = self._facts()
        if isinstance(step, Letter):
            self._desk.daemon.move(hours=1)
            self._post(step)
        else:
            self._desk.daemon.move(hours=0 if step.at_once else 1)
            self._give(step, client)
        self._row = self._desk.quiet()
        self._compare(step, before)

    def newest(self, person: str) -> EmailMessage:
        """The newest mail in the mailbox of *person*."""
        return self._desk.servers.mails(person)[-1]

    def _compare(self, step: Step, before: Facts) -> None:
        got, facts = self._arrived(), self._facts()
        heard = [(whose, self._filled(words)) for whose, words in step.heard]
        after = {key: self._filled(value) for key, value in step.after.items()}

        assert Counter(whose for whose, _ in got) == Counter(whose for whose, _ in heard), (self._row, got)
        assert [one for one in heard if not any(one[0] == whose and one[1] in text for whose, text in got)] == [], got
        assert {key: facts.get(key, "") for key in after} == after, self._row
        assert [key for key in after if before.get(key, "") == after[key]] == [], "it was so before"

    def _facts(self) -> dict[str, str]:
        """Each field of each case, who is away, who is blocked, and the outcome of the newest mail, all in words."""
        found: dict[str, str] = {}
        for name, case in zip(CASES, self._cases(), strict=False):
            review, promise = case.open_review, case.open_promise("resolution")
            found |= {f"{name}.{f.name}": _plain(getattr(case, f.name)) for f in fields(case)}
            found[f"{name}.reviewer"] = review.reviewer if review is not None else ""
            found[f"{name}.within"] = f"{(promise.due_at - case.opened_at).days} days" if promise is not None else ""
        found["away"] = " ".join(self._desk.store.read(people.away))
        found["blocked"] = " ".join(self._desk.store.read(blocked.everybody))
        found["outcome"] = f"{self._row.get('outcome')}: {self._row.get('rule')}"
        return found

    def _cases(self) -> tuple[Case, ...]:
        return tuple(case for case in self._desk.cases() if case.reference not in self._earlier)

    def _filled(self, text: str) -> str:
        values = {name: case.reference for name, case in zip(CASES, self._cases(), strict=False)}
        return text.format(**values, customer=self._address(CUSTOMER)) if "{" in text else text

    def _address(self, customer: str) -> str:
        """The address that *customer* has in this story."""
        local_part, _, domain = customer.partition("@")
        return f"{local_part}+{self._name}@{domain}"

    def _post(self, letter: Letter) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Jan Beispiel <{self._address(letter.by)}>", DESK
        mail["Subject"], mail["Message-ID"] = self._filled(letter.subject), make_msgid(domain="example.net")
        mail.set_content(f"{QUESTION}\n\n{letter.subject}\n")
        for number in range(letter.files):
            mail.add_attachment(b"...", maintype="application", subtype="octet-stream", filename=f"{number + 1}.bin")
        with smtplib.SMTP("127.0.0.1", self._desk.servers.postfix.clients) as smtp:
            smtp.send_message(mail)

    def _give(self, order: Order, client: Kind) -> None:
        person, notice = self._person(order.by, client), self.newest(order.by)
        if order.click:
            draft = links_of(notice)[order.text.removeprefix("/")]
            person.write(draft.to, draft.subject, draft.body.replace("\r\n", "\n"))
        elif order.afresh:
            person.write(str(notice["Reply-To"]), "Ihr Wechselrichter", self._filled(order.text))
        else:
            person.reply(self._filled(order.text))

    def _person(self, person: str, client: Kind) -> Client:
        if (person, client) not in self._clients:
            home = self._folder / f"{person}-{client.__name__}"
            self._clients[person, client] = client(home, self._desk.servers, person, "Alex Müller")
        return self._clients[person, client]

    def _arrived(self) -> list[tuple[str, str]]:
        """Every mail that came since this was last asked: whose it is, and its words."""
        found: list[tuple[str, str]] = []
        for person in EVERYBODY:
            raws = self._desk.servers.dovecot.messages(person)[self._read[person] :]
            self._read[person] += len(raws)
            assert person not in OUTSIDE or not any(_is_inside(raw) for raw in raws), raws
            found += [(person, _words(read(raw))) for raw in raws]
        return found


def _is_inside(raw: bytes) -> bool:
    """Whether a mail shows what only staff may see: a private address, a command, the quote of a notification."""
    text = text_of(read(raw))
    return bool(PRIVATE.search(all_of(raw)) or re.search(r"(?m)^[> ]*/[a-z]", text) or "stays inside" in text)


def _words(mail: EmailMessage) -> str:
    """Subject and text in one line, and the names of the files."""
    files = (f"[{part.get_filename()}]" for part in mail.iter_attachments())
    return " ".join(f"{mail['Subject']} {text_of(mail)} {' '.join(files)}".split())


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
