"""Setting up the second factor, at the first sign-in or anew, and the recovery codes that come with it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.page import Page, Tools
from bot.console.refusal import form_expired
from bot.console.render import page
from bot.console.visit import SIGN_IN, Visit, has_csrf, with_cookie
from bot.console.ways import SAFE_METHODS, safe_next, way_to
from bot.people import StaffSession
from bot.staff import codes
from bot.staff.accounts import Accounts
from bot.staff.sessions import Standing
from bot.vocabulary import Permission

JUST_SIGNED_IN = timedelta(minutes=5)
WRONG = "That code isn't the one of this picture. Check that the phone's clock is right, and type the next code."
WRONG_PASSWORD = "That password isn't right, or there were too many wrong tries."  # noqa: S105  (a sentence)


class SecondFactor:
    """For who is half signed in and has none yet, and for who is signed in and wants another one."""

    def __init__(self, tools: Tools) -> None:
        self._store = tools.store
        self._clinic_name = tools.clinic.name
        self._accounts = Accounts(tools.store, clinic_name=tools.clinic.name, require_totp=tools.require_totp)

    async def set_up(self, request: Request, signed_in: StaffSession | None) -> Response:
        visit: Visit = request.state.visit
        where = safe_next((request.state.form or request.query_params).get("next"))
        session = visit.session if visit.standing in (Standing.HALF, Standing.OPEN) else None
        if session is None:
            return RedirectResponse(way_to(SIGN_IN, where), status_code=303)
        account = await asyncio.to_thread(self._store.find_account, session.staff.id)
        has_totp = account is not None and account.has_totp
        if has_totp and visit.standing is Standing.HALF:
            # The password alone must not be enough to replace the second factor.
            return RedirectResponse(way_to("/console/code", where), status_code=303)
        asks_password = has_totp or not _has_just_signed_in(session)
        if request.method in SAFE_METHODS:
            return self._form(visit, session, codes.new_secret(), where, asks_password, "")
        if not has_csrf(request, session):
            return form_expired(request, signed_in)
        return await self._save(request, visit, session, asks_password, where)

    async def _save(
        self, request: Request, visit: Visit, session: StaffSession, asks_password: bool, where: str
    ) -> Response:
        form, staff, now = request.state.form, session.staff, _now()
        secret = form.get("secret", "")
        if not codes.is_secret(secret):
            return RedirectResponse("/console/second-factor", status_code=303)
        if asks_password and not await asyncio.to_thread(
            self._accounts.check_again, staff, form.get("password", ""), now=now
        ):
            return self._form(visit, session, secret, where, asks_password, WRONG_PASSWORD)
        made = await asyncio.to_thread(self._accounts.set_totp, staff, secret, form.get("code", ""), now=now)
        if made is None:
            return self._form(visit, session, secret, where, asks_password, WRONG)
        await asyncio.to_thread(self._store.end_other_sessions, staff.id, but=visit.token_hash)
        # Under a new token: what was good without the second factor isn't good any more.
        renew = self._accounts.verify if visit.standing is Standing.HALF else self._accounts.renew
        renewed = await asyncio.to_thread(renew, staff, visit.token_hash, now=now)
        if renewed is None:
            return RedirectResponse(SIGN_IN, status_code=303)
        shown = page("recovery_codes.html", None, title="Recovery codes", codes=made, next=where)
        return with_cookie(shown, renewed)

    def _form(
        self, visit: Visit, session: StaffSession, secret: str, where: str, asks_password: bool, error: str
    ) -> Response:
        staff = session.staff
        return page(
            "second_factor.html",
            visit.signed_in,
            status=422 if error else 200,
            title="Second factor",
            csrf=session.csrf,
            secret=secret,
            spaced=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
            image=codes.qr_image(secret, login=staff.login, clinic_name=self._clinic_name),
            next=where,
            asks_password=asks_password,
            is_required=self._accounts.needs_totp(staff.role),
            error=error,
        )


def pages(tools: Tools) -> list[Page]:
    """/console/second-factor."""
    return [Page("/second-factor", SecondFactor(tools).set_up, Permission.PUBLIC, ("GET", "POST"))]


def _has_just_signed_in(session: StaffSession) -> bool:
    return _now() - session.created_at < JUST_SIGNED_IN


def _now() -> datetime:
    return datetime.now(timezone.utc)
