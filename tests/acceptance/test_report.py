"""D22: a report of promises, times and volumes, on demand and regularly."""

import asyncio
import json
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import typer

from mailbot.cli.report import report as print_report
from mailbot.config import load
from mailbot.pipeline import Office, report
from mailbot.store import meta, outbox
from mailbot.store.database import Store, open_store
from mailbot.wire.render import Renderer
from mailbot.world import World
from tests.acceptance.play import CONFIG, CUSTOMER, DESK, LEAD, MONDAY, TWO, newest, play
from tests.rig.postgres import cluster, new_database

GERMAN = "Guten Tag, meine Rechnung 4711 ist falsch, bitte prüfen Sie den Betrag.\n\nMit freundlichen Grüßen\nJan"
SOLVED = "/resolve\n\nErgebnis: Sie haben recht.\nMaßnahmen: Die Rechnung ist korrigiert."
TEMPLATES = Path(__file__).parent.parent.parent / "templates"


def reports(here: World) -> list[str]:
    return [m.text for m in here.mails_to(LEAD) if "Bericht" in m.subject or "Report" in m.subject]


async def one_solved_case(here: World) -> None:
    await here.write(CUSTOMER, DESK, "Rechnung 4711", GERMAN)
    await here.move(hours=3)
    await here.reply(here.cases()[0].assignee, DESK, SOLVED)
    await here.reply(CUSTOMER, DESK, "5, danke")


def printed(here: World, capsys: pytest.CaptureFixture[str], *days: str) -> dict[str, object]:
    capsys.readouterr()
    print_report(here.folder / "mailbot.toml", *(*days, "", "")[:2], "", "en", as_json=True)
    (desk,) = json.loads(capsys.readouterr().out)["desks"]
    assert isinstance(desk, dict)
    return desk


def test_the_command_counts_beside_a_running_daemon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def story(here: World) -> None:
        await one_solved_case(here)
        found = await asyncio.to_thread(printed, here, capsys, "2026-03-01", "2026-03-31")
        resolution = next(p for p in found["promises"] if p["promise"] == "resolution")  # type: ignore[attr-defined]

        assert (found["from"], found["to"], found["zone"]) == ("2026-03-01", "2026-03-31", "Europe/Berlin")
        assert (found["begin"], found["end"]) == ("2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00")
        assert (found["cases_opened"], found["cases_resolved"]) == (1, 1)
        assert (resolution["made"], resolution["kept"], resolution["kept_share"]) == (1, 1, 1.0)
        assert found["first_answer"]["all"]["hours"] == {"median": 3.0, "p90": 3.0, "average": 3.0}  # type: ignore[index]
        assert found["ratings"]["by_value"]["5"] == 1  # type: ignore[index]
        assert found["mails_in"]["applied"] == 3  # type: ignore[index]

    play(tmp_path, story)


def test_the_text_fits_a_terminal_in_every_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def story(here: World) -> None:
        await one_solved_case(here)
        await here.write(CUSTOMER, DESK, "Noch etwas", GERMAN)
        await here.move(days=50)

    play(tmp_path, story)
    for language, word in (("de", "Bericht"), ("pl", "raport"), ("ru", "отчёт"), ("en", "report")):
        capsys.readouterr()
        print_report(tmp_path / "mailbot.toml", "2026-03-01", "2026-04-30", DESK, language, as_json=False)
        lines = capsys.readouterr().out.splitlines()

        assert word in lines[0]
        assert max(len(line) for line in lines) <= 80
        assert any(line.split()[:1] == ["Anna"] or line.split()[:1] == ["Boris"] for line in lines)
        assert "\x1b" not in "".join(lines)


def test_a_day_or_a_desk_that_is_none_is_named(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        config = here.folder / "mailbot.toml"
        for arguments in (
            ("1.3.2026", "", "", "en"),
            ("2026-03-31", "2026-03-01", "", "en"),
            ("", "", "nobody@example.org", "en"),
        ):
            with pytest.raises(typer.BadParameter):
                print_report(config, *arguments, as_json=True)

    play(tmp_path, story)


def test_the_manager_gets_the_week_before_at_mondays_opening_once(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await one_solved_case(here)
        await here.move(days=6, hours=18)
        assert reports(here) == []  # Monday, before nine
        await here.move(hours=4)
        (text,) = reports(here)
        mail = newest(here, LEAD)

        assert "2.–8. März 2026" in mail.subject
        assert mail.header("auto-submitted") == "auto-generated"
        assert "neue Fälle" in text
        assert max(len(line) for line in text.splitlines()) <= 80
        await here.move(days=14)
        assert len(reports(here)) == 3

    play(tmp_path, story, top='report_every = "week"')


def test_the_month_is_reported_at_the_first_opening_of_the_next(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.move(days=29, hours=21)  # Wednesday the first of April, eight o'clock in Berlin
        assert reports(here) == []
        await here.move(hours=2)

        assert len(reports(here)) == 1
        assert "März 2026" in newest(here, LEAD).subject

    play(tmp_path, story, top='report_every = "month"')


def test_without_the_setting_nobody_gets_a_report(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await here.move(days=40)

        assert here.mails_to(LEAD) == ()

    play(tmp_path, story)


def office(folder: Path, url: str, now: datetime) -> Office:
    text = (
        CONFIG.replace("{policy}", "complaints-24h").replace("{top}", 'report_every = "week"').replace("{port}", "25")
    )
    path = folder / "mailbot.toml"
    path.write_text(text.replace("sqlite:///test.db", url.replace("+psycopg", "")) + TWO)
    settings = load(path)
    return Office(settings, open_store(settings.store_url), Renderer((TEMPLATES,)), lambda: now, lambda bits: bits)


def sent(store: Store) -> list[str]:
    return [r.template for r in store.read(lambda conn: outbox.listing(conn, state=None, limit=99))]


def test_of_two_nodes_one_makes_the_report(tmp_path: Path) -> None:
    """G7."""
    with cluster() as server:
        url = new_database(server)
        nodes = [office(tmp_path, url, MONDAY + timedelta(days=7)) for _ in range(2)]
        nodes[0].store.migrate()
        nodes[0].store.write(lambda conn: meta.put_once(conn, f"report.{DESK}", "2026-03-02"))
        threads = [threading.Thread(target=report, args=(node,)) for node in nodes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        made = sent(nodes[0].store)
        for node in nodes:
            node.store.close()

    assert made == ["report"]


def test_what_ended_while_the_daemon_was_down_is_reported_late_but_no_older_than_four_periods(tmp_path: Path) -> None:
    here = office(tmp_path, "sqlite:///x.db", datetime(2026, 12, 31, 12, 0, tzinfo=UTC))
    here.store.migrate()
    here.store.write(lambda conn: meta.put_once(conn, f"report.{DESK}", date(2026, 3, 2).isoformat()))

    assert (report(here), report(here)) == (4, 0)
    here.store.close()
