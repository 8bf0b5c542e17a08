"""The people who work in the console, and where they are signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from bot.privacy.tokens import new_id
from bot.store.base import Base
from bot.store.staff_tables import staff, staff_sessions
from bot.types import Staff, StaffSession
from bot.vocabulary import Role


class StaffAccounts(Base):
    """Accounts and sessions. Who may do what is `bot.staff`'s to know."""

    def add_staff(self, *, login: str, name: str, role: Role, password_hash: str | None, now: datetime) -> Staff:
        """A new account. Raises SQLAlchemy's IntegrityError when the login is taken."""
        added = Staff(new_id(), login.strip().lower(), name, role)
        row = {
            "id": added.id,
            "login": added.login,
            "name": name,
            "role": role.value,
            "password_hash": password_hash,
            "failures": 0,
            "is_active": True,
            "created_at": now,
        }
        with self._write() as connection:
            connection.execute(insert(staff).values(**row))
        return added

    def all_staff(self) -> list[Staff]:
        """Everybody, also who has left, by name."""
        with self._read() as connection:
            return [_staff(row) for row in connection.execute(select(staff).order_by(staff.c.name)).all()]

    def find_staff(self, staff_id: str) -> Staff | None:
        with self._read() as connection:
            row = connection.execute(select(staff).where(staff.c.id == staff_id)).one_or_none()
        return None if row is None else _staff(row)

    def open_staff_session(
        self, staff_id: str, token_hash: str, *, csrf: str, is_verified: bool, now: datetime
    ) -> None:
        """Remember a sign-in. `is_verified`: with the second factor too."""
        row = {
            "token_hash": token_hash,
            "staff_id": staff_id,
            "csrf": csrf,
            "is_verified": is_verified,
            "created_at": now,
            "seen_at": now,
        }
        with self._write() as connection:
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
        opened_at = row[staff_sessions.c.created_at]
        return StaffSession(_staff(row), row.csrf, row.is_verified, opened_at, row.seen_at)


def _staff(row: Any) -> Staff:
    return Staff(row.id, row.login, row.name, Role(row.role), row.is_active)
