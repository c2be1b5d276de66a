"""Every template exists and renders in every language; strangers' words stay words."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.wire.render import LANGUAGES, Renderer

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
NAMES = sorted(path.name.removesuffix(".md.j2") for path in (TEMPLATES / "en").iterdir())
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONTEXT: dict[str, object] = {
    "reference": "K7M-2QX-9H4", "subject": "Question", "desk_name": "Support", "footer": "Footer", "customer_name": "",
    "zone": "Europe/Berlin", "promises": {"resolution": {"due_at": NOW, "clock": "10 working days"}}, "now": NOW,
    "stage": "in work", "stage_step": 2, "closed_now": True, "opens_at": NOW, "busy": True, "asks": ["label"],
    "first_time": True, "agent_name": "Anna", "scope": {"inside": ["a"], "outside": ["b"], "way_on": "c"}, "body": "**<b>words</b>**", "note": "", "missed": "answer", "reason": "", "old_due": NOW,
    "promise_id": "resolution", "can_escalate": True, "escalate_until": NOW, "ask_rating": True, "why": "reasons",
    "what": "new", "who": "jan@example.net", "history": 2, "complexity": "normal", "names": "", "rating": 1,
    "next_promise": {"id": "answer", "due_at": NOW, "left": "1 h"}, "by": "Anna", "due_at": NOW, "rung": "team",
    "commands": [{"name": "take", "mailto": "mailto:x", "usage": "/take", "does": "take"}], "address": "a@b.example",
    "lines": [{"line": "/x", "ok": False, "problem": "unknown", "nearest": "/help", "detail": ""}], "diagnostic": "550 no",
    "seen_by": ("x@example.com",),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_mail_renders_in_every_language(name: str, language: str) -> None:
    mail = Renderer((TEMPLATES,)).render(name, language, CONTEXT)

    assert "K7M-2QX-9H4" in mail.subject or name == "nothing-waits"
    assert mail.text.strip()
    assert f'lang="{language}"' in mail.html
    assert "<b>words" not in mail.html


def test_an_administrators_template_comes_first(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "status.md.j2").write_text("Subject: [{{ reference }}] Ours\n\nOurs\n")

    assert (
        Renderer((tmp_path, TEMPLATES)).render("status", "en", CONTEXT).text
        == "Ours\n\nregistered · [in work] · resolved · closed\n"
    )
