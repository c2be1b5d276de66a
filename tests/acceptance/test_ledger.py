"""The ledger: pauses that are told, policies that are edited, dates that never change in silence."""

from pathlib import Path

from mailbot.core.case import Stage
from mailbot.core.promise import State
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, newest, only_case, play, promises

POLICIES = Path(__file__).parent.parent.parent / "config" / "policies"
TEXT = "Guten Tag, meine Rechnung 4711 ist falsch, bitte prüfen Sie den Betrag."
OWN = 'policies = "policies"\n'


def own_policy(folder: Path, old: str, new: str) -> None:
    """The shipped 24-hour policy with one change, as an administrator's file of the same name."""
    (folder / "policies").mkdir(exist_ok=True)
    text = (POLICIES / "complaints-24h.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / "policies" / "complaints-24h.toml").write_text(text.replace(old, new), encoding="utf-8")


def test_a_clock_that_the_policy_pauses_stands_still_while_the_customer_is_asked(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)
        (before,) = promises(here, "resolution")
        await here.reply(ANNA, DESK, "/wait\n\nWelcher Betrag wäre richtig?")
        await here.move(days=21)  # beyond the old date
        assert only_case(here).stage is Stage.WAITING
        assert [p.state for p in promises(here, "resolution")] == [State.OPEN]
        await here.reply(CUSTOMER, DESK, "120 Euro.")
        old, new = promises(here, "resolution")
        told = newest(here, CUSTOMER)

        assert (old.state, old.reason) == (State.REPLACED, "waited for the customer")
        assert (
            (before.due_at.isoformat(), new.due_at.isoformat())
            == (
                "2026-03-16T16:00:00+00:00",
                "2026-04-08T15:00:00+00:00",  # 15 working days waited: Monday to Monday, without Good Friday and Easter Monday
            )
        )
        assert new.told_in == told.message_id
        assert "8. April 2026" in told.text

    own_policy(tmp_path, 'id = "resolution"  ', 'pauses = "waiting for customer"\nid = "resolution"  ')
    play(tmp_path, story, top=OWN)


def test_editing_the_policy_changes_no_promise_already_made(tmp_path: Path) -> None:
    async def first(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", TEXT)

    async def second(here: World) -> None:
        (old,) = promises(here, "resolution")
        await here.write("neu@example.net", DESK, "Frage", TEXT)
        new = next(
            p for c in here.cases() if c.customer == "neu@example.net" for p in c.promises if p.id == "resolution"
        )

        assert old.due_at.isoformat() == "2026-03-16T16:00:00+00:00"
        assert new.due_at.isoformat() == "2026-03-12T16:00:00+00:00"
        assert old.policy_version != new.policy_version

    own_policy(tmp_path, 'normal = "10 working days"', 'normal = "10 working days"')
    play(tmp_path, first, top=OWN)
    own_policy(tmp_path, 'normal = "10 working days"', 'normal = "8 working days"')
    play(tmp_path, second, top=OWN)
