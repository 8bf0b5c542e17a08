"""What was sent to whom outside, what failed and why, and the buttons to send it again or to try it out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.reasons import in_words
from bot.console.page import Page, Tools
from bot.console.render import page as rendered
from bot.people import StaffSession
from bot.privacy.tokens import short_name
from bot.store.alerts import ALERT
from bot.store.outbox import Delivery
from bot.vocabulary import Permission, Sending

MOST = 200
KINDS = {"alert": "Alert", "email": "E-mail", "webhook": "Webhook", "slack": "Slack", "message": "Message"}
STATUSES = {
    Sending.FAILED: "Failed",
    Sending.WAITING: "Waiting",
    Sending.SENT: "Sent",
    Sending.DROPPED: "No longer needed",
}
NOTICES = {
    "again": "It is sent again now. Reload this page to see how it goes.",
    "gone": "It was sent or deleted meanwhile.",
    "test": "The test is on its way. Reload this page to see how it goes.",
    "nobody": "There is nobody to send a test to. Add e-mail addresses to the settings, or set up Slack or a webhook.",
}


@dataclass(frozen=True)
class Time:
    """A moment by the clinic's clock, and as machines write it."""

    text: str
    iso: str


@dataclass(frozen=True)
class Line:
    """One delivery as the page shows it."""

    id: int
    kind: str
    status: str
    is_failed: bool
    is_waiting: bool
    about: str
    conversation_id: str | None
    attempts: int
    queued: Time
    sent: Time | None
    next_try: Time | None
    error: str


def pages(tools: Tools) -> list[Page]:
    """The list, and its two buttons."""

    async def show(request: Request, session: StaffSession) -> Response:
        return await _show(tools, request, session)

    async def again(request: Request, session: StaffSession) -> Response:
        return _back(await _send_again(tools, request, session))

    async def test(request: Request, session: StaffSession) -> Response:
        return _back(await _send_test(tools, session))

    return [
        Page("/deliveries", show, Permission.SETTINGS),
        Page("/deliveries/again", again, Permission.SETTINGS, methods=("POST",)),
        Page("/deliveries/test", test, Permission.SETTINGS, methods=("POST",)),
    ]


def _back(notice: str) -> Response:
    return RedirectResponse(f"/console/deliveries?notice={notice}", status_code=303)


async def _show(tools: Tools, request: Request, session: StaffSession) -> Response:
    every = await asyncio.to_thread(tools.store.deliveries, limit=MOST)
    # An alert itself goes to nobody; the messages that were made of it have their own lines.
    found = [one for one in every if one.kind != ALERT or one.status is Sending.FAILED]
    zone = tools.clinic.hours.zone
    return rendered(
        "deliveries.html",
        session,
        title="Deliveries",
        lines=[_line(one, zone) for one in found],
        failed=sum(one.status is Sending.FAILED for one in found),
        is_cut=len(every) == MOST,
        most=MOST,
        notice=NOTICES.get(request.query_params.get("notice", ""), ""),
    )


async def _send_again(tools: Tools, request: Request, session: StaffSession) -> str:
    text = request.state.form.get("id", "")
    row_id = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not await asyncio.to_thread(tools.store.send_again, row_id, now=_now()):
        return "gone"
    await asyncio.to_thread(
        tools.store.audit, "delivery_sent_again", by=session.staff, detail=f"delivery {row_id}", now=_now()
    )
    return "again"


async def _send_test(tools: Tools, session: StaffSession) -> str:
    if not await asyncio.to_thread(tools.alerts.queue_test, now=_now()):
        return "nobody"
    await asyncio.to_thread(tools.store.audit, "test_alert_sent", by=session.staff, now=_now())
    return "test"


def _line(one: Delivery, zone: ZoneInfo) -> Line:
    is_waiting = one.status is Sending.WAITING
    return Line(
        id=one.id,
        kind=KINDS.get(one.kind, one.kind),
        status=STATUSES[one.status],
        is_failed=one.status is Sending.FAILED,
        is_waiting=is_waiting,
        about="Test" if one.conversation_id is None else short_name(one.conversation_id),
        conversation_id=one.conversation_id,
        attempts=one.attempts,
        queued=_time(one.created_at, zone),
        sent=None if one.sent_at is None else _time(one.sent_at, zone),
        next_try=_time(one.due_at, zone) if is_waiting else None,
        error="" if one.error is None else in_words(one.error),
    )


def _time(at: datetime, zone: ZoneInfo) -> Time:
    local = at.astimezone(zone)
    return Time(f"{local.day} {local:%b, %H:%M:%S}", at.isoformat())


def _now() -> datetime:
    return datetime.now(timezone.utc)
