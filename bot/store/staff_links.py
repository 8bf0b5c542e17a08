"""One-time links: for the first admin, for a new colleague, for a forgotten password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.people import Staff
from bot.store.audit import write_audit
from bot.store.base import Base
from bot.store.staff import staff_of
from bot.store.staff_tables import invitations, recovery_codes, staff, staff_sessions


class StaffLinks(Base):
    """Links, found by the hash of their token. Somebody has at most one that works."""

    def add_link(
        self,
        staff_id: str,
        token_hash: str,
        *,
        resets_totp: bool,
        expires_at: datetime,
        by: Staff | None,
        now: datetime,
    ) -> None:
        """A new link; earlier ones work no more. `resets_totp`: using it takes the second factor away."""
        row = {
            "token_hash": token_hash,
            "staff_id": staff_id,
            "created_at": now,
            "expires_at": expires_at,
            "resets_totp": resets_totp,
        }
        with self._write() as connection:
            unused = (invitations.c.staff_id == staff_id, invitations.c.used_at.is_(None))
            connection.execute(delete(invitations).where(*unused))
            connection.execute(insert(invitations).values(**row))
            login = connection.execute(select(staff.c.login).where(staff.c.id == staff_id)).scalar_one()
            detail = f"{login}, second factor taken away on use" if resets_totp else login
            write_audit(connection, "link_made", by=by, detail=detail, now=now)

    def find_link(self, token_hash: str, *, now: datetime) -> Staff | None:
        """Whom a link is for; None when it was used, has expired or never was."""
        joined = select(staff).join(invitations, invitations.c.staff_id == staff.c.id)
        with self._read() as connection:
            row = connection.execute(joined.where(*_usable(token_hash, now), staff.c.is_active)).one_or_none()
        return None if row is None else staff_of(row)

    def use_link(self, token_hash: str, *, password_hash: str, name: str, now: datetime) -> Staff | None:
        """Set name and password, end all sessions, and use the link up. Of two at once one gets it; the other None."""
        with self._write() as connection:
            used = update(invitations).where(*_usable(token_hash, now)).values(used_at=now)
            if connection.execute(used).rowcount != 1:
                return None
            link = connection.execute(select(invitations).where(invitations.c.token_hash == token_hash)).one()
            if not _let_in(connection, link, password_hash, name):
                return None
            found = staff_of(connection.execute(select(staff).where(staff.c.id == link.staff_id)).one())
            write_audit(connection, "link_used", by=found, now=now)
            return found


def _usable(token_hash: str, now: datetime) -> tuple[Any, ...]:
    return invitations.c.token_hash == token_hash, invitations.c.used_at.is_(None), invitations.c.expires_at > now


def _let_in(connection: Connection, link: Any, password_hash: str, name: str) -> bool:
    values = {"password_hash": password_hash, "name": name, "failures": 0, "locked_until": None}
    if link.resets_totp:
        values |= {"totp_secret": None}
        connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == link.staff_id))
    change = update(staff).where(staff.c.id == link.staff_id, staff.c.is_active).values(**values)
    connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == link.staff_id))
    return bool(connection.execute(change).rowcount == 1)
