"""A conversation leaves the console: on paper, as files, or for good."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.conversation_lines import Teller
from bot.console.conversation_words import Clock
from bot.console.page import Page, Tools
from bot.console.render import page as page_of
from bot.conversation.inbound import is_id
from bot.errors import ConversationError
from bot.people import StaffSession
from bot.privacy.tokens import short_name
from bot.store.store import Store
from bot.types import Message
from bot.vocabulary import Author, Permission
from bot.wiring import safety_check

PATH = "/conversations/{id}"
ALL = 100_000
COLUMNS = ("number", "time", "author", "name", "kind", "text", "red flag", "cards")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def pages(tools: Tools) -> list[Page]:
    """Print, export, erase."""
    own = OutPages(tools)
    return [
        Page(f"{PATH}/print", own.print, Permission.EXPORT),
        Page(f"{PATH}/export.json", own.as_json, Permission.EXPORT),
        Page(f"{PATH}/export.csv", own.as_csv, Permission.EXPORT),
        Page(f"{PATH}/erase", own.erase, Permission.ERASE, ("GET", "POST")),
        Page(f"{PATH}/erased", own.erased, Permission.ERASE),
    ]


class OutPages:
    """Endpoints that share their tools. Each one is kept in the audit."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def print(self, request: Request, session: StaffSession) -> Response:
        """The whole transcript for paper; with `?notes=1` the private notes too."""
        conversation_id, now = request.path_params["id"], _now()
        with_notes = request.query_params.get("notes") == "1"
        found = await self._whole(conversation_id)
        if found is None:
            return _gone(session)
        store, clock = self._tools.store, Clock(self._tools.clinic.zone, now)
        names = {one.id: one.name for one in await asyncio.to_thread(store.all_staff)}
        notes = await asyncio.to_thread(store.notes, conversation_id) if with_notes else []
        lines = Teller(clock, safety_check().titles, names).lines(found, notes)
        await self._audit("print", conversation_id, session, detail="with private notes" if with_notes else "")
        title = short_name(conversation_id)
        values: dict[str, Any] = {
            "lines": lines,
            "clock": clock,
            "clinic": self._tools.clinic,
            "with_notes": with_notes,
        }
        return page_of("conversation_print.html", session, title=title, conversation_id=conversation_id, **values)

    async def as_json(self, request: Request, session: StaffSession) -> Response:
        """Everything that is held about the conversation."""
        conversation_id = request.path_params["id"]
        try:
            held = await self._tools.service.export(conversation_id)
        except ConversationError:
            return _gone(session)
        await self._audit("export", conversation_id, session, detail="json")
        return _file(json.dumps(held, ensure_ascii=False, indent=1), "application/json", conversation_id, "json")

    async def as_csv(self, request: Request, session: StaffSession) -> Response:
        """The messages as a table. No cell is taken for a formula by whatever opens it."""
        conversation_id = request.path_params["id"]
        found = await self._whole(conversation_id)
        if found is None:
            return _gone(session)
        await self._audit("export", conversation_id, session, detail="csv")
        return _file(as_csv(found), "text/csv", conversation_id, "csv")

    async def erase(self, request: Request, session: StaffSession) -> Response:
        """Asks for the patient's short name to be typed, then erases everywhere."""
        conversation_id, name = request.path_params["id"], short_name(request.path_params["id"])
        found = await asyncio.to_thread(self._find, self._tools.store, conversation_id)
        if not found:
            return _gone(session)
        word = name.split()[-1]
        values = {"title": f"Erase {name}", "conversation_id": conversation_id, "word": word}
        if request.method != "POST":
            return page_of("conversation_erase.html", session, error="", **values)
        if request.state.form.get("word", "").strip().upper() not in {word, name.upper()}:
            error = f"Nothing was erased: that isn't the name. Type {word} to erase this conversation."
            return page_of("conversation_erase.html", session, status=400, error=error, **values)
        try:
            await self._tools.service.erase(conversation_id)
        except ConversationError:
            return _gone(session)
        await self._audit("erase", conversation_id, session)
        return RedirectResponse(f"/console/conversations/{conversation_id}/erased", 303)

    async def erased(self, request: Request, session: StaffSession) -> Response:
        """The receipt: all that is left."""
        conversation_id = request.path_params["id"]
        receipt = await asyncio.to_thread(self._tools.store.find_erasure, conversation_id)
        if receipt is None:
            return _gone(session)
        clock = Clock(self._tools.clinic.zone, _now())
        return page_of("conversation_erased.html", session, title="Erased", receipt=receipt, clock=clock)

    async def _whole(self, conversation_id: str) -> list[Message] | None:
        store = self._tools.store
        if not await asyncio.to_thread(self._find, store, conversation_id):
            return None
        return await asyncio.to_thread(store.messages, conversation_id, limit=ALL)

    @staticmethod
    def _find(store: Store, conversation_id: str) -> bool:
        return is_id(conversation_id) and store.find_conversation(conversation_id) is not None

    async def _audit(self, act: str, conversation_id: str, session: StaffSession, *, detail: str = "") -> None:
        await asyncio.to_thread(
            self._tools.store.audit, act, by=session.staff, subject=conversation_id, detail=detail, now=_now()
        )


def as_csv(messages: Iterable[Message]) -> str:
    """One row for each message. Private notes stay out: a table is what people pass on."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for one in messages:
        writer.writerow([_cell(value) for value in _row(one)])
    return out.getvalue()


def _row(message: Message) -> list[str]:
    envelope, flag = message.envelope, message.flag
    cards = envelope.card_ids if envelope is not None else message.card_ids
    return [
        str(message.seq),
        message.at.isoformat(timespec="seconds"),
        message.author.value,
        (message.name or "") if message.author is Author.STAFF else "",
        "" if envelope is None else envelope.kind.value,
        message.text or ("" if envelope is None else envelope.text),
        "" if flag is None else f"{flag.level.value} {' '.join(flag.codes)}",
        " ".join(cards),
    ]


def _cell(value: str) -> str:
    """A quote before whatever a spreadsheet would calculate, also behind blanks that it skips."""
    return f"'{value}" if value.startswith(FORMULA) or value.lstrip().startswith(FORMULA[:4]) else value


def _file(text: str, kind: str, conversation_id: str, ending: str) -> Response:
    name = f"{short_name(conversation_id).lower().replace(' ', '-')}.{ending}"
    # With a mark for spreadsheets, which otherwise don't take it for UTF-8.
    body = text.encode("utf-8-sig" if ending == "csv" else "utf-8", "replace")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=f"{kind}; charset=utf-8", headers=headers)


def _gone(session: StaffSession) -> Response:
    return page_of("conversation_gone.html", session, status=404, title="No such conversation", is_erased=False)


def _now() -> datetime:
    return datetime.now(timezone.utc)
