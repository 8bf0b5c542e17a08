"""Where staff are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from bot.people import StaffSession
from bot.store.base import Base
from bot.store.staff import staff_of
from bot.store.staff_tables import staff, staff_sessions

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class OpenSession:
    """One place where somebody is signed in, as they see it in their profile."""

    token_hash: str
    about: str
    created_at: datetime
    seen_at: datetime


class StaffSessions(Base):
    """Sessions, found by the hash of their token. How long one lasts is `bot.staff`'s to know."""

    def open_staff_session(
        self, staff_id: str, token_hash: str, *, csrf: str, is_verified: bool, now: datetime, about: str = ""
    ) -> None:
        """Remember a sign-in. `is_verified`: with the second factor too. `about` names browser and system."""
        row = {
            "token_hash": token_hash,
            "staff_id": staff_id,
            "csrf": csrf,
            "is_verified": is_verified,
            "about": about,
            "created_at": now,
            "seen_at": now,
        }
        with self._write() as connection:
            connection.execute(delete(staff_sessions).where(staff_sessions.c.created_at < now - FORGOTTEN_AFTER))
            connection.execute(insert(staff_sessions).values(**row))

    def find_staff_session(self, token_hash: str) -> StaffSession | None:
        """The session of an active account, however old."""
        query = select(staff, staff_sessions).join(staff_sessions, staff_sessions.c.staff_id == staff.c.id)
        with self._read() as connection:
            row = connection.execute(
                query.where(staff_sessions.c.token_hash == token_hash, staff.c.is_active)
            ).one_or_none()
        if row is None:
            return None
        opened_at = row._mapping[staff_sessions.c.created_at]
        return StaffSession(staff_of(row), row.csrf, row.is_verified, opened_at, row.seen_at)

    def verify_staff_session(self, old_hash: str, new_hash: str, *, csrf: str, now: datetime) -> bool:
        """The same sign-in under a new token, now with the second factor. False when it had ended meanwhile."""
        values = {"token_hash": new_hash, "csrf": csrf, "is_verified": True, "created_at": now, "seen_at": now}
        with self._write() as connection:
            change = update(staff_sessions).where(staff_sessions.c.token_hash == old_hash).values(**values)
            return bool(connection.execute(change).rowcount == 1)

    def touch_staff_session(self, token_hash: str, *, now: datetime) -> None:
        """Somebody is there. Never turns the clock back."""
        known = (staff_sessions.c.token_hash == token_hash, staff_sessions.c.seen_at < now)
        with self._write_relaxed() as connection:
            connection.execute(update(staff_sessions).where(*known).values(seen_at=now))

    def sessions_of(self, staff_id: str) -> list[OpenSession]:
        """Where somebody is signed in, the newest first."""
        mine = select(staff_sessions).where(staff_sessions.c.staff_id == staff_id, staff_sessions.c.is_verified)
        with self._read() as connection:
            rows = connection.execute(mine.order_by(staff_sessions.c.seen_at.desc())).all()
        return [OpenSession(row.token_hash, row.about, row.created_at, row.seen_at) for row in rows]

    def end_staff_session(self, staff_id: str, token_hash: str) -> bool:
        """End one of their own; False when there was none."""
        mine = (staff_sessions.c.staff_id == staff_id, staff_sessions.c.token_hash == token_hash)
        with self._write() as connection:
            return bool(connection.execute(delete(staff_sessions).where(*mine)).rowcount == 1)

    def end_other_sessions(self, staff_id: str, *, but: str) -> None:
        """End all sessions of somebody but the one whose token has the hash `but`."""
        others = (staff_sessions.c.staff_id == staff_id, staff_sessions.c.token_hash != but)
        with self._write() as connection:
            connection.execute(delete(staff_sessions).where(*others))
