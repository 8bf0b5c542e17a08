"""A look at a conversation goes into the audit."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.people import Staff
from bot.store.store import Store

VIEW_PAUSE = timedelta(minutes=15)
"""Opening the same conversation again within this time is one look at it."""


def note_view(store: Store, conversation_id: str, me: Staff, now: datetime) -> None:
    """Put a look at the conversation into the audit, once for a person and a while."""
    if not store.was_audited("view", conversation_id, me.id, since=now - VIEW_PAUSE):
        store.audit("view", by=me, subject=conversation_id, now=now)
