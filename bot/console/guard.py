"""In front of every page: who is it, may they, and was the form really sent from one of our pages?"""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message

from bot.console.page import Endpoint, Page, PublicEndpoint
from bot.console.refusal import error_json, form_expired, from_elsewhere, is_script, not_allowed, refusal, too_large
from bot.console.visit import LOCKED, SIGN_IN, Visit, find_visit, has_csrf, way_in
from bot.console.ways import SAFE_METHODS, is_from_us
from bot.errors import ConversationError, HandoffError, StaffError
from bot.staff.permissions import may
from bot.staff.sessions import Standing, is_due_for_touch
from bot.store.store import Store
from bot.vocabulary import Permission

BODY_LIMIT = 64 * 1024
"""Bytes. The longest reply takes 48 kB when every sign of it is escaped."""


class Guard:
    """Wraps a page's endpoint. Refuses with a page that says why, or with JSON where a script asked."""

    def __init__(self, store: Store, page: Page) -> None:
        self._store = store
        self._page = page

    async def __call__(self, request: Request) -> Response:
        visit = request.state.visit = await find_visit(self._store, request)
        is_public = self._page.needs is Permission.PUBLIC
        if request.method not in SAFE_METHODS and not is_from_us(request, is_certain=is_public):
            return from_elsewhere(request, visit.signed_in)
        if not is_public:
            if visit.signed_in is None:
                return _sign_in_first(request, visit)
            if not may(visit.signed_in.staff.role, self._page.needs):
                return not_allowed(request, visit.signed_in)
        await self._touch(visit)
        return await self._with_form(request, visit)

    async def _with_form(self, request: Request, visit: Visit) -> Response:
        request.state.form = {}
        if request.method not in SAFE_METHODS:
            body = await _body(request)
            if body is None:
                return too_large(request, visit.signed_in)
            request = _replayed(request, body)
            async with request.form() as form:
                request.state.form = {name: value for name, value in form.items() if isinstance(value, str)}
            # Public pages have no session's token; those that go on with a half or locked one check it themselves.
            is_public = self._page.needs is Permission.PUBLIC
            if not is_public and (visit.signed_in is None or not has_csrf(request, visit.signed_in)):
                return form_expired(request, visit.signed_in)
        return await self._answer(request, visit)

    async def _answer(self, request: Request, visit: Visit) -> Response:
        try:
            if visit.signed_in is None:
                return await cast(PublicEndpoint, self._page.endpoint)(request, None)
            return await cast(Endpoint, self._page.endpoint)(request, visit.signed_in)
        except (HandoffError, StaffError) as error:
            message, status = str(error), 409
            code = error.code
        except ConversationError as error:
            code, message, status = error.code, error.message, error.status
        return refusal(request, visit.signed_in, status=status, code=code, title="Not possible", message=message)

    async def _touch(self, visit: Visit) -> None:
        now = datetime.now(timezone.utc)
        if visit.signed_in and not self._page.is_background and is_due_for_touch(visit.signed_in, now):
            await asyncio.to_thread(self._store.touch_staff_session, visit.token_hash, now=now)


def _sign_in_first(request: Request, visit: Visit) -> Response:
    is_locked = visit.standing is Standing.LOCKED
    where = way_in(request, LOCKED if is_locked else SIGN_IN)
    if is_script(request):
        message = "You were away for a while. Sign in again; what you typed is kept."
        return error_json(401, "signed_out", message, sign_in=where)
    return RedirectResponse(where, status_code=303)


async def _body(request: Request) -> bytes | None:
    """The request's body; None when it is larger than any form of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return body


def _replayed(request: Request, body: bytes) -> Request:
    """The request with its body unread, so that a page may read it in its own way."""
    is_read = False

    async def receive() -> Message:
        nonlocal is_read
        if is_read:
            return await request.receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)
