"""JSON in and out, and one shape for every error."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import ConversationError
from bot.types import Envelope

BODY_LIMIT = 32 * 1024
MESSAGE_LIMIT = 256 * 1024
"""Bytes. The longest message that is checked whole takes 240 kB when every sign of it is escaped."""


async def read_json(request: Request, most: int = BODY_LIMIT) -> dict[str, Any]:
    """The request's JSON object. Raises ConversationError: 413 over `most` bytes, 400 for anything but an object."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise ConversationError("body_too_large", "This message is too long. Please shorten it.", status=413)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise ConversationError("json_wrong", "The request must be a JSON object.") from None
    if not isinstance(data, dict):
        raise ConversationError("json_wrong", "The request must be a JSON object.")
    return data


def error_response(
    code: str, message: str, status: int, headers: dict[str, str] | None = None, *, safety: Envelope | None = None
) -> Response:
    """`safety` is what a patient in danger reads in any case."""
    error = {"code": code, "message": message} | ({"safety": safety.to_json()} if safety else {})
    return JSONResponse({"error": error}, status_code=status, headers=headers)
