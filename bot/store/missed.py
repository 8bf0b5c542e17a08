"""Questions that weren't answered, or not well: kept redacted and encrypted until their conversation goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.store.base import Base, lock
from bot.store.tables import missed
from bot.types import MissedQuestion
from bot.vocabulary import Missed


class MissedQuestions(Base):
    """What the owner of the clinic learns from."""

    def keep_missed(self, conversation_id: str, seq: int, question: MissedQuestion, *, now: datetime) -> None:
        """Keep a question under the number of the bot's message that failed it; what stood there is replaced.

        Does nothing when the conversation is gone: it was erased meanwhile.
        """
        body = {"question": question.question, "topics": question.topics, "card_ids": question.card_ids}
        if question.comment:
            body["comment"] = question.comment
        row = {
            "conversation_id": conversation_id,
            "seq": seq,
            "at": now,
            "reason": question.reason.value,
            "body": self._cipher.seal_json(body),
        }
        with self._write() as connection:
            if lock(connection, conversation_id) is None:
                return
            connection.execute(_at(conversation_id, seq))
            connection.execute(insert(missed).values(**row))

    def forget_missed(self, conversation_id: str, seq: int) -> None:
        """Drop what is kept under that number: the patient found the answer helpful after all."""
        with self._write() as connection:
            connection.execute(_at(conversation_id, seq))

    def missed_questions(self) -> list[MissedQuestion]:
        """All of them, of every conversation that is still held, the oldest first."""
        with self._read() as connection:
            rows = connection.execute(select(missed).order_by(missed.c.at, missed.c.id)).all()
        bodies = [(row, self._cipher.open_json(row.body)) for row in rows]
        return [
            MissedQuestion(
                Missed(row.reason),
                body["question"],
                tuple(body["topics"]),
                tuple(body["card_ids"]),
                row.at,
                body.get("comment", ""),
            )
            for row, body in bodies
        ]


def _at(conversation_id: str, seq: int) -> object:
    return delete(missed).where(missed.c.conversation_id == conversation_id, missed.c.seq == seq)
