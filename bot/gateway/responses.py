"""JSON in and out, and one shape for every error."""

from __future__ import annotations

import json
import logging
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import ConversationError

logger = logging.getLogger(__name__)

BODY_LIMIT = 32 * 1024
"""Bytes. The longest message takes 24 kB when every sign is escaped."""

SENTENCES = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_wrong", "This address doesn't take that method."),
}


async def read_json(request: Request) -> dict[str, Any]:
    """The request's JSON object. Raises ConversationError: 413 over 32 kB, 400 for anything but an object."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise ConversationError("body_too_large", "This message is too long. Please shorten it.", status=413)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise ConversationError("json_wrong", "The request must be a JSON object.") from None
    if not isinstance(data, dict):
        raise ConversationError("json_wrong", "The request must be a JSON object.")
    return data


def error_response(code: str, message: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status, headers=headers)


async def on_conversation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ConversationError)
    wait = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else None
    return error_response(error.code, error.message, error.status, wait)


async def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, message = SENTENCES.get(error.status_code, ("request_wrong", "This request can't be answered."))
    return error_response(code, message, error.status_code, dict(error.headers or {}))


async def on_database_error(request: Request, error: Exception) -> Response:
    logger.error("The database failed: %s", type(error).__name__)
    return error_response(
        "busy", "We can't save messages right now. Please try again in a moment.", 503, {"Retry-After": "5"}
    )


async def on_any_error(request: Request, error: Exception) -> Response:
    # The trace is logged without its words by the log formatter; the patient gets none of it.
    logger.error("A request failed.", exc_info=error)
    return error_response("failed", "Something went wrong on our side. Please try again.", 500)


HANDLERS = {
    ConversationError: on_conversation_error,
    HTTPException: on_http_error,
    SQLAlchemyError: on_database_error,
    Exception: on_any_error,
}
