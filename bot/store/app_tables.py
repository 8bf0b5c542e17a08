"""The tables of messaging apps: who writes there, what has come in, and what an app calls what went out."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from bot.store.columns import UtcDateTime
from bot.store.desk_tables import outbox
from bot.store.tables import conversations, metadata

# One patient in one app. The address is encrypted and found by its fingerprint; it goes with the conversation. Without
# one, the patient hasn't agreed yet, and nothing that they wrote is kept; of who told us to stop, no address either.
chats = Table(
    "chats",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), unique=True),
    Column("status", String, nullable=False),
    Column("asked_at", UtcDateTime),
    Column("asks", Integer, nullable=False, server_default="0"),
    Column("heard_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "fingerprint"),
)

# What an app has sent, stored before it is acknowledged. The key stays for a while, so that a second copy is known; the
# body goes as soon as it is dealt with. Those of one lane, a patient in an app, are taken in order.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("body", LargeBinary),
    Column("received_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("leased_by", String),
    Column("leased_until", UtcDateTime),
)
Index("ix_inbox_lane", inbox.c.lane, inbox.c.id)
Index(
    "ix_inbox_waiting",
    inbox.c.due_at,
    sqlite_where=inbox.c.done_at.is_(None),
    postgresql_where=inbox.c.done_at.is_(None),
)

# The app's own ids of our messages, hashed: some hold a phone number. A later "not delivered" is found by them; one
# that comes before the app's answer with the id waits for it here, without a delivery and with its error.
sent_parts = Table(
    "sent_parts",
    metadata,
    Column("remote", String, primary_key=True),
    Column("outbox_id", ForeignKey(outbox.c.id, ondelete="CASCADE"), index=True),
    Column("error", String),
    Column("failed_at", UtcDateTime),
)
