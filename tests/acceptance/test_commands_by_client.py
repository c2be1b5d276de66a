"""Every command is given with a real client, and what comes of it lies in real mailboxes."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mailbot.core.commands import COMMANDS
from tests.acceptance.by_client import OTHER, Letter, Order, Step, Story
from tests.acceptance.test_links import links_of
from tests.rig import clients
from tests.rig.clients import Mblaze, Neomutt, SNail
from tests.rig.installed import Installed
from tests.rig.servers import ANNA, BORIS, CUSTOMER, IMAP_DESK, LEAD, STRANGER, Servers
from tests.rig.staffed import CARL, Staffed, staffed

#: each of the three gives every third command
CLIENT = {name: (Neomutt, Mblaze, SNail)[number % 3] for number, name in enumerate(COMMANDS)}

RECEIVED, NEW = (CUSTOMER, "Ihre Nachricht ist bei uns angekommen"), (ANNA, "New case")
OPENS = Letter((RECEIVED, NEW), {"first.assignee": ANNA})
OPENS_ANOTHER = Letter((RECEIVED, NEW), {"second.assignee": ANNA}, subject="Mahnung")
ANOTHER_OPENS = Letter(((OTHER, RECEIVED[1]), NEW), {"second.assignee": ANNA}, by=OTHER)
NAMES_THE_FIRST = Letter(
    ((OTHER, RECEIVED[1]), (ANNA, "The message names the case {first}")),
    {"second.assignee": ANNA},
    subject="Re: [{first}] Rechnung 4711",
    by=OTHER,
)
RESOLVE = "/resolve\n\nErgebnis: Sie haben recht.\nMaßnahmen: Der Betrag ist berichtigt."
ESCALATE = Order(
    "/escalate\n\nDer Betrag ist strittig.",
    ((CUSTOMER, "wir lassen Ihr Anliegen erneut prüfen"), (BORIS, "The reasons: Der Betrag ist strittig.")),
    {"first.assignee": BORIS, "first.reviewer": BORIS},
)
TO_TEAM = Order("/team second", ((BORIS, "(from Anna)"),), {"first.team": "second", "first.assignee": BORIS})

STORIES: Mapping[str, tuple[Step, ...]] = {
    "said": (
        OPENS,
        Order("/answer\n\nIch prüfe das.", ((CUSTOMER, "Ich prüfe das."),), {"first.stage": "in work"}),
        Order("/update\n\nDas Ersatzteil ist da.", ((CUSTOMER, "gibt es Neues: Das Ersatzteil ist da."),)),
        Order("/template foto\n\nHerr Beispiel,", ((CUSTOMER, "Herr Beispiel, Bitte schicken Sie uns ein Foto"),)),
        Order("/wait\n\nWelches Modell ist es?", ((CUSTOMER, "Welches Modell ist es?"),), {"first.stage": "waiting"}),
        Order(
            "/promise in 50 days\n\nDas Archiv ist zu.",
            ((CUSTOMER, "Der Grund: Das Archiv ist zu."),),
            {"first.within": "50 days"},
        ),
        Order(
            "/complexity complex",
            ((CUSTOMER, "Ihr Anliegen ist aufwendiger"),),
            {"first.complexity": "complex", "first.within": "60 days"},
        ),
        Order("/why", ((ANNA, "The newest decisions"),)),
    ),
    "settled": (
        OPENS,
        Order(RESOLVE, ((CUSTOMER, "Maßnahmen: Der Betrag ist berichtigt."),), {"first.stage": "resolved"}),
        Order("/close", (), {"first.stage": "closed"}),
        Order(
            "/reopen",
            ((CUSTOMER, "Guten Tag, wir haben Ihr Anliegen wieder aufgenommen."),),
            {"first.stage": "in work"},
        ),
        ESCALATE,
        Order(
            "/verdict\n\nEntscheidung: Sie haben recht.\nBegründung: Ein Rechenfehler.",
            ((CUSTOMER, "Begründung: Ein Rechenfehler."),),
            {"first.stage": "resolved", "first.reviewer": ""},
            by=BORIS,
        ),
    ),
    "declined": (
        OPENS,
        Order("/decline\n\nZu spät.", ((CUSTOMER, "Zu spät. --- Das ist unsere"),), {"first.stage": "resolved"}),
    ),
    "outside": (
        OPENS,
        Order("/out-of-scope", ((CUSTOMER, "Bitte fragen Sie den Hersteller."),), {"first.stage": "resolved"}),
    ),
    "colleagues": (
        OPENS,
        Order("/assign Boris", ((BORIS, "This case is yours now (from Anna)"),), {"first.assignee": BORIS}),
        Order("/note\n\nEr ruft gern an.", ((BORIS, "Er ruft gern an."),)),
        Letter(((BORIS, "Rechnung 4711"),), subject="Re: [{first}] Rechnung 4711"),
        Order("Alles ist gut.", ((ANNA, "Alles ist gut."),), {"outcome": "held: outdated-answer"}),
        Order("/send\n\nAlles ist gut.", ((CUSTOMER, "Alles ist gut."),), {"outcome": "applied: agent: send"}),
        Order("/take", (), {"first.assignee": ANNA}),
        TO_TEAM,
    ),
    "moved": (
        OPENS,
        Order("/move service", ((BORIS, "(from Anna)"),), {"first.desk": IMAP_DESK, "first.assignee": BORIS}),
    ),
    "testing": (
        OPENS,
        Order("/category testing", (), {"first.category": "testing"}),
        Order("/invite\n\nKommen Sie am Montag.", ((CUSTOMER, "Kommen Sie am Montag. --- Sie erhalten diese Ein"),)),
    ),
    "third": (
        OPENS,
        Order("/consent", (), {"first.consent": "True"}),
        Order(
            f"/partner {STRANGER}\n\nJan Beispiel fragt nach Teil 7.",
            ((STRANGER, "Jan Beispiel fragt nach Teil 7."),),
            {"first.partners": STRANGER},
        ),
        Order("/fault\n\nDas Menü schließt nicht.", ((STRANGER, "Das Menü schließt nicht."),), {"first.fault": "True"}),
        Order("/fixed\n\nAb Fassung 2.", ((CUSTOMER, "Ab Fassung 2. --- Der Fehler"),), {"first.fault": "False"}),
        Order(f"/cc +{STRANGER}", (), {"first.copied": STRANGER}),
        Order("Noch Fragen?", ((CUSTOMER, "Noch Fragen?"), (STRANGER, "Noch Fragen?"))),
    ),
    "files": (
        Letter((RECEIVED, (ANNA, "[50.bin]")), {"first.assignee": ANNA}, files=51),
        Order("/files", ((ANNA, "[51.bin]"),)),
    ),
    "linked": (
        OPENS,
        ANOTHER_OPENS,
        Order("/link {first}", (), {"first.linked": "{second}", "second.linked": "{first}"}),
    ),
    "merged": (
        OPENS,
        OPENS_ANOTHER,
        Order(
            "/merge {first}",
            ((CUSTOMER, "[{first}] Beide Anliegen"), (ANNA, "[{first}] Rechnung 4711")),
            {"second.stage": "merged"},
        ),
    ),
    "split": (
        OPENS,
        Order(
            "/split\n\nDie Adresse ist auch falsch.",
            ((CUSTOMER, "[{second}] Ein eigener Vorgang"), (ANNA, "Die Adresse ist auch falsch.")),
            {"second.assignee": ANNA, "first.linked": "{second}", "second.linked": "{first}"},
        ),
    ),
    "accepted": (
        OPENS,
        NAMES_THE_FIRST,
        Order(
            "/accept",
            ((OTHER, "[{second}] Ihre Nachricht ist jetzt Teil"), (ANNA, "[{first}] Rechnung 4711")),
            {"second.stage": "merged"},
        ),
    ),
    "incident": (
        OPENS,
        Order("/incident Ausfall", (), {"first.incident": "Ausfall"}),
        ANOTHER_OPENS,
        Order("/incident Ausfall", (), {"second.incident": "Ausfall"}),
        Order("/incident-update\n\nAb 18 Uhr.", ((CUSTOMER, "Neues: Ab 18 Uhr."), (OTHER, "Neues: Ab 18 Uhr."))),
    ),
    "spam": (OPENS, Order("/spam", (), {"first.stage": "spam"})),
    "blocked": (
        OPENS,
        Order("/block", (), {"first.stage": "spam", "blocked": "{customer}"}),
        Letter((), {"outcome": "suppressed: blocked"}),
        Order("/unblock {customer}", (), {"blocked": ""}),
        OPENS_ANOTHER,
    ),
    "desk": (
        OPENS,
        Order("/help", ((ANNA, "/unblock ADDRESS"),), afresh=True),
        Order("/mine", ((ANNA, "{first}"),), afresh=True),
        Order("/find {customer}", ((ANNA, "{first}"),), afresh=True),
        Order("/show {first}", ((ANNA, "meine Rechnung ist falsch"),), afresh=True),
        Order(
            f"/new {STRANGER}\n\nWann passt es Ihnen?",
            ((STRANGER, "Wann passt es Ihnen?"), (ANNA, "This case is yours.")),
            {"second.customer": STRANGER, "second.assignee": ANNA},
            afresh=True,
        ),
        Order("/away", ((ANNA, "You are away until you write /back."),), {"away": ANNA}, afresh=True),
        Letter((RECEIVED, (LEAD, "Mahnung")), {"third.stage": "registered"}, subject="Mahnung"),
        Order("/next", ((ANNA, "Mahnung"),), {"third.assignee": ANNA}, afresh=True),
        Order("/back", ((ANNA, "You are back"),), {"away": ""}, afresh=True),
    ),
}
#: what an agent writes leaves in the hour before the next step
UNDONE: tuple[Step, ...] = (
    OPENS,
    Order(RESOLVE, (), {"first.stage": "resolved"}),
    Order("/undo", ((ANNA, "Anna took back the last step (/resolve)"),), {"first.stage": "assigned"}, at_once=True),
    Order("/answer\n\nIch prüfe das.", (), {"first.stage": "in work"}),
    Order("/why", ((CUSTOMER, "Ich prüfe das."), (ANNA, "The newest decisions"))),
)
GIVEN = [step for story in (*STORIES.values(), UNDONE) for step in story if isinstance(step, Order)]


def link(command: str, by: str, *heard: tuple[str, str], **after: str) -> Order:
    """What one click and Send do; *after* are facts of the first case."""
    return Order(command, heard, {f"first.{key}": value for key, value in after.items()}, by=by, click=True)


def usual(agent: str) -> tuple[Order, ...]:
    """The links of whoever has a case, as they stand: a resolution lacks its words, a note its text."""
    return (
        link("/resolve", agent, (agent, "/resolve: a part of the text is missing")),
        Order("/note", (), {"outcome": "applied: agent: note"}, by=agent, click=True),
        link("/wait", agent, stage="waiting"),
        link("/complexity simple", agent, complexity="simple"),
        link("/complexity complex", agent, (CUSTOMER, "Ihr Anliegen ist aufwendiger"), complexity="complex"),
        link("/help", agent, (agent, "/unblock ADDRESS")),
    )


#: what leads to a notification, and every link in its head
HEADS: Mapping[str, tuple[tuple[Step, ...], tuple[Order, ...]]] = {
    "new": ((OPENS,), usual(ANNA)),
    "assigned": (
        (OPENS, TO_TEAM),
        (*usual(BORIS), link("/assign Carl", BORIS, (BORIS, "(from Boris)"), assignee=CARL)),
    ),
    "review": (
        (OPENS, ESCALATE),
        (
            link("/verdict", BORIS, (BORIS, "/verdict: the text below it is missing")),
            Order("/note", (), {"outcome": "applied: agent: note"}, by=BORIS, click=True),
            link("/help", BORIS, (BORIS, "/unblock ADDRESS")),
        ),
    ),
}
CLICKS = [pytest.param(head, order, id=head + order.text) for head, (_, orders) in HEADS.items() for order in orders]


@pytest.fixture(scope="module")
def desk(
    request: pytest.FixtureRequest,
    shipped: Installed,
    running_servers: Servers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Staffed]:
    """One daemon; the parameter is how long what an agent writes waits, in seconds."""
    clients.require()
    with staffed(
        shipped, running_servers, tmp_path_factory.mktemp("desk"), delay=getattr(request, "param", 0)
    ) as found:
        yield found


def test_every_command_is_given_here() -> None:
    assert {name for order in GIVEN for name in order.commands} == set(COMMANDS)


@pytest.mark.usefixtures("servers")
@pytest.mark.parametrize("name", STORIES)
def test_each_command_reaches_whom_it_should_and_nobody_else(desk: Staffed, tmp_path: Path, name: str) -> None:
    play(Story(desk, tmp_path, name), *STORIES[name])


@pytest.mark.usefixtures("servers")
@pytest.mark.parametrize("desk", [60], indirect=True)
def test_what_is_undone_in_time_never_leaves(desk: Staffed, tmp_path: Path) -> None:
    play(Story(desk, tmp_path, "undone"), *UNDONE)


@pytest.mark.usefixtures("servers")
@pytest.mark.parametrize(("head", "order"), CLICKS)
def test_each_link_in_the_head_makes_a_mail_that_does_what_it_says(
    desk: Staffed, tmp_path: Path, head: str, order: Order
) -> None:
    steps, orders = HEADS[head]
    story = Story(desk, tmp_path, re.sub("[^a-z]+", ".", head + order.text))
    play(story, *steps)
    assert {f"/{name}" for name in links_of(story.newest(order.by))} == {one.text for one in orders}

    play(story, order)


def play(story: Story, *steps: Step) -> None:
    for step in steps:
        given = step.commands if isinstance(step, Order) else ()
        story.play(step, CLIENT[given[0]] if given else Neomutt)
