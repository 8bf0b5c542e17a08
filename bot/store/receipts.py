"""What apps call the messages that went out, and which of them they say later didn't arrive."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.store.app_tables import sent_parts
from bot.store.base import Base
from bot.store.desk_tables import outbox
from bot.store.outbox import NO_LEASE, WAITING
from bot.store.upsert import insert_into
from bot.vocabulary import Sending


class Receipts(Base):
    """An app may say so after it has told us the message's id, or before."""

    def note_part(self, row_id: int, parts: int, *, channel: str, remote: str) -> str | None:
        """So many parts of it have arrived; the last one is called `remote` there. The error, if the app has said
        before now that it didn't arrive: then none has."""
        with self._write() as connection:
            there = connection.execute(select(outbox.c.id).where(outbox.c.id == row_id)).first() is not None
            error = _name(connection, _remote_key(channel, remote), row_id) if remote and there else None
            # One that the app has called undelivered starts over when it is sent again.
            arrived = parts if error is None else 0
            connection.execute(update(outbox).where(outbox.c.id == row_id, WAITING).values(parts=arrived))
            return error

    def fail_remote(self, channel: str, remote: str, error: str, *, now: datetime) -> str | None:
        """The app says later that a part didn't arrive. The id of the conversation that it was for, if known.

        Said before the app has told us what it calls the part, it is kept for `note_part`.
        """
        key = _remote_key(channel, remote)
        query = (
            select(outbox.c.id, outbox.c.conversation_id)
            .join(sent_parts)
            .where(sent_parts.c.remote == key, outbox.c.kind == channel)
        )
        early = {"remote": key, "error": error, "failed_at": now}
        with self._write() as connection:
            connection.execute(insert_into(connection, sent_parts).values(**early).on_conflict_do_nothing())
            found = connection.execute(query).one_or_none()
            if found is None:
                return None
            # What counted as arrived hasn't: none of it may be left out when it is sent again.
            values = {"status": Sending.FAILED.value, "error": error, "due_at": now, "parts": 0, **NO_LEASE}
            connection.execute(update(outbox).where(outbox.c.id == found.id).values(**values))
            conversation_id: str | None = found.conversation_id
            return conversation_id


def _remote_key(channel: str, remote: str) -> str:
    """What an app's own id of a message is kept as: some hold a phone number."""
    return hashlib.sha256(f"{channel}|{remote}".encode()).hexdigest()


def _name(connection: Connection, key: str, row_id: int) -> str | None:
    """Note what the app calls a part; returns the error that waited for it. Whoever inserts second finds the first."""
    named = insert_into(connection, sent_parts).values(remote=key, outbox_id=row_id).on_conflict_do_nothing()
    if connection.execute(named).rowcount == 1:
        return None
    early = (sent_parts.c.remote == key, sent_parts.c.outbox_id.is_(None))
    error: str | None = connection.execute(select(sent_parts.c.error).where(*early)).scalar_one_or_none()
    connection.execute(update(sent_parts).where(*early).values(outbox_id=row_id, error=None, failed_at=None))
    return error
