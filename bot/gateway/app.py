"""The ASGI application: all routes, what runs beside them, and what every response carries."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from starlette.applications import Starlette

from bot.clinic import Clinic
from bot.console.page import Tools
from bot.console.site import console_routes
from bot.gateway.headers import SecurityHeaders
from bot.gateway.health import health_routes
from bot.gateway.limits import AddressLimit
from bot.gateway.openapi import openapi_routes
from bot.gateway.pages import page_routes
from bot.gateway.patient_api import patient_routes
from bot.gateway.responses import HANDLERS
from bot.gateway.retention import erase_expired_forever
from bot.handoff.desk import Desk
from bot.wiring import Talk

FINISH_S = 3.0
"""For turns that are just being answered and alerts that are just being sent, when the gateway stops."""


def create_app(
    talk: Talk,
    clinic: Clinic,
    *,
    starters: tuple[str, ...],
    sites: tuple[str, ...] = (),
    new_conversations_per_minute: int = 10,
    require_totp: bool = False,
) -> SecurityHeaders:
    """Everything behind one address. `sites` may embed the widget; `starters` are its first questions.

    `require_totp`: staff of every role need a second factor.
    """
    limit = AddressLimit(new_conversations_per_minute)
    languages = tuple(clinic.languages)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        beside = [asyncio.create_task(work) for work in _beside(talk, clinic)]
        yield
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await asyncio.gather(talk.turns.finish(FINISH_S), talk.notify.courier.finish(FINISH_S))
        await talk.brain.close()

    tools = Tools(
        store=talk.store,
        desk=Desk(talk.store),
        service=talk.service,
        bulletin=talk.bulletin,
        clinic=clinic,
        alerts=talk.notify.alerts,
        require_totp=require_totp,
    )
    app = Starlette(
        routes=[
            *patient_routes(talk, limit=limit, languages=languages),
            *openapi_routes(),
            *health_routes(talk.store, talk.brain),
            *page_routes(clinic, starters=starters),
            *console_routes(tools),
        ],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    # Around the whole application: Starlette answers unexpected errors outside of its own middleware.
    return SecurityHeaders(app, sites)


def _beside(talk: Talk, clinic: Clinic) -> list[Coroutine[Any, Any, None]]:
    """What runs as long as the application does."""
    return [
        talk.turns.sweep_forever(),
        erase_expired_forever(talk.store, clinic.retention_days),
        talk.notify.courier.deliver_forever(),
        talk.notify.watch.watch_forever(),
    ]
