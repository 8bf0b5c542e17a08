"""Conversations that ask for a person, and the history of each request."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True)
IS_OPEN = sa.text("status IN ('waiting', 'claimed')")


def upgrade() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("conversation_id", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("priority", sa.String, nullable=False),
        sa.Column("owner", sa.String),
        sa.Column("opened_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_handoffs_conversation_id_conversations",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_handoffs_conversation_id", "handoffs", ["conversation_id"])
    where = {"sqlite_where": IS_OPEN, "postgresql_where": IS_OPEN}
    op.create_index("uq_handoffs_open", "handoffs", ["conversation_id"], unique=True, **where)
    _create_transitions()


def downgrade() -> None:
    op.drop_table("handoff_transitions")
    op.drop_table("handoffs")


def _create_transitions() -> None:
    op.create_table(
        "handoff_transitions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("handoff_id", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("priority", sa.String, nullable=False),
        sa.Column("owner", sa.String),
        sa.Column("why", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handoff_transitions"),
        sa.ForeignKeyConstraint(
            ["handoff_id"],
            ["handoffs.id"],
            name="fk_handoff_transitions_handoff_id_handoffs",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_handoff_transitions_handoff_id", "handoff_transitions", ["handoff_id"])
