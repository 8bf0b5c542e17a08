"""Missed questions that somebody has dealt with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("missed", sa.Column("done_at", sa.DateTime(timezone=True)))
    op.add_column("missed", sa.Column("done_by", sa.String))


def downgrade() -> None:
    op.drop_column("missed", "done_by")
    op.drop_column("missed", "done_at")
