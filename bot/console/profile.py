"""One's own account: name, password, second factor, and where one is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.moments import moment
from bot.console.page import Page, Tools
from bot.console.render import page
from bot.console.ways import SAFE_METHODS
from bot.errors import StaffError
from bot.people import StaffSession
from bot.staff.accounts import Accounts
from bot.staff.links import clean_name
from bot.vocabulary import Permission

PROFILE = "/console/profile"
SAID = {
    "name": "Your name was changed.",
    "password": "Your password was changed. Everywhere else you are signed out.",
    "session": "That session was ended.",
}
WRONG_PASSWORD = "Your present password isn't right, or there were too many wrong tries."  # noqa: S105  (a sentence)
DIFFERENT = "The two new passwords differ. Please type both again."


class Profile:
    """Everybody's own page."""

    def __init__(self, tools: Tools) -> None:
        self._store = tools.store
        self._zone = tools.clinic.zone
        self._accounts = Accounts(tools.store, clinic_name=tools.clinic.name, require_totp=tools.require_totp)
        self._acts: dict[str, Callable[[Request, StaffSession], Awaitable[None]]] = {
            "name": self._rename,
            "password": self._change_password,
            "session": self._end_session,
        }

    async def profile(self, request: Request, session: StaffSession) -> Response:
        if request.method in SAFE_METHODS:
            return await self._shown(request, session, done=SAID.get(request.query_params.get("done", ""), ""))
        act = request.state.form.get("act", "")
        if act not in self._acts:
            return RedirectResponse(PROFILE, status_code=303)
        try:
            await self._acts[act](request, session)
        except StaffError as error:
            return await self._shown(request, session, error=str(error))
        return RedirectResponse(f"{PROFILE}?done={act}", status_code=303)

    async def _shown(self, request: Request, session: StaffSession, done: str = "", error: str = "") -> Response:
        staff_id = session.staff.id
        account = await asyncio.to_thread(self._store.find_account, staff_id)
        sessions = await asyncio.to_thread(self._store.sessions_of, staff_id)
        codes_left = await asyncio.to_thread(self._store.recovery_codes_left, staff_id)
        here = request.state.visit.token_hash
        return page(
            "profile.html",
            session,
            status=422 if error else 200,
            title="Profile",
            has_totp=account is not None and account.has_totp,
            codes_left=codes_left,
            sessions=[
                (one, moment(one.created_at, self._zone), moment(one.seen_at, self._zone), one.token_hash == here)
                for one in sessions
            ],
            done=done,
            error=error,
        )

    async def _rename(self, request: Request, session: StaffSession) -> None:
        name, staff = clean_name(request.state.form.get("name", "")), session.staff
        await asyncio.to_thread(self._store.rename_staff, staff.id, name, by=staff, now=_now())

    async def _change_password(self, request: Request, session: StaffSession) -> None:
        form, staff = request.state.form, session.staff
        if form.get("new", "") != form.get("again", ""):
            raise StaffError("different", DIFFERENT)
        if not await asyncio.to_thread(self._accounts.check_again, staff, form.get("present", ""), now=_now()):
            raise StaffError("wrong", WRONG_PASSWORD)
        token_hash = request.state.visit.token_hash
        await asyncio.to_thread(
            self._accounts.set_password, staff, form.get("new", ""), token_hash=token_hash, now=_now()
        )

    async def _end_session(self, request: Request, session: StaffSession) -> None:
        # Only among one's own: the store looks for both.
        wanted, staff = request.state.form.get("session", ""), session.staff
        if await asyncio.to_thread(self._store.end_staff_session, staff.id, wanted):
            await asyncio.to_thread(self._store.audit, "session_ended", by=staff, now=_now())


def pages(tools: Tools) -> list[Page]:
    """/console/profile."""
    return [Page("/profile", Profile(tools).profile, Permission.SELF, ("GET", "POST"))]


def _now() -> datetime:
    return datetime.now(timezone.utc)
