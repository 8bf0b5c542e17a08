"""Rasa's record of each conversation, kept as one encrypted text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.privacy.tokens import receipt_id
from bot.store.base import Base, lock
from bot.store.tables import erasures, trackers
from bot.store.upsert import insert_into


class Trackers(Base):
    """Trackers by conversation; also of conversations that the log doesn't know (shell, evaluation)."""

    def load_tracker(self, conversation_id: str) -> str | None:
        """The text that `save_tracker` was last given, or None. Raises DataKeyError when no key fits."""
        query = select(trackers.c.body).where(trackers.c.conversation_id == conversation_id)
        with self._read() as connection:
            blob = connection.execute(query).scalar_one_or_none()
        return None if blob is None else self._cipher.open(blob)

    def save_tracker(self, conversation_id: str, body: str, *, now: datetime) -> None:
        """Store or replace the tracker. An erased conversation's is dropped: a late turn must not bring it back.

        After a power cut it may be the one before, unless the turn's answer was stored: then the turn is played again.
        """
        changed = {"body": self._cipher.seal(body), "updated_at": now}
        with self._write_relaxed() as connection:
            lock(connection, conversation_id)
            if not _is_erased(connection, conversation_id):
                upsert = insert_into(connection, trackers).values(conversation_id=conversation_id, **changed)
                connection.execute(upsert.on_conflict_do_update(index_elements=["conversation_id"], set_=changed))


def _is_erased(connection: Connection, conversation_id: str) -> bool:
    query = select(erasures.c.id).where(erasures.c.id == receipt_id(conversation_id))
    return connection.execute(query).one_or_none() is not None
