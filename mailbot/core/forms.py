"""Contact forms: mail that a site sends in a customer's name (A2, D4, E1).

A form proves itself by the border's word for its sender, or by the address of the machine that hands its mail in.
Its mail opens a case of its own and joins none: whoever fills in a form can write any address into it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from mailbot.core.details import Fields, labelled_lines
from mailbot.core.mail import Address, Envelope, Mail

_ADDRESS_LABELS = frozenset(
    {"e-mail", "email", "mail", "e-mail-adresse", "adres e-mail", "электронная почта", "почта", "эл. почта", "e-mail address"}
)  # fmt: skip
_NAME_LABELS = frozenset(
    {"name", "full name", "ihr name", "vor- und nachname", "imię i nazwisko", "имя", "имя и фамилия", "фио"}
)


@dataclass(frozen=True, slots=True)
class Form:
    """One contact form."""

    sender: str  #: the From address of its mails
    desk: str = ""  #: the desk's address; "" takes the one that the mail is sent to
    peer: str = ""  #: the IP address that hands its mail in; "" asks for an aligned DMARC pass
    customer: str = "reply-to"  #: where the customer's address is: reply-to, or the label of a line


@dataclass(frozen=True, slots=True)
class FormMail:
    """What a form's mail says."""

    customer: Address
    fields: Fields


def sent_by(forms: Iterable[Form], mail: Mail, desk: str) -> Form | None:
    """The form that *mail* claims to come from."""
    if mail.from_ is None or mail.from_is_ambiguous:
        return None
    sender = mail.from_.identity
    return next(
        (f for f in forms if f.sender.casefold() == sender and f.desk.casefold() in ("", desk.casefold())), None
    )


def proves_itself(form: Form, envelope: Envelope, passed: bool | None) -> bool:
    """By its peer's address where one is configured, else by an aligned DMARC pass."""
    return envelope.peer == form.peer if form.peer else passed is True


def read(form: Form, mail: Mail, is_ours: Callable[[str], bool]) -> FormMail | None:
    """The customer and the fields; None where there is no usable address: the form's own, and ours, are none."""
    fields = labelled_lines(mail.text)
    named = {name.casefold(): value for name, value in fields}
    sender = mail.from_.identity if mail.from_ is not None else ""
    usable = (a for a in _named(form, mail, named) if a.identity != sender and not is_ours(a.identity))
    address = next(usable, None)
    if address is None or not sender:
        return None
    name = next((value for label, value in named.items() if label in _NAME_LABELS), address.display_name)
    return FormMail(Address(address.addr_spec, name), fields)


def _named(form: Form, mail: Mail, named: Mapping[str, str]) -> Iterator[Address]:
    """Who may be the customer, the likeliest first: the configured line, the Reply-To, a line that is labelled so."""
    if form.customer.casefold() != "reply-to" and (found := _address(named.get(form.customer.casefold(), ""))):
        yield found
    if len(mail.reply_to) == 1:
        yield mail.reply_to[0]
    for label, value in named.items():
        if label in _ADDRESS_LABELS and (found := _address(value)):
            yield found


def _address(text: str) -> Address | None:
    word = next((w.strip("<>,;()\"'") for w in text.split() if "@" in w), "").removeprefix("mailto:")
    local, _, domain = word.rpartition("@")
    return Address(word) if local and "." in domain and "@" not in local else None
