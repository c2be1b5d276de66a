"""The command line: every subcommand, thin. Exit status: 0, 1 (something is wrong), 2 (usage), 78 (configuration)."""

import errno
import logging
import os
import sys
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal

import typer

from mailbot import __version__
from mailbot.errors import ConfigError, ConfigProblems, MailbotError

EX_CONFIG = 78
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
SYSTEM_CONFIG = Path("/etc/mailbot/mailbot.toml")

app = typer.Typer(
    name="mailbot",
    help="Keeps a company's written support promises, by mail.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
policy_app = typer.Typer(help="Look at a policy: in plain words, or at its arithmetic.", no_args_is_help=True)
outbox_app = typer.Typer(help="What waits to leave, what left, what failed.")
quarantine_app = typer.Typer(help="Mails that could not be processed, kept whole.")
app.add_typer(policy_app, name="policy")
app.add_typer(outbox_app, name="outbox")
app.add_typer(quarantine_app, name="quarantine")


class Language(StrEnum):
    """The languages of customers' mails."""

    DE = "de"
    PL = "pl"
    RU = "ru"
    EN = "en"


Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100000, help="At most so many rows.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mailbot {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", readable=False, help="The configuration file; also MAILBOT_CONFIG.")
    ] = None,
    _shown: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    named = config or (Path(value) if (value := os.environ.get("MAILBOT_CONFIG")) else None)
    context.obj = named or (SYSTEM_CONFIG if SYSTEM_CONFIG.exists() else None)


@app.command()
def run(context: typer.Context) -> None:
    """The daemon. Without a configuration: SMTP on 127.0.0.1:8025, everything under ./mailbot-data."""
    from mailbot.cli.running import run_daemon

    raise typer.Exit(run_daemon(context.obj))


@app.command()
def demo(
    fast: Annotated[bool, typer.Option("--fast", help="No pauses for reading.")] = False,
) -> None:
    """Plays one complaint from first mail to rating, on the real parts with a moved clock."""
    from mailbot.demo import play

    raise typer.Exit(play(pause_seconds=0.0 if fast or not sys.stdout.isatty() else 1.2))


@app.command()
def check(context: typer.Context, as_json: Json = False) -> None:
    """Configuration, policies and templates: all problems at once; exit status 78 if there are any."""
    from mailbot.cli.running import check_all

    raise typer.Exit(check_all(context.obj, as_json=as_json))


@app.command()
def preview(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Made where it is missing.")] = Path("mailbot-preview"),
) -> None:
    """Every mail in every language, as files to look at, with your own templates; sends nothing."""
    from mailbot.cli.preview import write_preview

    raise typer.Exit(write_preview(context.obj, folder))


@app.command()
def explain(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Mails as files (.eml); - is standard input.")],
    as_json: Json = False,
) -> None:
    """How a mail would be read and treated, and why. Writes nothing."""
    from mailbot.cli.explain import explain as explain_files
    from mailbot.config import load
    from mailbot.wire.language import load_accurate

    settings = load(context.obj, secrets=False)
    load_accurate(at_once=False)  # as a running daemon reads
    raise typer.Exit(explain_files(files, as_json, settings.desk_addresses, settings.authserv_id, settings))


@app.command()
def simulate(
    context: typer.Context,
    policy: Annotated[str, typer.Argument(help="The policy to try: a name or a file.")],
    mails: Annotated[list[Path], typer.Argument(metavar="MAIL…", help="mbox, Maildir, .eml, or folders of them.")],
    compare: Annotated[str, typer.Option(metavar="OTHER", help="Another policy: what would differ?")] = "",
    until: Annotated[str, typer.Option(metavar="T", help="The clock stops then; else when all came due.")] = "",
    desk: Annotated[str, typer.Option(metavar="ADDRESS", help="The desk that the mails went to.")] = "",
    agent: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help="Answers for the desk; repeatable.")
    ] = None,
    tag: Annotated[str, typer.Option(metavar="REGEX", help="Group 1 is another system's reference in subjects.")] = "",
    summary: Annotated[bool, typer.Option("--summary", help="The promises without the timeline.")] = False,
    as_json: Json = False,
) -> None:
    """Replays old mail under a policy: what would have been promised, and kept? Sends nothing."""
    from mailbot.cli.simulate import Wanted, run

    agents = tuple(agent or ())
    raise typer.Exit(
        run(Wanted(context.obj, policy, tuple(mails), compare, until, desk, agents, tag, summary, as_json))
    )


@app.command()
def cases(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """The cases, the longest waiting first."""
    from mailbot.cli.cases import list_cases

    raise typer.Exit(list_cases(context.obj, open_only=not everything, limit=limit, as_json=as_json))


@app.command()
def case(context: typer.Context, reference: str, as_json: Json = False) -> None:
    """One case: where it stands, its promises, its journal."""
    from mailbot.cli.cases import show_case

    raise typer.Exit(show_case(context.obj, reference, as_json=as_json))


@app.command()
def why(
    context: typer.Context, message_id: Annotated[str, typer.Argument(metavar="MESSAGE-ID")], as_json: Json = False
) -> None:
    """What became of a mail, and by which rule."""
    from mailbot.cli.mails import show_why

    raise typer.Exit(show_why(context.obj, message_id, as_json=as_json))


@app.command()
def audit(context: typer.Context, as_json: Json = False) -> None:
    """Proves that every accepted mail has exactly one outcome (G10); exit status 1 if one has not."""
    from mailbot.cli.mails import show_audit

    raise typer.Exit(show_audit(context.obj, as_json=as_json))


@app.command()
def report(
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, for example 2026-03-01.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day, included.")] = "",
    desk: Annotated[str, typer.Option(metavar="ADDRESS", help="One desk; all by default.")] = "",
    language: Annotated[Language, typer.Option(help="The report's own.")] = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Promises kept and broken, times, volumes; by default of the last full month."""
    from mailbot.cli.report import report as print_report

    print_report(context.obj, first, last, desk, language, as_json=as_json)


Person = Annotated[str, typer.Argument(metavar="PERSON", help="An address.")]


@app.command()
def export(
    context: typer.Context,
    person: Person,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="A file that is not there yet.")] = None,
) -> None:
    """All that is stored about one person: their cases, promises, mails and ratings, as JSON and .eml."""
    from mailbot.cli.person import export_person

    raise typer.Exit(export_person(context.obj, person, to))


@app.command()
def erase(
    context: typer.Context,
    person: Person,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forgets one person: cases, mails, bytes. Other people's cases stay as they are."""
    from mailbot.cli.person import erase_person

    raise typer.Exit(erase_person(context.obj, person, yes=yes))


@app.command()
def pause(context: typer.Context) -> None:
    """The emergency stop: nothing leaves until `mailbot resume`."""
    from mailbot.cli.mails import set_paused

    raise typer.Exit(set_paused(context.obj, paused=True))


@app.command()
def resume(context: typer.Context) -> None:
    """Mail leaves again after `mailbot pause`."""
    from mailbot.cli.mails import set_paused

    raise typer.Exit(set_paused(context.obj, paused=False))


class State(StrEnum):
    """Where an outgoing mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"
    CANCELLED = "cancelled"


@outbox_app.command("list")
def outbox_list(
    context: typer.Context,
    state: Annotated[State | None, typer.Option(help="Only those.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """The mails on their way out, the newest first."""
    from mailbot.cli.mails import list_outbox

    raise typer.Exit(list_outbox(context.obj, state=state or "", limit=limit, as_json=as_json))


@outbox_app.command("show")
def outbox_show(context: typer.Context, number: int, as_json: Json = False) -> None:
    """The bytes of one outgoing mail."""
    from mailbot.cli.mails import show_outbox

    raise typer.Exit(show_outbox(context.obj, number, as_json=as_json))


@outbox_app.command("retry")
def outbox_retry(context: typer.Context, number: int) -> None:
    """Offers a failed or waiting mail again at once."""
    from mailbot.cli.mails import retry_outbox

    raise typer.Exit(retry_outbox(context.obj, number))


@quarantine_app.command("list")
def quarantine_list(context: typer.Context, limit: Limit = 50, as_json: Json = False) -> None:
    """The mails in quarantine, and why they are there."""
    from mailbot.cli.mails import list_quarantine

    raise typer.Exit(list_quarantine(context.obj, limit=limit, as_json=as_json))


@quarantine_app.command("show")
def quarantine_show(context: typer.Context, number: int, as_json: Json = False) -> None:
    """The mail as it came, byte for byte."""
    from mailbot.cli.mails import show_quarantined

    raise typer.Exit(show_quarantined(context.obj, number, as_json=as_json))


@quarantine_app.command("retry")
def quarantine_retry(context: typer.Context, number: int) -> None:
    """Puts a quarantined mail back into the inbox."""
    from mailbot.cli.mails import retry_quarantined

    raise typer.Exit(retry_quarantined(context.obj, number))


@policy_app.command("show")
def policy_show(
    context: typer.Context,
    policy: str,
    language: Annotated[Language | None, typer.Option(help="The policy's own by default.")] = None,
    html: Annotated[bool, typer.Option("--html", help="A whole page to be published, instead of plain text.")] = False,
    as_json: Json = False,
) -> None:
    """The policy as its customers would read it, ready to be published."""
    from mailbot.cli.policy import print_page

    print_page(policy, context.obj, language or "", html=html, as_json=as_json)


@policy_app.command("due")
def policy_due(
    context: typer.Context,
    policy: str,
    promise: str,
    start: Annotated[
        str, typer.Option("--from", metavar="T", help="ISO 8601; without an offset in the policy's zone.")
    ],
    complexity: Annotated[
        Literal["simple", "normal", "complex"], typer.Option(help="What the agent made of it.")
    ] = "normal",
    as_json: Json = False,
) -> None:
    """The due moment of a promise, and the arithmetic behind it."""
    from mailbot.cli.due import print_due
    from mailbot.config import load_policy

    raise typer.Exit(print_due(load_policy(policy, context.obj), promise, start, complexity, as_json=as_json))


def main() -> None:
    """The console script: every error that we raise on purpose is one clear line, without a traceback."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that knows no Cyrillic is no reason to fail
    logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # what it remarks is among a mail's defects
    try:
        try:
            app(_config_first(sys.argv[1:]))
        finally:
            if isinstance(sys.stdout, TextIOWrapper):
                sys.stdout.flush()  # not at the interpreter's end, where nobody can catch what goes wrong
    except ConfigProblems as error:
        _say(*error.problems)
        sys.exit(EX_CONFIG)
    except ConfigError as error:
        _say(error)
        sys.exit(EX_CONFIG)
    except MailbotError as error:
        _say(error)
        sys.exit(1)
    except OSError as error:
        if error.filename is not None or error.errno not in {*FULL, errno.EPIPE}:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still in the buffer goes nowhere
        if error.errno in FULL:
            _say(MailbotError(f"the answer cannot be written: {error.strerror}"))
        sys.exit(1)


def _config_first(words: list[str]) -> list[str]:
    """--config FILE may stand behind the command too."""
    ends = words.index("--") if "--" in words else len(words)
    for n, word in enumerate(words[:ends]):
        if word.startswith("--config=") or (word == "--config" and n + 1 < ends):
            width = 1 if "=" in word else 2
            return [*words[n : n + width], *words[:n], *words[n + width :]]
    return words


def _say(*errors: MailbotError) -> None:
    for error in errors:
        typer.echo(f"mailbot: {' '.join(str(error).split())}", err=True)
