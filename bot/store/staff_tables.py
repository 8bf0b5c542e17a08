"""The tables of the people who work in the console, and of what they did there."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from bot.store.columns import UtcDateTime
from bot.store.tables import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("password_hash", String),
    # Encrypted: whoever reads a copy of the database must not be able to make codes.
    Column("totp_secret", LargeBinary),
    Column("totp_step", Integer),
    Column("failures", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("staff_id", ForeignKey(staff.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", String, nullable=False),
    Column("is_verified", Boolean, nullable=False),
    # Browser and system, so that people recognise their own sessions.
    Column("about", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

# One-time links: for the first admin, for a new colleague, for a forgotten password.
invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("staff_id", ForeignKey(staff.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    # Whether using it takes the second factor away: the phone is lost.
    Column("resets_totp", Boolean, nullable=False),
)

# For who has lost the phone that makes the codes. Each works once.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", String, primary_key=True),
    Column("staff_id", ForeignKey(staff.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("used_at", UtcDateTime),
)

# No foreign keys: a line outlives the colleague and the conversation that it is about. `subject` is a conversation's
# receipt, from which nobody gets back to the conversation; the database itself refuses to change or delete a line.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", String),
    Column("staff_name", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String),
    Column("detail", Text, nullable=False),
)
Index("ix_audit_at", audit.c.at)
Index("ix_audit_subject", audit.c.subject)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey(staff.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("query", String, nullable=False),
)

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String, nullable=False),
)

# What was changed in the console of the facts in clinic.yml: one row for each, as JSON.
clinic_settings = Table(
    "clinic_settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String, nullable=False),
)

# Anonymous from the start, so that they may stay when the conversations go.
counts = Table(
    "counts",
    metadata,
    Column("day", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("label", String, primary_key=True),
    Column("n", Integer, nullable=False),
)
