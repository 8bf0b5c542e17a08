"""What somebody gets when a request fails: JSON of one shape, or a page in the console."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.console.refusal import refusal
from bot.conversation.judging import RefusedInDanger
from bot.errors import ConversationError
from bot.gateway.responses import error_response
from bot.types import Envelope

logger = logging.getLogger(__name__)

SENTENCES = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_wrong", "This address doesn't take that method."),
}


def _answer(
    request: Request,
    code: str,
    message: str,
    status: int,
    headers: Mapping[str, str] | None = None,
    safety: Envelope | None = None,
) -> Response:
    """The error as who asked can use it: staff in the console get a page, everything else JSON."""
    if not request.url.path.startswith("/console"):
        return error_response(code, message, status, dict(headers or {}), safety=safety)
    title = "Nothing here" if code == "not_found" else "Not possible"
    response = refusal(request, None, status=status, code=code, title=title, message=message)
    response.headers.update(headers or {})
    return response


async def on_conversation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ConversationError)
    safety = error.safety if isinstance(error, RefusedInDanger) else None
    wait = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else None
    return _answer(request, error.code, error.message, error.status, wait, safety)


async def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, message = SENTENCES.get(error.status_code, ("request_wrong", "This request can't be answered."))
    return _answer(request, code, message, error.status_code, dict(error.headers or {}))


async def on_database_error(request: Request, error: Exception) -> Response:
    logger.error("The database failed: %s", type(error).__name__)
    return _answer(
        request, "busy", "We can't save messages right now. Please try again in a moment.", 503, {"Retry-After": "5"}
    )


async def on_any_error(request: Request, error: Exception) -> Response:
    # The trace is logged without its words by the log formatter; the patient gets none of it.
    logger.error("A request failed.", exc_info=error)
    return _answer(request, "failed", "Something went wrong on our side. Please try again.", 500)


HANDLERS = {
    ConversationError: on_conversation_error,
    HTTPException: on_http_error,
    SQLAlchemyError: on_database_error,
    Exception: on_any_error,
}
