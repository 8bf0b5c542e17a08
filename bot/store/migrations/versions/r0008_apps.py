"""Messaging apps: patients' addresses there, what came in, and how far a delivery is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TIME = sa.DateTime(timezone=True)


def _create_chats() -> None:
    op.create_table(
        "chats",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("conversation_id", sa.String()),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_at", TIME),
        sa.Column("heard_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_chats_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_chats_conversation_id")),
        sa.UniqueConstraint("channel", "fingerprint", name=op.f("uq_chats_channel_fingerprint")),
    )


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
        sa.Column("leased_by", sa.String()),
        sa.Column("leased_until", TIME),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_key")),
    )
    op.create_index("ix_inbox_lane", "inbox", ["lane", "id"])
    waits = sa.text("done_at IS NULL")
    op.create_index("ix_inbox_waiting", "inbox", ["due_at"], sqlite_where=waits, postgresql_where=waits)


def _create_sent_parts() -> None:
    op.create_table(
        "sent_parts",
        sa.Column("remote", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_sent_parts_outbox_id_outbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("remote", name=op.f("pk_sent_parts")),
    )
    op.create_index(op.f("ix_sent_parts_outbox_id"), "sent_parts", ["outbox_id"])


def upgrade() -> None:
    op.add_column("outbox", sa.Column("parts", sa.Integer, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("is_fleeting", sa.Boolean, nullable=False, server_default=sa.false()))
    _create_chats()
    _create_inbox()
    _create_sent_parts()


def downgrade() -> None:
    for table in ("sent_parts", "inbox", "chats"):
        op.drop_table(table)
    op.drop_column("outbox", "is_fleeting")
    op.drop_column("outbox", "parts")
