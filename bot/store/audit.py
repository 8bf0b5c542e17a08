"""What was done in the console: lines that are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from bot.privacy.tokens import receipt_id
from bot.store.base import Base
from bot.store.staff_tables import audit
from bot.types import Staff


class Audit(Base):
    """The audit of the console. No patient's words are ever in it."""

    def audit(self, act: str, *, by: Staff | None, subject: str | None = None, detail: str = "", now: datetime) -> None:
        """Add a line. `subject` is the id of the conversation that it is about; only its receipt is stored."""
        row = {
            "at": now,
            "staff_id": None if by is None else by.id,
            "staff_name": "the system" if by is None else by.name,
            "act": act,
            "subject": None if subject is None else receipt_id(subject),
            "detail": detail,
        }
        with self._write() as connection:
            connection.execute(insert(audit).values(**row))
