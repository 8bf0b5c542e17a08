"""The counters as the numbers page reads them, and patients' thumbs, which can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update

from bot.store.base import Base, lock
from bot.store.desk_tables import ratings
from bot.store.staff_tables import counts
from bot.store.tally import count


@dataclass(frozen=True)
class Count:
    """How often something happened on one day of the clinic's calendar."""

    day: date
    name: str
    label: str
    n: int


class Counts(Base):
    """Numbers about all patients together. Which there are: `bot.store.tally.LABELS`."""

    def counts(self, first: date, last: date) -> list[Count]:
        """Everything counted from the day `first` to the day `last`, by day, counter and label."""
        query = select(counts).where(counts.c.day >= first.isoformat(), counts.c.day <= last.isoformat())
        with self._read() as connection:
            rows = connection.execute(query.order_by(counts.c.day, counts.c.name, counts.c.label)).all()
        return [Count(date.fromisoformat(row.day), row.name, row.label, row.n) for row in rows if row.n]

    def keep_rating(self, conversation_id: str, seq: int, *, is_helpful: bool, now: datetime) -> None:
        """A patient's thumb under message `seq`. The last one counts, once.

        Does nothing when the conversation is gone: it was erased meanwhile.
        """
        mine = (ratings.c.conversation_id == conversation_id, ratings.c.seq == seq)
        with self._write() as connection:
            if lock(connection, conversation_id) is None:
                return
            before = connection.execute(select(ratings).where(*mine)).one_or_none()
            if before is None:
                row = {"conversation_id": conversation_id, "seq": seq, "is_helpful": is_helpful, "at": now}
                connection.execute(insert(ratings).values(**row))
            elif before.is_helpful != is_helpful:
                connection.execute(update(ratings).where(*mine).values(is_helpful=is_helpful))
                # On the day on which it was counted.
                count(connection, before.at, "thumbs", _thumb(before.is_helpful), -1)
            if before is None or before.is_helpful != is_helpful:
                count(connection, now if before is None else before.at, "thumbs", _thumb(is_helpful))


def _thumb(is_helpful: bool) -> str:
    return "up" if is_helpful else "down"
