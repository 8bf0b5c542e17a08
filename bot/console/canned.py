"""The replies that staff keep ready: list, add, change, delete, with a way back for a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.clinic import placeholders
from bot.console.page import Page, Tools
from bot.console.render import page as rendered
from bot.people import CannedReply, StaffSession
from bot.retrieval.canned import STAFF_NAME, canned_problems
from bot.retrieval.placeholders import fill
from bot.vocabulary import Permission

LIST = "/console/canned"
DONE = {"added": "Added.", "changed": "Saved.", "restored": "It is back."}
GONE = "This reply isn't there any more: somebody has deleted it."


def pages(tools: Tools) -> list[Page]:
    needs = Permission.CANNED
    return [
        Page("/canned", partial(_list, tools), needs),
        Page("/canned/new", partial(_new, tools), needs, methods=("GET", "POST")),
        Page("/canned/{id}", partial(_edit, tools), needs, methods=("GET", "POST")),
        Page("/canned/{id}/delete", partial(_delete, tools), needs, methods=("POST",)),
        Page("/canned/{id}/restore", partial(_restore, tools), needs, methods=("POST",)),
    ]


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` as a patient would read it; as it stands when it has a gap that nothing fills."""
    try:
        return fill(text, values)
    except (KeyError, ValueError, IndexError, AttributeError):
        return text


async def _list(
    tools: Tools, request: Request, session: StaffSession, *, status: int = 200, problem: str = ""
) -> Response:
    replies = await asyncio.to_thread(tools.store.canned_replies)
    values = _values(tools, session)
    return rendered(
        "canned.html",
        session,
        status=status,
        title="Canned replies",
        replies=[(reply, filled(reply.text, values)) for reply in replies],
        done=DONE.get(request.query_params.get("done", ""), ""),
        deleted=request.query_params.get("deleted", ""),
        problem=problem,
    )


async def _new(tools: Tools, request: Request, session: StaffSession) -> Response:
    return await _form(tools, request, session, CannedReply("", "", ""))


async def _edit(tools: Tools, request: Request, session: StaffSession) -> Response:
    replies = await asyncio.to_thread(tools.store.canned_replies)
    found = next((one for one in replies if one.id == request.path_params["id"]), None)
    if found is None and request.method == "GET":
        return await _list(tools, request, session, status=404, problem=GONE)
    # Deleted while somebody changed it: what they typed can still be saved, as a new one.
    return await _form(tools, request, session, found or CannedReply("", "", ""), is_gone=found is None)


async def _form(
    tools: Tools, request: Request, session: StaffSession, reply: CannedReply, *, is_gone: bool = False
) -> Response:
    values = _values(tools, session)
    errors: dict[str, str] = {}
    title, text = reply.title, reply.text
    if request.method == "POST":
        form = request.state.form
        # Browsers send line ends of their own kind.
        title, text = form.get("title", "").strip(), form.get("text", "").replace("\r\n", "\n").strip()
        errors = canned_problems(title, text, values)
        if not errors and not is_gone and form.get("do") != "preview":
            done = await asyncio.to_thread(_save, tools, session, reply.id, title, text)
            return RedirectResponse(f"{LIST}?done={done}", status_code=303)
    return rendered(
        "canned_form.html",
        session,
        status=422 if errors else 409 if is_gone else 200,
        title="Change a reply" if reply.id else "New reply",
        reply=CannedReply(reply.id, title, text),
        errors=errors,
        problem=f"{GONE} Save to keep yours as a new one." if is_gone else "",
        preview=filled(text, values) if text and "text" not in errors else "",
        placeholders=sorted(values.items()),
    )


def _save(tools: Tools, session: StaffSession, reply_id: str, title: str, text: str) -> str:
    now = datetime.now(timezone.utc)
    if reply_id and tools.store.change_canned_reply(reply_id, title, text, by=session.staff, now=now):
        return "changed"
    tools.store.add_canned_reply(title, text, by=session.staff, now=now)
    return "added"


async def _delete(tools: Tools, request: Request, session: StaffSession) -> Response:
    reply_id, now = request.path_params["id"], datetime.now(timezone.utc)
    if await asyncio.to_thread(partial(tools.store.delete_canned_reply, reply_id, by=session.staff, now=now)):
        return RedirectResponse(f"{LIST}?deleted={reply_id}", status_code=303)
    return await _list(tools, request, session, status=404, problem=GONE)


async def _restore(tools: Tools, request: Request, session: StaffSession) -> Response:
    reply_id, now = request.path_params["id"], datetime.now(timezone.utc)
    if await asyncio.to_thread(partial(tools.store.restore_canned_reply, reply_id, by=session.staff, now=now)):
        return RedirectResponse(f"{LIST}?done=restored", status_code=303)
    problem = "It was deleted too long ago to bring it back, or it is back already."
    return await _list(tools, request, session, status=409, problem=problem)


def _values(tools: Tools, session: StaffSession) -> dict[str, str]:
    return placeholders(tools.clinic) | {STAFF_NAME: session.staff.name}
