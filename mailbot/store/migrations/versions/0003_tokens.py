"""A token belongs to one notification: what that was about, and how far its case was then; reports are found by address."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("token") as batch:
        batch.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("seq", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_outbox_reverse_path"), "outbox", ["reverse_path"], unique=False)
