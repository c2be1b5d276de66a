"""The schema's versions, driven from code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from mailbot.errors import MailbotError

ADVISORY_LOCK = 7_245_001  #: two nodes that start at once migrate one after the other


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config


def check_version(conn: Connection) -> None:
    """Raises MailbotError unless the store has exactly the schema that this mailbot knows."""
    scripts = ScriptDirectory.from_config(_config())
    found, wanted = set(MigrationContext.configure(conn).get_current_heads()), set(scripts.get_heads())
    if found == wanted:
        return
    if not found:
        raise MailbotError("the store is empty; `mailbot run` fills it")
    if found - {script.revision for script in scripts.walk_revisions()}:
        raise MailbotError(f"the store was written by a newer mailbot (schema {', '.join(sorted(found))})")
    schema = f"{', '.join(sorted(found))}, wanted {', '.join(sorted(wanted))}"
    raise MailbotError(f"the store is of an older mailbot (schema {schema}): restart the daemon, which migrates it")


def upgrade(engine: Engine) -> None:
    """Runs the missing migrations in one transaction; *engine* must not enforce foreign keys on SQLite."""
    config = _config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        newer = set(MigrationContext.configure(conn).get_current_heads()) - known
        if newer:
            raise MailbotError(f"the store was written by a newer mailbot (schema {', '.join(sorted(newer))})")
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        if conn.dialect.name == "sqlite" and conn.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise MailbotError("the migration would leave rows without their case; nothing was changed")
