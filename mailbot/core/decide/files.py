"""The files that a notification had no room for: an agent fetches them with `/files`, as few mails as carry them."""

from datetime import datetime

from mailbot.core import actions as do
from mailbot.core.case import Case
from mailbot.core.commands import Parsed, Problem
from mailbot.core.decide.steps import Steps
from mailbot.core.desk import Desk
from mailbot.core.events import FilesWanted, MailReceived
from mailbot.core.mail import attachable, loads


def unfetchable(event: MailReceived, parsed: Parsed) -> tuple[Problem, ...]:
    """What stands against `/files`."""
    if not parsed.has("files") or event.left_out:
        return ()
    return (Problem("/files", "not-now", "/help", "no files were left out"),)


def decide_files(case: Case, event: FilesWanted, desk: Desk, now: datetime) -> tuple[do.Action, ...]:
    """Each mail brings as many files as one can carry; one that is too big for that comes alone."""
    steps = Steps(case, desk, now)
    language = event.agent.language(desk.language)
    for load in loads(attachable(event.attachments)[1]):
        names = "\n".join(a.name for a in load)
        steps.add(
            do.Send(
                "notice",
                event.agent.address,
                do.Audience.AGENT,
                do.Cause.STAFF,
                language,
                facts=(("what", "files"), ("body", names)),
                attachments=True,
                files=tuple(a.index for a in load),
            )
        )
    return tuple(steps.actions)


__all__ = ["decide_files", "unfetchable"]
