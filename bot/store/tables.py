"""The tables. Whatever a patient, the bot or staff said is in an encrypted column; the rest is what queries need."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.columns import UtcDateTime
from bot.vocabulary import Status

# Named constraints, so that a migration can find them again on either database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("locale", String, nullable=False),
    Column("state", String, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("token_hash", String, unique=True),
    Column("consent_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
    Column("leased_by", String),
    Column("leased_until", UtcDateTime),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("author", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("client_id", String),
    Column("body", LargeBinary, nullable=False),
    Column("payload", LargeBinary),
    Column("is_pending", Boolean, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_id"),
)

Index(
    "ix_messages_pending",
    messages.c.conversation_id,
    messages.c.seq,
    sqlite_where=messages.c.is_pending,
    postgresql_where=messages.c.is_pending,
)

buttons = Table(
    "buttons",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), nullable=False),
    Column("status", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("priority", String, nullable=False),
    Column("owner", String),
    Column("opened_at", UtcDateTime, nullable=False),
    # Since when nobody has it: since it was opened, or given back to the queue.
    Column("waiting_since", UtcDateTime, nullable=False),
    Column("first_claimed_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("outcome", String),
    # How the patient wants to be reached, encrypted JSON; unset means in this chat.
    Column("contact", LargeBinary),
    # How often staff were reminded of it while it waited.
    Column("reminders", Integer, nullable=False),
)

IS_OPEN = handoffs.c.status.in_([Status.WAITING.value, Status.CLAIMED.value])

Index(
    "uq_handoffs_open",
    handoffs.c.conversation_id,
    unique=True,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
Index("ix_handoffs_conversation_id", handoffs.c.conversation_id)

# Lines are added and never changed; they go only with their conversation.
handoff_transitions = Table(
    "handoff_transitions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handoff_id", ForeignKey(handoffs.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("act", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("status", String, nullable=False),
    Column("priority", String, nullable=False),
    Column("owner", String),
    Column("why", LargeBinary, nullable=False),
)

# Goes with its conversation: what was erased isn't kept for learning either.
missed = Table(
    "missed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    # When and by whom it was dealt with: a card written, or nothing to be done.
    Column("done_at", UtcDateTime),
    Column("done_by", String),
    UniqueConstraint("conversation_id", "seq"),
)

# No foreign key: the shell and the evaluation keep trackers of conversations that the log never saw.
trackers = Table(
    "trackers",
    metadata,
    Column("conversation_id", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# A finished questionnaire, stored only after the patient's own yes to that. Everything that it says is in `body`.
assessments = Table(
    "assessments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey(conversations.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("protocol_hash", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
)

# Versions of the questionnaire in which somebody began: the clinic's words, nothing of any patient.
protocols = Table(
    "protocols",
    metadata,
    Column("hash", String, primary_key=True),
    Column("version", String, nullable=False),
    Column("document", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("messages", Integer, nullable=False),
)
