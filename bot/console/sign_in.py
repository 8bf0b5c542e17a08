"""In and out: password, code, the lock after a pause, and the way out."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import datetime, timezone
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.page import Page, Tools
from bot.console.refusal import form_expired
from bot.console.render import page
from bot.console.visit import SIGN_IN, Visit, has_csrf, with_cookie, without_cookie
from bot.console.ways import SAFE_METHODS, safe_next, way_to
from bot.people import Staff, StaffSession
from bot.privacy.throttle import Throttle
from bot.staff.accounts import Accounts
from bot.staff.sessions import Standing
from bot.vocabulary import Permission

TRIES_PER_MINUTE = 20
"""From one network address: a whole clinic may share one."""

REFUSED_AFTER_S = 0.4
"""A refusal takes this long whatever the reason, so that its time says nothing of whether there is such a login."""

CODE, SECOND_FACTOR = "/console/code", "/console/second-factor"
WRONG = "That didn't work. Login or password is wrong, or there were too many wrong tries: then wait a while."
WRONG_CODE = "That code didn't work. Each code works once; wait for the next one and type that."
WRONG_ANSWER = "That didn't work. After too many wrong tries you have to wait a while."
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS X", "CrOS", "Linux")
BROWSERS = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
SAID = {"Edg": "Edge", "OPR": "Opera", "Mac OS X": "a Mac", "CrOS": "ChromeOS"}


class SignIn:
    """The pages that let somebody in."""

    def __init__(self, tools: Tools) -> None:
        self._store = tools.store
        self._accounts = Accounts(tools.store, clinic_name=tools.clinic.name, require_totp=tools.require_totp)
        self._throttle = Throttle(TRIES_PER_MINUTE)

    async def sign_in(self, request: Request, session: StaffSession | None) -> Response:
        if request.method in SAFE_METHODS:
            where = safe_next(request.query_params.get("next"))
            if session is not None:
                return RedirectResponse(where, status_code=303)
            return page("sign_in.html", None, title="Sign in", next=where, error="", login="")
        form, began = request.state.form, time.monotonic()
        where, login = safe_next(form.get("next")), form.get("login", "")
        if (wait := self._wait(request)) is not None:
            return wait
        about = browser_of(request)
        signed_in = await asyncio.to_thread(
            self._accounts.sign_in, login, form.get("password", ""), about=about, now=_now()
        )
        if signed_in is None:
            await asyncio.sleep(max(0.0, began + REFUSED_AFTER_S - time.monotonic()))
            return page("sign_in.html", None, status=401, title="Sign in", next=where, error=WRONG, login=login)
        await self._end(request.state.visit)
        return with_cookie(RedirectResponse(_next_step(signed_in.is_verified, where), 303), signed_in)

    async def code(self, request: Request, session: StaffSession | None) -> Response:
        visit: Visit = request.state.visit
        where = safe_next((request.state.form or request.query_params).get("next"))
        if visit.standing is not Standing.HALF or visit.session is None:
            return RedirectResponse(where if session else SIGN_IN, status_code=303)
        staff = visit.session.staff
        if not await self._has_totp(staff):
            return RedirectResponse(way_to(SECOND_FACTOR, where), status_code=303)
        values: dict[str, Any] = {"title": "Your code", "next": where, "csrf": visit.session.csrf}
        if request.method in SAFE_METHODS:
            return page("code.html", None, **values, error="")
        if not has_csrf(request, visit.session):
            return form_expired(request, None)
        if (wait := self._wait(request)) is not None:
            return wait
        typed = request.state.form.get("code", "")
        signed_in = None
        if await asyncio.to_thread(self._accounts.check_code, staff, typed, now=_now()):
            signed_in = await asyncio.to_thread(self._accounts.verify, staff, visit.token_hash, now=_now())
        if signed_in is None:
            return page("code.html", None, status=401, **values, error=WRONG_CODE)
        return with_cookie(RedirectResponse(where, status_code=303), signed_in)

    async def locked(self, request: Request, session: StaffSession | None) -> Response:
        visit: Visit = request.state.visit
        where = safe_next((request.state.form or request.query_params).get("next"))
        if visit.standing is not Standing.LOCKED or visit.session is None:
            return RedirectResponse(where if session else way_to(SIGN_IN, where), status_code=303)
        staff = visit.session.staff
        values: dict[str, Any] = {"title": "Locked", "next": where, "csrf": visit.session.csrf, "name": staff.name}
        if request.method in SAFE_METHODS:
            return page("locked.html", None, **values, error="")
        if not has_csrf(request, visit.session):
            return form_expired(request, None)
        if (wait := self._wait(request)) is not None:
            return wait
        answer = request.state.form.get("answer", "")
        if not await asyncio.to_thread(self._accounts.check_again, staff, answer, now=_now()):
            return page("locked.html", None, status=401, **values, error=WRONG_ANSWER)
        # The token stays: forms in other tabs, with what was typed there, are still good.
        await asyncio.to_thread(self._store.touch_staff_session, visit.token_hash, now=_now())
        return RedirectResponse(where, status_code=303)

    async def sign_out(self, request: Request, session: StaffSession | None) -> Response:
        visit: Visit = request.state.visit
        if visit.session is not None and not has_csrf(request, visit.session):
            return form_expired(request, session)
        await self._end(visit)
        if session is not None:
            await asyncio.to_thread(self._store.audit, "signed_out", by=session.staff, now=_now())
        return without_cookie(SIGN_IN)

    async def here(self, request: Request, session: StaffSession) -> Response:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    def _wait(self, request: Request) -> Response | None:
        wait_s = self._throttle.take(request.client.host if request.client else "unknown")
        if not wait_s:
            return None
        message = f"There were many tries from your network. Please wait {wait_s} seconds."
        refused = page("refused.html", None, status=429, title="Please wait", message=message)
        refused.headers["Retry-After"] = str(wait_s)
        return refused

    async def _end(self, visit: Visit) -> None:
        if visit.session is not None:
            await asyncio.to_thread(self._store.end_staff_session, visit.session.staff.id, visit.token_hash)

    async def _has_totp(self, staff: Staff) -> bool:
        account = await asyncio.to_thread(self._store.find_account, staff.id)
        return account is not None and account.has_totp


def pages(tools: Tools) -> list[Page]:
    """/console/sign-in, /code, /locked and /sign-out; /here says to a page's script whether it is still signed in."""
    found = SignIn(tools)
    both = ("GET", "POST")
    return [
        Page("/sign-in", found.sign_in, Permission.PUBLIC, both),
        Page("/code", found.code, Permission.PUBLIC, both),
        Page("/locked", found.locked, Permission.PUBLIC, both),
        Page("/sign-out", found.sign_out, Permission.PUBLIC, ("POST",)),
        Page("/here", found.here, Permission.SELF),
        Page("/here/still", found.here, Permission.SELF, is_background=True),
    ]


def browser_of(request: Request) -> str:
    """Browser and system in plain words, as far as they say so themselves."""
    agent = request.headers.get("user-agent", "")[:500]
    browser = next((name for name in BROWSERS if name in agent), "")
    system = next((name for name in SYSTEMS if re.search(rf"\b{name}\b", agent)), "")
    known = [SAID.get(name, name) for name in (browser, system) if name]
    return " on ".join(known) or "Unknown browser"


def _next_step(is_verified: bool, where: str) -> str:
    return where if is_verified else way_to(CODE, where)


def _now() -> datetime:
    return datetime.now(timezone.utc)
