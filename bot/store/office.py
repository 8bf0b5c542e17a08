"""What the clinic's own people set up in the console."""

from __future__ import annotations

from sqlalchemy import select

from bot.store.base import Base
from bot.store.staff_tables import canned_replies
from bot.types import CannedReply


class Office(Base):
    """Texts that staff send often."""

    def canned_replies(self) -> list[CannedReply]:
        """All of them, by title."""
        with self._read() as connection:
            rows = connection.execute(select(canned_replies).order_by(canned_replies.c.title)).all()
        return [CannedReply(row.id, row.title, row.text) for row in rows]
