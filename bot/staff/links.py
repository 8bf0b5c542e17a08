"""One-time links: who gets one sets a password with it and is in."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.errors import StaffError
from bot.people import Staff
from bot.privacy.tokens import hash_token, new_token
from bot.staff.accounts import Accounts
from bot.store.store import Store
from bot.vocabulary import Role

LASTS = timedelta(hours=24)
LOGIN = re.compile(r"[a-z0-9][a-z0-9._+-]*(@[a-z0-9.-]+)?")
LONGEST_LOGIN, LONGEST_NAME = 100, 60
FIRST_LOGIN, FIRST_NAME = "admin", "Admin"

USED_UP = StaffError(
    "link_used", "This link has been used already, or is older than a day. Ask an admin for a new one."
)


def invite(store: Store, *, login: str, name: str, role: Role, by: Staff | None, now: datetime) -> tuple[Staff, str]:
    """A new account and the path of its link. Raises StaffError `login_wrong`, `login_taken` or `name_wrong`."""
    staff = store.add_staff(
        login=clean_login(login), name=clean_name(name), role=role, password_hash=None, by=by, now=now
    )
    return staff, new_link(store, staff, by=by, now=now)


def new_link(store: Store, staff: Staff, *, by: Staff | None, now: datetime, resets_totp: bool = False) -> str:
    """The path of a link that works once within a day; earlier ones work no more."""
    token = new_token()
    store.add_link(staff.id, hash_token(token), resets_totp=resets_totp, expires_at=now + LASTS, by=by, now=now)
    return f"/console/welcome/{token}"


def first_link(store: Store, *, now: datetime) -> str | None:
    """The path of a link for the first admin; None when there is one who can sign in."""
    accounts = store.accounts()
    admins = [one for one in accounts if one.staff.role is Role.ADMIN and one.staff.is_active]
    if any(admin.has_password for admin in admins):
        return None
    if admins:
        return new_link(store, admins[0].staff, by=None, now=now)
    taken = {one.staff.login for one in accounts}
    names = [FIRST_LOGIN, *(f"{FIRST_LOGIN}-{number}" for number in range(2, len(taken) + 3))]
    login = next(name for name in names if name not in taken)
    return invite(store, login=login, name=FIRST_NAME, role=Role.ADMIN, by=None, now=now)[1]


def use_link(store: Store, accounts: Accounts, token: str, *, password: str, name: str, now: datetime) -> Staff:
    """Set password and name by a link. Raises StaffError `link_used`, `password_poor` or `name_wrong`."""
    staff = store.find_link(hash_token(token), now=now)
    if staff is None:
        raise USED_UP
    password_hash = accounts.checked_hash(password, login=staff.login)
    used_by = store.use_link(hash_token(token), password_hash=password_hash, name=clean_name(name), now=now)
    if used_by is None:
        raise USED_UP
    return used_by


def clean_login(login: str) -> str:
    """Raises StaffError `login_wrong` unless it looks like a name or an e-mail address."""
    cleaned = login.strip().lower()
    if LOGIN.fullmatch(cleaned) is None or len(cleaned) > LONGEST_LOGIN:
        raise StaffError("login_wrong", "A login is an e-mail address, or letters, digits, dots and dashes.")
    return cleaned


def clean_name(name: str) -> str:
    """The name that patients see, on one line. Raises StaffError `name_wrong`."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > LONGEST_NAME or not cleaned.isprintable():
        raise StaffError("name_wrong", f"A name has 1 to {LONGEST_NAME} characters. Patients see it.")
    return cleaned
