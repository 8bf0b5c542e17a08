"""What an app says of a message before it has told us the message's id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("sent_parts") as table:
        table.alter_column("outbox_id", existing_type=sa.Integer, nullable=True)
        table.add_column(sa.Column("error", sa.String))
        table.add_column(sa.Column("failed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.execute("DELETE FROM sent_parts WHERE outbox_id IS NULL")
    with op.batch_alter_table("sent_parts") as table:
        table.drop_column("failed_at")
        table.drop_column("error")
        table.alter_column("outbox_id", existing_type=sa.Integer, nullable=False)
