"""Live pages: server-sent events that say what changed. What it is, each page fetches by itself."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.console.heart import Beat, Heart
from bot.console.page import Page, Tools
from bot.console.visit import is_signed_in
from bot.people import StaffSession
from bot.staff.permissions import may
from bot.vocabulary import Permission

HEARTBEAT_S = 15.0
LONGEST_S = 600.0
"""A stream ends after ten minutes and the page opens the next one, so that no dead one is kept for ever."""

Check = Callable[[], Awaitable[bool]]


def pages(tools: Tools) -> list[Page]:
    """The events. `?probe` asks only whether one is still signed in."""
    return [Page("/events", partial(_events, tools, Heart(tools.store)), Permission.READ, is_background=True)]


async def _events(tools: Tools, heart: Heart, request: Request, session: StaffSession) -> Response:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if "probe" in request.query_params:
        return Response(status_code=204, headers=headers)
    still = partial(is_signed_in, tools.store, request)
    sees_deliveries = may(session.staff.role, Permission.SETTINGS)
    told = events(heart, still, sees_deliveries=sees_deliveries)
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


async def events(
    heart: Heart,
    is_still_signed_in: Check,
    *,
    sees_deliveries: bool = False,
    heartbeat_s: float = HEARTBEAT_S,
    longest_s: float = LONGEST_S,
) -> AsyncIterator[bytes]:
    """`queue` events with the counts, `changed` events with a conversation's id (null: perhaps any), and `end`.

    For who may see deliveries also `deliveries` events with the number of those that fail. Ends early when the session
    has ended: who signs out hears no more.
    """
    until = time.monotonic() + longest_s
    checked = time.monotonic()
    shown: dict[str, bytes] = {}
    async with heart.listen() as beats:
        while (left := until - time.monotonic()) > 0:
            if time.monotonic() - checked >= heartbeat_s:
                checked = time.monotonic()
                if not await is_still_signed_in():
                    return
                yield b": still here\n\n"
            beat = await _next(beats, min(left, heartbeat_s))
            if beat is None:
                continue
            for name, event in _counts(beat, sees_deliveries).items():
                if shown.get(name) != event:
                    shown[name] = event
                    yield event
            for conversation in sorted(beat.changed, key=str):
                yield _event("changed", {"conversation": conversation})
    yield _event("end", {})


async def _next(beats: asyncio.Queue[Beat], timeout_s: float) -> Beat | None:
    try:
        return await asyncio.wait_for(beats.get(), timeout_s)
    except asyncio.TimeoutError:
        return None


def _counts(beat: Beat, sees_deliveries: bool) -> dict[str, bytes]:
    """The events that say how things stand, by name."""
    stand: dict[str, dict[str, Any]] = {"queue": {"waiting": beat.waiting, "urgent": list(beat.urgent)}}
    if sees_deliveries:
        stand["deliveries"] = {"failing": beat.failing}
    return {name: _event(name, data) for name, data in stand.items()}


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
