"""One believable case in each language, told as every mail's template is told it: for looking at mails, and for tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote

from mailbot.core.commands import COMMANDS
from mailbot.core.worktime import Calendar, parse_hours
from mailbot.wire.example_report import report
from mailbot.wire.example_words import WORDS
from mailbot.wire.journal_words import actor_word, happening

Facts = dict[str, object]

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)  #: a Thursday
TODAY = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
SOON = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 18, 16, 0, tzinfo=UTC)
BEFORE = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
REFERENCE = "K7M-2QX-9H0"
OTHER = "P4R-8TX-2CS"
ADDRESSES = {
    "desk": "support@example.org", "customer": "jan@example.net", "partner": "grid@example.com",
    "agent": "anna@example.org", "manager": "lead@example.org",
}  # fmt: skip
PROMISES = {
    "answer": {"due_at": SOON, "clock": "24 hours on working days"},
    "resolution": {"due_at": LATER, "clock": "10 working days"},
}
NEW_DATE = {"resolution": {"due_at": LATER, "clock": "10 working days"}}


@dataclass(frozen=True, slots=True)
class Example:
    """A mail: its template, and everything that it is told."""

    template: str
    facts: Facts
    kind: str = ""  #: tells apart the examples of one template

    @property
    def name(self) -> str:
        return f"{self.template}-{self.kind}" if self.kind else self.template


def examples(language: str) -> tuple[Example, ...]:
    """Each mail that we send, at least once, in the order of a case's life: the customer's, the partner's, staff's."""
    said = WORDS[language]
    return (
        *_acknowledged(said, language),
        *_told(said, language),
        *_answered(said, language),
        *_escalated(language),
        *_asked(said, language),
        *_noticed(said, language),
        *_warned(said, language),
        *_refused(said, language),
        *_for_oneself(said, language),
        Example("report", {**report(said, language), "audience": "manager"}),
    )


def case_for(audience: str, language: str) -> Facts:
    """What every mail of the case is told: to "customer", "partner", "agent" or "manager"; "" for one of no case."""
    said = WORDS[language]
    case: Facts = {
        "reference": REFERENCE, "subject": said["subject"], "desk_name": said["desk"], "footer": "",
        "customer_name": "", "zone": said["zone"], "promises": {}, "estimate": None, "first_steps": "", "scope": {},
        "now": NOW, "stage": "in work", "verified": False, "inside": False, "status_word": True, "audience": audience,
        "category": "product", "complexity": "normal", "who": ADDRESSES["customer"], "waiting_for": "", "patience": 0,
    }  # fmt: skip
    if not audience:
        absent = ("category", "complexity", "who", "waiting_for", "patience")
        return (
            {k: v for k, v in case.items() if k not in absent}
            | dict.fromkeys(("reference", "subject", "stage"), "")
            | {"audience": "agent"}
        )
    if audience == "customer":
        return case | {"footer": said["footer"], "stage_step": 2}
    if audience == "partner":
        return case
    staff: Facts = {"assignee": said["agent"], "yours": audience == "agent", "details": [], "story": [], "others": []}
    return case | staff


def links(*commands: str) -> list[dict[str, str]]:
    """The commands that a notification offers as links."""
    begin = f"mailto:support%2Bk3.x@example.org?subject={quote(f'Re: [{REFERENCE}]', safe='')}"
    return [{"name": name, "mailto": f"{begin}&body=/{quote(name)}%0D%0A%0D%0A"} for name in commands]


def next_due(id: str, at: datetime) -> Facts:
    """What the head of a notification is told of the promise that is due next."""
    return {"id": id, "due_at": at, "late": at <= NOW}


def head(language: str, *commands: str) -> Facts:
    """What the head of a notification is told beside the case; the customer's clock is five hours ahead of Greenwich."""
    return {
        "who_name": WORDS[language]["customer"], "spoken": language, "there": NOW.astimezone(timezone(timedelta(hours=5))),
        "history": 0, "category_name": WORDS[language]["category"], "next_promise": next_due("answer", SOON),
        "calendar": Calendar(WORDS[language]["zone"], parse_hours("mon-fri 09:00-17:00")), "commands": links(*commands),
    }  # fmt: skip


def _acknowledged(said: Mapping[str, str], language: str) -> list[Example]:
    facts = case_for("customer", language) | {
        "closed_now": False, "opens_at": None, "asks": [], "invites": [], "busy": False, "first_time": False,
        "suggestion": False, "articles": (), "also": (), "stage": "registered", "stage_step": 1, "promises": PROMISES,
    }  # fmt: skip
    article = {"title": said["article"], "url": "https://example.org/help/e-17"}
    busy = {"closed_now": True, "opens_at": SOON, "busy": True, "estimate": {"low_at": SOON, "high_at": LATER}}
    asks = {"asks": [said["model"]], "invites": [said["serial"]], "articles": (article,)}
    also = {"also": (
        {"reference": "P4R-8TX-2CS", "desk": said["other desk"], "zone": said["zone"], "promises": NEW_DATE},
    )}  # fmt: skip
    first = {"first_time": True, "first_steps": said["welcome"]}
    return [
        Example("acknowledgement", facts),
        Example("acknowledgement", facts | asks | first | {"stage": "assigned"}, "first-time"),
        Example("acknowledgement", facts | busy | {"promises": {}}, "busy"),
        Example("acknowledgement", facts | also, "two-desks"),
    ]


def _told(said: Mapping[str, str], language: str) -> list[Example]:
    """What a customer hears while their case is in work."""
    facts = case_for("customer", language)
    changed = {"promise_id": "resolution", "old_due": SOON, "reason": said["reason"], "why": "extend"}
    waiting = {"stage": "waiting", "waiting_for": "customer"}
    return [
        Example("stage", facts | {"begun": "in work", "promises": PROMISES}),
        Example("status", facts | {"promises": PROMISES}),
        Example("progress", facts | {"note": said["news"], "promises": NEW_DATE}),
        Example("progress", facts | {"note": "", "promises": NEW_DATE}, "no-news"),
        Example("reminder", facts | waiting | {"promises": NEW_DATE}),
        Example("resumed", facts | {"answered": True, "promises": NEW_DATE}),
        Example("promise-changed", facts | changed | {"promises": NEW_DATE}),
        Example("delay", facts | {"missed": "answer", "reason": "", "promises": NEW_DATE}),
    ]


def _answered(said: Mapping[str, str], language: str) -> list[Example]:
    facts = case_for("customer", language) | {"agent_name": said["agent"]}
    closing = {
        "body": said["resolution"], "outcome": said["outcome"], "measures": said["measures"], "can_escalate": True,
        "escalate_until": LATER, "escalate_reasons": True, "ask_rating": "rating", "stage": "resolved", "stage_step": 3,
    }  # fmt: skip
    scope = {"inside": said["inside"].split("; "), "outside": said["outside"].split("; "), "way_on": said["way on"]}
    resolved: Facts = {"stage": "resolved", "stage_step": 3}
    asks = {"waits": True, "pauses": ("resolution",), "stage": "waiting", "promises": {}}
    rated = {"rating": 2, "words": said["late"], "reasons": said["complaints"].split("; ")}
    return [
        Example("answer", facts | {"body": said["answer"]} | asks),
        Example("fixed", facts | {"body": said["fixed"], "promises": NEW_DATE}),
        Example("invitation", facts | {"body": said["news"]}),
        Example("out-of-scope", facts | resolved | {"body": "", "scope": scope}),
        Example("resolution", facts | closing),
        Example("decline", facts | closing | {"body": said["refusal"]}),
        Example("rating-thanks", facts | resolved | rated),
        Example("reopened", facts | {"wrote": True, "promises": NEW_DATE}),
        Example("accepted", facts | {"stage": "merged"}),
        Example("merged", facts | {"old": OTHER, "promises": PROMISES}),
        Example("split", facts | {"old": OTHER, "promises": PROMISES}),
        Example("verdict", facts | resolved | {"body": said["resolution"]}),
    ]


def _escalated(language: str) -> list[Example]:
    facts = case_for("customer", language)
    review = {"review": {"due_at": SOON, "clock": "5 working days"}}
    return [
        Example("escalated", facts | {"asked": True, "promises": review}),
        Example("escalation-refused", facts | {"why": "reasons", "promises": PROMISES}),
    ]


def _asked(said: Mapping[str, str], language: str) -> list[Example]:
    facts = case_for("partner", language) | {"body": said["to partner"], "agent_name": said["agent"]}
    return [Example("partner", facts), Example("fault", facts)]


def _noticed(said: Mapping[str, str], language: str) -> list[Example]:
    """What an agent works with."""
    facts, lead = case_for("agent", language), case_for("manager", language)
    details = [{"name": said["model"], "value": "SX-5"}, {"name": said["serial"], "value": "0815"}]
    others = [{"reference": OTHER, "subject": said["other subject"], "stage": "closed"}]
    story = [
        {"who": ADDRESSES["customer"], "at": BEFORE, "text": said["question"]},
        {"who": ADDRESSES["agent"], "at": NOW, "text": said["resolution"]},
    ]
    usual = ("note", "wait", "complexity simple", "complexity complex", f"assign {said['colleague']}", "help")
    notice: Facts = head(language, "resolve", *usual) | {
        "what": "new", "body": said["question"], "names": "", "outside": False,
    }  # fmt: skip
    late = next_due("answer", BEFORE)
    reply = {"what": "reply", "body": said["later"], "history": 3, "details": details, "others": others, "there": None}
    inside = {"what": "note", "who": said["colleague"], "who_name": "", "body": said["note"], "inside": True}
    asked: Facts = {
        "what": "escalated",
        "body": said["why review"],
        "reasons": said["why review"],
        "history": 1,
        "asked_by": ADDRESSES["customer"],
    }
    return [
        Example("notice", facts | notice | {"stage": "assigned"}),
        Example("notice", facts | notice | reply | {"next_promise": late}, "reply"),
        Example("notice", facts | notice | inside | {"commands": links("answer", "note", "help")}, "inside"),
        Example("assigned", facts | head(language, "resolve", *usual) | {
            "by": said["colleague"], "story": story[:1], "details": details,
        }),
        Example("unassigned", lead | notice | {"commands": [], "assignee": "", "details": details}),
        Example("review-request", facts | head(language, "verdict", "note", "help") | asked | {
            "next_promise": next_due("review", SOON), "story": story, "details": details, "others": others,
        }),
    ]  # fmt: skip


def _warned(said: Mapping[str, str], language: str) -> list[Example]:
    facts, lead = case_for("agent", language), case_for("manager", language)
    warning: Facts = {
        "promise_id": "resolution", "due_at": LATER, "rung": "assignee", "asks_for": "reason",
    }  # fmt: skip
    return [
        Example("warning", facts | head(language, "promise", "note", "help") | warning),
        Example("missed", lead | head(language) | warning | {"due_at": BEFORE}),
        Example("bad-rating", lead | {"rating": 1, "body": said["late"]}),
        Example("undeliverable", facts | {
            "address": ADDRESSES["customer"], "diagnostic": "550 5.1.1 no such user", "template": "answer",
            "reopened": True, "copied": False,
        }),
    ]  # fmt: skip


def _refused(said: Mapping[str, str], language: str) -> list[Example]:
    """How an agent's mails are answered that did not do what they were meant to."""
    facts, none = case_for("agent", language), case_for("", language)
    rows = tuple({"name": name, "usage": usage, "does": does} for name, (usage, does) in COMMANDS.items())
    lines = (
        {"line": "/tkae", "ok": False, "problem": "unknown", "nearest": "/take", "detail": ""},
        {"line": "/resolve", "ok": False, "problem": "missing-part", "nearest": "/resolve", "detail": "measures"},
        {"line": "/note", "ok": True, "problem": "", "nearest": "", "detail": ""},
    )
    return [
        Example("help", facts | {"commands": rows}),
        Example("why", facts | {"decisions": _decisions(said, language)}),
        Example("undone", facts | {"by": said["agent"], "undone": "/resolve", "withdrawn": True, "absence": False}),
        Example("transcript", facts | {"lines": lines, "applied": False}),
        Example("held", facts),
        Example("outdated", facts | {"body": said["answer"]}),
        Example("exposed", facts | {"seen_by": (ADDRESSES["partner"],)}),
        Example("withheld", facts | {"body": said["answer"]}),
        Example("form-held", none | {"who": "form@example.org", "body": said["question"]}),
        Example("nothing-waits", none),
    ]


def _decisions(said: Mapping[str, str], language: str) -> list[Facts]:
    agent, customer = ADDRESSES["agent"], ADDRESSES["customer"]
    seen: tuple[tuple[str, str, Facts], ...] = (
        ("send", agent, {"template": "answer", "to": customer}),
        ("change_stage", agent, {"to": "in work"}),
        ("open_case", "customer", {}),
    )
    rows = (
        (actor_word(who, language), happening(kind, facts, (), language, said["zone"])) for kind, who, facts in seen
    )
    return [{"at": NOW, "who": who, "what": what, "facts": facts} for who, (what, facts) in rows]


def _for_oneself(said: Mapping[str, str], language: str) -> list[Example]:
    """What an agent gets each morning, or because they asked."""
    facts, none = case_for("agent", language), case_for("", language)
    first: Facts = {
        "reference": REFERENCE, "subject": said["subject"], "who": ADDRESSES["customer"], "stage": "in work",
        "promise": "resolution", "due_at": LATER, "since": BEFORE, "waiting_for": "",
    }  # fmt: skip
    other = first | {"reference": "P4R-8TX-2CS", "subject": said["other subject"], "who": "eva@example.net"}
    asked = other | {"stage": "waiting", "waiting_for": "customer"}
    late = first | {"promise": "answer", "due_at": BEFORE}
    day: Facts = {
        "day": NOW,
        "late": (late,),
        "today": (other | {"due_at": TODAY},),
        "yours": (first,),
        "theirs": (asked,),
        "free": (other,),
    }
    found: Facts = {"what": "find", "words": said["other subject"], "rows": (other,), "at_most": 20}
    story = [{"who": ADDRESSES["customer"], "at": BEFORE, "text": said["question"]}]
    return [
        Example("digest", none | day),
        Example("alerts", none | {"rows": (late, other | {"due_at": TODAY}, first, asked)}),
        Example("cases", none | found),
        Example("cases", none | found | {"what": "mine", "rows": (late, other)}, "mine"),
        Example("history", facts | head(language, "resolve", "note", "help") | {"story": story}),
        Example("away", none | {"away": True, "until": LATER, "cases": 2}),
        Example("away", none | {"away": False, "until": None, "cases": 0}, "back"),
    ]


__all__ = ["ADDRESSES", "BEFORE", "LATER", "NEW_DATE", "NOW", "PROMISES", "REFERENCE", "SOON", "Example", "Facts", "case_for", "examples", "head", "links", "next_due"]  # fmt: skip
