"""Every branch of the facts that each mail is given: the examples that we ship, and what may be otherwise in them."""

from mailbot.wire.examples import (
    BEFORE,
    LATER,
    NEW_DATE,
    NOW,
    PROMISES,
    SOON,
    Facts,
    case_for,
    examples,
    head,
    links,
    next_due,
)

WORDS = "Sehr geehrte Damen und Herren,\n\nder Wechselrichter läuft **nicht** mehr.\n- seit Montag\n\nDanke"
OWN = "Guten Tag,\n\nwir haben das Gerät geprüft.\n\nViele Grüße\nAnna"
LINKS = links("take", "note", "wait", "resolve", "help")
HEAD = head("de", "take", "note")
STORY = [
    {"who": "jan@example.net", "at": BEFORE, "text": WORDS},
    {"who": "boris@example.org", "at": NOW, "text": "Wir schauen nach."},
]
OTHERS = [{"reference": "P4R-8TX-2CS", "subject": "Rechnung 4711", "stage": "closed"}]
DETAILS = [{"name": "Modell des Wechselrichters", "value": "SX-5"}, {"name": "Seriennummer", "value": "0815"}]

CUSTOMER, PARTNER, AGENT, MANAGER, NO_CASE = (
    case_for(audience, "de") for audience in ("customer", "partner", "agent", "manager", "")
)
_SHIPPED = {example.name: example.facts for example in examples("de")}
_ACK = _SHIPPED["acknowledgement"]
_SCOPE = _SHIPPED["out-of-scope"]["scope"]
_CLOSING = _SHIPPED["resolution"] | {
    "body": OWN,
    "can_escalate": False, "escalate_until": None, "escalate_reasons": False, "ask_rating": "",
}  # fmt: skip
_BACK: Facts = {"address": "jan@example.net", "diagnostic": "5.1.1 no such user", "template": "answer"}
_BODY: Facts = {"body": OWN, "agent_name": "Anna"}
_NOTICE = _SHIPPED["notice"] | {"stage": "in work", "body": WORDS}
_NOTE: Facts = HEAD | {
    "body": "Bitte vorsichtig.", "who_name": "", "next_promise": None, "commands": [], "inside": True,
}  # fmt: skip
_REVIEW: Facts = HEAD | {
    "what": "escalated", "asked_by": "kunde@example.net", "body": WORDS, "reasons": "", "history": 1, "next_promise": None, "commands": [],
}  # fmt: skip
_WARNING: Facts = {"promise_id": "resolution", "due_at": LATER, "rung": "assignee", "asks_for": ""} | HEAD
_CHANGED: Facts = {"promise_id": "resolution", "old_due": SOON, "reason": "", "why": "longer", "promises": NEW_DATE}
_ROWS = tuple(
    {"line": line, "ok": not problem, "problem": problem, "nearest": nearest, "detail": detail}
    for line, problem, nearest, detail in (
        ("/tkae", "unknown", "/take", ""),
        ("/complexity schwer", "argument", "/complexity simple | normal | complex", ""),
        ("/assign B", "who", "/assign NAME", "Anna, Boris"),
        ("/update", "missing-text", "/update", ""),
        ("/resolve", "missing-part", "/resolve", "outcome, measures"),
        ("/verdict", "not-now", "/answer", "no review is open"),
        ("/take", "not-now", "/reopen", "closed"),
        ("/assign Boris", "who", "/assign NAME", "Boris may not decide this review"),
        ("/partner a@example.com", "consent", "/consent", "the text names the customer"),
        ("/fault", "twice", "/update", ""),
        ("/answer", "too-big", "", "film.mp4"),
        ("/answer", "not-now", "/note", "mail to jan@example.net cannot be written from here"),
        ("/note", "", "", ""),
    )
)
_LINE = {
    "reference": "K7M-2QX-9H0", "subject": "Geht (nicht) [mehr] *ganz*", "who": "jan@example.net", "stage": "in work",
    "promise": "answer", "due_at": SOON, "since": BEFORE, "waiting_for": "customer",
}  # fmt: skip
_LINES = (
    _LINE,
    _LINE | {"due_at": BEFORE, "waiting_for": "partner", "stage": "waiting"},
    _LINE | {"due_at": None, "promise": "", "waiting_for": "until", "stage": "waiting"},
)
_HELP = ({"name": "take", "usage": "/take", "does": "take the case"},)


def _stages(template: str, key: str) -> list[tuple[str, Facts]]:
    """The mail *template* for every stage."""
    steps = {"registered": 1, "assigned": 1, "resolved": 3, "closed": 4}
    names = ["registered", "assigned", "in work", "waiting", "resolved", "closed"]
    return [
        (template, CUSTOMER | {"promises": PROMISES, "stage": s, "stage_step": steps.get(s, 2)} | ({key: s} if key else {}))
        for s in names
    ]  # fmt: skip


#: (template, everything it is told)
MAILS: list[tuple[str, Facts]] = [
    ("acknowledgement", CUSTOMER | _ACK),
    ("acknowledgement", CUSTOMER | _ACK | {"promises": {}}),
    ("acknowledgement", CUSTOMER | _ACK | {"stage": "assigned", "footer": "", "status_word": False}),
    ("acknowledgement", CUSTOMER | _ACK | {"suggestion": True, "promises": {}, "estimate": None}),
    ("acknowledgement", CUSTOMER | _ACK | {"closed_now": True, "opens_at": SOON, "busy": True}),
    ("acknowledgement", CUSTOMER | _ACK | {"busy": True, "estimate": {"low_at": SOON, "high_at": LATER}}),
    ("acknowledgement", CUSTOMER | _ACK | {"busy": True, "estimate": {"low_at": SOON, "high_at": SOON}}),
    ("acknowledgement", CUSTOMER | _ACK | {"asks": ["Modell des Wechselrichters"], "invites": ["Seriennummer"]}),
    ("acknowledgement", CUSTOMER | _ACK | {"invites": ["Seriennummer", "Idee"]}),
    ("acknowledgement", CUSTOMER | _SHIPPED["acknowledgement-two-desks"]),
    ("acknowledgement", CUSTOMER | _ACK | {"also": (
        {"reference": "P4R-8TX-2CS", "desk": "Serwis", "zone": "Europe/Warsaw", "promises": {}},
    )}),
    ("acknowledgement", CUSTOMER | _ACK | {
        "first_time": True, "first_steps": "Die ersten Schritte: Profil ausfüllen.",
        "articles": ({"title": "So (und so) [geht es]", "url": "https://example.org/help/a_(b)?x=1&y=2"},),
    }),
    ("answer", CUSTOMER | _BODY | {"promises": PROMISES, "waits": False, "pauses": ()}),
    ("answer", CUSTOMER | _BODY | {"waits": True, "pauses": ()}),
    ("answer", CUSTOMER | _BODY | {"waits": True, "pauses": ("answer", "resolution"), "stage": "waiting"}),
    ("progress", CUSTOMER | {"note": "Der Hersteller hat geantwortet.", "promises": PROMISES}),
    ("progress", CUSTOMER | {"note": "", "promises": NEW_DATE}),
    ("progress", CUSTOMER | {"note": "", "stage": "waiting", "waiting_for": "customer", "promises": PROMISES}),
    ("resolution", CUSTOMER | _CLOSING),
    ("resolution", CUSTOMER | _CLOSING | {"can_escalate": True, "escalate_reasons": True, "escalate_until": LATER,
                                          "ask_rating": "rating"}),
    ("resolution", CUSTOMER | _CLOSING | {"can_escalate": True, "ask_rating": "yes/no"}),
    ("decline", CUSTOMER | _CLOSING),
    ("decline", CUSTOMER | _CLOSING | {"can_escalate": True, "escalate_until": LATER, "ask_rating": "rating"}),
    ("decline", CUSTOMER | _CLOSING | {"can_escalate": True, "ask_rating": "yes/no"}),
    ("out-of-scope", CUSTOMER | _BODY | {"scope": _SCOPE, "stage": "resolved", "stage_step": 3}),
    ("out-of-scope", CUSTOMER | _BODY | {"body": "", "scope": _SCOPE, "stage": "resolved", "stage_step": 3}),
    ("out-of-scope", CUSTOMER | _BODY | {"body": "", "scope": {**_SCOPE, "inside": (), "way_on": ""}}),
    ("verdict", CUSTOMER | _BODY | {"stage": "resolved", "stage_step": 3}),
    ("escalated", CUSTOMER | {"asked": False}),
    ("accepted", CUSTOMER | {"stage": "merged"}),
    ("merged", CUSTOMER | {"old": "P4R-8TX-2CS"}),
    ("merged", CUSTOMER | {"old": "P4R-8TX-2CS", "promises": PROMISES}),
    ("split", CUSTOMER | {"old": "P4R-8TX-2CS", "promises": PROMISES}),
    ("escalated", CUSTOMER | {"asked": True, "promises": {"review": {"due_at": SOON, "clock": "5 working days"}}}),
    ("escalation-refused", CUSTOMER | {"why": "reasons", "promises": PROMISES}),
    ("escalation-refused", CUSTOMER | {"why": "too late"}),
    ("reopened", CUSTOMER | {"wrote": True, "promises": NEW_DATE}),
    ("reopened", CUSTOMER | {"wrote": False, "promises": NEW_DATE}),
    *_stages("status", ""),
    ("status", CUSTOMER | {"stage": "waiting", "waiting_for": "customer"}),
    *_stages("stage", "begun"),
    ("stage", CUSTOMER | {"begun": "waiting", "stage": "waiting", "waiting_for": "customer"}),
    ("stage", CUSTOMER | {"begun": "reopened", "promises": NEW_DATE}),
    ("stage", CUSTOMER | {"begun": "escalated"}),
    ("reminder", CUSTOMER | {"stage": "waiting", "promises": NEW_DATE}),
    ("resumed", CUSTOMER | {"answered": True, "promises": PROMISES}),
    ("resumed", CUSTOMER | {"answered": False, "promises": PROMISES}),
    ("promise-changed", CUSTOMER | _CHANGED),
    ("promise-changed", CUSTOMER | _CHANGED | {"why": "complexity"}),
    ("promise-changed", CUSTOMER | _CHANGED | {"why": "extend", "reason": "Das Ersatzteil ist bestellt."}),
    ("promise-changed", CUSTOMER | _CHANGED | {"old_due": BEFORE}),
    ("delay", CUSTOMER | {"missed": "answer", "reason": ""}),
    ("delay", CUSTOMER | {"missed": "answer", "reason": "", "patience": 1, "promises": NEW_DATE}),
    ("delay", CUSTOMER | {"missed": "answer", "reason": "", "patience": 2}),
    ("delay", CUSTOMER | {"missed": "resolution", "reason": "Zwei Kollegen sind krank."}),
    ("delay", CUSTOMER | {"missed": "resolution", "reason": "", "promises": NEW_DATE}),
    ("rating-thanks", CUSTOMER | {"rating": 5, "words": "", "reasons": (), "stage": "resolved", "stage_step": 3}),
    ("rating-thanks", CUSTOMER | {"rating": 3, "words": "", "reasons": ()}),
    ("rating-thanks", CUSTOMER | {"rating": 1, "words": "", "reasons": ("unvollständig", "veraltet")}),
    ("rating-thanks", CUSTOMER | {"rating": 2, "words": "zu langsam", "reasons": ()}),
    ("fixed", CUSTOMER | _BODY | {"promises": NEW_DATE}),
    ("fixed", CUSTOMER | _BODY | {"body": ""}),
    ("invitation", CUSTOMER | _BODY),
    ("partner", PARTNER | _BODY),
    ("fault", PARTNER | _BODY),
    ("notice", AGENT | _NOTICE | {"stage": "assigned"}),
    ("notice", AGENT | _NOTICE | {"what": "reply", "history": 3, "details": DETAILS, "others": OTHERS}),
    ("notice", AGENT | _NOTICE | {"what": "reopened", "next_promise": next_due("answer", BEFORE)}),
    ("notice", AGENT | _NOTICE | {"names": "P4R-8TX-2C6", "outside": True, "commands": [], "next_promise": None}),
    ("notice", AGENT | _NOTICE | {"unverified": True}),
    ("notice", AGENT | _NOTICE | {"encrypted": True, "body": ""}),
    ("notice", AGENT | _NOTICE | {"what": "files", "body": "film.mp4"}),
    ("notice", AGENT | _NOTICE | {"unwritable": True, "left_out": ("plan.pdf", "bild (1).png")}),
    ("notice", AGENT | _NOTE | {"what": "note", "who": "Boris"}),
    ("notice", AGENT | _NOTE | {"what": "reply", "who": "werk@example.com"}),
    ("assigned", AGENT | HEAD | {"by": "", "there": None, "category_name": ""}),
    ("assigned", AGENT | HEAD | {"by": "Boris", "story": STORY, "details": DETAILS, "others": OTHERS}),
    ("review-request", AGENT | _REVIEW | {"reasons": "Es ist nicht gelöst.", "story": STORY, "details": DETAILS,
                                          "others": OTHERS, "commands": LINKS}),
    ("review-request", AGENT | _REVIEW),
    ("review-request", MANAGER | _REVIEW | {"story": STORY}),
    ("review-request", AGENT | _REVIEW | {"yours": False}),
    *[("warning", who | _WARNING | {"asks_for": asks}) for who in (AGENT, MANAGER) for asks in ("", "reason", "news")],
    ("warning", MANAGER | _WARNING | {"assignee": "", "spoken": "other"}),
    *[("missed", who | _WARNING | {"due_at": due}) for who in (AGENT, MANAGER) for due in (BEFORE, SOON)],
    ("transcript", AGENT | {"lines": _ROWS, "applied": False}),
    ("transcript", NO_CASE | {"lines": _ROWS[:1], "applied": False}),
    ("answer", CUSTOMER | _BODY | {"waits": False, "pauses": (), "first": True}),
    ("help", AGENT | {"commands": _HELP}),
    ("undone", AGENT | {"by": "Anna", "undone": "/resolve", "withdrawn": True, "absence": True}),
    ("undone", AGENT | {"by": "Anna", "undone": "/take", "withdrawn": False, "absence": False}),
    ("why", AGENT | {"decisions": _SHIPPED["why"]["decisions"]}),
    ("help", NO_CASE | {"commands": _HELP}),
    ("held", AGENT),
    ("held", NO_CASE),
    ("form-held", NO_CASE | {"who": "form@example.org", "body": WORDS}),
    ("outdated", AGENT | {"body": OWN}),
    ("exposed", NO_CASE | {"seen_by": ("x@example.com",)}),
    ("transcript", NO_CASE | {"lines": _ROWS, "applied": False}),
    ("exposed", AGENT | {"seen_by": ("x@example.com", "y@example.com")}),
    ("withheld", AGENT | {"body": OWN}),
    ("bad-rating", AGENT | {"rating": 1, "body": "Niemand hat geantwortet."}),
    ("bad-rating", MANAGER | {"rating": 1, "body": "Niemand hat geantwortet."}),
    ("undeliverable", AGENT | _BACK | {"reopened": True, "copied": False}),
    ("undeliverable", AGENT | _BACK | {"reopened": False, "copied": True}),
    ("unassigned", MANAGER | HEAD | {"what": "new", "body": WORDS, "history": 0, "names": "",
                              "outside": False, "details": DETAILS}),
    ("unassigned", AGENT | HEAD | {"what": "reply", "body": WORDS, "history": 0, "names": "", "outside": False}),
    ("nothing-waits", NO_CASE),
    ("digest", _SHIPPED["digest"]),
    *[("digest", _SHIPPED["digest"] | dict.fromkeys(("late", "today", "yours", "theirs", "free"), ()) | {part: _LINES[:2]})
      for part in ("late", "today", "yours", "theirs", "free")],
    *[("cases", _SHIPPED["cases"] | {"what": what, "rows": rows}) for what in ("mine", "find") for rows in ((), _LINES)],
    ("cases", _SHIPPED["cases"] | {"rows": _LINES, "at_most": 3}),
    ("history", _SHIPPED["history"] | {"story": STORY}),
    ("history", _SHIPPED["history"] | {"story": STORY, "stage": "closed", "next_promise": None}),
    ("alerts", NO_CASE | {"rows": _LINES[:2] * 2}),
    ("alerts", NO_CASE | {"audience": "manager", "rows": _LINES[:2] * 2}),
    ("history", _SHIPPED["history"] | {"story": STORY, "yours": False, "assignee": "", "details": DETAILS}),
    *[("away", NO_CASE | {"away": away, "until": until, "cases": cases})
      for away, until in ((True, LATER), (True, None), (False, None)) for cases in (0, 3)],
]  # fmt: skip
