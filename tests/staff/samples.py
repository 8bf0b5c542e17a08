"""Short ways to say what the tests of accounts say often."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pyotp

from bot.people import Staff
from bot.staff import codes
from bot.staff.accounts import Accounts
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.vocabulary import Role

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=timezone.utc)
PASSWORD = "velvet otter climbs seven"
WRONG = "velvet otter climbs eight"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


def code_at(now: datetime, secret: str = SECRET) -> str:
    """What the phone shows at that moment."""
    return pyotp.TOTP(secret).at(now)


def add(store: Store, accounts: Accounts, login: str = "nora", role: Role = Role.AGENT) -> Staff:
    """Somebody with the usual password."""
    password_hash = accounts.checked_hash(PASSWORD, login=login)
    return store.add_staff(login=login, name=login.title(), role=role, password_hash=password_hash, now=NOW)


def with_phone(store: Store, staff: Staff) -> list[str]:
    """Give somebody a second factor; their recovery codes."""
    made = codes.new_recovery_codes()
    hashes = [codes.hash_recovery_code(code) for code in made]
    store.set_totp(staff.id, SECRET, step=1, recovery_hashes=hashes, now=NOW)
    return made


def acts(store: Store) -> list[str]:
    """What the audit says happened, oldest first."""
    return [line.act for line in store.audit_lines(AuditFilter(), limit=100)][::-1]
