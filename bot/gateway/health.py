"""For whoever keeps it running: is the process alive, and can it answer a patient?"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.conversation.brain import Brain
from bot.errors import BrainUnavailable
from bot.store.store import Store

logger = logging.getLogger(__name__)


def health_routes(store: Store, brain: Brain) -> list[Route]:
    """/health/live is 200 while the process runs; /health/ready only if database and brain answer."""

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(request: Request) -> Response:
        try:
            await asyncio.to_thread(store.ping)
        except SQLAlchemyError:
            return JSONResponse({"status": "database down"}, status_code=503)
        try:
            await brain.check()
        except BrainUnavailable as error:
            logger.debug("Not ready: %s", error)
            return JSONResponse({"status": "brain down"}, status_code=503)
        return JSONResponse({"status": "ready"})

    return [Route("/health/live", live), Route("/health/ready", ready)]
