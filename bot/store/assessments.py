"""Finished questionnaires that their patients have agreed to store. `Tail` writes them; staff's pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.store.base import Base
from bot.store.tables import assessments


@dataclass(frozen=True)
class Assessment:
    """One stored questionnaire. `seq` is the message that told the patient; `body` holds version, answers, outcome,
    trace and times (`bot.candidacy.assessment`)."""

    conversation_id: str
    seq: int
    protocol_hash: str
    at: datetime
    body: dict[str, Any]


class Assessments(Base):
    """Reading them back."""

    def assessments(self, conversation_id: str) -> list[Assessment]:
        """Those of one conversation, oldest first. Raises DataKeyError when no key fits."""
        query = select(assessments).where(assessments.c.conversation_id == conversation_id).order_by(assessments.c.seq)
        with self._read() as connection:
            rows = connection.execute(query).all()
        return [
            Assessment(row.conversation_id, row.seq, row.protocol_hash, row.at, self._cipher.open_json(row.body))
            for row in rows
        ]
