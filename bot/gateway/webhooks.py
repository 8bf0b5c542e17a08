"""Where messaging apps send what patients write: checked, stored, acknowledged; everything else happens after that."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.app import App
from bot.channels.hook import Raw, Refused
from bot.conversation.intake import Intake

logger = logging.getLogger(__name__)

BODY_LIMIT = 1024 * 1024
"""Bytes. Meta puts many messages into one request."""


def webhook_routes(apps: Mapping[str, App], intake: Intake, *, public_url: str) -> list[Route]:
    """`/webhooks/{app}` for the apps that are set up; all others aren't there."""

    async def take(request: Request) -> Response:
        app = apps.get(str(request.path_params["app"]))
        if app is None:
            raise HTTPException(404)
        body = await _read(request)
        if body is None:
            return Response(status_code=413)
        try:
            batch, reply = app.webhook.take(_raw(request, body, public_url))
        except Refused as refusal:
            logger.warning("A request to the webhook of %s was refused with %d.", app.title, refusal.status)
            return Response(status_code=refusal.status)
        # What fails here is answered with an error, and the app sends it again.
        await intake.keep(app.name, batch)
        return Response(reply.body, status_code=reply.status, media_type=reply.media_type)

    return [Route("/webhooks/{app}", take, methods=["GET", "POST"])]


def _raw(request: Request, body: bytes, public_url: str) -> Raw:
    """The address is the one that the app knows, whatever a proxy has made of it on the way."""
    query = request.url.query
    url = f"{public_url}{request.url.path}" + (f"?{query}" if query else "")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Raw(request.method, url, headers, dict(request.query_params), body)


async def _read(request: Request) -> bytes | None:
    """The body, or None when it is too large or its sender has gone."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_LIMIT:
                return None
    except ClientDisconnect:
        return None
    return body
