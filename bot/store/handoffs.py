"""Handoffs: the queue of those that are open, their moves, each with its line of history, and staff's replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.engine import Connection

from bot.store.base import Base, lock, no_conversation
from bot.store.log import seq_of_client_id
from bot.store.moves import find, hold_owner, make_move, to_handoff
from bot.store.presence import stop_typing
from bot.store.requests import open_or_raise
from bot.store.staff_tables import staff
from bot.store.tables import IS_OPEN, handoff_transitions, handoffs, messages
from bot.store.tail import Tail
from bot.types import Handoff, Move, Transition
from bot.vocabulary import Act, Author, Priority, Reason, State, Status

IS_URGENT = case((handoffs.c.priority == Priority.URGENT.value, 0), else_=1)


class Handoffs(Base):
    """Conversations that ask for a person. Which move is allowed when is `bot.handoff`'s to know."""

    def open_handoffs(self, *, limit: int) -> list[Handoff]:
        """The queue: urgent ones first, then whoever has waited longest."""
        query = select(handoffs, staff.c.name.label("owner_name"))
        query = query.outerjoin(staff, staff.c.id == handoffs.c.owner).where(IS_OPEN)
        with self._read() as connection:
            rows = connection.execute(query.order_by(IS_URGENT, handoffs.c.opened_at).limit(limit)).all()
        return [to_handoff(row) for row in rows]

    def find_handoff(self, handoff_id: str) -> Handoff | None:
        """As it stands, open or not; None when it was erased with its conversation or never was."""
        with self._read() as connection:
            return find(connection, handoffs.c.id == handoff_id)

    def latest_handoff(self, conversation_id: str) -> Handoff | None:
        """The conversation's open handoff if there is one, else its last one; None when nobody ever asked."""
        with self._read() as connection:
            is_its = handoffs.c.conversation_id == conversation_id
            return find(connection, is_its, IS_OPEN) or find(connection, is_its)

    def transitions(self, handoff_id: str) -> list[Transition]:
        """Its history, oldest first."""
        query = select(handoff_transitions).where(handoff_transitions.c.handoff_id == handoff_id)
        with self._read() as connection:
            rows = connection.execute(query.order_by(handoff_transitions.c.id)).all()
            names: dict[str, str] = dict(connection.execute(select(staff.c.id, staff.c.name)).all())
        return [self._transition(row, names) for row in rows]

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

    def open_claimed(self, conversation_id: str, claim: Move, *, is_closed: bool, now: datetime) -> Handoff | None:
        """Staff begin: open a handoff unless one waits, and make the `claim`, in one transaction.

        None, and nothing changed, when the conversation isn't there, isn't closed (or not) as `is_closed` says, or
        belongs to staff already.
        """
        with self._write() as connection:
            hold_owner(connection, claim)
            row = lock(connection, conversation_id)
            if row is None or (row.state == State.CLOSED.value) != is_closed:
                return None
            found = find(connection, handoffs.c.conversation_id == conversation_id, IS_OPEN)
            if found is not None and found.status is not Status.WAITING:
                return None
            handoff_id = found.id if found is not None else self._open_for_staff(connection, row, claim, now)
            tail = Tail(connection, self._cipher, row)
            return make_move(connection, self._cipher, tail, handoff_id, claim, now=now)

    def _open_for_staff(self, connection: Connection, row: Any, claim: Move, now: datetime) -> str:
        reason, priority = Reason.STAFF, Priority.NORMAL
        return open_or_raise(
            connection, self._cipher, row, reason=reason, priority=priority, by=claim.by, why=claim.why, now=now
        )

    def move_handoff(self, handoff_id: str, move: Move, *, now: datetime) -> Handoff | None:
        """Make the move if the handoff is as it expects; None, and nothing changed, otherwise."""
        with self._write() as connection:
            hold_owner(connection, move)
            row = _lock_conversation(connection, handoff_id)
            if row is None:
                return None
            tail = Tail(connection, self._cipher, row)
            return make_move(connection, self._cipher, tail, handoff_id, move, now=now)

    def staff_reply(
        self,
        handoff_id: str,
        text: str,
        *,
        by: str,
        name: str,
        now: datetime,
        client_id: str | None = None,
        card_ids: Sequence[str] = (),
    ) -> int | None:
        """Append what `by` writes to the patient; None, and nothing appended, unless the handoff is theirs.

        The patient's messages so far count as answered: the bot won't return to them. `name` is what patients see.
        The same `client_id` again changes nothing and returns the number that the message has; `card_ids` are kept
        for the record.
        """
        with self._write() as connection:
            row = _lock_conversation(connection, handoff_id)
            known_seq = None if row is None else seq_of_client_id(connection, row.id, client_id)
            if known_seq is not None:
                return known_seq
            found = find(connection, handoffs.c.id == handoff_id)
            if row is None or found is None or found.status is not Status.CLAIMED or found.owner != by:
                return None
            mine = messages.c.conversation_id == row.id
            connection.execute(update(messages).where(mine, messages.c.is_pending).values(is_pending=False))
            stop_typing(connection, row.id, by)
            tail = Tail(connection, self._cipher, row)
            body = {"text": text, "by": by, "name": name} | ({"card_ids": list(card_ids)} if card_ids else {})
            return tail.add(Author.STAFF, body, at=now, client_id=client_id)

    def _transition(self, row: Any, names: dict[str, str]) -> Transition:
        why = self._cipher.open(row.why)
        line = Transition(Act(row.act), row.at, row.by, why, Status(row.status), Priority(row.priority), row.owner)
        return replace(line, by_name=names.get(row.by), owner_name=names.get(row.owner))


def _lock_conversation(connection: Connection, handoff_id: str) -> Any | None:
    """The conversation's lock before all others but staff's: whoever takes two in another order may wait for ever."""
    query = select(handoffs.c.conversation_id).where(handoffs.c.id == handoff_id)
    conversation_id: str | None = connection.execute(query).scalar_one_or_none()
    return None if conversation_id is None else lock(connection, conversation_id)
