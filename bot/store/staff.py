"""The people who work in the console: their accounts, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.errors import StaffError
from bot.people import Staff
from bot.privacy.tokens import new_id
from bot.store.audit import write_audit
from bot.store.base import Base
from bot.store.moves import release_all
from bot.store.staff_tables import invitations, staff, staff_sessions
from bot.store.tables import handoffs
from bot.types import Move
from bot.vocabulary import Role, Status


@dataclass(frozen=True)
class Account:
    """What an admin sees of an account, and what a sign-in needs."""

    staff: Staff
    has_password: bool
    has_totp: bool
    failures: int
    locked_until: datetime | None
    created_at: datetime


class StaffAccounts(Base):
    """Accounts. Who may do what is `bot.staff`'s to know. `by` is None for the command line and the first start."""

    def add_staff(
        self, *, login: str, name: str, role: Role, password_hash: str | None, now: datetime, by: Staff | None = None
    ) -> Staff:
        """A new account. Raises StaffError `login_taken`."""
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
        try:
            with self._write() as connection:
                connection.execute(insert(staff).values(**row))
                write_audit(connection, "account_added", by=by, detail=f"{added.login}, {role.value}", now=now)
        except IntegrityError:
            raise StaffError("login_taken", f"There is an account with the login {added.login} already.") from None
        return added

    def all_staff(self) -> list[Staff]:
        """Everybody, also who has left, by name."""
        with self._read() as connection:
            return [staff_of(row) for row in connection.execute(select(staff).order_by(staff.c.name)).all()]

    def find_staff(self, staff_id: str) -> Staff | None:
        account = self.find_account(staff_id)
        return None if account is None else account.staff

    def accounts(self) -> list[Account]:
        """Everybody, also who has left, by name."""
        with self._read() as connection:
            return [_account(row) for row in connection.execute(select(staff).order_by(staff.c.name)).all()]

    def find_account(self, staff_id: str) -> Account | None:
        return self._account_where(staff.c.id == staff_id)

    def find_login(self, login: str) -> Account | None:
        """The account with that login, however it is written."""
        return self._account_where(staff.c.login == login.strip().lower())

    def rename_staff(self, staff_id: str, name: str, *, by: Staff | None, now: datetime) -> None:
        """Change the name that patients see."""
        with self._write() as connection:
            connection.execute(update(staff).where(staff.c.id == staff_id).values(name=name))
            write_audit(connection, "name_changed", by=by, detail=name, now=now)

    def change_role(self, staff_id: str, role: Role, *, by: Staff | None, release: Move, now: datetime) -> list[str]:
        """Their sessions end, so that the new role's rules hold at once. Raises StaffError `last_admin` or `gone`.

        Who may only look from now on gives back what they hold, by the move `release`; returns those conversations.
        """
        with self._write() as connection:
            row = _locked(connection, staff_id)
            if role is not Role.ADMIN:
                _keep_an_admin(connection, staff_id)
            connection.execute(update(staff).where(staff.c.id == staff_id).values(role=role.value))
            connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))
            detail = f"{row.login}: {row.role} to {role.value}"
            write_audit(connection, "role_changed", by=by, detail=detail, now=now)
            return self._release_all(connection, row, by, release, now) if role is Role.VIEWER else []

    def deactivate(self, staff_id: str, *, by: Staff | None, release: Move, now: datetime) -> list[str]:
        """End their sessions and links, and give back what they hold, by the move `release`: all at once.

        Returns the conversations that wait again. Raises StaffError `last_admin` or `gone`.
        """
        with self._write() as connection:
            row = _locked(connection, staff_id)
            _keep_an_admin(connection, staff_id)
            connection.execute(update(staff).where(staff.c.id == staff_id).values(is_active=False))
            connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))
            connection.execute(delete(invitations).where(invitations.c.staff_id == staff_id))
            write_audit(connection, "deactivated", by=by, detail=row.login, now=now)
            return self._release_all(connection, row, by, release, now)

    def reactivate(self, staff_id: str, *, by: Staff | None, now: datetime) -> None:
        """Raises StaffError `gone`."""
        with self._write() as connection:
            row = _locked(connection, staff_id)
            connection.execute(update(staff).where(staff.c.id == staff_id).values(is_active=True))
            write_audit(connection, "reactivated", by=by, detail=row.login, now=now)

    def conversations_held(self) -> dict[str, list[str]]:
        """By the id of the member of staff, the conversations that they have claimed, oldest first."""
        query = select(handoffs.c.owner, handoffs.c.conversation_id).where(handoffs.c.status == Status.CLAIMED.value)
        held: dict[str, list[str]] = {}
        with self._read() as connection:
            for owner, conversation_id in connection.execute(query.order_by(handoffs.c.opened_at)).all():
                held.setdefault(owner, []).append(conversation_id)
        return held

    def _release_all(
        self, connection: Connection, row: Any, by: Staff | None, release: Move, now: datetime
    ) -> list[str]:
        released = release_all(connection, self._cipher, row.id, release, now=now)
        for conversation_id in released:
            write_audit(connection, "release", by=by, subject=conversation_id, detail=f"held by {row.login}", now=now)
        return released

    def _account_where(self, condition: Any) -> Account | None:
        with self._read() as connection:
            row = connection.execute(select(staff).where(condition)).one_or_none()
        return None if row is None else _account(row)


def staff_of(row: Any) -> Staff:
    """Somebody from a row of `staff`, alone or joined."""
    return Staff(row.id, row.login, row.name, Role(row.role), row.is_active)


def _account(row: Any) -> Account:
    has_password, has_totp = row.password_hash is not None, row.totp_secret is not None
    return Account(staff_of(row), has_password, has_totp, row.failures, row.locked_until, row.created_at)


def _locked(connection: Connection, staff_id: str) -> Any:
    """The account's row. All admins' rows are held with it: of two who demote one another only one may succeed."""
    wanted = (staff.c.role == Role.ADMIN.value) | (staff.c.id == staff_id)
    query = select(staff).where(wanted).order_by(staff.c.id).with_for_update()
    for row in connection.execute(query).all():
        if row.id == staff_id:
            return row
    raise StaffError("gone", "There is no such account.")


def _keep_an_admin(connection: Connection, staff_id: str) -> None:
    """Raises StaffError when nobody else could administer after `staff_id` no longer does."""
    able = (staff.c.role == Role.ADMIN.value, staff.c.is_active, staff.c.password_hash.isnot(None))
    admins = set(connection.execute(select(staff.c.id).where(*able)).scalars())
    if admins == {staff_id}:
        raise StaffError("last_admin", "This is the last admin who can sign in. Make somebody else an admin first.")
