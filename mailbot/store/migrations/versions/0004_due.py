"""What comes next, and who is busy, is found by index: what has passed and what is closed costs nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    unfired, leased = sa.text("fired_at IS NULL"), sa.text("lease_until IS NOT NULL")
    op.drop_index("ix_moment_at", "moment")
    op.create_index("ix_moment_unfired", "moment", ["at"], sqlite_where=unfired, postgresql_where=unfired)
    op.create_index("ix_moment_leased", "moment", ["lease_until"], sqlite_where=leased, postgresql_where=leased)
    op.create_index("ix_promise_id_ended_at", "promise", ["id", "ended_at"])
    op.create_index("ix_case__busy", "case_", ["desk", "stage", "assignee", "unanswered_since"])
