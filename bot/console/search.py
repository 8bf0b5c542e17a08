"""Search in what was said and noted. The words travel in a form and then sealed: no address and no log shows them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.finding import LONGEST, Finder
from bot.console.page import Page, Tools
from bot.console.render import page as rendered
from bot.people import StaffSession
from bot.privacy.tokens import short_name
from bot.store.search import Found, Place
from bot.vocabulary import Permission

LONGEST_SEALED = 4 * LONGEST + 400


def pages(tools: Tools) -> list[Page]:
    """One page: the form, and what was found."""
    return [Page("/search", partial(_search, tools), Permission.READ, methods=("GET", "POST"))]


async def _search(tools: Tools, request: Request, session: StaffSession) -> Response:
    if request.method == "POST":
        asked = request.state.form.get("words", "").strip()[:LONGEST]
        if not asked:
            return RedirectResponse("/console/search", status_code=303)
        # So that going back from a hit, reloading, and going on work like on any page.
        return _to(await asyncio.to_thread(tools.store.seal_words, asked))
    sealed = request.query_params.get("words", "")
    asked = await asyncio.to_thread(_opened, tools, sealed)
    finder = Finder.read(asked)
    found = None
    if finder is not None:
        before = _place(request.query_params.get("before", ""))
        found = await asyncio.to_thread(tools.store.search, finder.fits, before=before)
        # How much was read and found, and never what was looked for.
        detail = f"{len(found.hits)} hits in {found.read} messages and notes"
        now = datetime.now(timezone.utc)
        await asyncio.to_thread(tools.store.audit, "search", by=session.staff, detail=detail, now=now)
    values = _values(tools, finder, found)
    go_on = _further(sealed, found.go_on) if found and found.go_on else ""
    return rendered("search.html", session, title="Search", asked=asked, go_on=go_on, **values)


def _values(tools: Tools, finder: Finder | None, found: Found | None) -> dict[str, Any]:
    clock = words.Clock(datetime.now(timezone.utc), tools.clinic.zone)
    if finder is None or found is None:
        return {"found": None, "hits": [], "total": "", "back_to": ""}
    hits = [
        {
            "id": hit.conversation_id,
            "at_message": max(1, hit.seq),
            "anchor": f"n{hit.note_id}" if hit.note_id else f"m{hit.seq}",
            "name": short_name(hit.conversation_id),
            "author": words.AUTHORS[hit.author] if hit.author else f"private note · {hit.name}",
            "is_note": bool(hit.note_id),
            "channel": words.channel_name(hit.channel),
            "at": hit.at.isoformat(),
            "when": clock.when(hit.at),
            "pieces": finder.excerpt(hit.text),
        }
        for hit in found.hits
    ]
    back_to = clock.when(found.back_to) if found.back_to else ""
    return {"found": found, "hits": hits, "total": _total(found), "back_to": back_to}


def _total(found: Found) -> str:
    """`3 messages and 1 private note found`."""
    noted = sum(hit.author is None for hit in found.hits)
    counts = (("message", len(found.hits) - noted), ("private note", noted))
    said = " and ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts if count)
    return f"{said} found" if said else "Nothing found"


def _opened(tools: Tools, sealed: str) -> str:
    return (tools.store.open_words(sealed) or "") if 0 < len(sealed) <= LONGEST_SEALED else ""


def _to(sealed: str) -> Response:
    return RedirectResponse(f"/console/search?{urlencode({'words': sealed})}", status_code=303)


def _further(sealed: str, place: Place) -> str:
    before = "-".join(str(number or "") for number in (place.message, place.note))
    return f"/console/search?{urlencode({'words': sealed, 'before': before})}"


def _place(given: str) -> Place:
    """From `12-3`, as `_further` writes it; the beginning for anything else."""
    message, _, note = given.partition("-")
    return Place(_number(message), _number(note))


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
