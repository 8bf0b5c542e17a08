"""The brain's two routes, on loopback only, behind a shared secret."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.brain.brain import Brain
from bot.errors import BrainUnavailable
from bot.types import PatientTurn

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BODY_LIMIT = 256 * 1024


def create_app(brain: Brain, secret: str) -> web.Application:
    """`POST /turn` answers one turn; `GET /ready` is 200 once a plain question is understood."""
    app = web.Application(middlewares=[_only_with(secret)], client_max_size=BODY_LIMIT)

    async def turn(request: web.Request) -> web.StreamResponse:
        try:
            asked = PatientTurn(**await request.json())
        except (TypeError, ValueError):
            return web.json_response({"error": "a turn needs conversation_id, turn_id and text"}, status=400)
        try:
            envelopes = await brain.answer(asked)
        except BrainUnavailable as error:
            logger.error("%s", error)
            return web.json_response({"error": str(error)}, status=503)
        return web.json_response({"envelopes": [envelope.to_wire() for envelope in envelopes]})

    async def ready(request: web.Request) -> web.StreamResponse:
        try:
            await brain.check()
        except BrainUnavailable as error:
            return web.json_response({"error": str(error)}, status=503)
        return web.json_response({"status": "ready"})

    app.router.add_post("/turn", turn)
    app.router.add_get("/ready", ready)
    return app


def _only_with(secret: str) -> Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]:
    expected = f"Bearer {secret}".encode()

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected):
            return web.json_response({"error": "wrong or missing secret"}, status=401)
        return await handler(request)

    return check
