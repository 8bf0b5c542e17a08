"""Who works in the console: invite, change, let go. For admins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.moments import Moment, moment
from bot.console.page import Page, Tools
from bot.console.render import page
from bot.console.ways import SAFE_METHODS, own_address
from bot.errors import StaffError
from bot.people import Staff, StaffSession
from bot.staff.links import clean_name, invite, new_link
from bot.store.staff import Account
from bot.vocabulary import Permission, Role

USERS = "/console/users"
SAID = {
    "role": "The role was changed. They have to sign in again. What a viewer held waits in the queue.",
    "name": "The name was changed.",
    "deactivate": "The account is deactivated and signed out everywhere. What they held waits in the queue again.",
    "reactivate": "The account is active again.",
    "unlock": "The wrong tries are forgotten.",
}
ROLES = {
    Role.VIEWER: "Viewer: reads",
    Role.AGENT: "Agent: reads and answers",
    Role.LEAD: "Lead: also exports, erases, canned replies, numbers",
    Role.ADMIN: "Admin: also users, settings, audit",
}


@dataclass(frozen=True)
class Line:
    """One account as the pages show it. `held` are the conversations that they have claimed."""

    account: Account
    state: str
    since: Moment
    locked_until: Moment | None
    held: tuple[str, ...]


class Users:
    """The list, and a page for each account."""

    def __init__(self, tools: Tools) -> None:
        self._store = tools.store
        self._desk = tools.desk
        self._service = tools.service
        self._zone = tools.clinic.zone
        self._acts: dict[str, Callable[[Staff, Staff, dict[str, str]], Sequence[str] | None]] = {
            "role": self._change_role,
            "name": self._rename,
            "deactivate": lambda who, by, form: self._desk.let_go(who, by=by, now=_now()),
            "reactivate": lambda who, by, form: self._store.reactivate(who.id, by=by, now=_now()),
            "unlock": lambda who, by, form: self._store.unlock_account(who.id, by=by, now=_now()),
        }

    async def users(self, request: Request, session: StaffSession) -> Response:
        if request.method in SAFE_METHODS:
            return await self._list(session)
        form = request.state.form
        try:
            staff, path = await asyncio.to_thread(
                invite,
                self._store,
                login=form.get("login", ""),
                name=form.get("name", ""),
                role=_role(form),
                by=session.staff,
                now=_now(),
            )
        except StaffError as error:
            return await self._list(session, error=str(error), typed=form)
        return await self._one(session, staff.id, link=own_address(request) + path)

    async def user(self, request: Request, session: StaffSession) -> Response:
        staff_id = request.path_params["staff_id"]
        if request.method in SAFE_METHODS:
            return await self._one(session, staff_id, done=SAID.get(request.query_params.get("done", ""), ""))
        who = await asyncio.to_thread(self._store.find_staff, staff_id)
        form, act = request.state.form, request.state.form.get("act", "")
        if who is None or (act not in self._acts and act != "link"):
            return await self._one(session, staff_id)
        try:
            if act == "link":
                return await self._new_link(request, session, who)
            for released in await asyncio.to_thread(self._acts[act], who, session.staff, form) or ():
                self._service.changed(released)
        except StaffError as error:
            return await self._one(session, staff_id, error=str(error))
        return RedirectResponse(f"{USERS}/{staff_id}?done={act}", status_code=303)

    async def _new_link(self, request: Request, session: StaffSession, who: Staff) -> Response:
        if not who.is_active:
            raise StaffError("not_active", "This account is deactivated. Reactivate it first.")
        resets_totp = request.state.form.get("lost_phone") == "yes"
        path = await asyncio.to_thread(
            new_link, self._store, who, by=session.staff, now=_now(), resets_totp=resets_totp
        )
        return await self._one(session, who.id, link=own_address(request) + path)

    def _change_role(self, who: Staff, by: Staff, form: dict[str, str]) -> Sequence[str]:
        return self._desk.change_role(who, _role(form), by=by, now=_now())

    def _rename(self, who: Staff, by: Staff, form: dict[str, str]) -> None:
        self._store.rename_staff(who.id, clean_name(form.get("name", "")), by=by, now=_now())

    async def _list(self, session: StaffSession, error: str = "", typed: dict[str, str] | None = None) -> Response:
        lines = await asyncio.to_thread(self._lines)
        status = 422 if error else 200
        values = {"login": "", "name": "", "role": Role.AGENT.value} | (typed or {})
        return page(
            "users.html", session, status=status, title="Users", lines=lines, roles=ROLES, typed=values, error=error
        )

    async def _one(
        self, session: StaffSession, staff_id: str, *, error: str = "", done: str = "", link: str = ""
    ) -> Response:
        lines = await asyncio.to_thread(self._lines)
        line = next((one for one in lines if one.account.staff.id == staff_id), None)
        if line is None:
            message = "There is no such account."
            return page("refused.html", session, status=404, title="Not found", message=message)
        title, status = line.account.staff.name, 422 if error else 200
        return page(
            "user.html", session, status=status, title=title, line=line, roles=ROLES, error=error, done=done, link=link
        )

    def _lines(self) -> list[Line]:
        held = self._store.conversations_held()
        return [_line(one, tuple(held.get(one.staff.id, ())), self._zone) for one in self._store.accounts()]


def pages(tools: Tools) -> list[Page]:
    """/console/users, and one page for each account."""
    found, both = Users(tools), ("GET", "POST")
    return [
        Page("/users", found.users, Permission.USERS, both),
        Page("/users/{staff_id}", found.user, Permission.USERS, both),
    ]


def _line(account: Account, held: tuple[str, ...], zone: ZoneInfo) -> Line:
    is_locked = account.locked_until is not None and account.locked_until > _now()
    locked_until = moment(account.locked_until, zone) if is_locked and account.locked_until else None
    if not account.staff.is_active:
        state = "deactivated"
    elif not account.has_password:
        state = "invited"
    else:
        state = "locked" if is_locked else "active"
    return Line(account, state, moment(account.created_at, zone), locked_until, held)


def _role(form: dict[str, str]) -> Role:
    try:
        return Role(form.get("role", ""))
    except ValueError:
        raise StaffError("role_wrong", "Choose one of the roles.") from None


def _now() -> datetime:
    return datetime.now(timezone.utc)
