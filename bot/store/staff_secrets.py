"""What proves who somebody is: password, second factor, recovery codes; and the count of wrong tries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, insert, select, update

from bot.people import Staff
from bot.store.audit import write_audit
from bot.store.base import Base
from bot.store.staff import staff_of
from bot.store.staff_tables import recovery_codes, staff


@dataclass(frozen=True)
class Attempt:
    """A try that counts as wrong until it turns out right. `locked_until`: what it costs if it doesn't."""

    locked_until: datetime | None


class StaffSecrets(Base):
    """How a secret is checked, and what a wrong try costs, is `bot.staff`'s to know."""

    def begin_attempt(self, staff_id: str, *, lock_for: Callable[[int], timedelta], now: datetime) -> Attempt | None:
        """Count a try before it is checked, so that many at once are not checked for the price of one.

        None while the account is locked or not active: then nothing may be checked. `lock_for` says for how long it
        is locked after so many wrong tries.
        """
        with self._write() as connection:
            row = connection.execute(select(staff).where(staff.c.id == staff_id).with_for_update()).one_or_none()
            if row is None or not row.is_active or (row.locked_until is not None and row.locked_until > now):
                return None
            failures = row.failures + 1
            locked_until = now + span if (span := lock_for(failures)) else None
            compared = update(staff).where(staff.c.id == staff_id, staff.c.failures == row.failures)
            swapped = connection.execute(compared.values(failures=failures, locked_until=locked_until))
            return Attempt(locked_until) if swapped.rowcount == 1 else None

    def end_attempt(self, staff_id: str, *, is_signed_in: bool) -> None:
        """The try was right: it doesn't count, and whoever is signed in starts from none."""
        fewer = case((staff.c.failures > 0, staff.c.failures - 1), else_=0)
        values = {"failures": 0 if is_signed_in else fewer, "locked_until": None}
        with self._write() as connection:
            connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))

    def unlock_account(self, staff_id: str, *, by: Staff | None, now: datetime) -> None:
        """Forget the wrong tries."""
        with self._write() as connection:
            change = update(staff).where(staff.c.id == staff_id).values(failures=0, locked_until=None)
            connection.execute(change)
            login = connection.execute(select(staff.c.login).where(staff.c.id == staff_id)).scalar_one_or_none()
            write_audit(connection, "unlocked", by=by, detail=login or "", now=now)

    def password_hash(self, staff_id: str) -> str | None:
        with self._read() as connection:
            query = select(staff.c.password_hash).where(staff.c.id == staff_id)
            found: str | None = connection.execute(query).scalar_one_or_none()
        return found

    def set_password_hash(self, staff_id: str, password_hash: str, *, old: str | None = None) -> None:
        """Only where it is still `old`, if that is given: a rehash must not undo a change of the password."""
        change = update(staff).where(staff.c.id == staff_id)
        if old is not None:
            change = change.where(staff.c.password_hash == old)
        with self._write() as connection:
            connection.execute(change.values(password_hash=password_hash))

    def totp_secret(self, staff_id: str) -> str | None:
        """The secret that the codes come from, or None."""
        with self._read() as connection:
            query = select(staff.c.totp_secret).where(staff.c.id == staff_id)
            sealed = connection.execute(query).scalar_one_or_none()
        return None if sealed is None else self._cipher.open(sealed)

    def set_totp(self, staff_id: str, secret: str, *, step: int, recovery_hashes: Iterable[str], now: datetime) -> None:
        """A new second factor with new recovery codes. `step` is the one of the code that proved it: it is used."""
        with self._write() as connection:
            values = {"totp_secret": self._cipher.seal(secret), "totp_step": step}
            connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))
            connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
            rows = [{"code_hash": code_hash, "staff_id": staff_id} for code_hash in recovery_hashes]
            connection.execute(insert(recovery_codes), rows)
            by = staff_of(connection.execute(select(staff).where(staff.c.id == staff_id)).one())
            write_audit(connection, "second_factor_set", by=by, now=now)

    def take_totp_step(self, staff_id: str, step: int) -> bool:
        """Use a code up: False when it, or a later one, was used before."""
        unused = staff.c.totp_step.is_(None) | (staff.c.totp_step < step)
        with self._write() as connection:
            change = update(staff).where(staff.c.id == staff_id, unused).values(totp_step=step)
            return bool(connection.execute(change).rowcount == 1)

    def take_recovery_code(self, staff_id: str, code_hash: str, *, now: datetime) -> bool:
        """Use a recovery code up: False when it isn't theirs or was used before."""
        mine = (recovery_codes.c.staff_id == staff_id, recovery_codes.c.code_hash == code_hash)
        with self._write() as connection:
            change = update(recovery_codes).where(*mine, recovery_codes.c.used_at.is_(None)).values(used_at=now)
            return bool(connection.execute(change).rowcount == 1)

    def recovery_codes_left(self, staff_id: str) -> int:
        unused = (recovery_codes.c.staff_id == staff_id, recovery_codes.c.used_at.is_(None))
        with self._read() as connection:
            return int(connection.execute(select(func.count()).where(*unused)).scalar_one())
