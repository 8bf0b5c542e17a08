"""What is held about one conversation, counted: for the patient who asks. Never its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.store.base import Base
from bot.store.desk_tables import notes
from bot.store.retention import keep_until
from bot.store.tables import assessments, buttons, conversations, handoffs, messages


@dataclass(frozen=True)
class Held:
    """How much there is, since when, and when it will be erased should nothing more happen."""

    since: datetime
    until: datetime
    messages: int
    questionnaires: int
    handoffs: int
    contacts: int
    notes: int


class HeldData(Base):
    """Answers "what do you know about me" without looking into any of it."""

    def held(self, conversation_id: str, *, retention: timedelta) -> Held | None:
        """None for a conversation that isn't there."""
        with self._read() as connection:
            row = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one_or_none()
            if row is None:
                return None

            def count(table: Any, *conditions: Any) -> int:
                mine = select(func.count()).select_from(table).where(table.c.conversation_id == conversation_id)
                return int(connection.execute(mine.where(*conditions)).scalar_one())

            return Held(
                since=row.created_at,
                until=keep_until(connection, row, retention),
                messages=count(messages),
                questionnaires=count(assessments),
                handoffs=count(handoffs),
                contacts=count(handoffs, handoffs.c.contact.is_not(None)),
                notes=count(notes),
            )

    def is_open_question(self, conversation_id: str, button_id: str, *, yes: str, no: str) -> bool:
        """Whether a button with the payload `yes` is the newest of its kind, and `no` wasn't pressed after it."""
        with self._read() as connection:
            query = select(buttons).where(buttons.c.conversation_id == conversation_id)
            shown = connection.execute(query.order_by(buttons.c.seq.desc())).all()
            newest = next((row for row in shown if self._cipher.open_json(row.body)["payload"] == yes), None)
            if newest is None or newest.id != button_id:
                return False
            later = select(messages.c.payload).where(
                messages.c.conversation_id == conversation_id,
                messages.c.seq > newest.seq,
                messages.c.payload.is_not(None),
            )
            return all(self._cipher.open(blob) != no for blob in connection.execute(later).scalars())
