"""The tables of what staff add to a conversation, and of what is sent to somebody outside."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from bot.store.columns import UtcDateTime
from bot.store.tables import conversations, metadata

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", String, nullable=False),
    Column("staff_name", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), primary_key=True),
    Column("tag", String, primary_key=True),
)

# How far a member of staff has read a conversation.
reads = Table(
    "reads",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), primary_key=True),
    Column("staff_id", String, primary_key=True),
    Column("seq", Integer, nullable=False),
)

# A patient's thumb under an answer of the bot.
ratings = Table(
    "ratings",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("is_helpful", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Who looks at a conversation or types in it just now. `who` is a member of staff's id, or "patient".
presences = Table(
    "presences",
    metadata,
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), primary_key=True),
    Column("who", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("looking_until", UtcDateTime, nullable=False),
    Column("typing_until", UtcDateTime),
)

# What has to reach somebody outside, written in the transaction that makes it necessary. Those of one `lane` go in
# order. `key` says what it is: the same thing is never queued twice.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("lane", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), index=True),
    Column("body", LargeBinary, nullable=False),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("error", String),
    Column("leased_by", String),
    Column("leased_until", UtcDateTime),
    # How many of the app's messages that it makes have been taken by the app.
    Column("parts", Integer, nullable=False, default=0),
    # Its body is emptied once it is settled: it hangs on no conversation that would take it along.
    Column("is_fleeting", Boolean, nullable=False, default=False),
)
Index("ix_outbox_status_due", outbox.c.status, outbox.c.due_at)
Index("ix_outbox_lane", outbox.c.lane, outbox.c.id)
