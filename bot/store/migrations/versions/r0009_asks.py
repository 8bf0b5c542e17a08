"""How often patients in messaging apps were asked whether to begin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("chats", sa.Column("asks", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("chats", "asks")
