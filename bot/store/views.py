"""Views of the queue that somebody gave a name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from bot.store.base import Base
from bot.store.staff_tables import saved_views

MOST = 20


@dataclass(frozen=True)
class SavedView:
    """`query` is the address's part behind the question mark."""

    id: int
    name: str
    query: str


class SavedViews(Base):
    """Each belongs to one member of staff, and nobody else sees it."""

    def saved_views(self, staff_id: str) -> list[SavedView]:
        """Theirs, by name."""
        query = select(saved_views).where(saved_views.c.staff_id == staff_id)
        with self._read() as connection:
            rows = connection.execute(query.order_by(func.lower(saved_views.c.name), saved_views.c.id)).all()
        return [SavedView(row.id, row.name, row.query) for row in rows]

    def save_view(self, staff_id: str, name: str, query: str) -> bool:
        """Keep it; one of theirs with that name is replaced. False, and nothing kept, when they have 20 already."""
        theirs = saved_views.c.staff_id == staff_id
        with self._write() as connection:
            connection.execute(delete(saved_views).where(theirs, saved_views.c.name == name))
            held = connection.execute(select(func.count()).select_from(saved_views).where(theirs)).scalar_one()
            if held >= MOST:
                return False
            connection.execute(insert(saved_views).values(staff_id=staff_id, name=name, query=query))
            return True

    def delete_view(self, staff_id: str, view_id: int) -> None:
        """Does nothing when it isn't theirs."""
        with self._write() as connection:
            connection.execute(
                delete(saved_views).where(saved_views.c.id == view_id, saved_views.c.staff_id == staff_id)
            )
