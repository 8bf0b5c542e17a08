"""The page behind a one-time link: choose a password and come in."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.page import Page, Tools
from bot.console.render import page
from bot.console.sign_in import browser_of
from bot.console.visit import with_cookie
from bot.console.ways import SAFE_METHODS
from bot.errors import StaffError
from bot.people import Staff, StaffSession
from bot.privacy.tokens import hash_token
from bot.staff.accounts import Accounts
from bot.staff.links import USED_UP, use_link
from bot.vocabulary import Permission

DIFFERENT = "The two passwords differ. Please type both again."


class Welcome:
    """Opening the link changes nothing, so that a mail program which looks at it first spoils nothing."""

    def __init__(self, tools: Tools) -> None:
        self._store = tools.store
        self._accounts = Accounts(tools.store, clinic_name=tools.clinic.name, require_totp=tools.require_totp)

    async def welcome(self, request: Request, session: StaffSession | None) -> Response:
        token = request.path_params["token"]
        staff = await asyncio.to_thread(self._store.find_link, hash_token(token), now=_now())
        if staff is None:
            return page("refused.html", None, status=410, title="This link is over", message=str(USED_UP))
        if request.method in SAFE_METHODS:
            return _form(staff, staff.name, "")
        form = request.state.form
        name, password = form.get("name", ""), form.get("password", "")
        if password != form.get("again", ""):
            return _form(staff, name, DIFFERENT)
        try:
            entered = await asyncio.to_thread(
                use_link, self._store, self._accounts, token, password=password, name=name, now=_now()
            )
        except StaffError as error:
            if error.code == USED_UP.code:
                return page("refused.html", None, status=410, title="This link is over", message=str(error))
            return _form(staff, name, str(error))
        signed_in = await asyncio.to_thread(self._accounts.enter, entered, about=browser_of(request), now=_now())
        # Who has a second factor gives a code there; who has none is asked to set it up.
        where = "/console/second-factor"
        return with_cookie(RedirectResponse(where, status_code=303), signed_in)


def pages(tools: Tools) -> list[Page]:
    """/console/welcome/…"""
    return [Page("/welcome/{token}", Welcome(tools).welcome, Permission.PUBLIC, ("GET", "POST"))]


def _form(staff: Staff, name: str, error: str) -> Response:
    status = 422 if error else 200
    return page("welcome.html", None, status=status, title="Welcome", login=staff.login, name=name, error=error)


def _now() -> datetime:
    return datetime.now(timezone.utc)
