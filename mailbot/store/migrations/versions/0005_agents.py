"""Agents block addresses, and take back what they did last on a case."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "blocked",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("blocked_by", sa.Text(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_blocked")),
    )
    op.create_table(
        "undo",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["case_.reference"], name=op.f("fk_undo_reference"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_undo")),
    )
