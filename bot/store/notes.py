"""What staff add to a conversation: private notes, tags, and how far each of them has read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from bot.people import Staff
from bot.store.base import Base, lock, no_conversation
from bot.store.desk_tables import notes, reads, tags
from bot.store.upsert import insert_into

SENT_TWICE = timedelta(seconds=10)
"""The same words from the same colleague within this time are one note: a button was pressed twice."""


@dataclass(frozen=True)
class Note:
    """A private note. No patient ever sees one, but it goes with the conversation and into its export."""

    id: int
    at: datetime
    staff_id: str
    name: str
    text: str


class Notes(Base):
    """Goes with its conversation. Every method that writes raises ConversationError (404) when that is gone."""

    def add_note(self, conversation_id: str, text: str, *, by: Staff, now: datetime) -> int:
        """Keep a private note, encrypted. Returns its number."""
        with self._write() as connection:
            _need(connection, conversation_id)
            known: int | None = self._same_note(connection, conversation_id, text, by, now)
            if known is not None:
                return known
            row = {"conversation_id": conversation_id, "at": now, "staff_id": by.id, "staff_name": by.name}
            added = connection.execute(insert(notes).values(**row, body=self._cipher.seal(text)))
            number: int = added.inserted_primary_key[0]
            return number

    def notes(self, conversation_id: str) -> list[Note]:
        """Those of one conversation, oldest first."""
        query = select(notes).where(notes.c.conversation_id == conversation_id).order_by(notes.c.id)
        with self._read() as connection:
            rows = connection.execute(query).all()
        return [Note(row.id, row.at, row.staff_id, row.staff_name, self._cipher.open(row.body)) for row in rows]

    def add_tag(self, conversation_id: str, tag: str) -> None:
        """Add a tag; a tag that is there already stays."""
        with self._write() as connection:
            _need(connection, conversation_id)
            row = insert_into(connection, tags).values(conversation_id=conversation_id, tag=tag)
            connection.execute(row.on_conflict_do_nothing())

    def remove_tag(self, conversation_id: str, tag: str) -> None:
        with self._write() as connection:
            _need(connection, conversation_id)
            connection.execute(delete(tags).where(tags.c.conversation_id == conversation_id, tags.c.tag == tag))

    def tags(self, conversation_id: str) -> list[str]:
        """Those of one conversation, by name."""
        query = select(tags.c.tag).where(tags.c.conversation_id == conversation_id).order_by(tags.c.tag)
        with self._read() as connection:
            return list(connection.execute(query).scalars())

    def known_tags(self, *, limit: int) -> list[str]:
        """Tags of all conversations, the most used first."""
        query = select(tags.c.tag).group_by(tags.c.tag).order_by(func.count().desc(), tags.c.tag).limit(limit)
        with self._read() as connection:
            return list(connection.execute(query).scalars())

    def mark_read(self, conversation_id: str, staff_id: str, seq: int) -> None:
        """Remember that somebody has read up to message `seq`. Never goes back, nor beyond the last message."""
        with self._write() as connection:
            row = _need(connection, conversation_id)
            upto = min(seq, row.last_seq)
            added = insert_into(connection, reads).values(conversation_id=conversation_id, staff_id=staff_id, seq=upto)
            newer = reads.c.seq < added.excluded.seq
            connection.execute(
                added.on_conflict_do_update(
                    index_elements=["conversation_id", "staff_id"], set_={"seq": added.excluded.seq}, where=newer
                )
            )

    def read_up_to(self, conversation_id: str, staff_id: str) -> int:
        """The number of the last message that they have read; 0 when none."""
        its = (reads.c.conversation_id == conversation_id, reads.c.staff_id == staff_id)
        with self._read() as connection:
            seq: int | None = connection.execute(select(reads.c.seq).where(*its)).scalar_one_or_none()
        return seq or 0

    def _same_note(self, connection: Connection, conversation_id: str, text: str, by: Staff, now: datetime) -> Any:
        last = (
            select(notes.c.id, notes.c.body)
            .where(notes.c.conversation_id == conversation_id, notes.c.staff_id == by.id)
            .where(notes.c.at > now - SENT_TWICE)
            .order_by(notes.c.id.desc())
            .limit(1)
        )
        row = connection.execute(last).one_or_none()
        return row.id if row is not None and self._cipher.open(row.body) == text else None


def _need(connection: Connection, conversation_id: str) -> Any:
    row = lock(connection, conversation_id)
    if row is None:
        raise no_conversation()
    return row
