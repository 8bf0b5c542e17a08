"""A patient's rights over what is held: take it along, have it erased; and retention, which erases in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from bot.privacy.tokens import receipt_id
from bot.store.base import Base, lock, no_conversation
from bot.store.desk_tables import ratings
from bot.store.engine import empty_write_ahead_log
from bot.store.staff_tables import staff
from bot.store.tables import (
    assessments,
    buttons,
    conversations,
    erasures,
    handoff_transitions,
    handoffs,
    messages,
    missed,
    trackers,
)
from bot.store.tally import count

# The hash of the token stays out: it is a key, not something that the patient told us.
EXPORTED = ("id", "channel", "locale", "state", "consent_at", "created_at", "seen_at")


@dataclass(frozen=True)
class Erasure:
    """The receipt for an erased conversation; all that is left of it."""

    receipt_id: str
    erased_at: datetime
    messages: int


class Records(Base):
    """Export, erasure and retention of whole conversations."""

    def export(self, conversation_id: str) -> dict[str, Any]:
        """Everything held about a conversation, decrypted, ready for JSON. Raises ConversationError (404)."""
        with self._read() as connection:
            row = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one_or_none()
            if row is None:
                raise no_conversation()
            query = select(trackers.c.body).where(trackers.c.conversation_id == conversation_id)
            tracker = connection.execute(query).scalar_one_or_none()
            return {
                "conversation": {name: _plain(getattr(row, name)) for name in EXPORTED},
                "messages": [self._exported_message(one) for one in _rows_of(connection, messages, conversation_id)],
                "buttons": [self._exported_button(one) for one in _rows_of(connection, buttons, conversation_id)],
                "handoffs": self._exported_handoffs(connection, conversation_id),
                "assessments": [
                    self._exported_assessment(one) for one in _rows_of(connection, assessments, conversation_id)
                ],
                "ratings": [
                    {"seq": one.seq, "at": _plain(one.at), "is_helpful": one.is_helpful}
                    for one in _rows_of(connection, ratings, conversation_id)
                ],
                "missed": [self._exported_missed(one) for one in _rows_of(connection, missed, conversation_id)],
                "tracker": None if tracker is None else self._cipher.open(tracker),
            }

    def erase(self, conversation_id: str, *, now: datetime) -> Erasure:
        """Delete a conversation with all that hangs on it, and keep a receipt that names nobody.

        Erasing again returns the first receipt. Raises ConversationError (404) when there was never anything.
        """
        with self._write() as connection:
            lock(connection, conversation_id)
            erasure = _find_erasure(connection, conversation_id) or _erase(connection, conversation_id, now, "patient")
        empty_write_ahead_log(self._engine)
        return erasure

    def expire(self, *, before: datetime, limit: int) -> int:
        """Erase at most `limit` conversations last seen before that time; returns how many.

        Trackers without a conversation that are as old go with them. The receipts carry the time of the clock.
        """
        query = select(conversations.c.id).where(conversations.c.seen_at < before)
        with self._read() as connection:
            old = connection.execute(query.order_by(conversations.c.seen_at).limit(limit)).scalars().all()
        erased = sum(self._expire_one(conversation_id, before) for conversation_id in old)
        with self._write() as connection:
            orphaned = ~select(conversations.c.id).where(conversations.c.id == trackers.c.conversation_id).exists()
            connection.execute(delete(trackers).where(trackers.c.updated_at < before, orphaned))
        empty_write_ahead_log(self._engine)
        return erased

    def _expire_one(self, conversation_id: str, before: datetime) -> bool:
        with self._write() as connection:
            row = lock(connection, conversation_id)
            # Seen again since it was listed, or erased by another process.
            if row is None or row.seen_at >= before:
                return False
            _erase(connection, conversation_id, datetime.now(timezone.utc), "retention")
            return True

    def _exported_message(self, row: Any) -> dict[str, Any]:
        about = {"seq": row.seq, "author": row.author, "at": _plain(row.at), "client_id": row.client_id}
        payload = None if row.payload is None else self._cipher.open(row.payload)
        body: dict[str, Any] = self._cipher.open_json(row.body)
        return about | {"payload": payload, "is_pending": row.is_pending} | body

    def _exported_handoffs(self, connection: Connection, conversation_id: str) -> list[dict[str, Any]]:
        query = select(handoffs).where(handoffs.c.conversation_id == conversation_id).order_by(handoffs.c.opened_at)
        return [
            {name: _plain(getattr(row, name)) for name in ("reason", "priority", "status", "opened_at")}
            | ({} if row.contact is None else {"contact": self._cipher.open_json(row.contact)})
            | {"history": self._exported_history(connection, row.id)}
            for row in connection.execute(query).all()
        ]

    def _exported_history(self, connection: Connection, handoff_id: str) -> list[dict[str, Any]]:
        query = select(handoff_transitions).where(handoff_transitions.c.handoff_id == handoff_id)
        names: dict[str, str] = dict(connection.execute(select(staff.c.id, staff.c.name)).all())
        return [
            {"act": row.act, "at": _plain(row.at), "by": names.get(row.by, row.by), "why": self._cipher.open(row.why)}
            for row in connection.execute(query.order_by(handoff_transitions.c.id)).all()
        ]

    def _exported_button(self, row: Any) -> dict[str, Any]:
        body: dict[str, Any] = self._cipher.open_json(row.body)
        return {"id": row.id, "seq": row.seq} | body

    def _exported_assessment(self, row: Any) -> dict[str, Any]:
        body: dict[str, Any] = self._cipher.open_json(row.body)
        return {"seq": row.seq, "at": _plain(row.at)} | body

    def _exported_missed(self, row: Any) -> dict[str, Any]:
        body: dict[str, Any] = self._cipher.open_json(row.body)
        return {"seq": row.seq, "at": _plain(row.at), "reason": row.reason} | body


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _rows_of(connection: Connection, table: Any, conversation_id: str) -> list[Any]:
    query = select(table).where(table.c.conversation_id == conversation_id).order_by(table.c.seq)
    return list(connection.execute(query).all())


def _find_erasure(connection: Connection, conversation_id: str) -> Erasure | None:
    row = connection.execute(select(erasures).where(erasures.c.id == receipt_id(conversation_id))).one_or_none()
    return None if row is None else Erasure(row.id, row.at, row.messages)


def _erase(connection: Connection, conversation_id: str, now: datetime, why: str) -> Erasure:
    query = select(func.count()).where(messages.c.conversation_id == conversation_id)
    erasure = Erasure(receipt_id(conversation_id), now, connection.execute(query).scalar_one())
    # All that hangs on the conversation goes with it, by the foreign keys.
    gone = connection.execute(delete(conversations).where(conversations.c.id == conversation_id)).rowcount
    gone += connection.execute(delete(trackers).where(trackers.c.conversation_id == conversation_id)).rowcount
    if not gone:
        raise no_conversation()
    row = {"id": erasure.receipt_id, "at": erasure.erased_at, "messages": erasure.messages}
    connection.execute(insert(erasures).values(**row))
    count(connection, now, "erased", why)
    return erasure
