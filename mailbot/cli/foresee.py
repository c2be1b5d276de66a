"""What would be done with a mail, as if it were the first of its sender; without a store, each conclusion with its rule."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mailbot import config
from mailbot.core import actions as do
from mailbot.core.decide import decide
from mailbot.core.desk import Desk
from mailbot.core.details import categorise, counted
from mailbot.core.events import Author, MailReceived
from mailbot.core.forms import Form, FormMail, proves_itself, read, sent_by
from mailbot.core.mail import Envelope, Kind, Mail, Verdict, identity
from mailbot.core.people import Roster
from mailbot.core.rules import judge
from mailbot.core.trust import authority, dmarc_passed, facts
from mailbot.wire.forward import Forwarded, read_forwarded
from mailbot.wire.language import detect
from mailbot.wire.mailboxes import addresses
from mailbot.wire.structure import TOO_COMPLEX

_FIELDS = ("delivered-to", "x-original-to", "to", "cc")  #: where a file names its recipient, the surest first
_UNKNOWN = "no address of a desk in Delivered-To, X-Original-To, To or Cc"
Told = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Sight:
    """A mail, and who looks at it."""

    settings: config.Settings
    desk: config.Desk
    mail: Mail
    raw: bytes
    envelope: Envelope
    verdict: Verdict
    language: str  #: detected


def foresee(
    settings: config.Settings, mail: Mail, raw: bytes, envelope: Envelope, verdict: Verdict, language: str
) -> Told:
    """The facts of `mailbot explain` that need the configuration; *language* is the detected one, "" for none."""
    named = [(name, a.addr_spec) for name in _FIELDS for v in mail.all_headers(name) for a in addresses(v)]
    found = {d.address: (d, name, a) for name, a in reversed(named) if (d := settings.desk_of(a)) is not None}
    if not found:
        return {"desk": None, "desk_from": _UNKNOWN, "outcome": "refused", "outcome_rule": "no desk", "would_send": []}
    desk, name, _ = list(found.values())[-1]
    envelope = replace(envelope, rcpt_to=tuple(dict.fromkeys(a for _, a in named if desk.owns(a))))
    sight = _Sight(settings, desk, mail, raw, envelope, verdict, language)
    others = [address for address in found if address != desk.address]
    told: Told = {"desk": desk.address, "desk_from": name, "other_desks": others, "policy": desk.policy.id}
    return told | _seen(sight)


def _seen(sight: _Sight) -> Told:
    if TOO_COMPLEX in sight.mail.defects:
        rule = TOO_COMPLEX
        return _writer(sight) | {"form": None, "outcome": "quarantined", "outcome_rule": rule, **_nothing(rule)}
    form = sent_by(sight.settings.forms, sight.mail, sight.desk.address)
    if form is None:
        told = _writer(sight) | {"form": None}
        if sight.verdict.kind is Kind.BOUNCE:
            return told | {"outcome": "suppressed", "outcome_rule": sight.verdict.rule, **_nothing(sight.verdict.rule)}
        forwarded = _forwarded(sight) if told["writer"] == "agent" else None
        if forwarded is not None and forwarded.mail.from_ is not None:
            told["writer_rule"] = f"an agent forwards it: the customer is {forwarded.mail.from_.addr_spec}"
            inner = replace(sight, mail=forwarded.mail, language=detect(forwarded.mail.new_text))
            judged = judge(forwarded.mail, sight.envelope, frozenset())
            verdict = Verdict(Kind.HUMAN, judged.answerable, "forwarded by an agent")
            return told | _decided(replace(inner, verdict=verdict), None)
        return told | _decided(sight, None)
    told = {"writer": "form", "writer_rule": f"a form's sender: {form.sender}", "form": form.sender}
    filled = read(form, sight.mail, lambda address: sight.settings.desk_of(address) is not None)
    if not _may_prove_itself(sight, form):
        rule = "form without proof"
        return told | {"form_rule": rule, "outcome": "held", "outcome_rule": rule, **_nothing(rule)}
    if filled is None:
        rule = "form without a customer"
        return told | {"form_rule": rule, "outcome": "held", "outcome_rule": rule, **_nothing(rule)}
    rule = f"the customer is {filled.customer.addr_spec}" + (f", if {form.peer} hands it in" if form.peer else "")
    return told | {"form_rule": rule} | _decided(sight, filled)


def _forwarded(sight: _Sight) -> Forwarded | None:
    if sight.verdict.kind is not Kind.HUMAN or dmarc_passed(sight.mail, sight.settings.authserv_id) is False:
        return None
    return read_forwarded(sight.mail, sight.raw, sight.settings.is_ours)


def _may_prove_itself(sight: _Sight, form: Form) -> bool:
    """A file does not tell who handed it in."""
    passed = dmarc_passed(sight.mail, sight.settings.authserv_id)
    return bool(form.peer) or proves_itself(form, sight.envelope, passed)


def _writer(sight: _Sight) -> Told:
    """Who wrote it, as far as the From field and the border go."""
    mail, agent = sight.mail, _roster(sight).find(sight.mail.from_.identity) if sight.mail.from_ else None
    result = mail.authentication
    if mail.from_ is None:
        who, rule = "nobody", "no usable From"
    elif mail.from_is_ambiguous:
        who, rule = "stranger", "several From, or a defect in it: no identity"
    elif sight.settings.desk_of(mail.from_.identity) is not None:
        who, rule = "ourselves", "the From is a desk's own address"
    elif agent is not None:
        known = authority(facts(mail, agent, token=False, authserv_id=sight.settings.authserv_id))
        who, rule = "agent", f"the registered address of {agent.name}; without a reply token: authority {known}"
    elif sight.settings.authserv_id and result is not None and result.dmarc == "fail":
        who, rule = "stranger", "the border says that the From is forged (dmarc=fail)"
    else:
        who, rule = "stranger", "no agent's address: the customer of a new case"
    return {"writer": who, "writer_rule": rule}


def _roster(sight: _Sight) -> Roster:
    return Roster(agents=sight.settings.agents, manager=sight.desk.manager)


def _decided(sight: _Sight, filled: FormMail | None) -> Told:
    """What decide() answers to the mail of somebody whom nobody knows yet."""
    own, mail, verdict = sight.desk, sight.mail, sight.verdict
    desk = Desk(own.address, own.name, own.policy, _roster(sight), own.team, bool(sight.settings.authserv_id))
    agent = None
    if filled is not None:
        mail = replace(mail, from_=filled.customer, reply_to=(), authentication=None)
        verdict = Verdict(Kind.HUMAN, answerable=True, rule="contact form")
    elif mail.from_ is not None and not mail.from_is_ambiguous:
        agent = desk.roster.find(mail.from_.identity)
    event = MailReceived(
        mail=mail,
        verdict=verdict,
        author=Author.AGENT if agent is not None else Author.STRANGER,
        inbox_id=0,
        received_at=sight.envelope.received_at,
        new_reference="",
        language=sight.language,
        authority=authority(facts(mail, agent, token=False, authserv_id=sight.settings.authserv_id)),
        agent=agent,
        form=own.address if filled is not None else "",
        fields=filled.fields if filled is not None else (),
        addresses=sight.envelope.rcpt_to,
    )
    actions = decide(None, event, desk, sight.envelope.received_at)
    end = next(a for a in actions if isinstance(a, do.Conclude))
    opened = next((a for a in actions if isinstance(a, do.OpenCase)), None)
    sorted_ = _sorting(desk, event, opened) if opened is not None else {"category": None}
    return sorted_ | {"outcome": end.outcome, "outcome_rule": end.rule} | _leaving(actions, event, opened, end)


def _sorting(desk: Desk, event: MailReceived, opened: do.OpenCase) -> Told:
    mail, policy = event.mail, desk.policy
    return {
        "category": opened.category or None,
        "category_from": _category_from(desk, event, opened.category),
        "case_language": opened.language,
        "language_from": _language_from(event.language, policy.languages, opened.language),
        "outside": [w for w, n in counted(policy.scope.words, mail.new_text).items() if n] if policy.scope else [],
    }


def _category_from(desk: Desk, event: MailReceived, id: str) -> str:
    found = desk.policy.category(id)
    if found is None:
        return "no word of a category"
    if found.address and identity(found.address) in map(identity, event.addresses):
        return f"the address {found.address}"
    text = f"{event.mail.subject}\n{event.mail.new_text}"
    if categorise(desk.policy, (), (), text) != id:
        return "a field of the form"
    return "words: " + ", ".join(word for word, number in counted(found.words, text).items() if number)


def _language_from(detected: str, spoken: tuple[str, ...], chosen: str) -> str:
    if detected == chosen:
        return "the text"
    if not detected:
        return "the desk's own: too little text to be sure"
    return "the policy's second, for other languages" if len(spoken) > 1 else "the desk's own: it has no other"


def _leaving(actions: tuple[do.Action, ...], event: MailReceived, opened: do.OpenCase | None, end: do.Conclude) -> Told:
    """The mails that would leave, and why none goes to the customer where none does."""
    own = opened.language if opened is not None else ""
    sends = [a for a in actions if isinstance(a, do.Send)]
    told: Told = {"would_send": [{"mail": a.template, "language": a.language or own, "to": a.to} for a in sends]}
    if not any(a.audience is do.Audience.CUSTOMER for a in sends):
        told["silent"] = next(_reasons(event, end), "nothing to say")
    return told


def _reasons(event: MailReceived, end: do.Conclude) -> Iterator[str]:
    if end.outcome != "applied":
        yield end.rule
    if not event.verdict.answerable:
        yield event.verdict.rule
    if event.mail.from_ is not None and not event.mail.from_.is_writable:
        yield "the address cannot be written to from here"


def _nothing(why: str) -> Told:
    return {"would_send": [], "silent": why}
