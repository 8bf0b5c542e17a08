"""What somebody gets instead of what they asked for: a page, or JSON where a script asked."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.console.render import page
from bot.people import StaffSession

FOR_SCRIPTS = ("application/json", "text/event-stream")


def is_script(request: Request) -> bool:
    """Whether a script sent it, which can't do anything with a page."""
    accepted = request.headers.get("accept", "")
    return request.headers.get("x-requested-with") == "fetch" or any(kind in accepted for kind in FOR_SCRIPTS)


def refusal(
    request: Request, session: StaffSession | None, *, status: int, code: str, title: str, message: str
) -> Response:
    """Says what is wrong and what to do."""
    if is_script(request):
        return error_json(status, code, message)
    return page("refused.html", session, status=status, title=title, message=message)


def error_json(status: int, code: str, message: str, **more: str) -> Response:
    """The shape that all errors have."""
    body = {"error": {"code": code, "message": message, **more}}
    return JSONResponse(body, status_code=status, headers={"Cache-Control": "no-store"})


def not_allowed(request: Request, session: StaffSession) -> Response:
    return refusal(
        request,
        session,
        status=403,
        code="not_allowed",
        title="Not allowed",
        message="Your role doesn't include this page. Ask an admin if you need it.",
    )


def form_expired(request: Request, session: StaffSession | None) -> Response:
    return refusal(
        request,
        session,
        status=403,
        code="form_expired",
        title="Please try again",
        message="This form had expired, so nothing was changed. Go back, reload the page and send it again.",
    )


def from_elsewhere(request: Request, session: StaffSession | None) -> Response:
    return refusal(
        request,
        session,
        status=403,
        code="other_site",
        title="Not from here",
        message="This form was sent from another site, so nothing was changed.",
    )


def too_large(request: Request, session: StaffSession | None) -> Response:
    return refusal(
        request,
        session,
        status=413,
        code="body_too_large",
        title="Too long",
        message="What you sent is too long, so nothing was changed. Go back and shorten it.",
    )
