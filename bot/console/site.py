"""All pages of the console, each behind its guard."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.console import (
    audit,
    canned,
    conversation,
    conversation_out,
    deliveries,
    live,
    numbers,
    profile,
    queue,
    review,
    search,
    second_factor,
    settings,
    sign_in,
    users,
    welcome,
)
from bot.console.guard import Guard
from bot.console.page import Page, Tools

STATIC = Path(__file__).resolve().parent / "static"


def pages(tools: Tools) -> list[Page]:
    """Every page, whoever may open it."""
    return [
        *settings.pages(tools),
        *canned.pages(tools),
        *numbers.pages(tools),
        *queue.pages(tools),
        *search.pages(tools),
        *review.pages(tools),
        *live.pages(tools),
        *sign_in.pages(tools),
        *second_factor.pages(tools),
        *welcome.pages(tools),
        *profile.pages(tools),
        *users.pages(tools),
        *audit.pages(tools),
        *conversation.pages(tools),
        *conversation_out.pages(tools),
        *deliveries.pages(tools),
    ]


def console_routes(tools: Tools) -> list[BaseRoute]:
    """/console/… for the gateway."""
    routes = [
        Route(f"/console{page.path}", Guard(tools.store, page).__call__, methods=list(page.methods))
        for page in pages(tools)
    ]
    return [*routes, Mount("/console/static", StaticFiles(directory=STATIC))]
