"""The queue: who waits, who has whom, and the views that somebody keeps."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.clinic import Clinic
from bot.console import words
from bot.console.addresses import query_of, wanted_from
from bot.console.page import Page, Tools
from bot.console.render import html
from bot.console.render import page as rendered
from bot.handoff.patience import is_overdue
from bot.people import StaffSession
from bot.privacy.tokens import short_name
from bot.store.queue import QueuePage, Row
from bot.store.wanted import NOBODY, Sort, View, Wanted
from bot.vocabulary import Permission, Priority, Reason, Status

VIEWS = {
    View.OPEN: "Open",
    View.MINE: "Mine",
    View.WAITING: "Waiting",
    View.CLAIMED: "With staff",
    View.OUT_OF_HOURS: "Out of hours",
    View.BOT: "With the bot",
    View.CLOSED: "Closed",
}
SORTS = {
    Sort.WAITING: "Waiting longest",
    Sort.NEWEST: "Newest",
    Sort.MESSAGE: "Last message",
    Sort.OWNER: "Who has it",
}
LONGEST_NAME = 60


def pages(tools: Tools) -> list[Page]:
    """The queue, its list alone for live pages, and the saved views."""
    return [
        Page("/", partial(_queue, tools), Permission.READ),
        Page("/queue", partial(_list, tools), Permission.READ, is_background=True),
        Page("/queue/side", partial(_side, tools), Permission.READ, is_background=True),
        Page("/views", partial(_save_view, tools), Permission.SELF, methods=("POST",)),
        Page("/views/delete", partial(_delete_view, tools), Permission.SELF, methods=("POST",)),
    ]


async def _queue(tools: Tools, request: Request, session: StaffSession) -> Response:
    wanted = wanted_from(request.query_params)
    values, (channels, tags), colleagues, saved = await asyncio.gather(
        _values(tools, wanted, session),
        asyncio.to_thread(tools.store.queue_choices),
        asyncio.to_thread(tools.store.all_staff),
        asyncio.to_thread(tools.store.saved_views, session.staff.id),
    )
    choices = {
        "reasons": {reason.value: name for reason, name in words.REASONS.items()},
        "channels": {channel: words.channel_name(channel) for channel in channels},
        "tags": {tag: tag for tag in tags},
        "owners": {NOBODY: "Nobody"} | {one.id: one.name for one in colleagues if one.is_active},
        "sorts": {sort.value: name for sort, name in SORTS.items()},
    }
    return rendered(
        "queue.html", session, title="Queue", choices=choices, saved=saved, views=VIEWS, query_of=query_of, **values
    )


async def _list(tools: Tools, request: Request, session: StaffSession) -> Response:
    values = await _values(tools, wanted_from(request.query_params), session)
    return _fragment("queue_list.html", session, query_of=query_of, **values)


async def _side(tools: Tools, request: Request, session: StaffSession) -> Response:
    """The queue as a narrow column beside a conversation."""
    values = await _values(tools, wanted_from(request.query_params), session)
    return _fragment("queue_side.html", session, **values)


async def _save_view(tools: Tools, request: Request, session: StaffSession) -> Response:
    form = request.state.form
    name = " ".join(form.get("name", "").split())[:LONGEST_NAME]
    # Not the page: a view is the same on whichever page it was saved.
    query = query_of(wanted_from({field: text for field, text in form.items() if field != "page"}))
    if not name:
        return _to_queue(query)
    if not await asyncio.to_thread(tools.store.save_view, session.staff.id, name, query):
        sentence = "You keep 20 views already. Delete one of them first."
        return rendered("notice.html", session, status=409, title="No more views", sentence=sentence)
    return _to_queue(query)


async def _delete_view(tools: Tools, request: Request, session: StaffSession) -> Response:
    view_id = request.state.form.get("id", "")
    if view_id.isascii() and view_id.isdigit() and len(view_id) < 10:
        await asyncio.to_thread(tools.store.delete_view, session.staff.id, int(view_id))
    return _to_queue("")


def _to_queue(query: str) -> Response:
    return RedirectResponse(f"/console/?{query}" if query else "/console/", status_code=303)


def _fragment(template: str, session: StaffSession, **values: Any) -> Response:
    return HTMLResponse(html(template, session, **values), headers={"Cache-Control": "no-store"})


async def _values(tools: Tools, wanted: Wanted, session: StaffSession) -> dict[str, Any]:
    """What the list needs, whether it comes with the page or alone."""
    now = datetime.now(timezone.utc)
    found = await asyncio.to_thread(
        tools.store.queue, wanted, me=session.staff.id, is_open_at=tools.clinic.hours.is_open, now=now
    )
    clock = words.Clock(now, tools.clinic.zone)
    return {
        "wanted": wanted,
        "found": found,
        "counts": found.counts,
        "waiting": found.counts[View.WAITING],
        "pinned": [_shown(row, clock, tools.clinic) for row in found.pinned],
        "rows": [_shown(row, clock, tools.clinic) for row in found.rows],
        "empty": _empty(wanted, found),
    }


def _shown(row: Row, clock: words.Clock, clinic: Clinic) -> dict[str, Any]:
    """A row in words."""
    waits = row.status is Status.WAITING
    begin = row.waiting_since if waits else row.ended_at or row.last_at
    assert begin is not None
    return {
        "id": row.conversation_id,
        "name": short_name(row.conversation_id),
        "words": row.glance.words,
        "unread": row.glance.unread,
        "tags": row.glance.tags,
        "signs": " ".join((*row.glance.codes, words.LEVELS[row.glance.level])) if row.glance.level else "",
        "is_urgent": row.priority is Priority.URGENT,
        "reason": words.REASONS[row.reason] if row.reason and row.reason is not Reason.RED_FLAG else "",
        "channel": words.channel_name(row.channel),
        "status": words.STATUSES[row.status] if row.status else "With the bot",
        "owner": row.owner_name,
        "waits": waits,
        "is_late": waits and is_overdue(row.priority, begin, clinic, now=clock.now),
        "since": clock.since(begin),
        "at": begin.isoformat(),
        "when": clock.when(begin),
        "outcome": row.outcome or "",
    }


def _empty(wanted: Wanted, found: QueuePage) -> str:
    """What to say of a list without rows."""
    if wanted.is_filtered or wanted.page:
        return "Nothing here matches your filters."
    if found.pinned:
        return "Nobody else is here."
    return {
        View.MINE: "You have claimed no conversation.",
        View.BOT: "Nobody has talked with the bot in the last 30 minutes.",
        View.CLOSED: "No conversation has been closed yet.",
    }.get(wanted.view, "Nobody waits. New requests appear here by themselves.")
