"""A member of staff's browser as the console's tests see it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import httpx2
from starlette.testclient import TestClient

from bot.console.visit import COOKIE
from bot.people import Staff
from bot.privacy.tokens import hash_token, new_token
from bot.store.store import Store
from bot.vocabulary import Role

ADDRESS = "https://testserver"


def add_colleague(store: Store, role: Role, name: str) -> tuple[Staff, dict[str, str], str]:
    """A new account that is signed in: with it the cookies, and the token that forms carry."""
    now = datetime.now(timezone.utc)
    login = f"{name.lower().replace(' ', '.')}-{new_token()[:6]}@clinic.example"
    staff = store.add_staff(login=login, name=name, role=role, password_hash=None, now=now)
    token, csrf = new_token(), new_token()
    store.open_staff_session(staff.id, hash_token(token), csrf=csrf, is_verified=True, now=now)
    return staff, {COOKIE: token}, csrf


class Colleague(TestClient):
    """A test client that knows who it is."""

    staff: Staff
    csrf: str

    def submit(self, path: str, **fields: Any) -> httpx2.Response:
        """Send a form as our own page would; doesn't follow where it leads."""
        headers = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
        return self.post(path, data={"csrf": self.csrf, **fields}, headers=headers, follow_redirects=False)
