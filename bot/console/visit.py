"""Who is behind a request: the cookie, its session, and what that is worth at this moment."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from datetime import datetime, timezone

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.ways import way_back, way_to
from bot.people import StaffSession
from bot.privacy.tokens import hash_token
from bot.staff.accounts import SignedIn
from bot.staff.sessions import Standing, standing
from bot.store.store import Store

COOKIE = "__Host-mesoguide-staff"
SIGN_IN, LOCKED = "/console/sign-in", "/console/locked"


@dataclass(frozen=True)
class Visit:
    """What the guard found; pages have it as `request.state.visit`. `session` is None for nobody."""

    standing: Standing
    session: StaffSession | None = None
    token_hash: str = ""

    @property
    def signed_in(self) -> StaffSession | None:
        """The session of somebody who is fully signed in and not locked."""
        return self.session if self.standing is Standing.OPEN else None


async def find_visit(store: Store, request: Request) -> Visit:
    """Who sends the request."""
    token = request.cookies.get(COOKIE)
    if not token:
        return Visit(Standing.NOBODY)
    token_hash = hash_token(token)
    session = await asyncio.to_thread(store.find_staff_session, token_hash)
    worth = standing(session, datetime.now(timezone.utc))
    return Visit(worth) if worth is Standing.NOBODY else Visit(worth, session, token_hash)


async def is_signed_in(store: Store, request: Request) -> bool:
    """Whether whoever opened the request is still signed in: for streams, which outlast a session."""
    return (await find_visit(store, request)).standing is Standing.OPEN


def has_csrf(request: Request, session: StaffSession) -> bool:
    """Whether the form, or the header of a script's request, carries the session's own token."""
    sent = request.headers.get("X-CSRF-Token") or request.state.form.get("csrf", "")
    return hmac.compare_digest(sent.encode("utf-8", "replace"), session.csrf.encode())


def way_in(request: Request, where: str = SIGN_IN) -> str:
    """The address of a sign-in page that afterwards leads to where the request came from."""
    return way_to(where, way_back(request))


def with_cookie(response: Response, signed_in: SignedIn) -> Response:
    """Hand out the token. No lifetime: a browser that is closed forgets it, and the server ends it in any case."""
    response.set_cookie(COOKIE, signed_in.token, path="/", secure=True, httponly=True, samesite="strict")
    return response


def without_cookie(where: str) -> Response:
    """Take the token away and lead elsewhere."""
    response = RedirectResponse(where, status_code=303)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return response
