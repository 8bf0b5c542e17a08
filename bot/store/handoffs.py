"""Handoffs: the queue of those that are open, their moves, each with its line of history, and staff's replies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.engine import Connection

from bot.store.base import Base, lock, no_conversation
from bot.store.log import seq_of_client_id
from bot.store.requests import open_or_raise, write_transition
from bot.store.tables import IS_OPEN, conversations, handoff_transitions, handoffs, messages
from bot.store.tail import Tail
from bot.types import Handoff, Move, Transition
from bot.vocabulary import Act, Author, Priority, Reason, Status

IS_URGENT = case((handoffs.c.priority == Priority.URGENT.value, 0), else_=1)


class Handoffs(Base):
    """Conversations that ask for a person. Which move is allowed when is `bot.handoff`'s to know."""

    def open_handoffs(self, *, limit: int) -> list[Handoff]:
        """The queue: urgent ones first, then whoever has waited longest."""
        query = select(handoffs).where(IS_OPEN).order_by(IS_URGENT, handoffs.c.opened_at).limit(limit)
        with self._read() as connection:
            return [_handoff(row) for row in connection.execute(query).all()]

    def find_handoff(self, handoff_id: str) -> Handoff | None:
        """As it stands, open or not; None when it was erased with its conversation or never was."""
        with self._read() as connection:
            row = _row(connection, handoff_id)
        return None if row is None else _handoff(row)

    def transitions(self, handoff_id: str) -> list[Transition]:
        """Its history, oldest first."""
        query = select(handoff_transitions).where(handoff_transitions.c.handoff_id == handoff_id)
        with self._read() as connection:
            rows = connection.execute(query.order_by(handoff_transitions.c.id)).all()
        return [self._transition(row) for row in rows]

    def open_handoff(
        self, conversation_id: str, reason: Reason, priority: Priority, *, by: str, why: str, now: datetime
    ) -> str:
        """Open one for a patient who didn't ask, or raise the open one. Returns its id; raises ConversationError."""
        with self._write() as connection:
            row = lock(connection, conversation_id)
            if row is None:
                raise no_conversation()
            return open_or_raise(
                connection, self._cipher, row, reason=reason, priority=priority, by=by, why=why, now=now
            )

    def move_handoff(self, handoff_id: str, move: Move, *, now: datetime) -> Handoff | None:
        """Make the move if status and owner are still the expected ones; None, and nothing changed, otherwise."""
        with self._write() as connection:
            conversation_id = _lock_conversation(connection, handoff_id)
            if conversation_id is None or not _swap(connection, handoff_id, move):
                return None
            change = update(conversations).where(conversations.c.id == conversation_id)
            connection.execute(change.values(state=move.state.value))
            found = _handoff(_row(connection, handoff_id))
            line = Transition(move.act, now, move.by, move.why, found.status, found.priority, found.owner)
            write_transition(connection, self._cipher, handoff_id, line)
            return found

    def staff_reply(
        self,
        handoff_id: str,
        text: str,
        *,
        by: str,
        now: datetime,
        client_id: str | None = None,
        card_ids: Sequence[str] = (),
    ) -> int | None:
        """Append what `by` writes to the patient; None, and nothing appended, unless the handoff is theirs.

        The patient's messages so far count as answered: the bot won't return to them. The same `client_id` again
        changes nothing and returns the number that the message has. `card_ids` are kept for the record.
        """
        with self._write() as connection:
            conversation_id = _lock_conversation(connection, handoff_id)
            found = _row(connection, handoff_id)
            known_seq = None if conversation_id is None else seq_of_client_id(connection, conversation_id, client_id)
            if known_seq is not None:
                return known_seq
            if conversation_id is None or found is None or found.status != Status.CLAIMED.value or found.owner != by:
                return None
            mine = messages.c.conversation_id == conversation_id
            connection.execute(update(messages).where(mine, messages.c.is_pending).values(is_pending=False))
            last_seq = select(conversations.c.last_seq).where(conversations.c.id == conversation_id)
            tail = Tail(connection, self._cipher, conversation_id, connection.execute(last_seq).scalar_one())
            body = {"text": text, "by": by} | ({"card_ids": list(card_ids)} if card_ids else {})
            return tail.add(Author.STAFF, body, at=now, client_id=client_id)

    def _transition(self, row: Any) -> Transition:
        why = self._cipher.open(row.why)
        return Transition(Act(row.act), row.at, row.by, why, Status(row.status), Priority(row.priority), row.owner)


def _row(connection: Connection, handoff_id: str) -> Any | None:
    return connection.execute(select(handoffs).where(handoffs.c.id == handoff_id)).one_or_none()


def _lock_conversation(connection: Connection, handoff_id: str) -> str | None:
    """The conversation's lock first, as everywhere: whoever takes two in another order may wait for ever."""
    query = select(handoffs.c.conversation_id).where(handoffs.c.id == handoff_id)
    conversation_id: str | None = connection.execute(query).scalar_one_or_none()
    if conversation_id is None or lock(connection, conversation_id) is None:
        return None
    return conversation_id


def _swap(connection: Connection, handoff_id: str, move: Move) -> bool:
    change = update(handoffs).where(handoffs.c.id == handoff_id, handoffs.c.status == move.before.value)
    if move.expected_owner is not None:
        change = change.where(handoffs.c.owner == move.expected_owner)
    return bool(connection.execute(change.values(status=move.after.value, owner=move.owner)).rowcount == 1)


def _handoff(row: Any) -> Handoff:
    return Handoff(
        row.id,
        row.conversation_id,
        Status(row.status),
        Reason(row.reason),
        Priority(row.priority),
        row.owner,
        row.opened_at,
    )
