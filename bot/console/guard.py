"""In front of every page: who is it, may they, and was the form really sent from one of our pages?"""

from __future__ import annotations

import asyncio
import hmac
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.page import Page
from bot.console.render import page as rendered
from bot.privacy.tokens import hash_token
from bot.staff.permissions import may
from bot.store.store import Store
from bot.types import StaffSession

COOKIE = "__Host-mesoguide-staff"


class Guard:
    """Wraps a page's endpoint. Refuses with a page that says why."""

    def __init__(self, store: Store, page: Page) -> None:
        self._store = store
        self._page = page

    async def __call__(self, request: Request) -> Response:
        session = await self._session(request)
        if session is None:
            return RedirectResponse(f"/console/sign-in?next={quote(request.url.path)}", status_code=303)
        if not may(session.staff.role, self._page.needs):
            return rendered("refused.html", session, status=403, title="Not allowed")
        if request.method == "POST":
            async with request.form() as form:
                request.state.form = {name: value for name, value in form.items() if isinstance(value, str)}
            if not hmac.compare_digest(request.state.form.get("csrf", "").encode(), session.csrf.encode()):
                return rendered("refused.html", session, status=403, title="Please try again")
        return await self._page.endpoint(request, session)

    async def _session(self, request: Request) -> StaffSession | None:
        token = request.cookies.get(COOKIE)
        if not token:
            return None
        found = await asyncio.to_thread(self._store.find_staff_session, hash_token(token))
        return found if found is not None and found.is_verified else None
