"""The ledger knows which mail kept a promise, and estimates; cases know their incident."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("promise") as batch:
        batch.add_column(sa.Column("kept_in", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("low_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("case_") as batch:
        batch.add_column(sa.Column("incident", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_case__incident"), "case_", ["incident"], unique=False)
