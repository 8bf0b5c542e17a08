"""What staff did, one line each. Lines are added and never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from bot.privacy.tokens import receipt_id
from bot.store.base import Base
from bot.store.staff_tables import audit
from bot.types import Staff


class Audit(Base):
    """Never a patient's words in `detail`."""

    def audit(self, act: str, *, by: Staff | None, subject: str | None = None, detail: str = "", now: datetime) -> None:
        """Write that `by` did `act`, to the conversation `subject` if it was about one."""
        row = {
            "at": now,
            "staff_id": by.id if by else None,
            "staff_name": by.name if by else "",
            "act": act,
            "subject": None if subject is None else receipt_id(subject),
            "detail": detail,
        }
        with self._write() as connection:
            connection.execute(insert(audit).values(**row))
