"""Looking back: what was closed, which answers didn't help, and which questions had none."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.addresses import page_from
from bot.console.grouping import grouped
from bot.console.page import Page, Tools
from bot.console.render import page as rendered
from bot.people import StaffSession
from bot.privacy.tokens import short_name
from bot.store.review import Ended, MissedItem
from bot.vocabulary import Missed, Permission, Reason

TABS = {"closed": "Closed talks", "thumbs": "Answers that didn't help", "missed": "Questions without an answer"}
SPANS = {"7": "Last 7 days", "30": "Last 30 days", "all": "Everything kept"}
STATES = {"open": "To do", "done": "Done", "all": "Both"}
MOST = 300
"""Questions shown at once; more than that nobody reads in one sitting."""
MOST_IN_A_FILE = 10_000
LONGEST_ID = 10


def pages(tools: Tools) -> list[Page]:
    """The three tabs, the mark "done", and the file."""
    return [
        Page("/review", partial(_review, tools), Permission.READ),
        Page("/review/done", partial(_mark, tools), Permission.REPLY, methods=("POST",)),
        Page("/review/missed.csv", partial(_file, tools), Permission.EXPORT),
    ]


async def _review(tools: Tools, request: Request, session: StaffSession) -> Response:
    asked = request.query_params
    chosen = {
        "tab": _known(TABS, asked.get("tab")),
        "days": _known(SPANS, asked.get("days")),
        "state": _known(STATES, asked.get("state")),
        "reason": asked.get("reason", "") if asked.get("reason") in {one.value for one in Reason} else "",
    }
    now = datetime.now(timezone.utc)
    since = _since(chosen["days"], now)
    clock = words.Clock(now, tools.clinic.zone)
    if chosen["tab"] == "closed":
        reason = Reason(chosen["reason"]) if chosen["reason"] else None
        page = page_from(asked)
        ended, has_more = await asyncio.to_thread(tools.store.ended_handoffs, since=since, reason=reason, page=page)
        values: dict[str, Any] = {
            "rows": [_ended(one, clock) for one in ended],
            "page": page,
            "has_more": has_more,
            "groups": [],
        }
    else:
        items = await asyncio.to_thread(_items, tools, chosen["tab"], chosen["state"], since, MOST)
        groups = await asyncio.to_thread(grouped, items)
        shown = [_group(group, clock) for group in groups]
        values = {"groups": shown, "is_full": len(items) == MOST, "rows": [], "page": 0, "has_more": False}
    names: dict[str, Any] = {
        "tabs": TABS,
        "spans": SPANS,
        "states": STATES,
        "reasons": {r.value: n for r, n in words.REASONS.items()},
    }
    return rendered("review.html", session, title="Review", chosen=chosen, address=_address(chosen), **names, **values)


async def _mark(tools: Tools, request: Request, session: StaffSession) -> Response:
    form = request.state.form
    given = form.get("ids", "").split(",")[:MOST]
    ids = [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < LONGEST_ID]
    is_done = form.get("done") == "1"
    now = datetime.now(timezone.utc)
    await asyncio.to_thread(tools.store.mark_missed, ids, by=session.staff.id, is_done=is_done, now=now)
    chosen = {
        "tab": _known(TABS, form.get("tab")),
        "days": _known(SPANS, form.get("days")),
        "state": _known(STATES, form.get("state")),
    }
    return RedirectResponse(_address(chosen)(), status_code=303)


async def _file(tools: Tools, request: Request, session: StaffSession) -> Response:
    """Missed questions as CSV. They are kept redacted, so the file holds nothing that points to anybody."""
    now = datetime.now(timezone.utc)
    since = _since(_known(SPANS, request.query_params.get("days")), now)
    items = await asyncio.to_thread(
        tools.store.missed_items, since=since, reason=None, is_done=None, limit=MOST_IN_A_FILE
    )
    detail = f"{len(items)} missed questions"
    await asyncio.to_thread(tools.store.audit, "export_missed", by=session.staff, detail=detail, now=now)
    headers = {"Content-Disposition": 'attachment; filename="missed-questions.csv"', "Cache-Control": "no-store"}
    return Response(_csv(items), media_type="text/csv; charset=utf-8", headers=headers)


def _items(tools: Tools, tab: str, state: str, since: datetime | None, limit: int) -> list[MissedItem]:
    reason = Missed.NOT_HELPFUL if tab == "thumbs" else Missed.UNANSWERED
    is_done = {"open": False, "done": True}.get(state)
    return tools.store.missed_items(since=since, reason=reason, is_done=is_done, limit=limit)


def _ended(one: Ended, clock: words.Clock) -> dict[str, Any]:
    return {
        "id": one.conversation_id,
        "name": short_name(one.conversation_id),
        "channel": words.channel_name(one.channel),
        "reason": words.REASONS[one.reason],
        "status": words.STATUSES[one.status],
        "outcome": one.outcome or one.why,
        "by": one.by,
        "waited": words.duration(one.first_claimed_at - one.opened_at) if one.first_claimed_at else "–",
        "at": one.ended_at.isoformat(),
        "when": clock.when(one.ended_at),
    }


def _group(items: Sequence[MissedItem], clock: words.Clock) -> dict[str, Any]:
    topics = dict.fromkeys(topic for item in items for topic in (*item.question.card_ids, *item.question.topics))
    return {
        "ids": ",".join(str(item.id) for item in items),
        "is_done": all(item.done_at for item in items),
        "title": items[0].question.question or "(only signs and numbers)",
        "topics": list(topics)[:8],
        "items": [_item(item, clock) for item in items],
    }


def _item(item: MissedItem, clock: words.Clock) -> dict[str, Any]:
    assert item.question.at is not None
    return {
        "id": item.id,
        "conversation": item.conversation_id,
        "seq": item.seq,
        "name": short_name(item.conversation_id),
        "question": item.question.question or "(only signs and numbers)",
        "is_done": item.done_at is not None,
        "at": item.question.at.isoformat(),
        "when": clock.when(item.question.at),
    }


def _csv(items: Sequence[MissedItem]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["at", "why", "question", "topics", "cards", "done at"])
    for item in items:
        question = item.question
        writer.writerow(
            [
                question.at.isoformat() if question.at else "",
                question.reason.value,
                _harmless(question.question),
                " ".join(question.topics),
                " ".join(question.card_ids),
                item.done_at.isoformat() if item.done_at else "",
            ]
        )
    # The mark by which spreadsheet programs see that this is UTF-8.
    return ("\ufeff" + file.getvalue()).encode("utf-8", "replace")


def _harmless(text: str) -> str:
    """Spreadsheet programs carry out cells that begin so."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _since(days: str, now: datetime) -> datetime | None:
    return None if days == "all" else now - timedelta(days=int(days))


def _known(choices: Mapping[str, str], given: str | None) -> str:
    return given if given is not None and given in choices else next(iter(choices))


def _address(chosen: Mapping[str, str]) -> Callable[..., str]:
    def address(**changes: object) -> str:
        kept = {name: value for name, value in {**chosen, **changes}.items() if value}
        return f"/console/review?{urlencode(kept)}"

    return address
