"""One conversation: its page, what keeps it up to date, and the forms on it. Every move is the server's to allow."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.console.conversation_app import in_app
from bot.console.conversation_composer import composer_words
from bot.console.conversation_moves import MOVES, make_move
from bot.console.conversation_view import PAGE_SIZE, Reader, View
from bot.console.conversation_visit import note_view
from bot.console.conversation_words import CONTACT_WAYS, DONE, OUTCOMES, STATES
from bot.console.conversation_write import Writer, draft_of
from bot.console.page import Endpoint, Page, Tools
from bot.console.refusal import is_script
from bot.console.render import html as rendered
from bot.console.render import page as page_of
from bot.console.words import CHANNELS
from bot.conversation.inbound import MAX_CHARACTERS, is_id
from bot.errors import ConversationError, HandoffError
from bot.people import StaffSession
from bot.privacy.tokens import new_id
from bot.vocabulary import Permission

PATH = "/conversations/{id}"
PATIENT = "patient"
AFTERWARDS = PAGE_SIZE // 2
"""So many messages follow the one that an address leads to, unless the talk ends before."""
STATUS_OF_REFUSAL = {"gone": 404, "wrong": 400}


def pages(tools: Tools) -> list[Page]:
    """The conversation, its live parts, and a page for each form."""
    own = ConversationPages(tools)
    moves = [Page(f"{PATH}/{name}", own.mover(name), Permission.REPLY, ("POST",)) for name in MOVES]
    writes = [Page(f"{PATH}/{name}", own.writer(name), Permission.REPLY, ("POST",)) for name in own.writes]
    return [
        Page(PATH, own.show, Permission.READ),
        # The page asks by itself, so neither puts off the idle lock; typing does.
        Page(f"{PATH}/after/{{seq:int}}", own.after, Permission.READ, is_background=True),
        Page(f"{PATH}/look", own.look, Permission.READ, ("POST",), is_background=True),
        Page(f"{PATH}/typing", own.typing, Permission.REPLY, ("POST",)),
        Page(f"{PATH}/cards", own.cards, Permission.REPLY),
        Page(f"{PATH}/compose", own.compose, Permission.REPLY, ("POST",)),
        *moves,
        *writes,
    ]


class ConversationPages:
    """Endpoints that share their tools."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._reader = Reader(tools.store, tools.clinic)
        self._writer = Writer(tools)
        self.writes = self._writer.writes

    async def show(self, request: Request, session: StaffSession) -> Response:
        """The page. Opening it marks what it shows as read, and is kept in the audit."""
        return await self._page(request, session, is_visit=True)

    async def after(self, request: Request, session: StaffSession) -> Response:
        """What has changed since message `seq`, note `note` and the page's `version`, for its script: JSON.

        `lines` holds the new messages as HTML that follows one of the `day`; `head` and `card` are there when the
        version is another one.
        """
        conversation_id, now = request.path_params["id"], _now()
        pulse = await asyncio.to_thread(self._reader.pulse, conversation_id, session.staff, now)
        if pulse is None:
            return JSONResponse({"is_gone": True}, status_code=404)
        known = (request.path_params["seq"], _number(request, "note"), request.query_params.get("version", ""))
        parts: dict[str, Any] = {}
        if known != (pulse.newest, pulse.last_note, pulse.version):
            parts = await asyncio.to_thread(self._news, request, session, now)
        others = [
            {"name": one.name, "is_patient": one.who == PATIENT, "is_typing": one.is_typing} for one in pulse.others
        ]
        state = {"newest": pulse.newest, "note": pulse.last_note, "version": pulse.version, "others": others}
        return JSONResponse(state | parts, headers={"Cache-Control": "no-store"})

    def _news(self, request: Request, session: StaffSession, now: datetime) -> dict[str, Any]:
        """The changed parts of the page as HTML."""
        view = self._view(request.path_params["id"], session, now)
        if view is None:
            return {}
        values, query = self._values(view), request.query_params
        after, note, day = request.path_params["seq"], _number(request, "note"), query.get("day", "")
        new = self._reader.news(view.conversation.id, now, after=after, note=note, day=day)
        parts: dict[str, Any] = {"lines": rendered("conversation_lines.html", session, lines=new, **values)}
        if query.get("version") != view.pulse.version or any(line.level for line in new):
            parts |= {name: rendered(f"conversation_{name}.html", session, **values) for name in ("head", "card")}
            parts |= {"is_mine": view.is_mine, "composer": values["composer"]._asdict()}
        return parts

    async def look(self, request: Request, session: StaffSession) -> Response:
        """Somebody looks at the page and has read up to `seq`: JSON back."""
        return await self._here(request, session, typing=False)

    async def typing(self, request: Request, session: StaffSession) -> Response:
        """As `look`, from somebody who writes just now."""
        return await self._here(request, session, typing=True)

    async def _here(self, request: Request, session: StaffSession, *, typing: bool) -> Response:
        seq = _as_number(request.state.form.get("seq", ""))
        await asyncio.to_thread(self._look, request.path_params["id"], session, seq, typing, _now())
        return JSONResponse({}, headers={"Cache-Control": "no-store"})

    async def cards(self, request: Request, session: StaffSession) -> Response:
        """The knowledge cards that fit `q`, with buttons that put their text into the reply: HTML."""
        query = request.query_params.get("q", "")
        values = {"found": self._writer.find_cards(query), "query": query}
        text = rendered("conversation_cards.html", session, conversation_id=request.path_params["id"], **values)
        return Response(text, headers={"Cache-Control": "no-store"}, media_type="text/html")

    async def compose(self, request: Request, session: StaffSession) -> Response:
        """The page again with a canned reply or a card in the draft, for browsers without the script."""
        draft = self._writer.compose(request.state.form, session.staff)
        return await self._page(request, session, draft=draft)

    def mover(self, name: str) -> Endpoint:
        """The endpoint of one move of the handoff."""

        async def move(request: Request, session: StaffSession) -> Response:
            now = _now()
            try:
                await asyncio.to_thread(
                    make_move, self._tools, name, request.path_params["id"], session.staff, request.state.form, now
                )
            except (HandoffError, ConversationError) as refusal:
                return await self._refused(request, session, refusal)
            self._tools.service.changed(request.path_params["id"])
            return self._done(request, name)

        return move

    def writer(self, name: str) -> Endpoint:
        """The endpoint of one thing that is written: a reply, a note, a tag, a word about an answer."""

        async def write(request: Request, session: StaffSession) -> Response:
            conversation_id = request.path_params["id"]
            try:
                await self._writer.write(name, conversation_id, session.staff, request.state.form, _now())
            except (HandoffError, ConversationError) as refusal:
                return await self._refused(request, session, refusal)
            self._tools.bulletin.ring(conversation_id)
            return self._done(request, name)

        return write

    def _done(self, request: Request, name: str) -> Response:
        """After a form: the page again by GET, so that reloading it sends nothing twice. The script gets JSON."""
        if is_script(request):
            return JSONResponse({"said": DONE.get(name, "")})
        place = "#composer" if name in {"reply", "note"} else ""
        return RedirectResponse(f"/console/conversations/{request.path_params['id']}?said={name}{place}", 303)

    async def _refused(
        self, request: Request, session: StaffSession, refusal: HandoffError | ConversationError
    ) -> Response:
        status = getattr(refusal, "status", None) or STATUS_OF_REFUSAL.get(refusal.code, 409)
        if is_script(request):
            return JSONResponse({"error": {"code": refusal.code, "message": str(refusal)}}, status_code=status)
        draft = draft_of(request.state.form)
        return await self._page(request, session, status=status, error=str(refusal), draft=draft)

    async def _page(
        self,
        request: Request,
        session: StaffSession,
        *,
        is_visit: bool = False,
        status: int = 200,
        error: str = "",
        draft: Mapping[str, Any] | None = None,
    ) -> Response:
        conversation_id, now = request.path_params["id"], _now()
        before = await asyncio.to_thread(self._before, request)
        view = await asyncio.to_thread(self._view, conversation_id, session, now, before)
        if view is None:
            return await self._missing(conversation_id, session)
        if is_visit:
            await asyncio.to_thread(self._visited, view, session, now)
        values = {
            **await asyncio.to_thread(self._values, view),
            "error": error,
            "draft": draft or draft_of({}),
            "said": DONE.get(request.query_params.get("said", ""), "") if not error else "",
            "is_newest": before is None,
        }
        text = await asyncio.to_thread(rendered, "conversation.html", session, title=view.name, **values)
        return Response(text, status, {"Cache-Control": "no-store"}, "text/html; charset=utf-8")

    def _values(self, view: View) -> dict[str, Any]:
        """What the templates of the page and of its live parts know. Blocking."""
        return {
            "view": view,
            "app": in_app(self._tools.store, self._tools.apps, view.conversation.id, view.clock.now),
            "composer": composer_words(view),
            "client_id": new_id(),
            "outcomes": OUTCOMES,
            "longest": MAX_CHARACTERS,
            "states": STATES,
            "channels": CHANNELS,
            "contact_ways": CONTACT_WAYS,
            "languages": {"en": "English"},
            "filled": {one.id: self._writer.fill_in(one.text, view.me) for one in view.canned},
        }

    def _before(self, request: Request) -> int | None:
        """The page ends before this message: `?before`, or so that it shows message `?at`. None for the newest page."""
        at, conversation_id = _number(request, "at"), request.path_params["id"]
        if (before := _number(request, "before")) or not at or not is_id(conversation_id):
            return before or None
        found = self._tools.store.find_conversation(conversation_id)
        return at + AFTERWARDS if found is not None and at + AFTERWARDS <= found.last_seq else None

    def _view(
        self, conversation_id: str, session: StaffSession, now: datetime, before: int | None = None
    ) -> View | None:
        if not is_id(conversation_id):
            return None
        return self._reader.view(conversation_id, session.staff, now, before=before)

    def _visited(self, view: View, session: StaffSession, now: datetime) -> None:
        store, me, conversation_id = self._tools.store, session.staff, view.conversation.id
        try:
            store.mark_read(conversation_id, me.id, view.conversation.last_seq)
            store.look(conversation_id, me.id, me.name, typing=False, now=now)
            note_view(store, conversation_id, me, now)
        except ConversationError:
            # Erased between reading and marking; there is nothing to mark.
            return

    def _look(self, conversation_id: str, session: StaffSession, seq: int, typing: bool, now: datetime) -> None:
        store, me = self._tools.store, session.staff
        try:
            store.mark_read(conversation_id, me.id, seq)
            store.look(conversation_id, me.id, me.name, typing=typing, now=now)
        except ConversationError:
            return

    async def _missing(self, conversation_id: str, session: StaffSession) -> Response:
        erasure = None
        if is_id(conversation_id):
            erasure = await asyncio.to_thread(self._tools.store.find_erasure, conversation_id)
        return _gone(session, is_erased=erasure is not None)


def _gone(session: StaffSession, *, is_erased: bool = False) -> Response:
    return page_of("conversation_gone.html", session, status=404, title="No such conversation", is_erased=is_erased)


def _number(request: Request, name: str) -> int:
    return _as_number(request.query_params.get(name, ""))


def _as_number(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _now() -> datetime:
    return datetime.now(timezone.utc)
