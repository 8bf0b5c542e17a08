"""Handoffs that nobody has claimed yet, and the lines of history that say that staff were told again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.store.alerts import ESCALATED
from bot.store.base import Base, lock
from bot.store.requests import write_transition
from bot.store.tables import handoffs
from bot.store.tail import Tail
from bot.types import Envelope, Transition
from bot.vocabulary import Act, Author, Priority, Status

WATCH = "watch"
REMINDERS = {Act.REMIND: 1, Act.ESCALATE: ESCALATED}
"""What `handoffs.reminders` is after each."""


@dataclass(frozen=True)
class Unclaimed:
    """A handoff that waits, since when, and how far staff were reminded of it."""

    handoff_id: str
    conversation_id: str
    priority: Priority
    waiting_since: datetime
    reminders: int


class Reminders(Base):
    """Which act is due when is `bot.handoff.watch`'s to know."""

    def unclaimed_handoffs(self) -> list[Unclaimed]:
        """All that wait and aren't escalated yet, longest wait first."""
        query = select(handoffs).where(handoffs.c.status == Status.WAITING.value, handoffs.c.reminders < ESCALATED)
        with self._read() as connection:
            return [_unclaimed(row) for row in connection.execute(query.order_by(handoffs.c.waiting_since)).all()]

    def remind(self, seen: Unclaimed, act: Act, *, why: str, notice: Envelope | None = None, now: datetime) -> bool:
        """Write the line for `act` (REMIND or ESCALATE), with its alert; False when `seen` is no longer so.

        The patient gets `notice` in the same transaction.
        """
        with self._write() as connection:
            row = lock(connection, seen.conversation_id)
            is_as_seen = (
                (handoffs.c.id == seen.handoff_id)
                & (handoffs.c.status == Status.WAITING.value)
                & (handoffs.c.reminders == seen.reminders)
                & (handoffs.c.priority == seen.priority.value)
                & (handoffs.c.waiting_since == seen.waiting_since)
            )
            change = update(handoffs).where(is_as_seen).values(reminders=REMINDERS[act])
            if row is None or connection.execute(change).rowcount != 1:
                return False
            if notice is not None:
                tail = Tail(connection, self._cipher, row)
                tail.add(Author.SYSTEM, {"envelope": notice.to_json()}, at=now)
            line = Transition(act, now, WATCH, why, Status.WAITING, seen.priority, None)
            write_transition(connection, self._cipher, seen.handoff_id, line)
            return True


def _unclaimed(row: Any) -> Unclaimed:
    return Unclaimed(row.id, row.conversation_id, Priority(row.priority), row.waiting_since, row.reminders)
