"""`/files/…`: what patients in apps open and save. The address alone shows a button: apps look at addresses too."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.candidacy.sheet import Sheet, sheet_html
from bot.charts.png import chart_png
from bot.clinic import Clinic
from bot.conversation.files import File, Files, Ticket
from bot.conversation.transcript import transcript_text
from bot.store.store import Store

MOST_MESSAGES = 100_000
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
NAMES = {File.SHEET: "your sheet for the visit", File.TRANSCRIPT: "your chat"}


def file_routes(store: Store, files: Files, present: Callable[[], Clinic]) -> list[Route]:
    """404 for an address that isn't ours, is over, or whose conversation was erased."""

    async def look(request: Request) -> Response:
        ticket = _ticket(files, request)
        if ticket.file is File.CHART:
            return Response(await asyncio.to_thread(_chart, store, ticket), media_type="image/png", headers=PRIVATE)
        return HTMLResponse(_page(NAMES[ticket.file]), headers=PRIVATE)

    async def fetch(request: Request) -> Response:
        ticket = _ticket(files, request)
        if ticket.file is File.SHEET:
            content, kind = await asyncio.to_thread(_sheet, store, ticket), "html"
        elif ticket.file is File.TRANSCRIPT:
            content, kind = await asyncio.to_thread(_transcript, store, ticket, present()), "plain"
        else:
            raise HTTPException(405)
        name = f"{ticket.file.value}.{'html' if kind == 'html' else 'txt'}"
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=f"text/{kind}", headers=headers)

    return [
        Route("/files/{sealed}", look, methods=["GET"]),
        Route("/files/{sealed}", fetch, methods=["POST"]),
    ]


def _ticket(files: Files, request: Request) -> Ticket:
    ticket = files.read(str(request.path_params["sealed"]))
    if ticket is None:
        raise HTTPException(404)
    return ticket


def _chart(store: Store, ticket: Ticket) -> bytes:
    return chart_png(_media(store, ticket))


def _sheet(store: Store, ticket: Ticket) -> str:
    return sheet_html(Sheet.from_media(_media(store, ticket)))


def _media(store: Store, ticket: Ticket) -> Mapping[str, Any]:
    """What the message of the ticket shows there. Raises HTTPException (404)."""
    if ticket.seq is None:
        item = store.find_media(ticket.conversation_id, ticket.file.value)
    else:
        message = store.find_message(ticket.conversation_id, ticket.seq)
        shown = message.envelope.media if message is not None and message.envelope is not None else ()
        item = next(iter(shown[ticket.place : ticket.place + 1]), None)
    if item is None or item.get("type") != ticket.file.value:
        raise HTTPException(404)
    return item


def _transcript(store: Store, ticket: Ticket, clinic: Clinic) -> str:
    """All that was said, then all that is held. Raises ConversationError (404) for one that was erased."""
    held = json.dumps(store.export(ticket.conversation_id), indent=1, ensure_ascii=False)
    said = transcript_text(store.messages(ticket.conversation_id, limit=MOST_MESSAGES), clinic)
    return f"{said}\n\nAll that we keep about you, as data:\n\n{held}\n"


def _page(name: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Your file</title>'
        '<meta name="viewport" content="width=device-width"></head><body><main>'
        f"<h1>Open {escape(name)}</h1><p>Save it only where no one else reads it. This page works for one day.</p>"
        '<form method="post"><button>Save the file</button></form></main></body></html>\n'
    )
