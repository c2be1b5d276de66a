"""The policy file's model: what a desk promises, in about a dozen concepts."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mailbot.core.case import Complexity
from mailbot.core.worktime import Calendar, Span, parse_span

Language = Literal["de", "pl", "ru", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)  #: that mails are written in, in this order
Rung = Literal["assignee", "team", "manager"]
Moment = Literal["receipt", "acknowledgement", "escalation", "update"]


class Strict(BaseModel):
    """A table of the policy file: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _span(value: object) -> object:
    if isinstance(value, Span):
        return value
    if not isinstance(value, str):
        raise ValueError('write a duration in quotes, for example "24 hours"')
    return parse_span(value)


Duration = Annotated[Span, BeforeValidator(_span)]


class Within(Strict):
    """A duration for each complexity."""

    simple: Duration
    normal: Duration
    complex: Duration

    def for_(self, complexity: Complexity) -> Span:
        spans: dict[str, Span] = {"simple": self.simple, "normal": self.normal, "complex": self.complex}
        return spans[complexity]


def _within(value: object) -> object:
    if isinstance(value, str):
        return {"simple": value, "normal": value, "complex": value}
    if not isinstance(value, dict | Within):
        raise ValueError('write a duration in quotes, for example "24 hours", or one each for simple, normal, complex')
    return value


def _in_every_language(value: object) -> object:
    """A plain text is the same in all languages."""
    if not isinstance(value, str | dict):
        raise ValueError("write a text in quotes, or one for each language")
    return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value


class WarnRung(Strict):
    """One rung of the ladder: who is told how long before the due moment. Written "2 working days before: team"."""

    before: Duration
    who: Rung


def _warning(value: object) -> object:
    if not isinstance(value, str):
        return value
    before, sep, who = value.partition(" before:")
    if not sep:
        raise ValueError('write it as "2 working days before: team"')
    return {"before": before.strip(), "who": who.strip()}


#: who is warned of what another desk promised
MOVED_HERE = (
    WarnRung(before=parse_span("1 working day"), who="assignee"),
    WarnRung(before=parse_span("2 working hours"), who="manager"),
)


class PromiseRule(Strict):
    """One promise that the desk makes to its customers."""

    id: str
    within: Annotated[Within, BeforeValidator(_within)]
    of: Moment = "receipt"  #: the moment that starts the clock
    target: Duration | None = None  #: what staff aim at (C1, E5); never told
    repeats: bool = False  #: progress: the clock starts again with every update
    pauses: Literal["", "waiting for customer"] = ""  #: the mail that asks says so; the resuming one tells the new date
    only: Literal["", "arrived in closed time"] = ""  #: D10
    warn: tuple[Annotated[WarnRung, BeforeValidator(_warning)], ...] = ()
    missed: Literal["tell", "ask for patience", "explain and promise anew", "send no news yet"] = "tell"
    extend_by: Duration | None = None
    tell_before: Duration | None = None
    extend_at_most: int = 3
    automatic_at_most: int = 2  #: progress: "no news yet" mails in a row


class Label(Strict):
    """A detail that customers are asked for, with its name in every language."""

    id: str
    de: str
    pl: str
    ru: str
    en: str
    words: tuple[str, ...] = ()  #: how people head the line that gives it: "Modell: …"
    #: what else counts: any text at all, any attached file, the sender's full name
    given_by: Literal["line", "text", "attachment", "sender"] = "line"

    def name(self, language: str) -> str:
        names: dict[str, str] = {"de": self.de, "pl": self.pl, "ru": self.ru}
        return names.get(language, self.en)


class Article(Strict):
    """A page of the documentation that an acknowledgement links (D16)."""

    title: dict[Language, str]
    url: str


class Category(Strict):
    """A kind of matter, how it is recognised, and who handles it."""

    id: str
    name: dict[Language, str] = Field(default_factory=dict)
    team: str = ""
    address: str = ""  #: mail to this address is of this category
    words: dict[Language, tuple[str, ...]] = Field(default_factory=dict)
    fields: dict[str, str] = Field(default_factory=dict)  #: a form's field and the value that means this category
    asks: tuple[str, ...] = ()  #: label ids; a trailing "?" means: if at hand
    articles: tuple[Article, ...] = ()
    suggestion: bool = False  #: recorded and thanked for; starts no clock but the acknowledgement's (D13)
    invitations: bool = False  #: who writes this asks to be invited to tests (D27)


class Scope(Strict):
    """What the desk helps with, what it does not, and the way on (C6 to C8)."""

    inside: dict[Language, tuple[str, ...]] = Field(default_factory=dict)
    outside: dict[Language, tuple[str, ...]] = Field(default_factory=dict)
    way_on: dict[Language, str] = Field(default_factory=dict)
    words: dict[Language, tuple[str, ...]] = Field(default_factory=dict)  #: suggest "out of scope" to the agent


class EscalationRule(Strict):
    """When a customer may ask for a second look, and how it is decided (A10 to A13, B14, D11)."""

    until: Duration | None = None  #: after the resolution; None: at any time
    reasons: bool = True  #: reasons must be given
    reviewer: Literal["independent", "senior"] = "independent"
    decide: Duration
    warn: tuple[Annotated[WarnRung, BeforeValidator(_warning)], ...] = ()
    otherwise: Rung = "manager"


class Feedback(Strict):
    """The rating that is asked for after a resolution (A9, B15)."""

    ask: Literal["rating", "yes/no"] = "rating"
    reasons: dict[Language, tuple[str, ...]] = Field(default_factory=dict)


class Expectation(Strict):
    """When an acknowledgement says that it may take longer, and from what it estimates how long (C2)."""

    backlog: int = Field(ge=1)  #: more cases than this wait for staff: the acknowledgement says so
    record: int = Field(default=50, ge=1)  #: the last answers that the estimate looks at
    enough: int = Field(default=20, ge=1)  #: with fewer answers on record no figure is named


class Policy(Strict):
    """One policy file, checked."""

    id: str  #: the file's name without .toml
    version: str = ""  #: hash of the file's bytes
    title: Annotated[dict[Language, str], BeforeValidator(_in_every_language)]
    about: dict[Language, str] = Field(default_factory=dict)  #: who it is for, in a sentence
    languages: tuple[Language, ...]  #: the first is the desk's own; the second answers foreign languages
    calendar: Calendar
    holidays: str = ""  #: whose public holidays the calendar keeps ("DE-BE"), for people to read
    promises: tuple[PromiseRule, ...] = ()
    categories: tuple[Category, ...] = ()
    labels: tuple[Label, ...] = ()
    asks: tuple[str, ...] = ()  #: details asked for in every category (A3)
    scope: Scope | None = None
    escalation: EscalationRule | None = None
    feedback: Feedback | None = None
    announce: tuple[str, ...] = ()  #: stages whose beginning the customer is told (D6)
    status_on_request: bool = True  #: E8
    welcome: dict[Language, str] = Field(default_factory=dict)  #: help with the first steps, for first-timers (D15)
    expectation: Expectation | None = None
    resolution_needs: tuple[str, ...] = ()  #: labelled parts of a resolution, for example outcome, measures (A8)
    refusal_needs: tuple[str, ...] = ()  #: labelled parts of a decision that settles nothing, for example reasons (B13)
    remind_after: Duration | None = None  #: a reminder to a customer who is asked (B5)
    close_after: Duration  #: silence after the resolution
    reopen_for: Duration  #: after closing
    developers: str = ""  #: address for software faults (D12)
    footer: dict[Language, str] = Field(default_factory=dict)

    def rule(self, id: str) -> PromiseRule | None:
        return next((p for p in self.promises if p.id == id), None)

    def category(self, id: str) -> Category | None:
        return next((c for c in self.categories if c.id == id), None)

    def label(self, id: str) -> Label | None:
        return next((x for x in self.labels if x.id == id), None)

    def asks_in(self, category: str) -> tuple[str, ...]:
        """The details that a case of *category* asks for; a category's own list takes the place of the general one."""
        found = self.category(category)
        return found.asks if found is not None and found.asks else self.asks

    def ladder(self, id: str) -> tuple[WarnRung, ...]:
        """Who is warned of the promise *id*; a review's rungs stand in [escalation] where it is no promise of its own.

        A promise that the policy does not know was made under another one, and the case was moved.
        """
        rule = self.rule(id)
        if rule is not None:
            return rule.warn
        return self.escalation.warn if id == "review" and self.escalation is not None else MOVED_HERE
