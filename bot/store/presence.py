"""Who looks at a conversation just now, and who types in it: for minutes at most, and never a word of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.people import Presence
from bot.store.base import Base
from bot.store.desk_tables import presences
from bot.store.tables import IS_OPEN, handoffs
from bot.store.upsert import insert_into

LOOKING = timedelta(seconds=30)
TYPING = timedelta(seconds=6)


class Presences(Base):
    """Kept in the database, because the patient and staff may be with different processes."""

    def look(self, conversation_id: str, who: str, name: str, *, typing: bool, now: datetime) -> None:
        """`who` (a member of staff's id, or "patient") is here for the next 30 s, and `typing` for 6 s.

        Does nothing for a conversation that has been erased.
        """
        until = {"name": name, "looking_until": now + LOOKING, "typing_until": now + TYPING if typing else None}
        key = {"conversation_id": conversation_id, "who": who}
        try:
            with self._write_relaxed() as connection:
                _forget_past(connection, conversation_id, now)
                connection.execute(_upsert(connection, key, until))
        except IntegrityError:
            # Erased: nobody is there any more.
            return

    def leave(self, conversation_id: str, who: str) -> None:
        """`who` is gone, sooner than the time would have told."""
        gone = delete(presences).where(presences.c.conversation_id == conversation_id, presences.c.who == who)
        with self._write_relaxed() as connection:
            connection.execute(gone)

    def presences(self, conversation_id: str, now: datetime) -> list[Presence]:
        """Everybody who is there now, by name."""
        query = select(presences).where(presences.c.conversation_id == conversation_id, presences.c.looking_until > now)
        with self._read() as connection:
            rows = connection.execute(query.order_by(presences.c.name)).all()
        return [Presence(row.who, row.name, row.typing_until is not None and row.typing_until > now) for row in rows]

    def typing_staff(self, conversation_id: str, now: datetime) -> str | None:
        """The name of whoever has the talk, while they type. Others may look at it, but don't write to the patient."""
        query = (
            select(presences.c.name)
            .join(handoffs, handoffs.c.conversation_id == presences.c.conversation_id)
            .where(IS_OPEN, handoffs.c.owner == presences.c.who)
            .where(presences.c.conversation_id == conversation_id, presences.c.typing_until > now)
        )
        with self._read() as connection:
            name: str | None = connection.execute(query).scalars().first()
        return name


def _upsert(connection: Connection, key: dict[str, str], values: dict[str, Any]) -> Any:
    row = insert_into(connection, presences).values(**key, **values)
    return row.on_conflict_do_update(index_elements=list(key), set_=values)


def stop_typing(connection: Connection, conversation_id: str, who: str) -> None:
    """What was being written has been sent."""
    writes = and_(presences.c.conversation_id == conversation_id, presences.c.who == who)
    connection.execute(update(presences).where(writes).values(typing_until=None))


def _forget_past(connection: Connection, conversation_id: str, now: datetime) -> None:
    past = delete(presences).where(presences.c.conversation_id == conversation_id, presences.c.looking_until <= now)
    connection.execute(past)
