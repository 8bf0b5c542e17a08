"""Security headers: each part of the site may do what it needs and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PANEL = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {sites}; require-trusted-types-for 'script'"
)
DEMO = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
CONSOLE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types mesoguide"
)
FILES = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
NOTHING = "default-src 'none'; frame-ancestors 'none'"

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

CONSOLE_ONLY = {
    # With "no-referrer" browsers send "Origin: null" with every form, and forms must show where they come from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=31536000"
"""A year; only where the request came by HTTPS, since on a clinic's own network there may be none."""


class SecurityHeaders:
    """ASGI middleware. `sites` are the web origins that may show the panel in a frame, besides our own."""

    def __init__(self, app: ASGIApp, sites: Sequence[str]) -> None:
        self._app = app
        self._panel = PANEL.format(sites=" ".join(("'self'", *sites)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope["path"], is_https=scope["scheme"] == "https")
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add(self, headers: MutableHeaders, path: str, *, is_https: bool) -> None:
        headers.update(EVERYWHERE)
        headers["Content-Security-Policy"] = self._policy(path)
        if path == "/widget/embed.js":
            # The one file that other sites load.
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if _is_console(path):
            headers.update(CONSOLE_ONLY)
            # What says who is a patient here stays in no cache; the look and the scripts are asked for again.
            kept = "no-cache" if path.startswith("/console/static/") else "no-store"
            headers["Cache-Control"] = kept
            if is_https:
                headers["Strict-Transport-Security"] = HSTS
        if path.startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")

    def _policy(self, path: str) -> str:
        if _is_console(path):
            return CONSOLE
        if path.startswith("/widget/"):
            return self._panel
        if path.startswith("/files/"):
            return FILES
        return DEMO if path.startswith("/demo") else NOTHING


def _is_console(path: str) -> bool:
    return path == "/console" or path.startswith("/console/")
