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
from bot.gateway.failures import HANDLERS
from bot.gateway.files import file_routes
from bot.gateway.headers import SecurityHeaders
from bot.gateway.health import health_routes
from bot.gateway.limits import AddressLimit
from bot.gateway.openapi import openapi_routes
from bot.gateway.pages import page_routes
from bot.gateway.patient_api import patient_routes
from bot.gateway.retention import erase_expired_forever
from bot.gateway.webhooks import webhook_routes
from bot.handoff.desk import Desk
from bot.office import Office
from bot.talk import Talk
from bot.wiring import notices

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
    office: Office | None = None,
) -> SecurityHeaders:
    """Everything behind one address. `sites` may embed the widget; `starters` are its first questions.

    `require_totp`: staff of every role need a second factor. `office` has the clinic's facts with what the console
    changes of them; one of its own unless given.
    """
    office = office or Office(clinic, talk.store)
    limit = AddressLimit(new_conversations_per_minute)
    languages = tuple(clinic.languages)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        beside = [asyncio.create_task(one) for one in _beside(talk, office)]
        yield
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await _finish(talk)

    app = Starlette(
        routes=[
            *patient_routes(talk, limit=limit, languages=languages),
            *openapi_routes(),
            *health_routes(talk.store, talk.brain),
            *page_routes(office.present, starters=starters),
            *webhook_routes(talk.apps.known, talk.apps.intake, public_url=talk.apps.public_url),
            *file_routes(talk.store, talk.apps.files, office.present),
            *console_routes(_tools(talk, office, require_totp=require_totp)),
        ],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    # Around the whole application: Starlette answers unexpected errors outside of its own middleware.
    return SecurityHeaders(app, sites)


def _beside(talk: Talk, office: Office) -> list[Coroutine[Any, Any, None]]:
    """What runs as long as the gateway does."""
    return [
        talk.turns.sweep_forever(),
        erase_expired_forever(talk.store, lambda: office.present().retention_days),
        office.refresh_forever(),
        talk.notify.courier.deliver_forever(),
        talk.notify.watch.watch_forever(),
        talk.apps.intake.work_forever(),
    ]


async def _finish(talk: Talk) -> None:
    """What comes in first: it may make something that goes out."""
    await talk.apps.intake.finish(FINISH_S)
    await asyncio.gather(talk.turns.finish(FINISH_S), talk.notify.courier.finish(FINISH_S))
    await talk.apps.close()
    await talk.brain.close()


def _tools(talk: Talk, office: Office, *, require_totp: bool) -> Tools:
    """What the console's pages work with."""
    return Tools(
        store=talk.store,
        desk=Desk(talk.store, notices()),
        service=talk.service,
        bulletin=talk.bulletin,
        office=office,
        learning=talk.learning,
        alerts=talk.notify.alerts,
        require_totp=require_totp,
        apps=talk.apps.known,
    )
