"""Browsers and accounts for the tests of signing in."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx2
import pyotp
from starlette.testclient import TestClient

from bot.console.guard import COOKIE
from bot.people import Staff
from bot.privacy.tokens import hash_token, new_token
from bot.staff import codes, passwords
from bot.store.store import Store
from bot.vocabulary import Role
from tests.console.colleague import ADDRESS

PASSWORD = "velvet otter climbs seven"
PROFILE = "/console/profile"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FROM_US = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}


def now() -> datetime:
    return datetime.now(timezone.utc)


def fresh_code() -> str:
    """What the phone shows now."""
    return pyotp.TOTP(SECRET).at(now())


def add_person(store: Store, login: str = "nora", role: Role = Role.AGENT) -> Staff:
    """Somebody with the usual password, named as the login in capitals."""
    password_hash = passwords.hash_password(PASSWORD)
    return store.add_staff(login=login, name=login.title(), role=role, password_hash=password_hash, now=now())


def give_phone(store: Store, staff: Staff, recovery_codes: tuple[str, ...] = ("aaaa-bbbb-cccc-dddd",)) -> None:
    hashes = [codes.hash_recovery_code(code) for code in recovery_codes]
    store.set_totp(staff.id, SECRET, step=1, recovery_hashes=hashes, now=now())


def give_session(
    client: TestClient,
    store: Store,
    staff: Staff,
    *,
    opened: timedelta = timedelta(0),
    seen: timedelta | None = None,
    is_verified: bool = True,
) -> str:
    """A session that was opened, and last seen, so long ago. Returns the token that its forms carry."""
    token, csrf = new_token(), new_token()
    store.open_staff_session(
        staff.id, hash_token(token), csrf=csrf, is_verified=is_verified, now=now() - opened, about="Firefox on Linux"
    )
    if seen is not None:
        store.touch_staff_session(hash_token(token), now=now() - seen)
    # As the test client keeps those that a response sets, so that the next one takes its place.
    client.cookies.clear()
    client.cookies.set(COOKIE, token, domain="testserver.local", path="/")
    return csrf


def send(client: TestClient, path: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx2.Response:
    """Send a form as our own page would; doesn't follow where it leads."""
    sent = FROM_US if headers is None else headers
    return client.post(path, data=fields, headers=sent, follow_redirects=False)


def field_of(page: httpx2.Response, name: str) -> str:
    """The value of a field that a page holds."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


def sign_in(
    browser: TestClient, password: str = PASSWORD, where: str = PROFILE, login: str = "nora"
) -> httpx2.Response:
    return send(browser, "/console/sign-in", login=login, password=password, next=where)
